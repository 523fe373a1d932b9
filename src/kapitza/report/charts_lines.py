"""Charts of lines for the page: profiles with the drop, spectra with their background, log-ratios, residuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.data import Array, InterfaceResult, SpectrumFit
from kapitza.plots.fits import signal_spans, window_spans
from kapitza.plots.profiles import FLOW_NAMES, bulk_line
from kapitza.plots.statistics import BINS, unit_gaussian
from kapitza.plots.style import BLUE, FAINT, FLOW_COLOURS, GREEN, INK, ORANGE, SKY
from kapitza.plots.words import pixels_text, quantity_text
from kapitza.report.charts import dress, left_titles, light, shown, vertical_line
from kapitza.units import BOLTZMANN

BANDS = {ORANGE: "rgba(213,94,0,0.18)", BLUE: "rgba(0,114,178,0.18)"}


def profile_chart(interface: InterfaceResult, left: str, right: str, ylabel: str) -> go.Figure:
    """The temperature across the interface, the bulk lines with their errors, the drop, and the composition below."""
    strip = interface.composition is not None
    heights = [0.8, 0.2] if strip else [1.0]
    figure = make_subplots(len(heights), 1, shared_xaxes=True, row_heights=heights, vertical_spacing=0.05)
    _points(figure, interface, INK, "mean along the interface")
    for side, name, colour in (("left", left, ORANGE), ("right", right, BLUE)):
        _bulk(figure, interface, side, shown(name), colour)
    _drop(figure, interface)
    if interface.composition is not None:
        spread = interface.composition_error
        error = None if spread is None else {"array": light(spread), "thickness": 1, "width": 0}
        figure.add_scatter(
            x=interface.profile.position, y=light(interface.composition), line={"color": GREEN}, showlegend=False,
            error_y=error, row=2, col=1, hovertemplate="%{y:.2f} at %{x:.4~g} nm<extra></extra>",
        )  # fmt: skip
        figure.update_yaxes(title={"text": f"Share of<br>{shown(left)}"}, range=[-0.1, 1.1], tickvals=[0, 1], row=2)
    figure.update_yaxes(title={"text": ylabel}, row=1)
    figure.update_xaxes(title={"text": "Position (nm)"}, row=len(heights))
    vertical_line(figure, interface.position.value)
    return dress(figure, 500 if strip else 420)


def _points(figure: go.Figure, interface: InterfaceResult, colour: str, name: str) -> None:
    points = interface.profile
    figure.add_scatter(
        x=points.position, y=light(points.temperature), mode="markers", name=name, marker={"color": colour, "size": 5},
        error_y={"array": light(points.error), "thickness": 1, "width": 0, "color": colour},
        hovertemplate="%{y:.1f} ± %{error_y.array:.1f} K at %{x:.4~g} nm<extra></extra>", row=1, col=1,
    )  # fmt: skip


def _bulk(figure: go.Figure, interface: InterfaceResult, side: str, name: str, colour: str) -> None:
    span = interface.bulk_left if side == "left" else interface.bulk_right
    figure.add_vrect(*span, fillcolor=colour, opacity=0.06, line_width=0, layer="below", row=1, col=1)
    near, position = span[1] if side == "left" else span[0], interface.position.value
    if position is None:
        return
    for ends, dash, label in ((span, None, f"line fitted in {name}"), ((near, position), "dash", None)):
        x = np.linspace(*ends, 30)
        line, error = bulk_line(interface, side, x)
        if not np.isfinite(line).all():
            continue
        both = np.concatenate([x, x[::-1]]), np.concatenate([line - error, (line + error)[::-1]])
        figure.add_scatter(
            x=light(both[0]), y=light(both[1]), fill="toself", fillcolor=BANDS[colour], mode="none", hoverinfo="skip",
            showlegend=False, row=1, col=1,
        )  # fmt: skip
        figure.add_scatter(
            x=light(x), y=light(line), line={"color": colour, "width": 2, "dash": dash}, mode="lines", name=label,
            showlegend=label is not None, hoverinfo="skip", row=1, col=1,
        )  # fmt: skip


def _drop(figure: go.Figure, interface: InterfaceResult) -> None:
    position, left, right = (
        q.value for q in (interface.position, interface.temperature_left, interface.temperature_right)
    )
    if position is None or left is None or right is None:
        return
    figure.add_scatter(
        x=[position, position], y=[left, right], mode="lines+markers", line={"color": INK, "width": 2},
        marker={"symbol": "line-ew", "size": 10, "line": {"width": 2, "color": INK}}, hoverinfo="skip",
        showlegend=False, row=1, col=1,
    )  # fmt: skip
    figure.add_annotation(
        x=position, y=left, text=f"<b>ΔT = {quantity_text(interface.drop)}</b>", showarrow=False, xanchor="left",
        xshift=10, yshift=8 if left >= right else -8, bgcolor="rgba(255,255,255,0.8)", row=1, col=1,
    )  # fmt: skip


def flows_chart(images: Mapping[str, tuple[str | None, InterfaceResult]]) -> go.Figure:
    """The profiles of all images together: what changes sign with the heat is real, what stays is an artefact."""
    figure = make_subplots(1, 1)
    for name, (flow, interface) in images.items():
        colour = FLOW_COLOURS[flow]
        label = name if flow is None or name == flow else f"{name} ({FLOW_NAMES[flow]})"
        _points(figure, interface, colour, shown(label))
        if interface.position.value is None:
            continue
        for side, span in (("left", interface.bulk_left), ("right", interface.bulk_right)):
            ends = (span[0], interface.position.value) if side == "left" else (interface.position.value, span[1])
            x = np.linspace(*ends, 30)
            line = light(bulk_line(interface, side, x)[0])
            figure.add_scatter(
                x=light(x), y=line, mode="lines", line={"color": colour}, showlegend=False, hoverinfo="skip"
            )
    figure.update_xaxes(title={"text": "Position (nm)"})
    figure.update_yaxes(title={"text": "Temperature (K)"})
    return dress(figure, 400)


def spectra_chart(fits: Sequence[SpectrumFit]) -> go.Figure:
    """Each averaged spectrum with its background and windows, and its log-ratio with the line of the temperature."""
    titles = [
        text
        for fit in fits
        for text in (f"{shown(fit.label)} ({pixels_text(fit.pixels)})", f"T = {quantity_text(fit.temperature)}")
    ]
    spacing = min(0.08, 0.25 / len(fits))
    figure = make_subplots(
        len(fits), 2, subplot_titles=titles, column_widths=[0.6, 0.4], vertical_spacing=spacing,
        horizontal_spacing=0.09, shared_xaxes="columns",
    )  # fmt: skip
    for row, fit in enumerate(fits, start=1):
        _counts(figure, fit, row)
        _log_ratio(figure, fit, row)
    figure.update_xaxes(title={"text": "Energy loss (meV)"}, row=len(fits), col=1)
    figure.update_xaxes(title={"text": "|Energy| (meV)"}, rangemode="tozero", row=len(fits), col=2)
    left_titles(figure)
    figure.update_layout(legend={"y": -0.2 / len(fits), "yanchor": "top"})
    return dress(figure, 250 * len(fits) + 90)


def _counts(figure: go.Figure, fit: SpectrumFit, row: int) -> None:
    place = {"row": row, "col": 1}
    counts, background = (np.where(values > 0, values, np.nan) for values in (fit.counts, fit.background))
    for values, name, colour in ((counts, "spectrum", INK), (background, "zero-loss background", ORANGE)):
        figure.add_scatter(
            x=light(fit.energy), y=light(values), mode="lines", name=name, legendgroup=name, showlegend=row == 1,
            line={"color": colour, "width": 1.5}, **place,
            hovertemplate="%{y:.4~g} counts at %{x:.4~g} meV<extra></extra>",
        )  # fmt: skip
    # after the lines, because Plotly shades no empty frame
    for colour, spans in ((FAINT, list(window_spans(fit.energy, fit.used))), (SKY, signal_spans(fit))):
        for start, stop in spans:
            figure.add_vrect(start, stop, fillcolor=colour, opacity=0.16, line_width=0, layer="below", **place)
    figure.update_yaxes(title={"text": "Counts per channel"}, type="log", exponentformat="power", dtick=1, **place)
    if np.isfinite(counts).any():
        low, high = np.log10(np.nanpercentile(counts, 1) / 2), np.log10(np.nanmax(counts) * 2)
        figure.update_yaxes(range=[float(low), float(high)], **place)


def _log_ratio(figure: go.Figure, fit: SpectrumFit, row: int) -> None:
    place = {"row": row, "col": 2}
    figure.add_scatter(
        x=light(fit.pair_energy), y=light(fit.log_ratio), mode="markers", marker={"color": INK, "size": 4},
        error_y={"array": light(fit.log_ratio_error), "thickness": 1, "width": 0, "color": INK}, showlegend=False,
        hovertemplate="%{y:.3f} ± %{error_y.array:.3f} at %{x:.4~g} meV<extra></extra>", **place,
    )  # fmt: skip
    if fit.temperature.value and len(fit.pair_energy):
        x = np.array([0.0, float(np.max(fit.pair_energy)) * 1.04])
        figure.add_scatter(
            x=x, y=x / (BOLTZMANN * fit.temperature.value), mode="lines", line={"color": BLUE, "width": 2},
            name="E/kT at the temperature found", legendgroup="line", showlegend=row == 1, hoverinfo="skip", **place,
        )  # fmt: skip
    if fit.log_ratio_modelled is not None:
        figure.add_scatter(
            x=light(fit.pair_energy), y=light(fit.log_ratio_modelled), mode="lines", line={"color": ORANGE, "width": 2},
            name="the same, blurred by the zero-loss peak", legendgroup="model", showlegend=row == 1, hoverinfo="skip",
            **place,
        )  # fmt: skip
    figure.update_yaxes(title={"text": "ln(loss/gain)"}, **place)


def residual_chart(values: Array) -> go.Figure:
    """How neighbouring pixels differ over their stated error, beside the unit Gaussian of honest errors."""
    values = values[np.isfinite(values)]
    counts, _ = np.histogram(values, BINS)
    width = float(BINS[1] - BINS[0])
    per = max(len(values), 1) * width
    figure = go.Figure()
    figure.add_bar(
        x=BINS[:-1] + width / 2, y=light(counts / per), marker={"color": SKY}, name="neighbouring pixels",
        error_y={"array": light(np.sqrt(counts) / per), "thickness": 1, "width": 0, "color": INK},
        customdata=counts, hovertemplate="%{customdata} pairs<extra></extra>",
    )  # fmt: skip
    x = np.linspace(-5, 5, 101)
    figure.add_scatter(
        x=x,
        y=unit_gaussian(x),
        mode="lines",
        line={"color": ORANGE, "width": 2},
        name="unit Gaussian",
        hoverinfo="skip",
    )
    figure.update_xaxes(title={"text": "Difference of neighbours over its standard error"}, range=[-5, 5])
    figure.update_yaxes(title={"text": "Density"})
    return dress(figure, 340)
