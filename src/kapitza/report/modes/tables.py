"""The tables of the page's section on modes: populations, forward beside reverse, and bands."""

from __future__ import annotations

from collections.abc import Iterator

from kapitza.interface.modes.populations import Asymmetry
from kapitza.interface.modes.summary import ModeComparison, ModeSummary
from kapitza.plots.words import quantity_text
from kapitza.report.tables import COMBINED, Table, image_title, number
from kapitza.study.result import StudyResult

_INDICES = ("gain", "loss", "strength", "gain_over_loss", "occupation_ratio")


def summaries(result: StudyResult) -> dict[str, ModeSummary]:
    """The modes of every image that has some, by its title."""
    return {image_title(name, image): image.modes for name, image in result.images.items() if image.modes is not None}


def populations(result: StudyResult) -> Table | None:
    """Occupations and temperatures of every image, and the sums of its residual; None without modes."""
    rows = tuple(row for title, summary in summaries(result).items() for row in _populations(title, summary))
    heads = ("", "Mode", "Energy (meV)", "Occupation n", "Implied T (K)", "Residual, loss", "Residual, gain")
    return Table(heads, rows) if rows else None


def _populations(title: str, summary: ModeSummary) -> Iterator[tuple[str, ...]]:
    if summary.populations is None:
        return
    for found in summary.populations.modes:
        sums = (None, None) if summary.residuals is None else summary.residuals.summed(found.mode)
        numbers = (found.occupation, found.temperature, *sums)
        yield title, found.mode.name, f"{found.mode.energy:g}", *map(number, numbers)


def asymmetry(found: ModeComparison | None) -> Table | None:
    """The indices of the first two modes with null tests and checks; None without."""
    if found is None or found.asymmetry is None:
        return None
    first, second = found.asymmetry.modes
    heads = ("Gain", "Loss", "Strength", "Gain over loss", f"n of {first} over n of {second}")
    rows = {"forward over reverse": found.asymmetry, **found.nulls, **found.checks}
    return Table(("", *heads), tuple((name, *_indices(index)) for name, index in rows.items()))


def _indices(found: Asymmetry) -> tuple[str, ...]:
    return tuple(quantity_text(getattr(found, name)) for name in _INDICES)


def lead_lag(result: StudyResult) -> Table | None:
    """Shifts of gain against loss by band and image, and half the difference of forward and reverse; None without."""
    rows = [
        (title, name, *map(number, (profile.measured.shift, profile.expected, profile.own)))
        for title, summary in summaries(result).items()
        for name, profile in summary.profiles.items()
    ]
    if result.modes is not None:
        rows += [
            (COMBINED, name, *map(number, (shift.measured, shift.expected, shift.own)))
            for name, shift in result.modes.shifts.items()
        ]
    heads = ("", "Band", "Gain beyond loss (pm)", "By the temperature field (pm)", "Of its own (pm)")
    return Table(heads, tuple(rows)) if rows else None


def deviations(found: ModeComparison | None) -> Table | None:
    """Amplitude and decay length of every band's deviation from the local temperature, on both sides; None without."""
    if found is None or found.deviations is None:
        return None
    rows = []
    for name, *decays in zip(found.deviations.names, found.deviations.left, found.deviations.right, strict=True):
        pairs = [(None, None) if decay is None else (decay.amplitude, decay.length) for decay in decays]
        rows.append((name, *(number(q) for pair in pairs for q in pair)))
    heads = ("Band", "Left, at the interface (K)", "decay (nm)", "Right, at the interface (K)", "decay (nm)")
    return Table(heads, tuple(rows))
