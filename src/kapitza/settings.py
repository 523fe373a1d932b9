"""What the user can choose about the analysis. Frozen; the study file's tables and the Python API share these."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Preset = Literal["recommended", "paper"]
ZeroLossKind = Literal["learned", "pearson7", "pearson4", "voigt"]
Denoise = Literal["none", "bm3d", "volume", "low_rank"]
DeconvolutionStop = Literal["iterations", "discrepancy"]
Window = tuple[float, float]
WithError = tuple[float, float]
"""A number and its standard error."""
HeatFlux = Literal["free", "current_squared"]
FreePathModel = Literal["iakoubovskii", "malis"]


@dataclass(frozen=True)
class EnergyWindows:
    """Energy windows in meV, taken on both sides of the zero-loss peak.

    near, far : where preset `paper` fits the zero-loss background, below and above the phonons. `recommended` fits the
        whole spectrum, up to the end of `far`.
    signal : energies of the phonons whose temperature is wanted; when None, 30 meV to the end of `far`, and 55 to
        125 meV as published with preset `paper`.
    """

    near: Window = (15.0, 30.0)
    far: Window = (130.0, 200.0)
    signal: Window | None = None

    def resolved(self, method: Method) -> EnergyWindows:
        """The same windows with the signal window that the method's preset uses, if none was chosen."""
        if self.signal is not None:
            return self
        return replace(self, signal=_PUBLISHED_SIGNAL if method.preset == "paper" else (_LOWEST_SIGNAL, self.far[1]))


@dataclass(frozen=True)
class Method:
    """How spectra become temperatures.

    preset : "recommended" (default), a forward model of the whole spectrum, or "paper", the published recipe.
    zero_loss : the kind of zero-loss peak of `recommended`: "learned" (default; a mixture of Gaussians that the data
        choose), "pearson7", "pearson4" or "voigt".
    despike : whether channels hit by spikes are replaced before anything else.
    spike_threshold : how many standard deviations make a spike.
    denoise : "none", or how registered counts are denoised: "bm3d" (each energy slice), "volume" (block matching over
        pixels and channels) or "low_rank" (principal components). When None, "bm3d" with preset `paper`, as published,
        and "none" with `recommended`.
    """

    preset: Preset = "recommended"
    zero_loss: ZeroLossKind = "learned"
    despike: bool = True
    spike_threshold: float = 8.0
    denoise: Denoise | None = None

    def resolved(self) -> Method:
        """The same with the denoising that the preset uses, if none was chosen."""
        if self.denoise is not None:
            return self
        return replace(self, denoise="bm3d" if self.preset == "paper" else "none")

    def other(self) -> Method:
        """The other preset, as published or as recommended, for comparison."""
        return Method(preset="paper" if self.preset == "recommended" else "recommended")


_PUBLISHED_SIGNAL: Window = (55.0, 125.0)
_LOWEST_SIGNAL = 30.0


@dataclass(frozen=True)
class InterfaceSettings:
    """Where the interface is, and what is known of the materials beside it.

    axis : image axis along which heat flows, across the interface.
    left, right : names of the materials at smaller and larger coordinate.
    position : nm along the axis; found from the composition when None.
    bulk_left, bulk_right : (start, stop) in nm of the ranges that the bulk lines are fitted to; found when None.
    conductivity_left, conductivity_right : (value, error), W/(m K), of the foil; with one of them lengths become
        resistances.
    conductivity_temperature : K, where the conductivities hold; the interface's own when None (of a series, the
        reference temperature).
    exponent_left, exponent_right : (value, error) of p, where the conductivity follows T^-p.
    flux : of a series: "free", a flux of its own for every image, or "current_squared".
    """

    axis: Literal["x", "y"] = "x"
    left: str = "left"
    right: str = "right"
    position: float | None = None
    bulk_left: Window | None = None
    bulk_right: Window | None = None
    conductivity_left: WithError | None = None
    conductivity_right: WithError | None = None
    conductivity_temperature: float | None = None
    exponent_left: WithError | None = None
    exponent_right: WithError | None = None
    flux: HeatFlux = "free"


@dataclass(frozen=True)
class ResidualSettings:
    """How the interface's residual spectrum is made; as published when all options are off.

    window : meV, energies |E| of it. weighted : weights of counting noise instead of equal ones. non_negative : amounts
    of the bulk below 0 are refused. non_negative_residual : in place of least squares, the largest subtraction that
    leaves nothing below so many standard errors under zero. shift, broadening : whether the interface's spectrum may
    stand at another energy than the bulk's, or be broader.
    """

    window: Window = (55.0, 130.0)
    weighted: bool = False
    non_negative: bool = False
    non_negative_residual: float | None = None
    shift: bool = False
    broadening: bool = False


@dataclass(frozen=True)
class FactorisationSettings:
    """Non-negative factors of the spectra along the heat flow.

    factors : how many. window : meV, energies |E| of them. closure : whether shares add up to 1, for a foil of even
    thickness.
    """

    factors: int = 3
    window: Window = (55.0, 130.0)
    closure: bool = True


@dataclass(frozen=True)
class ThicknessSettings:
    """What makes a thickness in nm of low-loss spectra, and whether the heat flow is corrected for it.

    model : of the inelastic mean free path; "iakoubovskii" wants densities, "malis" effective atomic numbers.
    density_left, density_right : g/cm3. atomic_number_left, atomic_number_right : effective, see
        `kapitza.theory.mean_free_path.effective_atomic_number`. Without an interface the left ones are the sample's.
    beam_energy : keV. convergence, collection : semi-angles, mrad, of the low-loss image; its file's when None.
    correct : whether drop, gradients and lengths are given for a foil of even thickness too.
    """

    model: FreePathModel = "iakoubovskii"
    density_left: float | None = None
    density_right: float | None = None
    atomic_number_left: float | None = None
    atomic_number_right: float | None = None
    beam_energy: float | None = None
    convergence: float | None = None
    collection: float | None = None
    correct: bool = False


@dataclass(frozen=True)
class BeamSettings:
    """What tells how much the electron beam warms the sample.

    current : probe current, nA.
    stopping : energy that an electron leaves in the sample, eV/nm; Bethe's formula with the densities of
        `ThicknessSettings` when None.
    conductivity : (value, error), W/(m K), of the foil; those of the interface when None.
    beam_radius, foil_radius : nm, of the probe, and to where the foil's temperature is held.
    """

    current: float
    stopping: float | None = None
    conductivity: WithError | None = None
    beam_radius: float | None = None
    foil_radius: float | None = None


@dataclass(frozen=True)
class DeconvolutionSettings:
    """How spectra at an interface and beside it are sharpened.

    iterations : Richardson-Lucy steps; the most of them where stop is "discrepancy".
    stop : "iterations", or "discrepancy", which ends where a spectrum is fitted as closely as Poisson noise allows.
    coverage : share of repetitions with fresh noise within the band. draws : number of repetitions.
    """

    iterations: int = 5
    stop: DeconvolutionStop = "iterations"
    coverage: float = 0.68
    draws: int = 200
