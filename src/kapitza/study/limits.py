"""How well one pixel can tell the temperature: from round numbers, from a twin's true spectrum, or from a test
spectrum."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from kapitza.data import Array, SpectrumImage
from kapitza.errors import MethodError
from kapitza.settings import EnergyWindows
from kapitza.spectra.pixels import background_of
from kapitza.spectra.registration import register, registered_axis
from kapitza.spectra.sides import Sides, split
from kapitza.spectra.thermometry import temperature_map
from kapitza.spectra.windows import Windows, fit_windows, inside
from kapitza.theory.information import (
    counted_electrons,
    line_temperature_error,
    tail_of_known_shape,
    temperature_bound,
)
from kapitza.theory.occupation import log_ratio
from kapitza.twin import Twin
from kapitza.twin.fields import fields
from kapitza.twin.forward import energy_axis, expected_counts


@dataclass(frozen=True)
class Limits:
    """Least standard errors (K) of the temperature of one pixel, and what they hold for.

    temperature : K. dwell : s. electrons : phonon-loss electrons of the pixel in the signal window.
    lines : if there were no background. background : with the noise of a background that is known.
    fitted : with the background's height fitted at the pixel, too, as preset `recommended` does.
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
    peak = twin.model_copy(update={"dose": twin.dose.model_copy(update={"loss_fraction": 0.0})})
    still = twin.drift.model_copy(update={"energy_walk": 0.0, "energy_flicker": 0.0, "spatial": 0.0})
    row = {"scan": twin.scan.model_copy(update={"rows": 1}), "drift": still}
    seen = fields(twin.model_copy(update=row))
    energy = energy_axis(twin)
    per_count = twin.microscope.electrons_per_count
    # Shares of the same electrons, with and without phonons, registered as a measurement would be.
    total, elastic = (
        _sides((expected_counts(t.model_copy(update=row), seen)[0] + twin.detector.dark) * per_count, energy)
        for t in (twin, peak)
    )
    windows = fit_windows(EnergyWindows(), -energy[0], energy[-1])
    columns = [
        _bounds(_Spectrum.of(total, elastic, i, windows), float(kelvin)) for i, kelvin in enumerate(seen.temperature[0])
    ]
    lines, background, fitted = np.sqrt(np.mean(np.square([c[1:] for c in columns]), axis=0))
    electrons = float(np.mean([c[0] for c in columns]))
    return Limits(
        twin.temperature.mean, twin.microscope.dwell, electrons, float(lines), float(background), float(fitted)
    )


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
    plan, prepared = tmap.recipe
    spectra = split(plan.axis, prepared.mean[np.newaxis] * plan.electrons_per_count)
    under = background_of(plan, spectra)
    kelvin = tmap.temperature_mean.value
    assert kelvin is not None
    spectrum = _Spectrum.of(spectra, Sides(spectra.energy, under.loss, under.gain), 0, plan.windows)
    width = max(1, round(prepared.core.fwhm / image.dispersion))
    limits = _bounds(spectrum.smoothed(kelvin, width), kelvin)
    stated = float(np.sqrt(np.nanmean(np.square(tmap.error)))) * max(1.0, tmap.scatter or 1.0)
    return Limits(kelvin, recorded, *limits, stated, tmap.common_error)


@dataclass(frozen=True)
class _Spectrum:
    """One pixel's expected electrons at energies (m,), meV, on both sides, and those in the background windows."""

    energy: Array
    loss: Array
    gain: Array
    under_loss: Array
    under_gain: Array
    in_windows: tuple[float, float]

    @classmethod
    def of(cls, total: Sides, under: Sides, number: int, windows: Windows) -> _Spectrum:
        """Spectrum `number` of sides, above and in the background, in the signal window; all of it in the windows."""
        used = inside(total.energy, windows.signal)
        loss, gain, under_loss, under_gain = (side[number] for side in (total.loss, total.gain, under.loss, under.gain))
        in_windows = tuple(
            float(np.nansum(side[inside(total.energy, windows.near, far)]))
            for side, far in ((loss, windows.far_loss), (gain, windows.far_gain))
        )
        loss, gain, under_loss, under_gain = (side[used] for side in (loss, gain, under_loss, under_gain))
        return cls(
            total.energy[used], loss - under_loss, gain - under_gain, under_loss, under_gain,
            (in_windows[0], in_windows[1]),
        )  # fmt: skip

    def smoothed(self, kelvin: float, channels: int) -> _Spectrum:
        """The same without the noise that a short measurement has: averaged, loss and gain of one temperature."""
        ratio = np.exp(-log_ratio(self.energy, kelvin))
        noise_loss, noise_gain = (
            np.maximum(uniform_filter1d(a, channels, mode="nearest"), 1e-9)
            for a in (self.loss + self.under_loss, self.gain + self.under_gain)
        )
        # The most likely loss spectrum of given ratio, then a running mean as wide as the resolution.
        likely = (self.loss * noise_gain + ratio * self.gain * noise_loss) / (noise_gain + ratio**2 * noise_loss)
        loss = np.maximum(uniform_filter1d(likely, channels, mode="nearest"), 0.0)
        return _Spectrum(self.energy, loss, ratio * loss, self.under_loss, self.under_gain, self.in_windows)


def _bounds(pixel: _Spectrum, kelvin: float) -> tuple[float, float, float, float]:
    """Phonon-loss electrons, and the least errors (K) without background, with a known and with a fitted one."""
    under = pixel.under_loss, pixel.under_gain
    tails = tuple(tail_of_known_shape(b, n) for b, n in zip(under, pixel.in_windows, strict=True))
    given = pixel.energy, kelvin, pixel.loss, pixel.gain
    return (
        float(pixel.loss.sum()),
        temperature_bound(*given),
        temperature_bound(*given, *under),
        temperature_bound(*given, *under, (tails[0], tails[1])),
    )


def _sides(electrons: Array, energy: Array) -> Sides:
    return split(registered_axis(energy), register(electrons, energy, np.zeros(len(electrons))))


def require_positive(**numbers: float | None) -> None:
    """Refuse numbers, named as the options of `kapitza plan`, that are not above 0; None passes."""
    for name, number in numbers.items():
        if number is not None and not (number > 0 and math.isfinite(number)):
            raise MethodError(f"A plan wants a number above 0 for --{name}, got {number:g}: correct it and run again.")
