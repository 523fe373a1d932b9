"""Chart of sharpened spectra for the page."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.data import Array
from kapitza.interface.deconvolved import Side
from kapitza.plots.deconvolved import BOTH, COLOURS, Pair, highest, region_names, shown_energies
from kapitza.plots.profiles import titled
from kapitza.report.charts import dress, left_titles, light, shown

_BANDS = {"left": "rgba(213,94,0,0.25)", "right": "rgba(0,114,178,0.25)", "interface": "rgba(26,26,26,0.25)"}


def spectra_chart(images: Pair, left: str, right: str) -> go.Figure:
    """Losses above gains, one column per image: sharpened with the band of the noise, and as counted (dotted)."""
    titles = [f"{shown(titled(name, flow))}, {side}" for side in BOTH for name, (flow, _) in images.items()]
    figure = make_subplots(
        2, len(images), subplot_titles=titles, shared_xaxes=True, vertical_spacing=0.09, horizontal_spacing=0.08
    )
    names = {region: shown(name) for region, name in region_names(left, right).items()}
    for column, (_, found) in enumerate(images.values(), start=1):
        chosen = shown_energies(found)
        for row, kind in enumerate(BOTH, start=1):
            side: Side = getattr(found, kind)
            for i, (region, name) in enumerate(names.items()):
                place = {"row": row, "col": column}
                _curves(figure, found.energy[chosen], side, (i, chosen), (region, name), place)
            figure.update_yaxes(range=[0, 1.06 * highest(images, kind)], row=row, col=column)
    for row in (1, 2):
        figure.update_yaxes(title={"text": "Electrons per meV and pixel"}, row=row, col=1)
    figure.update_xaxes(title={"text": "|Energy| (meV)"}, row=2)
    left_titles(figure)
    figure.update_layout(legend={"y": -0.12, "yanchor": "top"})
    return dress(figure, 620)


def _curves(
    figure: go.Figure,
    energy: Array,
    side: Side,
    which: tuple[int, Array],
    called: tuple[str, str],
    place: dict[str, int],
) -> None:
    (i, chosen), (region, name) = which, called
    colour = COLOURS[region]
    low, high = side.low[i, chosen], side.high[i, chosen]
    figure.add_scatter(
        x=light(np.concatenate([energy, energy[::-1]])), y=light(np.concatenate([low, high[::-1]])), fill="toself",
        fillcolor=_BANDS[region], mode="none", hoverinfo="skip", showlegend=False, **place,
    )  # fmt: skip
    first = place["row"] == place["col"] == 1
    figure.add_scatter(
        x=light(energy), y=light(side.sharp[i, chosen]), mode="lines", line={"color": colour, "width": 2}, name=name,
        legendgroup=region, showlegend=first, hovertemplate="%{y:.4~g} at %{x:.4~g} meV<extra></extra>", **place,
    )  # fmt: skip
    figure.add_scatter(
        x=light(energy), y=light(side.counted[i, chosen]), mode="lines",
        line={"color": colour, "width": 1, "dash": "dot"},
        name=f"{name}, as counted", legendgroup=region, showlegend=first, hoverinfo="skip", **place,
    )  # fmt: skip
