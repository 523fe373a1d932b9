"""A series of heating currents: its numbers, its tables and its chart."""
