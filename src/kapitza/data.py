"""The data that flow through kapitza: spectrum image in, temperature map and interface result out. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from kapitza.quantity import Quantity
from kapitza.units import BOLTZMANN

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[Any]


@dataclass(frozen=True)
class Microscope:
    """What the physics needs to know of the acquisition; None where the file does not say.

    beam_energy in keV, convergence and collection (semi-angles) in mrad, dwell in s, electrons_per_count as a number.
    """

    beam_energy: float | None = None
    convergence: float | None = None
    collection: float | None = None
    dwell: float | None = None
    electrons_per_count: float | None = None


@dataclass(frozen=True)
class SpectrumImage:
    """Counts at every pixel and energy.

    counts : (y, x, energy), NumPy or Dask array, detector counts.
    energy : (energy,), meV, uniform and rising; positive where the electron lost energy.
    step : pixel pitch (y, x), nm; None where the file does not say.
    """

    counts: Any
    energy: Array
    step: tuple[float, float] | None = None
    name: str = "image"
    microscope: Microscope = field(default_factory=Microscope)
    history: tuple[str, ...] = ()

    @property
    def dispersion(self) -> float:
        """Energy per channel, meV."""
        return float(self.energy[-1] - self.energy[0]) / (len(self.energy) - 1)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(y, x, energy)."""
        y, x, energy = self.counts.shape
        return int(y), int(x), int(energy)

    def to_xarray(self) -> xr.DataArray:
        """The counts as a labelled array with dims y, x, energy and units on every coordinate."""
        import xarray as xr

        coords = pixel_coordinates(self.shape[:2], self.step)
        coords["energy"] = ("energy", self.energy, {"units": "meV"})
        return xr.DataArray(
            self.counts, dims=("y", "x", "energy"), coords=coords, name=self.name, attrs={"units": "counts"}
        )


class Status(IntEnum):
    """Why a pixel has, or has not, a temperature."""

    OK = 0
    MASKED = 1
    NOT_FINITE = 2
    NO_COUNTS = 3
    SATURATED = 4
    NO_ZERO_LOSS = 5
    SPIKES = 6
    BACKGROUND_FAILED = 7
    NO_SIGNAL = 8
    NO_TEMPERATURE = 9

    @property
    def sentence(self) -> str:
        """What the status means, for a report."""
        return _STATUS_SENTENCES[self]


_STATUS_SENTENCES = {
    Status.OK: "a temperature was found",
    Status.MASKED: "excluded by the user's mask",
    Status.NOT_FINITE: "a channel is not a number",
    Status.NO_COUNTS: "the spectrum is empty or negative",
    Status.SATURATED: "the zero-loss peak is cut off flat by the detector",
    Status.NO_ZERO_LOSS: "no zero-loss peak was found near zero energy",
    Status.SPIKES: "too many channels were hit by spikes",
    Status.BACKGROUND_FAILED: "the zero-loss background fit did not converge",
    Status.NO_SIGNAL: "no phonon signal is left above the background",
    Status.NO_TEMPERATURE: "loss and gain do not give a temperature between 10 and 5000 K",
}


