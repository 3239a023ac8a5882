"""Our parts against what they are made of, side by side in one process."""
