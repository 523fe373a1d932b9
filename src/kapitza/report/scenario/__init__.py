"""A scenario beside the measurement: its numbers, its tables, its chart and its section of the page."""