@dataclass(frozen=True)
class TemperatureMap:
    """Temperature at every pixel.

    temperature, error : (y, x), K; NaN where status is not 0. `error` is the statistical standard error of one pixel.
    status : (y, x), integers of `Status`.
    shift : (y, x), meV, where the zero-loss peak stood on the image's own energy axis.
    spikes : (y, x), number of channels that were replaced because a spike hit them.
    energy : (energy,), meV, > 0: the energies |E| of `loss` and `gain`.
    loss, gain : (y, x, energy), counts above the zero-loss background at +energy and -energy; None where not kept.
    temperature_mean : mean temperature of the whole image.
    zero_loss : `fwhm` (meV) and `asymmetry` (loss half width less gain half width, over their sum) of the core of the
        summed spectrum's peak, and the `electrons_per_count` that were used.
    scatter : how the pixels scatter among their neighbours over their stated error; 1 where errors are honest, None
        where too few pixels.
    settings : the resolved settings that made the map, {"energy": ..., "method": ...}. warnings : (code, sentence)
        pairs.
    common_error : K, the part of the error of the mean temperature that all pixels share (the zero-loss peak, which is
        not known exactly, and the detector's gain pattern); not in `error`.
    material : (y, x), number of the material that each pixel was taken for.
    common_covariance : (materials, materials), K^2, of the shared errors of the materials' temperatures; None where
        nothing is shared.
    recipe : what `kapitza.spectra.thermometry.spectrum_fit` needs to show single spectra again.
    """

    name: str
    temperature: Array
    error: Array
    status: Array
    shift: Array
    spikes: Array
    energy: Array
    loss: Array | None
    gain: Array | None
    step: tuple[float, float] | None
    temperature_mean: Quantity
    zero_loss: Mapping[str, Quantity]
    scatter: float | None
    settings: Mapping[str, Any]
    warnings: tuple[tuple[str, str], ...] = ()
    history: tuple[str, ...] = ()
    common_error: float | None = None
    material: Array = field(default_factory=lambda: np.zeros((0, 0), int), repr=False)
    common_covariance: Array | None = None
    recipe: Any = field(default=None, repr=False, compare=False)

    @property
    def ok(self) -> Array:
        """(y, x), True where the pixel has a temperature."""
        return self.status == Status.OK

    def pixel_counts(self) -> dict[str, Any]:
        """Numbers of pixels: total, ok, and failed by reason."""
        failed = {s.name.lower(): int((self.status == s).sum()) for s in Status if s and (self.status == s).any()}
        return {"total": int(self.status.size), "ok": int(self.ok.sum()), "failed": failed}

    def to_xarray(self) -> xr.Dataset:
        """The maps as a labelled dataset (temperature and its error, status, shift, spikes; loss and gain if kept)."""
        import xarray as xr

        plane, cube = ("y", "x"), ("y", "x", "energy")
        flags = {"flag_values": [int(s) for s in Status], "flag_meanings": " ".join(s.name.lower() for s in Status)}
        variables: dict[str, Any] = {
            "temperature": (plane, self.temperature, {"units": "K", "long_name": "temperature"}),
            "temperature_error": (plane, self.error, {"units": "K", "long_name": "standard error of the temperature"}),
            "status": (plane, self.status, {"long_name": "status", **flags}),
            "shift": (plane, self.shift, {"units": "meV", "long_name": "position of the zero-loss peak"}),
            "spikes": (plane, self.spikes, {"units": "1", "long_name": "channels replaced because of spikes"}),
        }
        coords = pixel_coordinates(self.temperature.shape, self.step)
        if self.loss is not None and self.gain is not None:
            variables["loss"] = (cube, self.loss, {"units": "counts", "long_name": "loss above the background"})
            variables["gain"] = (cube, self.gain, {"units": "counts", "long_name": "gain above the background"})
            coords["energy"] = ("energy", self.energy, {"units": "meV"})
        return xr.Dataset(variables, coords=coords, attrs={"name": self.name})


@dataclass(frozen=True)
class GradientField:
    """Smoothed temperature and its gradient at every pixel.

    temperature : (y, x), K, after smoothing. gradient_y, gradient_x : (y, x), K/um (K/pixel where the step is unknown).
    error : (y, x), standard error of either component. smoothing : radius of the fitted planes, nm (pixels).
    """

    temperature: Array
    gradient_y: Array
    gradient_x: Array
    error: Array
    smoothing: float


_TOLD = 0.25


