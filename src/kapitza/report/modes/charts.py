"""Chart of losses and gains against position and energy for the page."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kapitza.interface.modes.summary import ModeSummary
from kapitza.plots.modes.maps import loss_and_gain
from kapitza.plots.profiles import titled
from kapitza.plots.style import FAINT, ORANGE
from kapitza.report.charts import dress, left_titles, light, shown

_HEIGHT = 620


def maps_chart(images: Mapping[str, tuple[str | None, ModeSummary]]) -> go.Figure:
    """Losses (above) and gains (below), each over its highest; one column for every image."""
    sides = ("loss", "gain")
    titles = [shown(f"{titled(name, flow)}, {side}") for side in sides for name, (flow, _) in images.items()]
    figure = make_subplots(
        2, len(images), subplot_titles=titles, shared_xaxes=True, shared_yaxes=True, vertical_spacing=0.09,
        horizontal_spacing=0.06,
    )  # fmt: skip
    for j, (_, summary) in enumerate(images.values()):
        energy, planes = loss_and_gain(summary)
        for i, plane in enumerate(planes):
            place = {"row": i + 1, "col": j + 1}
            figure.add_heatmap(
                z=light(plane), x=light(summary.columns.position), y=light(energy), zmin=0.0, zmax=1.0,
                colorscale="Greys", showscale=i == j == 0,
                colorbar={"thickness": 12, "outlinewidth": 0, "title": {"text": "I / max", "side": "right"}},
                hovertemplate="%{z:.3f} at %{x:.4~g} nm, %{y:.4~g} meV<extra></extra>", **place,
            )  # fmt: skip
            figure.add_vline(summary.position, line={"color": ORANGE, "width": 1.5, "dash": "dash"}, **place)
            for mode in summary.wanted.modes:
                figure.add_hline(mode.energy, line={"color": FAINT, "width": 1, "dash": "dot"}, **place)
    figure.update_xaxes(title={"text": "Position (nm)"}, showgrid=False, row=2)
    figure.update_yaxes(showgrid=False)
    figure.update_yaxes(title={"text": "|E| (meV)"}, col=1)
    left_titles(figure)
    return dress(figure, _HEIGHT)
