"""What is wrong in a study's tables on the foil's thickness and on the beam, although every value is of its kind."""

from __future__ import annotations

import math

from kapitza.errors import StudyError
from kapitza.settings import BeamSettings, ThicknessSettings
from kapitza.study.keys import wrong
from kapitza.study.model import Study

MATERIAL_KEYS = {"iakoubovskii": "density", "malis": "atomic_number"}
"""What of the materials each model of the mean free path wants."""

_HEAVIEST = 120.0


def check_foil(study: Study) -> None:
    """Refuse what cannot be meant of thickness and beam.

    Raises
    ------
    StudyError
        if a number is out of its range, or one that another wants is missing.
    """
    _numbers(study.thickness)
    _materials(study)
    _correction(study)
    if study.beam is not None:
        _beam_numbers(study.beam)
        _beam(study, study.beam)


def _numbers(thickness: ThicknessSettings) -> None:
    for side in ("left", "right"):
        density, number = (getattr(thickness, f"{kind}_{side}") for kind in ("density", "atomic_number"))
        if density is not None and not 0 < density < math.inf:
            raise wrong("[thickness]", f"density_{side}", density)
        if number is not None and not 1 <= number <= _HEAVIEST:
            raise wrong("[thickness]", f"atomic_number_{side}", number)
    for key, positive in (("beam_energy", True), ("convergence", False), ("collection", True)):
        value = getattr(thickness, key)
        if value is not None and (not 0 <= value < math.inf or (positive and value == 0)):
            raise wrong("[thickness]", key, value)


def _materials(study: Study) -> None:
    thickness, needed = study.thickness, MATERIAL_KEYS[study.thickness.model]
    if thickness != ThicknessSettings() and not study.measures_thickness and study.beam is None:
        raise StudyError(
            "[thickness]: thickness is found from low-loss spectra, and no image has any: add low_loss = ... to an "
            "[[image]], a spectrum image of the same field of view recorded on axis up to at least 50 eV."
        )
    for kind in ("density", "atomic_number"):
        left, right = (getattr(thickness, f"{kind}_{side}") for side in ("left", "right"))
        if study.interface is None and right is not None:
            raise StudyError(
                f"[thickness]: {kind}_right belongs to an interface, and there is none: add an [interface] table, or "
                f"give the sample's as {kind}_left alone."
            )
        if study.interface is not None and (left is None) != (right is None):
            missing, given = ("left", "right") if left is None else ("right", "left")
            raise StudyError(f"[thickness]: {kind}_{missing} is wanted beside {kind}_{given}: add it.")
    other = "atomic_number" if needed == "density" else "density"
    said = getattr(thickness, f"{other}_left") is not None
    if study.measures_thickness and getattr(thickness, f"{needed}_left") is None and said:
        raise StudyError(
            f"[thickness]: model {thickness.model!r} wants {needed}_left, got {other}_left: add it, or choose the "
            "other model."
        )


def _correction(study: Study) -> None:
    if not study.thickness.correct:
        return
    needed = f"{MATERIAL_KEYS[study.thickness.model]}_left"
    wants = (
        (study.measures_thickness, "an [[image]] with low_loss"),
        (study.interface is not None, "an [interface] table"),
        (getattr(study.thickness, needed) is not None, f"{needed} and {needed.replace('left', 'right')}"),
    )
    for there, what in wants:
        if not there:
            raise StudyError(
                f"[thickness]: to correct the heat flow for the thickness, {what} is wanted, got none: add it, or take "
                "correct out."
            )


def _beam_numbers(beam: BeamSettings) -> None:
    for key in ("current", "stopping", "beam_radius", "foil_radius"):
        value = getattr(beam, key)
        if value is not None and not 0 < value < math.inf:
            raise wrong("[beam]", key, value)
    given = beam.conductivity
    if given is not None and not (0 < given[0] < math.inf and 0 <= given[1] < math.inf):
        raise wrong("[beam]", "conductivity", list(given))
    if (beam.beam_radius is None) != (beam.foil_radius is None):
        raise StudyError("[beam]: beam_radius and foil_radius are wanted together, got one of them: add the other.")
    if beam.beam_radius is not None and beam.foil_radius is not None and beam.beam_radius > beam.foil_radius:
        raise StudyError(
            f"[beam]: a foil_radius of at least the beam_radius is wanted, got {beam.foil_radius:g} and "
            f"{beam.beam_radius:g} nm: correct them."
        )


def _beam(study: Study, beam: BeamSettings) -> None:
    settings = study.interface
    of_interface = settings is not None and (
        settings.conductivity_left is not None or settings.conductivity_right is not None
    )
    if not of_interface and beam.conductivity is None:
        raise StudyError(
            "[beam]: the conductivity of the foil is wanted, got none: add conductivity = [value, error] in W/(m K), "
            "or conductivity_left or conductivity_right to [interface]."
        )
    if beam.stopping is None and study.thickness.density_left is None:
        raise StudyError(
            "[beam]: the energy that an electron leaves in the sample is wanted, got none: add stopping = ... in "
            "eV/nm, or the density to [thickness], from which Bethe's formula gives an upper bound."
        )
