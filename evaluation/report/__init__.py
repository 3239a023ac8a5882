"""A run as one page that can be sent to anybody: no script, nothing from outside."""
