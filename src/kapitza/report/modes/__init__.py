"""Modes at the interface: their numbers, their tables and their section of the page."""
