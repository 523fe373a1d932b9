"""What a twin file holds: every parameter of a synthetic experiment, with where it comes from."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

HeatFlow = Literal["forward", "reverse", "none"]

HEAT_FLOW_SIGN: dict[HeatFlow, float] = {"forward": 1.0, "reverse": -1.0, "none": 0.0}
"""+1 where heat flows from left to right, so that the left is hotter."""

PeakShape = Literal["pearson7", "gaussian", "voigt", "gaussian_and_pearson", "pearson4"]

PEAK_KEYS: dict[PeakShape, tuple[str, ...]] = {
    "pearson7": ("exponent",),
    "gaussian": (),
    "voigt": ("lorentzian_share",),
    "gaussian_and_pearson": ("core_share", "tail_width", "exponent"),
    "pearson4": ("exponent", "skew"),
}
"""The keys of [zero_loss] that each shape of the peak wants beside its width and asymmetry."""

COLDEST = 10.0
"""Lowest temperature, K, that the twin will simulate."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Sourced(_Table):
    provenance: str | dict[str, str] = Field(description="a text, or a table with a text for every key that is given")

    @model_validator(mode="after")
    def _every_value_has_a_source(self) -> _Sourced:
        if isinstance(self.provenance, dict):
            wanted = self.model_fields_set - {"provenance"}
            if missing := sorted(wanted - self.provenance.keys()):
                raise ValueError(f"provenance is missing for {', '.join(missing)}")
            if stray := sorted(self.provenance.keys() - wanted):
                raise ValueError(f"provenance speaks of {', '.join(stray)}, which the table does not give")
        return self


class Identity(_Sourced):
    """Name of the synthetic image and the seed of its noise and drift."""

    name: str = Field(min_length=1, description="a name for the image")
    seed: int = Field(ge=0, description="a whole number that fixes noise and drift")


class MicroscopeTable(_Sourced):
    """The acquisition, as a microscope would record it."""

    beam_energy: float = Field(gt=0, description="a number in keV")
    convergence: float = Field(gt=0, description="a semi-angle in mrad")
    collection: float = Field(gt=0, description="a semi-angle in mrad")
    dwell: float = Field(gt=0, description="a time per pixel in s")
    electrons_per_count: float = Field(gt=0, description="electrons that make one count")


class Scan(_Sourced):
    """Pixels: rows along the interface, columns across it."""

    rows: int = Field(ge=1, description="a number of pixels along y")
    columns: int = Field(ge=1, description="a number of pixels along x")
    step: float = Field(gt=0, description="the pixel pitch in nm")


class EnergyAxis(_Sourced):
    """Energy-loss axis of the detector; loss is positive."""

    start: float = Field(description="the first channel's energy in meV")
    stop: float = Field(description="the last channel's energy in meV")
    dispersion: float = Field(gt=0, description="the channel width in meV")

    @model_validator(mode="after")
    def _whole_channels(self) -> EnergyAxis:
        channels = (self.stop - self.start) / self.dispersion
        if not self.start < 0 < self.stop:
            raise ValueError(f"start must lie below 0 and stop above, got {self.start:g} and {self.stop:g}")
        if abs(channels - round(channels)) > 1e-6:
            raise ValueError(f"stop - start must be a whole number of channels, got {channels:g}")
        return self

    @property
    def channels(self) -> int:
        """Number of channels."""
        return round((self.stop - self.start) / self.dispersion) + 1


class ZeroLoss(_Sourced):
    """Zero-loss peak of unit area, `fwhm` the full width of the whole of it."""

    shape: PeakShape = Field(
        default="pearson7", description='"pearson7", "gaussian", "voigt", "gaussian_and_pearson" or "pearson4"'
    )
    fwhm: float = Field(ge=1, le=100, description="the full width at half maximum in meV, 1 to 100")
    asymmetry: float = Field(
        default=0.0, gt=-0.9, lt=0.9, description="(loss - gain half width) over their sum, between -0.9 and 0.9"
    )
    exponent: float | None = Field(
        default=None, ge=0.75, le=1e3, description="the Pearson exponent, 0.75 to 1000 (1 is a Lorentzian)"
    )
    lorentzian_share: float | None = Field(
        default=None, ge=0, le=1, description="the Lorentzian's width over the sum of both widths, 0 to 1"
    )
    core_share: float | None = Field(default=None, ge=0, le=1, description="the Gaussian's share of the area, 0 to 1")
    tail_width: float | None = Field(
        default=None, ge=0.2, le=5, description="the Pearson's full width over the Gaussian's, 0.2 to 5"
    )
    skew: float | None = Field(default=None, ge=-10, le=10, description="the skew of a Pearson IV, -10 to 10")

    @model_validator(mode="after")
    def _has_what_its_shape_wants(self) -> ZeroLoss:
        wanted = PEAK_KEYS[self.shape]
        for key in sorted({key for keys in PEAK_KEYS.values() for key in keys}):
            given = getattr(self, key) is not None
            if given and key not in wanted:
                raise ValueError(f"{key} does not belong to the shape {self.shape!r}: take it out")
            if key in wanted and not given:
                raise ValueError(f"{key} is missing: add {type(self).model_fields[key].description}")
        if self.shape == "pearson4" and self.asymmetry:
            raise ValueError("asymmetry does not belong to the shape 'pearson4', which has a skew: take it out")
        return self


