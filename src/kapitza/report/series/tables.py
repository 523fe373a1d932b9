"""A series of currents as tables and in words."""

from __future__ import annotations

from kapitza.interface.currents.series import mean_temperature
from kapitza.plots.series import point_label
from kapitza.plots.words import quantity_text
from kapitza.report.captions import listed
from kapitza.report.series.results import NUMBERS, OF_IMAGE
from kapitza.report.tables import Table, number
from kapitza.study.result import StudySeries

_HEADS = ("T (K)", "Drop (K)", "Gradient left (K/µm)", "Gradient right (K/µm)", "Length left (nm)", "Length right (nm)")
_IMAGE_HEADS = ("T (K)", "Drop (K)", "Bias step (K)", "Flux over the coolest’s", "R over the coolest’s", "Flux (GW/m²)")
_WORDS = {
    "characteristic_length_left": "Characteristic length, left",
    "characteristic_length_right": "Characteristic length, right",
    "conductivity_ratio": "Conductivity left over right",
    "length_exponent_left": "n in l ∝ T⁻ⁿ, left",
    "length_exponent_right": "n in l ∝ T⁻ⁿ, right",
    "exponent_left": "p in κ ∝ T⁻ᵖ, left",
    "exponent_right": "p in κ ∝ T⁻ᵖ, right",
    "resistance_exponent": "s in R ∝ T⁻ˢ",
    "width_10_90": "10–90 width",
    "position": "Position, from where the images have it",
    "resistance": "Resistance",
    "conductivity_left": "Conductivity, left",
    "conductivity_right": "Conductivity, right",
}
_FIXED_BY = {
    "data": "the data",
    "current": "the square of the current",
    "prior": "what was given, and the data",
    "nothing": "not fixed",
}


def tables(series: StudySeries) -> list[Table]:
    """The points; what the fit of all profiles found and what fixes it; and the fit's numbers of every image."""
    rows = []
    for i, result in enumerate(series.points.results):
        found = [mean_temperature(result), *(getattr(result, name) for name in NUMBERS)]
        rows.append((point_label(series, i), *map(number, found)))
    made = [Table(("", *_HEADS), tuple(rows))]
    if series.fit is None:
        return made
    shared = tuple(
        (_WORDS[name], quantity_text(quantity), _FIXED_BY[series.fit.fixed_by[name]])
        for name, quantity in series.fit.parameters.items()
    )
    at = f"at {series.fit.reference_temperature:.0f} K"
    made.append(Table((f"All profiles at once, {at}", "Value", "Fixed by"), shared))
    images = tuple((i.name, *(number(getattr(i, name)) for name in OF_IMAGE)) for i in series.fit.images)
    return [*made, Table(("", *_IMAGE_HEADS), images)]


def caption(series: StudySeries) -> str:
    """Of the chart of a series."""
    lengths = [
        f"{quantity_text(result.characteristic_length_left)} and {quantity_text(result.characteristic_length_right)} "
        f"({point_label(series, i)})"
        for i, result in enumerate(series.points.results)
    ]
    text = (
        f"The interface at {len(series.names)} heating currents. Above: temperature profiles ({series.heat_flow}) with "
        "one standard error. Below: the size of the drop, and the characteristic lengths, drop over gradient on either "
        f"side, against the temperature of the interface. The lengths, left and right, are {listed(lengths)}."
    )
    fit = series.fit
    if fit is None:
        return text
    text += (
        " Curves: one fit of all profiles, with conductivities and resistance that follow powers of the temperature; "
        f"bands are its standard error. Chi-squared is {fit.chi_squared:.0f} with {fit.degrees_of_freedom} degrees of "
        "freedom."
    )
    if fit.fixed_by["resistance_exponent"] == "nothing":
        text += (
            " How the conductivities and the resistance share the fall of the lengths, and with it the relative flux, "
            "is not in the data: give exponents of the conductivities, or let the flux follow the current squared."
        )
    return text
