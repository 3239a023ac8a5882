"""Reading files from outside, line by line and in bounded memory. Knows neither leads nor content."""
