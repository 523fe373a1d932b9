"""Closed-form physics on numbers and arrays: detailed balance, resolution, line shapes, conduction, scattering."""
