"""Text in, ranked evidence out. Knows no HTTP, no model and no lead store."""