@dataclass(frozen=True)
class SpectrumFit:
    """One spectrum, averaged over a region, with everything that led to its temperature; for pictures and checks.

    energy : (n,), meV, registered. counts : (n,). background : (n,), NaN inside the zero-loss core.
    used : (n,), True in the background windows that were fitted.
    pair_energy, log_ratio, log_ratio_error : (m,), meV and ln(loss/gain); NaN where a side is not positive.
    log_ratio_modelled : (m,), the same as the method's model has it at the temperature found, blurred by the zero-loss
        peak; None where it has no model.
    """

    label: str
    pixels: int
    energy: Array
    counts: Array
    background: Array
    used: Array
    pair_energy: Array
    log_ratio: Array
    log_ratio_error: Array
    temperature: Quantity
    log_ratio_modelled: Array | None = None

    @property
    def told(self) -> Array:
        """(m,) where ln(loss/gain) is known with an error below a quarter: beyond, a logarithm says little."""
        known: Array = np.isfinite(self.log_ratio) & (np.nan_to_num(self.log_ratio_error, nan=np.inf) < _TOLD)
        return known

    @property
    def misfit(self) -> float | None:
        """Reduced chi-squared of ln(loss/gain) about the model, or about a line through the origin where there is none.

        Of the channels whose logarithm has an error below a quarter; None where there is no temperature.
        """
        if self.temperature.value is None:
            return None
        line = self.pair_energy / (BOLTZMANN * self.temperature.value)
        expected = line if self.log_ratio_modelled is None else self.log_ratio_modelled
        pull = (self.log_ratio - expected) / self.log_ratio_error
        known = pull[self.told]
        return float((known**2).sum() / (len(known) - 1)) if len(known) > 1 else None


@dataclass(frozen=True)
class Profile:
    """Temperature along the heat-flow axis, averaged parallel to the interface.

    position : (n,), nm. temperature, error : (n,), K; error is the standard error of the average. NaN where no pixel
        is ok.
    """

    position: Array
    temperature: Array
    error: Array


@dataclass(frozen=True)
class InterfaceResult:
    """What the interface does to the temperature. left/right = smaller/larger coordinate along the heat-flow axis.

    drop is left minus right (K); temperature_left/right are the bulk lines extrapolated to `position` (nm); gradients
    in K/um; characteristic lengths, the bulk thickness with the interface's resistance, in nm; widths are 10-90 %
    widths in nm.
    profile : the averaged temperatures. bulk_left, bulk_right : (start, stop) in nm of the fitted bulk ranges.
    composition, composition_error : (n,), share of the left material along the profile and its standard error; None
        where it was not measured.
    covariance : (4, 4), of temperature_left, gradient_left, temperature_right, gradient_right (K and K/nm).
    common_error : K, the part of the errors of temperature_left and temperature_right that all pixels share; the
        gradients are free of it. None where it is not known. common_step : K, what is left of it in the drop, whose
        error holds it.
    scatter : scatter of pixels within a column over their stated error (the profile's errors are inflated by it if
        > 1).
    """

    drop: Quantity
    position: Quantity
    width_10_90: Quantity
    temperature_left: Quantity
    temperature_right: Quantity
    gradient_left: Quantity
    gradient_right: Quantity
    characteristic_length_left: Quantity
    characteristic_length_right: Quantity
    composition_width_10_90: Quantity
    profile: Profile
    bulk_left: tuple[float, float]
    bulk_right: tuple[float, float]
    composition: Array | None
    covariance: Array
    scatter: float | None = None
    warnings: tuple[tuple[str, str], ...] = ()
    common_error: float | None = None
    common_step: float = 0.0
    composition_error: Array | None = None

    UNITS: ClassVar[Mapping[str, str]] = {
        "drop": "K",
        "position": "nm",
        "width_10_90": "nm",
        "temperature_left": "K",
        "temperature_right": "K",
        "gradient_left": "K/um",
        "gradient_right": "K/um",
        "characteristic_length_left": "nm",
        "characteristic_length_right": "nm",
        "composition_width_10_90": "nm",
    }
    QUANTITIES: ClassVar[tuple[str, ...]] = tuple(UNITS)

    def to_dict(self) -> dict[str, Any]:
        """The quantities as written to `results.json`."""
        return {name: getattr(self, name).to_dict() for name in self.QUANTITIES}


def pixel_coordinates(shape: tuple[int, ...], step: tuple[float, float] | None) -> dict[str, Any]:
    """Coordinates of y and x: nm where the step is known, pixel numbers where it is not."""
    pitch, unit = (step, "nm") if step is not None else ((1.0, 1.0), "pixel")
    return {
        dim: (dim, np.arange(n) * pitch[i], {"units": unit})
        for i, (dim, n) in enumerate(zip("yx", shape[:2], strict=True))
    }
