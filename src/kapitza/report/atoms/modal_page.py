"""What the page of temperatures of modes says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kapitza.atoms.modes import BoundTemperatures, InterfaceTemperatures, SideTemperatures, branch_name, window_name
from kapitza.plots.words import quantity_text, side_text
from kapitza.quantity import Quantity
from kapitza.report.captions import listed
from kapitza.report.charts import Numbering
from kapitza.report.sections import Chart, Section
from kapitza.report.short_page import ShortPage, picture
from kapitza.report.tables import Card, Table, number

_DIFFERENCE = "optical − acoustic"
_MEANING = (
    "± is one standard error from blocks of frames; a difference has that of its own blocks, in which what both means "
    "share cancels. Acoustic are the three branches of lowest energy, optical all others: in a cell of several layers "
    "the folded acoustic ones, too. The dynamics are classical: every mode takes up as much heat as any other."
)
_BOUND = (
    "Modes bound to the interface are those of a shorter cell, looked at on its atoms here: seen is the part of a mode "
    "that lies on them. The averages are over all wave vectors in the plane that fit; a single mode scatters as much "
    "as its temperature is high, and wants a run much longer than its memory."
)
_BRANCHES = "Branches are numbered by energy at each wave vector; energies are those of the wave vectors that fit."


def modal_page(result: InterfaceTemperatures, figure: Path) -> ShortPage:
    """The page of `result`, whose figure was saved as the SVG `figure`."""
    chart = modal_chart(result, figure, Numbering())
    sections = [Section("temperatures", "Temperatures", (averages_table(result), _MEANING, chart))]
    if result.settings.branches:
        sections.append(Section("branches", "Branches", (branch_table(result), _BRANCHES)))
    if result.bound is not None:
        sections.append(Section("interface", "Interface", (*bound_tables(result.bound), _BOUND)))
    sections.append(Section("along", "Along z", (_along(result), _about_windows(result))))
    return ShortPage(
        title="Temperatures of modes",
        lead=f"{listed([_title(side) for side in result.sides])}, {result.frames:,} frames of molecular dynamics",
        cards=tuple(_cards(result)),
        sections=tuple(sections),
        units={"energies": "meV"},
        files="The folder figures has the picture as PNG and SVG, results.json the averages and their profiles along "
        "z, modes.zarr the temperature of every mode with its error, and means of blocks for averages of your own.",
    )


def modal_chart(result: InterfaceTemperatures, figure: Path, numbering: Numbering) -> Chart:
    """The figure of modes with a caption that says what is drawn and the numbers that it supports."""
    count = len(result.sides)
    letters = "a, b" if count > 1 else "a"
    known = [f"{mode_error(side).value:.2g} K ({side.name})" for side in result.sides if mode_error(side).value]
    alone = f", which by itself has a median standard error of {listed(known)}" if known else ""
    differences = [f"{quantity_text(side.optical_minus_acoustic)} ({side.name})" for side in result.sides]
    caption = (
        f"{letters}: modes of {listed([_title(side) for side in result.sides])} with wave vectors along z. Lines are "
        "all branches from the zone centre to the edge of the zone; dots are the modes that fit the cells, in the "
        f"colour of the temperature of their degenerate set{alone}. {'bc'[count - 1]}: averages in windows along z, at "
        "the middle of each window, side by side so that none hides another; bars are one standard error. Over all "
        f"modes of a side optical minus acoustic is {listed(differences)}."
    )
    return picture(figure, caption, numbering)


def averages_table(result: InterfaceTemperatures) -> Table:
    """Mean temperatures of either side, but those of single branches, and optical minus acoustic."""
    branches = {branch_name(number) for number in _numbers(result)}
    names = [name for name in result.sides[0].averages if name not in branches]
    rows = [(name, *(number(side.averages[name]) for side in result.sides)) for name in names]
    rows.append((_DIFFERENCE, *(number(side.optical_minus_acoustic) for side in result.sides)))
    return Table(("Modes", *(f"{_title(side)}, K" for side in result.sides)), tuple(rows))


def branch_table(result: InterfaceTemperatures) -> Table:
    """Energies and mean temperature of each branch of either side."""
    heads = [head for side in result.sides for head in (f"{_title(side)}, meV", f"{_title(side)}, K")]
    rows = []
    for one in _numbers(result):
        cells = (cell for side in result.sides for cell in _branch(side, one))
        rows.append((branch_name(one), *cells))
    return Table(("Modes", *heads), tuple(rows))


def quantum_shares(result: InterfaceTemperatures, temperature: float) -> dict[str, float]:
    """Heat capacity of the modes of each side at `temperature`, K, over that of classical ones."""
    bases = {side.name: side.bulk.basis for side in result.sides}
    return {name: float(one.heat_capacity(temperature).sum() / one.every().sum()) for name, one in bases.items()}


def bound_tables(bound: BoundTemperatures) -> Iterator[Table]:
    """Mean temperatures of the modes bound to the interface, and those at the zone centre one by one."""
    rows = [(name, str(bound.counts[name]), number(average)) for name, average in bound.averages.items()]
    yield Table((f"Bound at {bound.junction.name}", "Modes", "K"), tuple(rows))
    if bound.modes:
        heads = ("Bound at the zone centre, meV", "Degeneracy", "Weight at the interface", "Seen", "K")
        parts = zip(bound.modes, bound.captured, bound.temperatures, strict=True)
        yield Table(heads, tuple(
            (f"{mode.energy:.1f}", str(len(mode.modes)), f"{mode.weight:.2f}", f"{captured:.2f}", number(temperature))
            for mode, captured, temperature in parts
        ))  # fmt: skip


def mode_error(side: SideTemperatures) -> Quantity:
    """The error of a single set of modes that half of them stay below, K."""
    known = side.bulk.error[np.isfinite(side.bulk.error)]
    return Quantity(float(np.median(known)) if known.size else None, None, "K")


def _title(side: SideTemperatures) -> str:
    return side_text(side.name, side.crystal.species)


def _numbers(result: InterfaceTemperatures) -> range:
    return range(max(3 * len(side.crystal.species) for side in result.sides))


def _branch(side: SideTemperatures, one: int) -> tuple[str, str]:
    if one >= 3 * len(side.crystal.species):
        return "–", "–"
    energy = side.bulk.basis.energy[:, one]
    energies = f"{energy.min():z.1f} to {energy.max():z.1f}".replace("-", "−")
    return energies, number(side.averages.get(branch_name(one)))


def _cards(result: InterfaceTemperatures) -> Iterator[Card]:
    for side in result.sides:
        note = f"{side.bulk.basis.modes:,} modes"
        yield Card(f"All modes, {_title(side)}", quantity_text(side.averages["all"]), note)
    for side in result.sides:
        parts = (f"{name} {quantity_text(side.averages[name])}" for name in ("acoustic", "optical"))
        yield Card(f"Optical − acoustic, {_title(side)}", quantity_text(side.optical_minus_acoustic), ", ".join(parts))
    for low, high in result.settings.energies:
        name = window_name(low, high)
        for side in result.sides:
            if side.averages[name].to_dict()["value"] is not None:
                yield Card(f"{name}, {_title(side)}", quantity_text(side.averages[name]))


def _along(result: InterfaceTemperatures) -> Table:
    branches = {branch_name(number) for number in _numbers(result)}
    names = [name for name in result.sides[0].along.names if name not in branches]
    rows = []
    for side in result.sides:
        difference = side.along.difference("optical", "acoustic")
        for window in sorted({0, len(side.along.height) - 1}):
            pairs = [*(side.along.of(name) for name in names), difference]
            cells = (number(Quantity(float(value[window]), float(error[window]), "K")) for value, error in pairs)
            rows.append((_title(side), f"{side.along.height[window] / 10:.2f}", *cells))
    return Table(("Side", "z (nm)", *(f"{name} (K)" for name in (*names, _DIFFERENCE))), tuple(rows))


def _about_windows(result: InterfaceTemperatures) -> str:
    spans = [f"{side.along.span / 10:.1f} nm ({side.name})" for side in result.sides]
    waves = [f"{side.along.resolution:.2f} 1/Å ({side.name})" for side in result.sides]
    return (
        f"The first and the last window of each side; results.json holds all of them. Windows are {listed(spans)} long "
        f"and overlap where there are several; they do not tell apart wave vectors along z closer than {listed(waves)}."
    )
