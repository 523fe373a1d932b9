"""How well one pixel can tell the temperature: from round numbers, from a twin's true spectrum, or from a test
spectrum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from kapitza.data import Array, Microscope, SpectrumImage, Status
from kapitza.errors import MethodError
from kapitza.settings import Method
from kapitza.spectra.pixels import Plan
from kapitza.spectra.thermometry import temperature_map
from kapitza.spectra.windows import inside
from kapitza.theory.information import counted_electrons, line_temperature_error, temperature_bound
from kapitza.theory.occupation import log_ratio
from kapitza.twin import Twin
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts


@dataclass(frozen=True)
class Limits:
    """Least standard errors (K) of the temperature of one pixel, and what they hold for.

    temperature : K. dwell : s. electrons : phonon-loss electrons of the pixel in the signal window.
    lines : if there were no background. background : with the noise of a background that is known.
    fitted : with all that preset `recommended` leaves free at the pixel: height, position and width of the zero-loss
        peak, and the phonon spectrum.
    stated : K, what `temperature_map` states and the scatter of its pixels bears out; None where nothing was measured.
    common_error : K, the part that all pixels share, which no dwell makes smaller; None where it is not known.
    """

    temperature: float
    dwell: float
    electrons: float
    lines: float
    background: float
    fitted: float
    stated: float | None = None
    common_error: float | None = None

    def error(self, dwell: float) -> float:
        """Least standard error (K) of one pixel of `dwell` s."""
        return self.fitted * float(np.sqrt(self.dwell / dwell))

    @property
    def shares(self) -> dict[str, float]:
        """Shares of the variance: counting phonon electrons, the background's noise, and fitting the background."""
        whole = self.fitted**2
        parts = (self.lines**2, self.background**2 - self.lines**2, whole - self.background**2)
        return dict(zip(("lines", "background", "fitted"), (part / whole for part in parts), strict=True))


def line_limits(
    *, temperature: float, energy: float, current: float, probability: float, background: float, dwell: float
) -> Limits:
    """Limits of one phonon line over a background that is known and equally high on both sides.

    temperature : K. energy : meV. current : pA. probability : that an electron of the probe is counted in the line on
    the loss side. background : of that side, over the line. dwell : s.

    Raises
    ------
    MethodError
        if a number is not positive.
    """
    require_positive(temperature=temperature, energy=energy, current=current, probability=probability, dwell=dwell)
    if not background >= 0.0:
        raise MethodError(f"A plan wants 0 or more for --background, got {background:g}: correct it and run again.")
    electrons = float(counted_electrons(current, dwell, probability))
    bare, known = (float(line_temperature_error(energy, temperature, electrons, b)) for b in (0.0, background))
    return Limits(temperature, dwell, electrons, bare, known, known)


def twin_limits(twin: Twin) -> Limits:
    """Limits of a pixel of a twin, from its true spectra: the root mean square over the columns.

    Drift, gain pattern and spikes are left out; dark counts are background.

    Raises
    ------
    MethodError
        if the twin's axis has no room for the energy windows, or its spectrum has no phonons.
    """
    still = twin.drift.model_copy(
        update={"energy_walk": 0.0, "energy_flicker": 0.0, "spatial": 0.0, "width_change": 0.0}
    )
    row = twin.model_copy(update={"scan": twin.scan.model_copy(update={"rows": 1}), "drift": still})
    counts = expected_counts(row, fields(row)) + twin.detector.dark
    microscope = Microscope(electrons_per_count=twin.microscope.electrons_per_count)
    tmap = temperature_map(
        SpectrumImage(counts, energy_axis(twin), microscope=microscope), method=Method(despike=False)
    )
    planned, prepared = tmap.recipe
    registered = prepared.registered(counts, 0, tmap.shift)
    columns = [
        _bounds(planned.plan, spectrum, material)
        for spectrum, material in zip(registered, tmap.material[0], strict=True)
    ]
    electrons, lines, background, fitted = np.sqrt(np.mean(np.square(columns), axis=0))
    return Limits(twin.temperature.mean, twin.microscope.dwell, *map(float, (electrons, lines, background, fitted)))


