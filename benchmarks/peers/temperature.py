"""Temperature from loss and gain, with the true zero-loss peak taken off beforehand, the same for all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from synthetic import DISPERSION, Spectra

from kapitza.data import Array
from kapitza.spectra.pixels import COLDEST, HOTTEST
from kapitza.spectra.published import log_ratio
from kapitza.spectra.windows import inside
from kapitza.units import BOLTZMANN
from peers import SIGNAL, Step, Tool
from peers.zero_loss import sides


@dataclass(frozen=True)
class Net:
    """n spectra, ready for a thermometer.

    near, far : (n, channels), counts, the spectra and their true zero-loss peaks, on `axis` (channels,), meV.
    energy : (m,), meV, in the signal window. loss, gain : (n, m), counts of near less far.
    """

    axis: Array
    near: Array
    far: Array
    energy: Array
    loss: Array
    gain: Array


def net(spectra: Spectra) -> Net:
    """Loss and gain above the true zero-loss peak."""
    near, far = spectra.counts.astype(float), spectra.zero_loss
    energy, (loss, gain) = sides(spectra.energy, near - far)
    chosen = inside(energy, SIGNAL)
    return Net(spectra.energy, near, far, energy[chosen], loss[:, chosen], gain[:, chosen])


def kapitza_temperature(given: Net) -> Array:
    """(n,), K, by the published unweighted line through the origin."""
    return log_ratio.temperature(*log_ratio.inverse_temperature(given.energy, given.loss, given.gain))[0]


def _line(energy: Array, beta: float) -> Array:
    return beta * energy


def _points(given: Net) -> Iterator[tuple[Array, Array]]:
    for loss, gain in zip(given.loss, given.gain, strict=True):
        usable = (loss > 0) & (gain > 0)
        yield given.energy[usable], np.log(loss[usable] / gain[usable])


def scipy_temperature(given: Net) -> Array:
    """(n,), K, the same line by curve_fit."""
    from scipy.optimize import curve_fit

    beta = [curve_fit(_line, x, y, p0=0.02)[0][0] if len(x) else np.nan for x, y in _points(given)]
    return 1 / (BOLTZMANN * np.array(beta))


def lmfit_temperature(given: Net) -> Array:
    """(n,), K, the same line by a Model."""
    import lmfit

    model = lmfit.Model(_line)
    beta = [model.fit(y, energy=x, beta=0.02).best_values["beta"] if len(x) else np.nan for x, y in _points(given)]
    return 1 / (BOLTZMANN * np.array(beta))


def swift_temperature(given: Net) -> Array:
    """(n,), K, by the computation behind "Measure Temperature", far being the true zero-loss peak."""
    from nion.data import Calibration, DataAndMetadata
    from nionswift_plugin.nion_eels_analysis.Thermometry import MeasureTemperature

    axis = Calibration.Calibration(given.axis[0] * 1e-3, DISPERSION * 1e-3, "eV")
    first, last = (round((edge - given.axis[0]) / DISPERSION) for edge in SIGNAL)
    channels = len(given.axis)
    # Swift counts edges of channels; half a channel further in, no rounding moves them.
    interval = SimpleNamespace(start=(first + 0.5) / channels, end=(last + 1.5) / channels)

    def held(counts: Array) -> Any:
        xdata = DataAndMetadata.new_data_and_metadata(counts, dimensional_calibrations=[axis])
        return SimpleNamespace(xdata=xdata, data=xdata.data)

    found = []
    for near, far in zip(given.near, given.far, strict=True):
        tool = MeasureTemperature(None)
        tool.execute(held(near), held(far), interval)
        found.append(tool._MeasureTemperature__fit[0])
    return np.array(found)


def temperature_error(found: Array, spectra: Spectra) -> str:
    """Bias and standard deviation, K, of what kapitza would let pass for a temperature."""
    off = found - spectra.temperature
    good = off[(found > COLDEST) & (found < HOTTEST)]
    failed = off.size - good.size
    bias, uncertain = good.mean(), good.std() / np.sqrt(good.size)
    text = f"bias {bias:+.1f} ± {uncertain:.1f} K, sd {good.std():.1f} K"
    return text + (f", {failed} of {off.size} without a temperature" if failed else "")


TEMPERATURE = Step(
    "temperature fit",
    False,
    net,
    temperature_error,
    (
        Tool("kapitza, preset paper", kapitza_temperature, ours=True),
        Tool("SciPy curve_fit", scipy_temperature),
        Tool("lmfit", lmfit_temperature, ("lmfit",)),
        Tool("Nion Swift Measure Temperature", swift_temperature, ("nionswift-eels-analysis",)),
    ),
)
