"""What an electron beam sees of a density of states: a spectrum to build a twin from, and lines to unmix with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import tomli_w
from scipy.optimize import nnls

from kapitza.atoms.extra import optional
from kapitza.atoms.phonons.dispersion import refuse_imaginary
from kapitza.atoms.phonons.dos import DensityOfStates
from kapitza.atoms.phonons.harmonic import Harmonic
from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.spectra.unmixing.templates import Mode
from kapitza.theory.lineshapes import gaussian
from kapitza.units import SIGMA_PER_FWHM

_BOHR = 0.529177
_ELECTRON_REST = 510.99895
_HC = 12.398419843320026
_SMALLEST_BAND = 0.01
_QUIET = 2.0


@dataclass(frozen=True)
class LossSpectrum:
    """Energy-loss spectrum of single phonons before the Bose factor, of unit area.

    energy (k,) : meV, uniform, above 0. weight (k,) : 1/meV; times 1 + n it is the loss, times n the gain.
    shares : part of the area that each species gives. provenance : how it was made.
    """

    energy: Array
    weight: Array
    shares: dict[str, float]
    provenance: str


@dataclass(frozen=True)
class Line:
    """A Gaussian of a spectrum: energy and full width, meV, and its area relative to the others."""

    energy: float
    fwhm: float
    weight: float


def loss_spectrum(
    crystal: Harmonic, states: DensityOfStates, source: str, beam_energy: float = 60.0, collection: float = 45.0
) -> LossSpectrum:
    """Density of states weighted as electrons scatter from it.

    Each species b counts with w_b = <q^2 f_b(q)^2>/m_b, and each energy with 1/E: single scattering, kinematic, from
    every atom by itself, averaged over a round aperture about the direct beam. f_b is the screened (Wentzel) form
    factor f ~ Z/(q^2 + 1/r^2), r = a0 Z^(-1/3).

    That is an approximation: interference between atoms, Debye-Waller factors, channelling, the polarisation of the
    modes against q, and the dipole scattering of polar modes at small angles, whose loss lies at LO and surface
    energies, are left out. So is what lies below twice the width of the density's Gaussians, where 1/E would make much
    of the three modes of no energy. Trust it for which species moves at which energy, not for heights.

    Parameters
    ----------
    crystal
        whose masses and species are used.
    states
        its density of states.
    source
        where the force constants come from, for the provenance.
    beam_energy
        keV.
    collection
        largest scattering angle that is counted, mrad; that of convergence and collection together.

    Raises
    ------
    MethodError
        if a mode is imaginary, or beam energy or angle is not above 0.

    Source: Nicholls et al., Phys. Rev. B 99, 094105 (2019), eq. for single phonons, in the incoherent approximation.
    """
    refuse_imaginary(states.lowest)
    if not (beam_energy > 0 and collection > 0):
        raise MethodError(
            f"A beam energy and an angle above 0 are wanted, got {beam_energy:g} keV, {collection:g} mrad."
        )
    weights = species_weights(crystal, states.species, beam_energy, collection)
    above = states.energy > _QUIET * states.fwhm
    energy = states.energy[above]
    parts = weights[:, np.newaxis] * states.partial[:, above] / energy
    step = energy[1] - energy[0]
    areas = parts.sum(axis=1) * step
    text = (
        f"calculated: density of phonon states from {source}, each species weighted by the mean of q^2 f(q)^2/m within "
        f"{collection:g} mrad at {beam_energy:g} keV (screened form factor) and by 1/E"
    )
    shares = {one: float(area / areas.sum()) for one, area in zip(states.species, areas, strict=True)}
    return LossSpectrum(energy, parts.sum(axis=0) / areas.sum(), shares, text)


def species_weights(crystal: Harmonic, species: Sequence[str], beam_energy: float, collection: float) -> Array:
    """w_b = <q^2 f_b(q)^2>/m_b of each species, (s,), relative to their largest.

    beam_energy : keV. collection : mrad, largest scattering angle. With x = (q_max r)^2 the mean over the aperture is
    proportional to Z^2 (ln(1+x) - x/(1+x)).
    """
    with optional("ASE"):
        from ase.data import atomic_numbers
    wave_number = 2 * np.pi * np.sqrt(beam_energy * (beam_energy + 2 * _ELECTRON_REST)) / _HC
    masses = dict(zip(crystal.species, crystal.masses, strict=True))
    number = np.array([atomic_numbers[one] for one in species], float)
    x = (wave_number * collection * 1e-3 * _BOHR * number ** (-1 / 3)) ** 2
    weights = number**2 * (np.log1p(x) - x / (1 + x)) / np.array([masses[one] for one in species])
    return weights / weights.max()


def lines(spectrum: LossSpectrum, fwhm: float = 3.0) -> tuple[Line, ...]:
    """The spectrum as a sum of equal Gaussians, four fifths of `fwhm` apart: what a twin's `[[left.modes]]` wants.

    They are fitted, none below zero, to what an instrument of that resolution sees: finer detail is lost.

    fwhm : meV, of each line.

    Raises
    ------
    MethodError
        if the width is below 0.5 meV, or larger than a quarter of the spectrum.
    """
    top = float(spectrum.energy[-1])
    if not 0.5 <= fwhm <= top / 4:
        raise MethodError(f"A width of lines from 0.5 to {top / 4:.0f} meV is wanted, got {fwhm:g}: 3 meV suits EELS.")
    centres = np.arange(0.8 * fwhm, top + fwhm, 0.8 * fwhm)
    axis = spectrum.energy[:, np.newaxis]
    seen = gaussian(axis, spectrum.energy, fwhm) @ spectrum.weight * (spectrum.energy[1] - spectrum.energy[0])
    weights, _ = nnls(gaussian(axis, centres, np.sqrt(2) * fwhm), seen)
    kept = weights > 1e-3 * weights.max()
    return tuple(
        Line(float(e), fwhm, float(w)) for e, w in zip(centres[kept], weights[kept] / weights[kept].max(), strict=True)
    )


def twin_material(side: str, name: str, spectrum: LossSpectrum, fwhm: float = 3.0) -> str:
    """A material for a twin file, TOML: the table [`side`] ("left" or "right") with the spectrum's lines.

    fwhm : meV, of the lines. Raises as `lines`.
    """
    modes = [
        {"energy": round(line.energy, 3), "fwhm": line.fwhm, "weight": round(line.weight, 5), "line": "gaussian"}
        for line in lines(spectrum, fwhm)
    ]
    return tomli_w.dumps({side: {"name": name, "provenance": spectrum.provenance, "modes": modes}})


def bands(spectrum: LossSpectrum, edges: Sequence[float]) -> tuple[Mode, ...]:
    """Lines to unmix with: one Gaussian for each band between `edges` (n,), meV, of the band's mean and variance.

    A band with less than 1 % of the spectrum gets none. Names are the bands' mean energies.

    Raises
    ------
    MethodError
        if there are fewer than two edges, or they do not rise.
    """
    at = np.asarray(edges, float)
    if at.size < 2 or not (np.diff(at) > 0).all():
        raise MethodError(f"Two or more rising energies are wanted as edges of bands, got {list(edges)}: give meV.")
    found = []
    for low, high in pairwise(at):
        inside = (spectrum.energy >= low) & (spectrum.energy < high)
        energy, weight = spectrum.energy[inside], spectrum.weight[inside]
        if weight.sum() > _SMALLEST_BAND * spectrum.weight.sum():
            mean = float(np.average(energy, weights=weight))
            spread = float(np.sqrt(np.average((energy - mean) ** 2, weights=weight)))
            found.append(Mode(f"{mean:.0f} meV", mean, max(spread / SIGMA_PER_FWHM, 0.5)))
    return tuple(found)
