"""The published recipe as a plan: every pixel and side is fitted on its own, nothing is shared."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kapitza.data import Array
from kapitza.errors import MethodError
from kapitza.settings import Method
from kapitza.spectra.pixels import Pixels, Plan, judged, sides
from kapitza.spectra.published import background, log_ratio
from kapitza.spectra.windows import Windows, inside, text


@dataclass(frozen=True)
class PublishedPlan(Plan):
    """What the published recipe needs to know of an image: its windows."""

    @property
    def fitted(self) -> Array:
        """(k,), True in the near and the far window."""
        windows = self.windows
        loss, gain = (inside(self.axis, windows.near, far) for far in (windows.far_loss, windows.far_gain))
        return np.where(self.axis > 0, loss, gain)

    @property
    def common_covariance(self) -> None:
        """None: the recipe knows no error but that of its line."""

    def background(self, counts: Array, material: Array) -> tuple[Array, Array]:
        """(n, m) counts of the Pearson VII of each side; see `Plan.background`."""
        energy, (loss, gain) = self.pair_energy, sides(self, counts.astype(float))
        height = np.fmax(np.nanmax(loss, axis=1, initial=0.0), np.nanmax(gain, axis=1, initial=0.0))
        of_loss, of_gain = (
            background.curve(energy, background.fit(energy, side, inside(energy, self.windows.near, far), height))
            for side, far in ((loss, self.windows.far_loss), (gain, self.windows.far_gain))
        )
        return of_loss, of_gain

    def analyse(self, counts: Array, status: Array, material: Array, spectra: bool = False) -> Pixels:
        """Temperatures of registered spectra; see `Plan.analyse`."""
        under, chosen = self.background(counts, material), inside(self.pair_energy, self.windows.signal)
        loss, gain = (side - back for side, back in zip(sides(self, counts.astype(float)), under, strict=True))
        beta = log_ratio.inverse_temperature(self.pair_energy[chosen], loss[:, chosen], gain[:, chosen])
        signal = loss[:, chosen].sum(axis=1)
        found = judged(self, status, signal, under[0][:, chosen].sum(axis=1), *log_ratio.temperature(*beta))
        return replace(found, loss=loss.astype(np.float32), gain=gain.astype(np.float32)) if spectra else found


def make_plan(axis: Array, windows: Windows, method: Method, electrons_per_count: float) -> PublishedPlan:
    """The plan of an image.

    Raises
    ------
    MethodError
        if a side of the zero-loss peak has no far window.
    """
    if windows.far_loss is None or windows.far_gain is None:
        side = "gain" if windows.far_gain is None else "loss"
        raise MethodError(
            f"The published recipe fits the zero-loss tail of each side in two windows, {text(windows.near)} and one "
            f"above the phonons, but the {side} side of this image ends before the second: use preset 'recommended', "
            "which fits both sides together."
        )
    return PublishedPlan(axis, windows, method, electrons_per_count)
