"""How much the electron beam warms the foil of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kapitza.data import InterfaceResult, Microscope
from kapitza.errors import MethodError
from kapitza.interface.resistance import conductivity_at
from kapitza.quantity import Quantity
from kapitza.settings import BeamSettings
from kapitza.study.foil import ImageThickness, sides
from kapitza.study.model import Study
from kapitza.theory.beam_heating import bethe_stopping, foil_temperature_rise, plane_temperature_rise, power_per_length

PICOAMPERES = 1e3
"""In a nanoampere."""

_MEAN_EXCITATION = 130.0
"""eV. Of AlN and SiC; half or twice as much changes the stopping by a tenth."""


@dataclass(frozen=True)
class BeamSide:
    """Heating of one material.

    stopping : eV/nm. conductivity : W/(m K). temperature_rise : K, by the rule of thumb. foil_temperature_rise : K, in
    a foil whose rim is held; None without radii. power : nW, left in the whole thickness; None where that is not known.
    """

    stopping: Quantity
    conductivity: Quantity
    temperature_rise: Quantity
    foil_temperature_rise: Quantity | None
    power: Quantity | None


@dataclass(frozen=True)
class BeamHeating:
    """Heating by the beam: its current (nA), where the stopping comes from, and the numbers by material."""

    current: Quantity
    stopping_from: Literal["given", "bethe"]
    sides: Mapping[str, BeamSide]


def wants_beam_energy(study: Study) -> bool:
    """Whether the stopping is to follow from Bethe's formula."""
    return study.beam is not None and study.beam.stopping is None


def check_beam(study: Study, microscope: Microscope) -> None:
    """Refuse to go on where the stopping is to follow from the beam energy, which is not known.

    Raises
    ------
    MethodError
        if neither the study nor the microscope gives it.
    """
    if wants_beam_energy(study) and _beam_energy(study, microscope) is None:
        raise MethodError(
            "The beam energy is wanted for the stopping of the beam, but the file does not say: give beam_energy in "
            "keV in [thickness], or stopping in [beam]."
        )


def beam_heating(
    study: Study, microscope: Microscope, interface: InterfaceResult | None, thickness: ImageThickness | None
) -> BeamHeating | None:
    """How much the beam warms the foil of one image; None where the study does not ask.

    The conductivity is that of the beam's settings, else those of the interface are, carried to its temperature.
    Without a stopping that of Bethe's formula is taken, an upper bound: fast secondary electrons leave a foil.
    """
    beam = study.beam
    if beam is None:
        return None
    found = {}
    for side in sides(study.interface):
        kappa = _conductivity(study, beam, interface, side)
        if kappa is not None:
            found[side] = _side(beam, kappa, _stopping(study, beam, microscope, side), thickness, side)
    origin: Literal["given", "bethe"] = "given" if beam.stopping is not None else "bethe"
    return BeamHeating(Quantity(beam.current, None, "nA"), origin, found)


def _side(
    beam: BeamSettings, kappa: tuple[float, float], stopping: float, thickness: ImageThickness | None, side: str
) -> BeamSide:
    value, relative = kappa
    current = PICOAMPERES * beam.current
    rise, foil = float(plane_temperature_rise(current, stopping, value)), None
    if beam.beam_radius is not None and beam.foil_radius is not None:
        warm = foil_temperature_rise(
            current, stopping, value, beam_radius=beam.beam_radius, foil_radius=beam.foil_radius
        )
        foil = Quantity(float(warm), float(warm) * relative, "K")
    power = None
    through = None if thickness is None else thickness.thickness.get(side)
    if through is not None and through.value is not None:
        # W/m times nm is nW.
        per_length = float(power_per_length(current, stopping))
        power = Quantity(per_length * through.value, per_length * (through.error or 0.0), "nW")
    return BeamSide(
        stopping=Quantity(stopping, None, "eV/nm"),
        conductivity=Quantity(value, value * relative, "W/(m K)"),
        temperature_rise=Quantity(rise, rise * relative, "K"),
        foil_temperature_rise=foil,
        power=power,
    )


def _conductivity(
    study: Study, beam: BeamSettings, interface: InterfaceResult | None, side: str
) -> tuple[float, float] | None:
    """Conductivity (W/(m K)) of a side and its relative error; None where only the other side's is given."""
    if beam.conductivity is not None:
        return beam.conductivity[0], beam.conductivity[1] / beam.conductivity[0]
    assert study.interface is not None
    assert interface is not None
    given = getattr(study.interface, f"conductivity_{side}")
    kelvin = getattr(interface, f"temperature_{side}").value
    return None if given is None else conductivity_at(side, given, study.interface, kelvin)


def _stopping(study: Study, beam: BeamSettings, microscope: Microscope, side: str) -> float:
    if beam.stopping is not None:
        return beam.stopping
    density = getattr(study.thickness, "density_left" if side == "sample" else f"density_{side}")
    energy = _beam_energy(study, microscope)
    assert energy is not None
    return float(bethe_stopping(energy, density, _MEAN_EXCITATION))


def _beam_energy(study: Study, microscope: Microscope) -> float | None:
    given = study.thickness.beam_energy
    return given if given is not None else microscope.beam_energy
