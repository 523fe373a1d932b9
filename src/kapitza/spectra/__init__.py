"""Estimators on spectra: registration, spikes, zero-loss backgrounds, thermometers. Arrays in, arrays out."""
