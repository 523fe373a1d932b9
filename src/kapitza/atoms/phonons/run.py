"""Everything kapitza tells of a crystal's phonons, in one result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.phonons.comparison import Difference, Reference, differences, reference_for
from kapitza.atoms.phonons.dispersion import Dispersion, dispersion, imaginary_sentence
from kapitza.atoms.phonons.dos import DensityOfStates, density_of_states
from kapitza.atoms.phonons.elastic import Elastic, acoustic_slopes, elastic_constants
from kapitza.atoms.phonons.gamma import GammaMode, acoustic_rest, gamma_modes
from kapitza.atoms.phonons.harmonic import Harmonic, harmonic
from kapitza.atoms.phonons.loss import LossSpectrum, loss_spectrum
from kapitza.atoms.phonons.relaxation import Relaxed, relax
from kapitza.atoms.phonons.store import with_born_file
from kapitza.atoms.phonons.thermal import Expansion, HeatCapacity, heat_capacity, thermal_expansion
from kapitza.data import Array
from kapitza.errors import MethodError

_TEMPERATURES = np.arange(50.0, 1001.0, 50.0)
_REST_LEFT = 0.1
_THIN = 7.0
_THIN_SENTENCE = (
    "A supercell 7 A high or more is wanted for energies beyond the zone centre, got one of {:.1f} A: read the zone "
    "centre alone, or repeat the cell."
)
_SOFTENED = 0.98
_SOFTENED_SENTENCE = (
    "Born charges are wanted with force constants that hold the field of the ions, as those of density functional "
    "theory do, got some with which sound along c is {:.0f} % softer, where a field can only stiffen: with a potential "
    "of finite range use the LO energies at the zone centre only."
)


@dataclass(frozen=True)
class Settings:
    """How phonons are calculated.

    repeats (3,) : of the supercell, None for 16 A. displacement : A. mesh (3,) : of wave vectors, None for one that
    suits the cell. in_plane : lattice constant a that is held, A, None for the crystal's own. rest : largest force left
    before atoms are displaced, eV/A, None to take the crystal as it is. born : file with Born
    charges, None for none. elastic : whether elastic constants are wanted. expansion : likewise thermal expansion.
    beam_energy : keV, and collection : mrad, of the loss spectrum.
    """

    repeats: tuple[int, int, int] | None = None
    displacement: float = 0.01
    mesh: tuple[int, int, int] | None = None
    in_plane: float | None = None
    rest: float | None = 1e-4
    born: Path | None = None
    elastic: bool = True
    expansion: bool = False
    beam_energy: float = 60.0
    collection: float = 45.0


@dataclass(frozen=True)
class Phonons:
    """Phonons of a crystal and what follows from them.

    name : of the crystal. source : where its forces come from. settings : as given. crystal : force constants.
    dispersion, states, gamma : modes along the path, over the whole zone and at its centre. acoustic_rest : meV, what
    the acoustic modes have at the zone centre. slopes (3,) : of the acoustic modes along c, km/s, negative where
    imaginary. reference, differences : measured energies, where kapitza has some. heat, loss : None where a mode is
    imaginary. relaxed, elastic, expansion : None where they were not asked for. warnings : (code, sentence).
    """

    name: str
    source: str
    settings: Settings
    crystal: Harmonic
    dispersion: Dispersion
    states: DensityOfStates
    gamma: tuple[GammaMode, ...]
    acoustic_rest: float
    slopes: Array
    reference: Reference | None
    differences: tuple[Difference, ...]
    heat: HeatCapacity | None
    loss: LossSpectrum | None
    warnings: tuple[tuple[str, str], ...]
    relaxed: Relaxed | None = None
    elastic: Elastic | None = None
    expansion: Expansion | None = None

    @property
    def lowest(self) -> float:
        """Lowest energy on path and mesh, meV; negative where a mode is imaginary."""
        return min(self.dispersion.lowest, self.states.lowest)

    def optical_inside(self, gap: tuple[float, float]) -> tuple[GammaMode, ...]:
        """The optical modes at the zone centre whose energies lie in another crystal's gap (low, high), meV."""
        return tuple(mode for mode in self.gamma if not mode.acoustic and gap[0] <= mode.energy <= gap[1])


