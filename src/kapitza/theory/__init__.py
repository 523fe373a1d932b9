"""Physics on numbers and arrays: detailed balance, resolution, scattering, conduction, and theory to read with."""
