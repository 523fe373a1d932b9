"""`kapitza beam`: how much the electron beam warms a sample."""

from __future__ import annotations

from kapitza.cli.tables import console, plain_table
from kapitza.data import Microscope
from kapitza.errors import MethodError
from kapitza.settings import BeamSettings, ThicknessSettings
from kapitza.study.beam import beam_heating
from kapitza.study.model import Study
from kapitza.theory.checks import check_positive


def show_beam(beam: BeamSettings, density: float | None, beam_energy: float) -> None:
    """Print the temperature rise by the rule of thumb and, with radii, in a foil.

    density : g/cm3, for Bethe's stopping where none is given. beam_energy : keV, likewise.
    """
    if (beam.stopping is None) == (density is None):
        raise MethodError("Either --stopping in eV/nm or --density in g/cm3 is wanted, got both or none: give one.")
    if (beam.beam_radius is None) != (beam.foil_radius is None):
        raise MethodError("--beam-radius and --foil-radius are wanted together, got one of them: give the other.")
    assert beam.conductivity is not None
    check_positive(current=beam.current, conductivity=beam.conductivity[0])
    study = Study((), thickness=ThicknessSettings(density_left=density, beam_energy=beam_energy), beam=beam)
    found = beam_heating(study, Microscope(), None, None)
    assert found is not None
    numbers = found.sides["sample"]
    table = plain_table("", "")
    origin = "" if found.stopping_from == "given" else ", by Bethe's formula: an upper bound"
    table.add_row(f"stopping{origin}", str(numbers.stopping))
    table.add_row("temperature rise, rule of thumb", f"{numbers.temperature_rise.value:.3g} K")
    if numbers.foil_temperature_rise is not None:
        table.add_row("temperature rise in a foil", f"{numbers.foil_temperature_rise.value:.3g} K")
    console().print(table)
