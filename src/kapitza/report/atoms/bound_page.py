"""What the page of modes bound to an interface says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kapitza.atoms.modes import InterfaceModes, Junction
from kapitza.plots.bound import drawn_modes
from kapitza.report.captions import listed
from kapitza.report.charts import Numbering
from kapitza.report.sections import Chart, Section
from kapitza.report.short_page import ShortPage, picture
from kapitza.report.tables import Card, Table, number


def bound_page(result: InterfaceModes, figure: Path) -> ShortPage:
    """The page of `result`, whose figure was saved as the SVG `figure`."""
    parts: list[str | Table | Chart] = [] if not result.bound else [_bound(result)]
    parts += [*_meaning(result), picture(figure, _caption(result), Numbering())]
    q = ", ".join(f"{one:g}" for one in result.modes.q)
    return ShortPage(
        title="Modes bound to an interface",
        lead=f"A cell of {len(result.modes.numbers)} atoms, wave vector ({q}) in the plane; forces: {result.source}",
        cards=tuple(_cards(result)),
        sections=(Section("bound", "Bound modes", tuple(parts)),),
        units={"reach": "Å", "slice": "Å", "q": "reciprocal lattice vectors"},
        files="The folder figures has the picture as PNG and SVG, results.json the bound modes, modes.zarr all modes "
        "with their eigenvectors, phonopy.yaml and force_constants.hdf5 the cell and its force constants, cell.xyz the "
        "cell at rest.",
    )


def _cards(result: InterfaceModes) -> Iterator[Card]:
    for junction in result.modes.junctions:
        here = [mode for mode in result.bound if mode.junction == junction]
        count = sum(len(mode.modes) for mode in here)
        energies = listed([f"{mode.energy:.1f}" for mode in here])
        text = f"{count} mode{'' if count == 1 else 's'}" if here else "no mode"
        yield Card(f"Bound at {_place(junction)}", text, f"{energies} meV" if here else "within the limits below")
    if result.bound:
        least = min(result.bound, key=lambda mode: mode.participation)
        note = f"at {_place(least.junction)}, {least.weight:.0%} within {_reach(result)}"
        yield Card("Most localised", f"{least.energy:.1f} meV, participation {least.participation:.3f}", note)
    energy = result.modes.energy
    note = f"{energy[0]:z.1f} to {energy[-1]:.1f} meV".replace("-", "−")
    yield Card("Modes of the cell", f"{len(energy)}", f"{note}; negative where imaginary")


def _place(junction: Junction) -> str:
    return f"{junction.name}, z\u00a0=\u00a0{junction.height / 10:.2f}\u00a0nm"


def _reach(result: InterfaceModes) -> str:
    return f"{result.settings.reach / 10:.1f} nm"


def _bound(result: InterfaceModes) -> Table:
    heads = (
        "Energy (meV)", "Degeneracy", "Interface", f"Weight within {_reach(result)}", "If spread evenly",
        "Participation", "In the left crystal",
    )  # fmt: skip
    rows = []
    for place, mode in enumerate(result.bound):
        shares = (f"{share:.2f}" for share in (mode.weight, mode.expected))
        cells = (f"{mode.energy:.1f}", str(len(mode.modes)), _place(mode.junction), *shares)
        cells += (f"{mode.participation:.3f}", f"{mode.left:.2f}")
        rows.append(cells if result.temperatures is None else (*cells, number(result.temperatures[place])))
    return Table(heads if result.temperatures is None else (*heads, "Temperature (K)"), tuple(rows))


def _meaning(result: InterfaceModes) -> Iterator[str]:
    chosen = result.settings
    if not result.bound:
        yield "No mode of this cell is bound to an interface within these limits."
    yield (
        f"Weight is the part of a mode within {_reach(result)} of its interface, participation the part of the atoms "
        f"that it is spread over. Bound is what has a weight above {chosen.least_weight:g} and a participation below "
        f"{chosen.most_participation:g}. These limits are conventions: a mode that comes and goes with them is no "
        "result. Energies and parts follow from the force constants and have no statistical error; the model of the "
        "forces decides what they are worth."
    )
    if result.temperatures:
        yield (
            f"Temperatures are those of {result.frames:,} frames with one standard error. A single mode scatters as "
            "much as its temperature is high: it wants a run much longer than its memory."
        )


def _caption(result: InterfaceModes) -> str:
    drawn, chosen = drawn_modes(result), result.settings
    text = (
        "a: part of the atoms that each mode of the cell is spread over, against its energy; in colour the modes "
        f"bound to an interface, below the dashed line at {chosen.most_participation:g} and with more than "
        f"{chosen.least_weight:.0%} of the mode within {_reach(result)}."
    )
    if drawn:
        letters = "bcde"[: len(drawn)]
        which = "they" if len(drawn) == len(result.bound) else f"the {len(drawn)} most localised of them"
        text += (
            f" {', '.join(letters)}: how {which} move, around the interface (dashed) with what counts to it in grey; "
            "atoms by element, arrows along z and along the direction in the plane of the largest motion; of a "
            "degenerate set, its first mode."
        )
    if result.density is not None:
        text += f" {'bcdef'[len(drawn)]}: {_densities(result)}"
    return text


def _densities(result: InterfaceModes) -> str:
    density = result.density
    assert density is not None
    text = (
        f"density of states of layers along z in the run, each with an area of 1, from {density.segments} segments of "
        f"frames; lines are {density.resolution:.1f} meV wide, interfaces dashed."
    )
    bright = density.density > density.density.max() / 2
    error = float(np.median(density.error[bright] / density.density[bright]))
    if np.isfinite(error):
        text += f" Above half of the largest density the median standard error is {error:.0%}."
    return text
