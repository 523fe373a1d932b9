"""The interface atom by atom: structures, reference data, potentials, lattice dynamics, molecular dynamics."""