def phonons(name: str, atoms: Any, calculator: Any, source: str, settings: Settings | None = None) -> Phonons:
    """Relax a crystal, find its force constants, and tell all that `settings` ask for.

    Parameters
    ----------
    name
        of the crystal.
    atoms
        unit cell, ASE's `Atoms`, its c axis along z.
    calculator
        any ASE calculator with forces and stress.
    source
        what the calculator is, for the provenance.
    settings
        the defaults when None.

    Raises
    ------
    InputError, MethodError
        if what wants a relaxed crystal is asked of one as it is; as the steps raise them: `relax`, `harmonic`,
        `with_born_file`, `elastic_constants`, `thermal_expansion`.
    """
    chosen = settings or Settings()
    if chosen.rest is None and (chosen.in_plane or chosen.elastic or chosen.expansion):
        raise MethodError(
            "A relaxed crystal is wanted for a held lattice constant, elastic constants and expansion, got one that is "
            "to stay as it is: let it relax, or leave these out."
        )
    if chosen.rest is None:
        return phonons_of(name, harmonic(atoms, calculator, chosen.repeats, chosen.displacement), source, chosen)
    relaxed = relax(atoms, calculator, in_plane=chosen.in_plane, force=chosen.rest)
    crystal = harmonic(relaxed.atoms, calculator, chosen.repeats, chosen.displacement)
    found = phonons_of(name, crystal, source, chosen)
    return replace(
        found,
        relaxed=relaxed,
        elastic=elastic_constants(relaxed, calculator) if chosen.elastic else None,
        expansion=thermal_expansion(relaxed, calculator, chosen.repeats, mesh=chosen.mesh)
        if chosen.expansion
        else None,
    )


def phonons_of(name: str, crystal: Harmonic, source: str, settings: Settings | None = None) -> Phonons:
    """All that force constants tell; they may come from an engine outside, or from a file.

    Parameters, errors and result are those of `phonons`, without what wants a calculator.
    """
    chosen = settings or Settings()
    if chosen.born is not None:
        crystal = with_born_file(crystal, chosen.born)
    path, states, modes = dispersion(crystal), density_of_states(crystal, chosen.mesh), gamma_modes(crystal)
    reference = reference_for(crystal.species)
    sentence = imaginary_sentence(min(path.lowest, states.lowest))
    rest, slopes = acoustic_rest(crystal), acoustic_slopes(crystal)
    stable = sentence is None
    return Phonons(
        name=name,
        source=source,
        settings=chosen,
        crystal=crystal,
        dispersion=path,
        states=states,
        gamma=modes,
        acoustic_rest=rest,
        slopes=slopes,
        reference=reference,
        differences=() if reference is None else differences(crystal, modes, reference),
        heat=heat_capacity(crystal, _TEMPERATURES, chosen.mesh) if stable else None,
        loss=loss_spectrum(crystal, states, source, chosen.beam_energy, chosen.collection) if stable else None,
        warnings=_warnings(crystal, sentence, rest, slopes),
    )


def _warnings(crystal: Harmonic, imaginary: str | None, rest: float, slopes: Array) -> tuple[tuple[str, str], ...]:
    found = [] if imaginary is None else [("imaginary_modes", imaginary)]
    if rest > _REST_LEFT:
        sentence = (
            f"Acoustic modes at 0 meV are wanted at the zone centre, got {rest:.2f} meV: see whether the forces add up "
            "to zero."
        )
        found.append(("acoustic_sum_rule", sentence))
    thinnest = float((1 / np.linalg.norm(np.linalg.inv(crystal.phonopy.supercell.cell), axis=0)).min())
    if thinnest < _THIN:
        found.append(("thin_supercell", _THIN_SENTENCE.format(thinnest)))
    if crystal.polar and imaginary is None:
        ratio = float((acoustic_slopes(crystal, field=True) / slopes).min())
        if ratio < _SOFTENED:
            found.append(("field_without_force_constants", _SOFTENED_SENTENCE.format(100 * (1 - ratio))))
    return tuple(found)
