"""Measures of copy that need no model, one a file: value, answer, explanation."""
