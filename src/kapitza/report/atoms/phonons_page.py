"""What the page of a crystal's phonons says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kapitza.atoms.phonons import Phonons, sound_velocities
from kapitza.plots.words import quantity_text
from kapitza.report.charts import Numbering
from kapitza.report.sections import Section
from kapitza.report.short_page import ShortPage, picture
from kapitza.report.tables import Card, Table

_CAPTION = (
    "Energies along the path between the points of the Brillouin zone, and the density of states, all of it and by "
    "species. Diamonds at Γ are measured energies, where there are some; LO energies stand there too, which force "
    "constants of finite range do not have. A gap is shaded."
)


def phonons_page(result: Phonons, figure: Path) -> ShortPage:
    """The page of `result`, whose figure was saved as the SVG `figure`."""
    sections = [
        Section("phonons", "Phonons", (picture(figure, _CAPTION, Numbering()),)),
        Section("centre", "Zone centre", tuple(_centre(result))),
    ]
    if result.elastic is not None:
        sections.append(Section("elastic", "Elastic constants", tuple(_elastic(result))))
    return ShortPage(
        title=f"Phonons of {result.name}",
        lead=f"Forces from {result.source}",
        cards=tuple(_cards(result)),
        sections=tuple(sections),
        files="The folder figures has the picture as PNG and SVG, results.json the numbers, dispersion.csv, states.csv "
        "and loss.csv the curves, phonopy.yaml the force constants, twin.toml the material for a synthetic experiment.",
    )


def _cards(result: Phonons) -> Iterator[Card]:
    compared = [one for one in result.differences if one.relative is not None]
    if compared:
        worst = max(compared, key=lambda one: abs(one.relative or 0.0))
        yield Card("Farthest from a measured energy at Γ", _percent(worst.relative), worst.measured.name)
    yield Card("Highest energy", _energy(result.dispersion.highest))
    yield Card("Lowest energy", _energy(result.lowest), "negative where imaginary")
    if (gap := result.states.gap) is not None:
        yield Card("Widest gap", _energy(gap[1] - gap[0]), f"from {gap[0]:.1f} to {gap[1]:.1f} meV")


def _centre(result: Phonons) -> Iterator[str | Table]:
    if not result.differences:
        rows = [(mode.label or "not known", f"{mode.energy:.1f}", str(mode.degeneracy)) for mode in result.gamma]
        yield Table(("Mode", "Energy (meV)", "Degeneracy"), tuple(rows))
        return
    compared = []
    for one in result.differences:
        found = "wants Born charges" if one.calculated is None else f"{one.calculated:.1f}"
        compared.append((one.measured.name, f"{one.measured.energy:.1f}", found, _percent(one.relative)))
    yield Table(("Mode", "Measured (meV)", "Calculated (meV)", "Difference"), tuple(compared))
    if result.reference is not None:
        yield (
            f"Measured: {result.reference.source}, doi:{result.reference.doi}. Calculated energies are harmonic and "
            "without zero-point expansion, measured ones are at room temperature."
        )


def _elastic(result: Phonons) -> Iterator[str | Table]:
    assert result.elastic is not None
    measured = {} if result.reference is None else result.reference.elastic
    rows = []
    for name, constant in result.elastic.named.items():
        known = measured.get(name)
        rows.append((name, quantity_text(constant), "" if known is None else quantity_text(known)))
    yield Table(("Constant", "Calculated", "Measured"), tuple(rows))
    if result.reference is not None:
        yield f"Measured: {result.reference.elastic_source}."
    speeds = " ".join(f"{speed:.2f}" for speed in sound_velocities(result.elastic))
    slopes = " ".join(f"{speed:.2f}" for speed in result.slopes)
    yield f"Sound along c: {speeds} km/s from elastic constants, {slopes} km/s from the slopes of the acoustic modes."


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:+.1f} %".replace("-", "−")


def _energy(energy: float) -> str:
    return f"{energy:.1f} meV".replace("-0.0", "0.0").replace("-", "−")
