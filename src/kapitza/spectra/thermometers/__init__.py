"""Thermometers: temperature from loss and gain, one method per file."""