class Mode(_Table):
    """One phonon line: `weight` is its area before the Bose factor."""

    energy: float = Field(gt=0, description="an energy in meV above 0")
    fwhm: float = Field(ge=0.5, description="the full width at half maximum in meV, 0.5 or more")
    weight: float = Field(ge=0, description="the area of the line, relative to the others")
    line: Literal["gaussian", "lorentzian", "voigt"] = Field(description='"gaussian", "lorentzian" or "voigt"')
    lorentzian_share: float | None = Field(
        default=None, ge=0, le=1, description="for a Voigt: the Lorentzian's width over the sum of both widths, 0 to 1"
    )
    flow_offset: float = Field(
        default=0.0,
        description="its temperature over the local one at the interface while heat flows forward, K; in reverse the "
        "opposite",
    )
    provenance: str | None = Field(default=None, description="a text, where this line has a source of its own")

    @model_validator(mode="after")
    def _has_what_its_line_wants(self) -> Mode:
        if (self.line == "voigt") != (self.lorentzian_share is not None):
            raise ValueError(f"a line {self.line!r} {'wants' if self.line == 'voigt' else 'has no'} lorentzian_share")
        return self


class InterfaceMode(Mode):
    """A phonon line that lives at the interface only; `weight` is relative to the left material's strongest line."""

    temperature_offset: float = Field(
        default=0.0, description="its temperature over the local one whatever the direction of the heat, K"
    )


class Material(_Sourced):
    """A material: its name and phonon lines."""

    name: str = Field(min_length=1, description="a material's name")
    modes: tuple[Mode, ...] = Field(min_length=1, description="one or more [[...modes]] tables")


class Interface(_Sourced):
    """Where the two materials meet, how sharply, and the modes that live there."""

    position: float = Field(description="a position along x in nm")
    composition_sigma: float = Field(ge=0, description="the sigma of the composition's error function in nm")
    mode_fwhm: float = Field(gt=0, description="how wide the interface modes reach, full width at half maximum in nm")
    decay_length: float = Field(
        default=3.0, gt=0, description="how far from the interface the flow_offset of bulk lines reaches, 1/e, in nm"
    )
    modes: tuple[InterfaceMode, ...] = Field(default=(), description="[[interface.modes]] tables")


class Temperature(_Sourced):
    """Temperature along x: two lines and a smooth drop. Drop and gradients are sizes; `heat_flow` gives their signs."""

    mean: float = Field(ge=COLDEST, le=5000, description="the temperature in K half-way through the drop, 10 to 5000")
    drop: float = Field(ge=0, description="the size of the drop in K")
    gradient_left: float = Field(ge=0, description="the size of the left gradient in K/um")
    gradient_right: float = Field(ge=0, description="the size of the right gradient in K/um")
    width_10_90: float = Field(ge=0, description="the 10-90 % width of the drop in nm")
    heat_flow: HeatFlow = Field(description='"forward" (left to right), "reverse" or "none"')


class Probe(_Sourced):
    """The electron probe."""

    fwhm: float = Field(ge=0, description="the full width at half maximum in nm")


class Dose(_Sourced):
    """How much was counted."""

    zero_loss_counts: float = Field(gt=0, le=1e12, description="counts per pixel in the zero-loss peak")
    loss_fraction: float = Field(
        ge=0, le=1, description="phonon-loss counts over zero-loss counts in the left material at the mean temperature"
    )


class Drift(_Sourced):
    """What moves, and what the peak's width does, during the scan."""

    energy_walk: float = Field(ge=0, description="random walk of the energy axis, meV per pixel")
    energy_flicker: float = Field(ge=0, description="1/f noise of the energy axis, rms over the scan in meV")
    spatial: float = Field(description="sample drift along x in nm per row")
    width_change: float = Field(
        default=0.0, ge=0, le=0.2, description="relative rms of the peak's width from pixel to pixel, 0 to 0.2"
    )
    width_flicker: float = Field(
        default=0.0, ge=0, le=0.2, description="relative 1/f noise of the peak's width, rms over the scan, 0 to 0.2"
    )


