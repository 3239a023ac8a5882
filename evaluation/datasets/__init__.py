"""Reading evaluation sets from folders."""