def image_limits(image: SpectrumImage, dwell: float | None = None) -> Limits:
    """Limits of a pixel of a measured image, from its mean registered spectrum.

    dwell : s per pixel, where the file does not say.

    Raises
    ------
    MethodError
        if neither the file nor `dwell` says how long a pixel was recorded, or no temperature can be had.
    """
    require_positive(**{"recorded-dwell": dwell})
    recorded = dwell if dwell is not None else image.microscope.dwell
    if recorded is None or not recorded > 0:
        raise MethodError(
            f"The dwell time of a pixel of {image.name!r} is wanted to scale its errors, but the file does not say: "
            "give the seconds per pixel with --recorded-dwell."
        )
    tmap = temperature_map(image, keep_spectra=False)
    planned, prepared = tmap.recipe
    kelvin = tmap.temperature_mean.value
    assert kelvin is not None
    channels = max(1, round(prepared.core.fwhm / image.dispersion))
    material = int(np.bincount(tmap.material[tmap.ok]).argmax())
    limits = _bounds(planned.plan, prepared.mean, material, channels)
    stated = float(np.sqrt(np.nanmean(np.square(tmap.error)))) * max(1.0, tmap.scatter or 1.0)
    return Limits(kelvin, recorded, *limits, stated, tmap.common_error)


def _bounds(plan: Plan, spectrum: Array, material: int, channels: int = 1) -> tuple[float, float, float, float]:
    """Phonon-loss electrons in the signal window of a registered spectrum (k,) in counts, and the least errors (K)
    without background, with a known and with a fitted one.

    channels : over which loss and gain are averaged against the noise of a short measurement.
    """
    one, which = spectrum[np.newaxis], np.array([material])
    pixel = plan.analyse(one, np.array([Status.OK]), which, spectra=True)
    kelvin = float(pixel.temperature[0])
    used = inside(plan.pair_energy, plan.windows.signal)
    energy = plan.pair_energy[used]
    assert pixel.loss is not None
    assert pixel.gain is not None
    loss, gain, under_loss, under_gain = (
        side[0, used] * plan.electrons_per_count for side in (pixel.loss, pixel.gain, *plan.background(one, which))
    )
    if not np.isfinite(kelvin):
        raise MethodError(
            "A spectrum whose temperature can be read is wanted for a plan, got one without enough phonons: record "
            "longer, or plan from round numbers."
        )
    if channels > 1:
        ratio = np.exp(-log_ratio(energy, kelvin))
        loss = _likely(loss, gain, loss + under_loss, gain + under_gain, ratio, channels)
        gain = ratio * loss
    given = energy, kelvin, loss, gain
    return (
        float(loss.sum()),
        temperature_bound(*given),
        temperature_bound(*given, under_loss, under_gain),
        float(pixel.error[0]),
    )


def _likely(loss: Array, gain: Array, noise_loss: Array, noise_gain: Array, ratio: Array, channels: int) -> Array:
    """(m,): the most likely loss spectrum of a given ratio of gain to loss, then a running mean as wide as the
    resolution."""
    noise_loss, noise_gain = (
        np.maximum(uniform_filter1d(a, channels, mode="nearest"), 1e-9) for a in (noise_loss, noise_gain)
    )
    likely = (loss * noise_gain + ratio * gain * noise_loss) / (noise_gain + ratio**2 * noise_loss)
    return np.maximum(uniform_filter1d(likely, channels, mode="nearest"), 0.0)


def require_positive(**numbers: float | None) -> None:
    """Refuse numbers, named as the options of `kapitza plan`, that are not above 0; None passes."""
    for name, number in numbers.items():
        if number is not None and not (number > 0 and math.isfinite(number)):
            raise MethodError(f"A plan wants a number above 0 for --{name}, got {number:g}: correct it and run again.")