class Detector(_Sourced):
    """What the detector adds."""

    gain_pattern: float = Field(ge=0, le=0.2, description="rms of the fixed gain pattern along energy, 0 to 0.2")
    pattern_seed: int = Field(ge=0, description="a whole number that fixes the gain pattern")
    dark: float = Field(ge=0, description="dark counts per channel")
    spikes_per_million: float = Field(default=0.0, ge=0, le=1e5, description="spikes per million channels")
    spike_height: float = Field(default=0.0, ge=0, description="typical height of a spike in counts")
    bad_pixels: int = Field(default=0, ge=0, description="a number of pixels that read zero everywhere")


class LowLoss(_Sourced):
    """A low-loss image of the same area, recorded on axis, and the wedge that the foil then is."""

    start: float = Field(lt=0, description="the first channel's energy in eV, below 0")
    stop: float = Field(gt=0, description="the last channel's energy in eV")
    dispersion: float = Field(gt=0, description="the channel width in eV")
    fwhm: float = Field(gt=0, description="the full width at half maximum of the zero-loss peak in eV")
    counts: float = Field(gt=0, le=1e12, description="counts per pixel, all energies together")
    plasmon_left: float = Field(gt=0, description="the left material's plasmon energy in eV")
    plasmon_right: float = Field(gt=0, description="the right material's plasmon energy in eV")
    width_left: float = Field(gt=0, description="the full width of the left material's plasmon in eV")
    width_right: float = Field(gt=0, description="the full width of the right material's plasmon in eV")
    mean_free_path_left: float = Field(gt=0, description="the left material's inelastic mean free path in nm")
    mean_free_path_right: float = Field(gt=0, description="the right material's inelastic mean free path in nm")
    thickness: float = Field(gt=0, description="the foil's thickness at the interface in nm")
    slope: float = Field(default=0.0, description="how much the foil thickens along x, nm per nm")

    @model_validator(mode="after")
    def _whole_channels(self) -> LowLoss:
        for end in (self.start, self.stop):
            if abs(end / self.dispersion - round(end / self.dispersion)) > 1e-6:
                raise ValueError(f"start and stop must be whole numbers of channels from 0, got {end:g} eV")
        return self

    def heat_path(self, reach: float) -> float:
        """How far from the interface, nm of foil as thick as there, the thin end of a wedge of `reach` nm lies.

        Raises
        ------
        ValueError
            if the wedge ends before.
        """
        fall = abs(self.slope) * reach
        if not fall < self.thickness:
            raise ValueError(
                f"[low_loss] thickness must be above {fall:.4g} nm, to which slope adds up over the [scan], got "
                f"{self.thickness:g} nm"
            )
        return reach if not fall else -math.log1p(-fall / self.thickness) / fall * reach * self.thickness


class Twin(_Table):
    """A synthetic experiment, complete: everything `synthesise` needs and where each number comes from."""

    twin: Identity
    microscope: MicroscopeTable
    scan: Scan
    energy: EnergyAxis
    zero_loss: ZeroLoss
    left: Material
    right: Material
    interface: Interface
    temperature: Temperature
    probe: Probe
    dose: Dose
    drift: Drift
    detector: Detector
    low_loss: LowLoss | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Twin:
        if self.detector.bad_pixels >= self.scan.rows * self.scan.columns:
            raise ValueError("[detector] bad_pixels must leave at least one good pixel of the [scan]")
        field = self.temperature
        sign = HEAT_FLOW_SIGN[field.heat_flow]
        offsets = [sign * mode.flow_offset for mode in (*self.left.modes, *self.right.modes)]
        offsets += [0.0, *(mode.temperature_offset + sign * mode.flow_offset for mode in self.interface.modes)]
        reach = self.scan.columns * self.scan.step + abs(self.interface.position)
        reach += abs(self.drift.spatial) * self.scan.rows
        if self.low_loss is not None:
            ends = abs(self.interface.position), abs(self.scan.columns * self.scan.step - self.interface.position)
            reach = self.low_loss.heat_path(max(ends) + abs(self.drift.spatial) * self.scan.rows)
        swing = 0.5 * field.drop + max(field.gradient_left, field.gradient_right) * 1e-3 * reach
        coldest = field.mean - abs(sign) * swing + min(offsets)
        if not coldest > COLDEST or math.isinf(swing):
            raise ValueError(
                f"[temperature] and [scan] together reach down to {coldest:.0f} K; "
                f"keep the sample above {COLDEST:g} K by a higher mean or smaller gradients"
            )
        return self
