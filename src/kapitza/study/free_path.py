"""The mean free path that a study's settings and a low-loss file's microscope give, and how far its formula reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kapitza.data import Microscope
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.settings import ThicknessSettings
from kapitza.theory.mean_free_path import dipole_limit, iakoubovskii_mean_free_path, malis_mean_free_path

Notes = list[tuple[str, str]]

_NAMES = {
    "beam_energy": ("beam energy", "keV"),
    "convergence": ("convergence semi-angle", "mrad"),
    "collection": ("collection semi-angle", "mrad"),
}


@dataclass(frozen=True)
class FreePaths:
    """Mean free path, nm, by side ("left" and "right", or "sample"), empty where the materials are not given.

    model : its formula. reach : a sentence on where that holds. notes : (code, sentence) pairs.
    """

    paths: Mapping[str, Quantity]
    model: str
    reach: str
    notes: tuple[tuple[str, str], ...] = ()


def acquisition(settings: ThicknessSettings, microscope: Microscope) -> Microscope:
    """The microscope of a low-loss image: what the settings give, else what its file says."""
    given = {key: getattr(settings, key) for key in _NAMES}
    return replace(microscope, **{key: value for key, value in given.items() if value is not None})


def free_paths(settings: ThicknessSettings, microscope: Microscope, sides: Sequence[str]) -> FreePaths:
    """The mean free path on either side of an interface, or of the sample, by the settings' model.

    sides : ("left", "right"), or ("sample",), which is what the settings call left.

    Raises
    ------
    MethodError
        if beam energy or semi-angles are wanted, but neither the settings nor the file give them.
    """
    used = acquisition(settings, microscope)
    kind = "density" if settings.model == "iakoubovskii" else "atomic_number"
    materials = {side: getattr(settings, f"{kind}_{'left' if side == 'sample' else side}") for side in sides}
    if None in materials.values():
        return FreePaths({}, settings.model, "")
    if settings.model == "malis":
        energy, collection = _known(used, "beam_energy"), _known(used, "collection")
        paths = {side: malis_mean_free_path(energy, collection, number) for side, number in materials.items()}
        return _malis(paths, collection, min(dipole_limit(energy, number) for number in materials.values()))
    energy, convergence, collection = (_known(used, key) for key in _NAMES)
    paths = {
        side: iakoubovskii_mean_free_path(energy, convergence, collection, density)
        for side, density in materials.items()
    }
    reach = (
        f"Fitted to measurements at 200 keV, and carried to {energy:g} keV by its formula; it levels off beyond 20 "
        "mrad, so that it holds for large apertures too."
    )
    return FreePaths(paths, settings.model, reach)


def _malis(paths: Mapping[str, Quantity], collection: float, limit: float) -> FreePaths:
    reach = f"It holds up to a collection semi-angle of {limit:.3g} mrad; beyond it comes out too short."
    if collection <= limit:
        return FreePaths(paths, "malis", reach)
    note = (
        f"The mean free path after Malis et al. holds up to a collection semi-angle of {limit:.3g} mrad, got "
        f"{collection:g} mrad: mean free path and thickness come out too small. Model 'iakoubovskii' reaches further."
    )
    return FreePaths(paths, "malis", reach, (("mean_free_path_beyond_reach", note),))


def _known(microscope: Microscope, key: str) -> float:
    value = getattr(microscope, key)
    if value is None:
        name, unit = _NAMES[key]
        raise MethodError(
            f"The {name} of the low-loss image is wanted for a mean free path, but its file does not say: give {key} "
            f"in {unit}."
        )
    return float(value)
