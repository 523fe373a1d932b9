"""What a study returns: everything the result folder and the report are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kapitza.data import Array, GradientField, InterfaceResult, SpectrumFit, TemperatureMap

if TYPE_CHECKING:
    from kapitza.interface.currents.global_fit import GlobalFit
    from kapitza.interface.currents.series import InterfaceSeries
    from kapitza.interface.deconvolved import DeconvolvedSpectra
    from kapitza.interface.modes.summary import ModeComparison, ModeSummary
    from kapitza.study.beam import BeamHeating
    from kapitza.study.foil import ImageThickness
    from kapitza.study.scenario.result import ScenarioResult


@dataclass(frozen=True)
class InputRecord:
    """One input file: name in the study, file name without folders, sha256, shape (y, x, energy) and energy axis."""

    name: str
    file: str
    sha256: str
    shape: tuple[int, int, int]
    energy_axis: Mapping[str, Any]
    """{"offset", "scale", "unit"}: value = offset + scale * channel, meV."""
    microscope: Mapping[str, float | None]


@dataclass(frozen=True)
class ImageResult:
    """All that came out of one image.

    heat_flow : "forward", "reverse", "none" or None. current : heating current in mA, None where not given.
    map, interface : with the study's method. compared_map, compared_interface : with the other preset; None if not run.
    spectra : averaged spectra at chosen places. residuals : (n,), differences between neighbouring pixels over their
        error.
    survey : (rows, columns), the picture that isotherms are drawn over; None where not given.
    modes : of the interface; None where none are named, or they could not be found.
    thickness : of the foil; None without a low-loss image. beam : how much the beam warms it; None where not asked for.
    deconvolved : sharpened spectra at the interface and beside it; None where they are not wanted, or it failed.
    """

    heat_flow: str | None
    current: float | None
    map: TemperatureMap
    gradient: GradientField
    interface: InterfaceResult | None
    compared_map: TemperatureMap | None
    compared_interface: InterfaceResult | None
    spectra: tuple[SpectrumFit, ...]
    residuals: Array
    survey: Array | None = None
    modes: ModeSummary | None = None
    thickness: ImageThickness | None = None
    beam: BeamHeating | None = None
    deconvolved: DeconvolvedSpectra | None = None


@dataclass(frozen=True)
class StudySeries:
    """The interface at several currents.

    heat_flow : "half-difference", or the one direction that was recorded. names : for each point of `points`, the
    images it comes from. points : the series, from cool to hot. fit : one fit of all profiles, its images in the order
    of `names`; None where it failed.
    """

    heat_flow: str
    names: tuple[tuple[str, ...], ...]
    points: InterfaceSeries
    fit: GlobalFit | None


@dataclass(frozen=True)
class StudyResult:
    """All that came out of a study.

    study : the resolved study (`kapitza.study.Study`). combined : half-difference of forward and reverse.
    series : the interface at several currents; None where there is one only.
    truth : what a synthetic experiment put in, by the names of `InterfaceResult.QUANTITIES`; None for real data.
    modes : the first two modes, forward beside reverse; None without both.
    scenario : what the study's scenario gives beside what was measured; None where there is none.
    combined_even : `combined` in a foil of even thickness; None where not asked for or not found.
    """

    study: Any
    inputs: tuple[InputRecord, ...]
    images: Mapping[str, ImageResult]
    combined: InterfaceResult | None
    compared_combined: InterfaceResult | None
    warnings: tuple[tuple[str, str], ...]
    truth: Mapping[str, float] | None = None
    modes: ModeComparison | None = None
    series: StudySeries | None = None
    scenario: ScenarioResult | None = None
    combined_even: InterfaceResult | None = None
