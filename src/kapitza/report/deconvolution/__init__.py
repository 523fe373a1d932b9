"""Sharpened spectra at an interface: their numbers, their chart and their section of the page."""
