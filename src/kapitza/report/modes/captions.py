"""Captions of the charts of modes: each names the number that it supports."""

from __future__ import annotations

from collections.abc import Mapping

from kapitza.interface.modes.summary import ModeComparison, ModeSummary
from kapitza.plots.words import quantity_text
from kapitza.report.captions import listed

Shown = Mapping[str, tuple[str | None, ModeSummary]]


def maps(shown: Shown) -> str:
    """Of losses and gains against position and energy."""
    places = [f"{summary.position:.4g} nm ({name})" for name, (_, summary) in shown.items()]
    return (
        "Losses and gains above the zero-loss peak against position and energy, means along the interface over the "
        f"highest. The dashed line is the interface at {listed(places)}; dotted lines are the modes named in the study."
    )


def spectra(shown: Shown) -> str:
    """Of the spectra of interface and bulk."""
    text = (
        "Losses and gains of both materials and of the interface, per pixel, over the highest. What the interface adds "
        "is seen twice: as the residual that no sum of the bulk spectra explains, with one standard error, from which "
        "whatever looks like bulk is cut, so that it is a picture; and as the lines that the joint fit finds."
    )
    found = [
        f"{p.mode.name} at {quantity_text(p.temperature)} ({name})"
        for name, (_, summary) in shown.items()
        if summary.populations is not None
        for p in summary.populations.modes
    ]
    return f"{text} Loss over gain of these lines puts {listed(found)}." if found else text


def profiles(shown: Shown, comparison: ModeComparison | None) -> str:
    """Of the profiles of loss and gain."""
    text = (
        "Loss and gain of every band across the interface, 1 in the left bulk and 0 in the right, with one standard "
        "error. A negative shift means that the gain falls earlier, coming from the left."
    )
    found = [
        f"{quantity_text(profile.measured.shift)} for {band} ({name})"
        for name, (_, summary) in shown.items()
        for band, profile in summary.profiles.items()
    ]
    text += f" The matched shifts are {listed(found)}."
    if comparison is not None and comparison.shifts:
        own = [f"{quantity_text(shift.own)} of {name}" for name, shift in comparison.shifts.items()]
        text += f" Half the difference of forward and reverse, less what the temperature field makes, is {listed(own)}."
    return text


def bands(shown: Shown, comparison: ModeComparison | None) -> str:
    """Of temperatures of bands."""
    text = (
        "Temperature of the phonons in each range of energies along the heat flow, with the zero-loss peak's leakage "
        "between ranges solved; error bars are those of counting."
    )
    if comparison is None or comparison.deviations is None:
        return text
    text += " Below, how far each is from the others, half the difference of both directions"
    found = [
        f"{quantity_text(decay.amplitude)} falling off over {quantity_text(decay.length)} for {name} ({side})"
        for side in ("left", "right")
        for name, decay in zip(comparison.deviations.names, getattr(comparison.deviations, side), strict=True)
        if decay is not None
    ]
    return f"{text}, with the decays that are told from noise: {listed(found)}." if found else f"{text}: none decays."


def factors(shown: Shown) -> str:
    """Of non-negative factors."""
    found = [
        f"{100 * share.max():.0f} % at {summary.factors.position[share.argmax()] - summary.position:+.2g} nm ({name})"
        for name, (_, summary) in shown.items()
        if summary.factors is not None
        for share in summary.factors.shares.T[1:-1]
    ]
    text = (
        "Non-negative spectra whose sums come closest to all spectra along the heat flow, no bulk being given, and "
        "their shares, ordered from left to right. They are not unique: a spectrum that is nowhere alone keeps some of "
        "the others."
    )
    return f"{text} Between the outer ones the highest share is {listed(found)}." if found else text
