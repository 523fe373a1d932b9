"""Figures of the phonons at an interface: maps and profiles of loss and gain, spectra, bands and factors."""
