"""Lattice dynamics of crystals for any ASE calculator: phonons, elastic constants, and the spectra that follow."""

from kapitza.atoms.phonons.comparison import Difference, Reference, compare, differences, reference_for, references
from kapitza.atoms.phonons.dispersion import Branch, Dispersion, dispersion, imaginary_sentence
from kapitza.atoms.phonons.dos import DensityOfStates, density_of_states
from kapitza.atoms.phonons.elastic import Elastic, acoustic_slopes, elastic_constants, sound_velocities
from kapitza.atoms.phonons.gamma import GammaMode, acoustic_rest, gamma_modes, longitudinal_energy
from kapitza.atoms.phonons.harmonic import Harmonic, harmonic
from kapitza.atoms.phonons.loss import Line, LossSpectrum, bands, lines, loss_spectrum, twin_material
from kapitza.atoms.phonons.outside import harmonic_from_forces, write_displacements
from kapitza.atoms.phonons.relaxation import Relaxed, relax
from kapitza.atoms.phonons.run import Phonons, Settings, phonons, phonons_of
from kapitza.atoms.phonons.store import harmonic_files, read_harmonic, save_harmonic, with_born_charges, with_born_file
from kapitza.atoms.phonons.thermal import Expansion, HeatCapacity, heat_capacity, thermal_expansion

__all__ = [
    "Branch",
    "DensityOfStates",
    "Difference",
    "Dispersion",
    "Elastic",
    "Expansion",
    "GammaMode",
    "Harmonic",
    "HeatCapacity",
    "Line",
    "LossSpectrum",
    "Phonons",
    "Reference",
    "Relaxed",
    "Settings",
    "acoustic_rest",
    "acoustic_slopes",
    "bands",
    "compare",
    "density_of_states",
    "differences",
    "dispersion",
    "elastic_constants",
    "gamma_modes",
    "harmonic",
    "harmonic_files",
    "harmonic_from_forces",
    "heat_capacity",
    "imaginary_sentence",
    "lines",
    "longitudinal_energy",
    "loss_spectrum",
    "phonons",
    "phonons_of",
    "read_harmonic",
    "reference_for",
    "references",
    "relax",
    "save_harmonic",
    "sound_velocities",
    "thermal_expansion",
    "twin_material",
    "with_born_charges",
    "with_born_file",
    "write_displacements",
]
