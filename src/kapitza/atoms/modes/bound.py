"""From an interface cell and a model of its forces to the modes bound to it, and to their temperatures in a run."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.atoms.modes.density import DensityObserver, LayerDensity
from kapitza.atoms.modes.observing import ModeObserver
from kapitza.atoms.modes.sites import find_region
from kapitza.atoms.modes.slab import REACH, LocalMode, SlabModes, local_modes, slab_harmonic, slab_modes
from kapitza.atoms.modes.trajectory import read_frames
from kapitza.atoms.phonons import Harmonic, harmonic_files, imaginary_sentence, read_harmonic, relax
from kapitza.atoms.progress import Progress, silent
from kapitza.data import Array
from kapitza.errors import InputError, MethodError
from kapitza.quantity import Quantity


@dataclass(frozen=True)
class BoundSettings:
    """How modes bound to an interface are found.

    repeats : cells of the supercell in the plane, (2,); 12 A high when None. q : wave vector in the plane, in units of
    the reciprocal lattice vectors. reach : how far from an interface an atom counts to it, A. least_weight,
    most_participation : limits of `local_modes`. relax : whether atoms and height relax first, the plane being held.
    slice : thickness of the layers of a density of states, A.
    """

    repeats: tuple[int, int] | None = None
    q: tuple[float, float] = (0.0, 0.0)
    reach: float = REACH
    least_weight: float = 0.5
    most_participation: float = 0.2
    relax: bool = True
    slice: float = 5.0


@dataclass(frozen=True)
class InterfaceModes:
    """The modes of an interface cell, those bound to an interface, and what a run told of them.

    atoms : the cell at rest, ASE's `Atoms`. crystal : its force constants. source : what the model of the forces is.
    temperatures : of the bound modes at the zone centre, in their order; None without a run. density : of states of
    layers, None without a run or its time step. frames : of the run. warnings : (code, sentence).
    """

    atoms: Any
    crystal: Harmonic
    modes: SlabModes
    bound: tuple[LocalMode, ...]
    settings: BoundSettings
    source: str
    warnings: tuple[tuple[str, str], ...]
    temperatures: tuple[Quantity, ...] | None = None
    density: LayerDensity | None = None
    frames: int = 0


def interface_modes(
    atoms: Any, calculator: Any, source: str, settings: BoundSettings | None = None, progress: Progress = silent
) -> InterfaceModes:
    """Relax an interface cell, find its force constants, and the modes bound to its interfaces.

    Parameters
    ----------
    atoms
        interface cell, as small as it may be in the plane, ASE's `Atoms` with the column `side`.
    calculator
        any ASE calculator with forces, and with stress where it is to relax.
    source
        what the calculator is, for the provenance.
    settings
        the defaults when None.

    Raises
    ------
    MethodError
        as `relax`, `slab_harmonic`, `slab_modes` and `local_modes`.
    """
    chosen = settings or BoundSettings()
    work = atoms.copy()
    if chosen.relax:
        work.pbc = True
        work = relax(work, calculator, in_plane=float(np.linalg.norm(work.cell[0]))).atoms
        work.calc = None
    crystal = slab_harmonic(work, calculator, chosen.repeats, progress=progress)
    return _bound(work, crystal, chosen, source)


def _bound(atoms: Any, crystal: Harmonic, chosen: BoundSettings, source: str) -> InterfaceModes:
    modes = slab_modes(crystal, atoms, chosen.q)
    bound = local_modes(modes, chosen.reach, chosen.least_weight, chosen.most_participation)
    sentence = imaginary_sentence(float(modes.energy[0]))
    warnings = () if sentence is None else (("imaginary_modes", sentence),)
    return InterfaceModes(atoms, crystal, modes, bound, chosen, source, warnings)


def interface_files(folder: Path | str) -> list[Path]:
    """The files that `load_interface_modes` takes modes from."""
    place = Path(folder)
    return [*harmonic_files(place / "phonopy.yaml"), place / "cell.xyz"]


def load_interface_modes(folder: Path | str) -> InterfaceModes:
    """Read what `kapitza atoms interface-modes` wrote: the cell at rest and its force constants, with its settings.

    Raises
    ------
    InputError
        if the folder has no such result, or it cannot be read.
    """
    from ase.io import read

    place = Path(folder)
    try:
        numbers = json.loads((place / "results.json").read_text(encoding="utf-8"))
        kept, source = numbers["settings"], numbers["interface_modes"]["source"]
        settings = BoundSettings(
            repeats=tuple(kept["repeats"]), q=tuple(kept["q"]), reach=kept["reach"],
            least_weight=kept["least_weight"], most_participation=kept["most_participation"], relax=kept["relax"],
            slice=kept["slice"],
        )  # fmt: skip
        atoms: Any = read(place / "cell.xyz", format="extxyz")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"A folder that `kapitza atoms interface-modes` wrote is wanted, {place} is not one ({error}): make it, or "
            "correct its name."
        ) from error
    return _bound(atoms, read_harmonic(place / "phonopy.yaml"), settings, source)


def in_run(
    found: InterfaceModes,
    path: Path | str,
    structure: Any,
    interval: float | None = None,
    progress: Progress = silent,
) -> InterfaceModes:
    """Temperatures of the bound modes, and the density of states of layers, in a dump of any length.

    Parameters
    ----------
    found
        modes at the zone centre.
    path
        of the dump, see `read_frames`.
    structure
        the cell that was run, ASE's `Atoms`: the interface cell repeated in the plane, in any order.
    interval
        time between frames, fs; no density of states when None.

    Raises
    ------
    InputError
        if the dump is not what the structure says.
    MethodError
        if the modes are not those at the zone centre, the structure is no such repetition, or there are no frames.
    """
    if found.modes.q != (0.0, 0.0):
        raise MethodError(f"Modes at the zone centre are wanted for temperatures, got {found.modes.q}: leave q out.")
    observer = ModeObserver(found.crystal, find_region(structure, found.crystal))
    layers = None if interval is None else _layers(structure, found.settings.slice, interval)
    for frame in read_frames(path, structure):
        observer.add(frame.step, frame.positions, frame.velocities)
        if layers is not None:
            layers.add(frame.step, frame.positions, frame.velocities)
        progress("projecting frames on modes", round(1000 * frame.share), 1000)
    result = observer.result()
    centre = int(np.argmin(np.linalg.norm(result.basis.wave, axis=1)))
    weights = {str(number): only(result.basis.energy.shape, centre, mode) for number, mode in enumerate(found.bound)}
    averages = result.averages(weights) if weights else {}
    return replace(
        found,
        temperatures=tuple(averages.values()),
        density=None if layers is None else layers.result(),
        frames=result.frames,
    )


def only(shape: tuple[int, ...], centre: int, mode: LocalMode) -> Array:
    """Weights (k, modes) of shape `shape` of one set at the wave vector `centre`."""
    weights = np.zeros(shape)
    weights[centre, list(mode.modes)] = 1
    return weights


def _layers(structure: Any, thickness: float, interval: float) -> DensityObserver:
    heights = np.array(structure.positions[:, 2])
    low, high = heights.min() - 1e-6, heights.max() + 1e-6
    count = max(1, round((high - low) / thickness))
    return DensityObserver(structure.get_masses(), heights, np.linspace(low, high, count + 1), interval)
