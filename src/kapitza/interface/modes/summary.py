"""What a study tells of the modes at an interface: of every image, and of forward beside reverse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from kapitza.data import InterfaceResult, SpectrumImage, TemperatureMap
from kapitza.errors import KapitzaError, MethodError
from kapitza.interface.modes.band_profiles import Band, BandProfile, BandShift, band_profile, band_shift
from kapitza.interface.modes.deviation import BandDeviations, band_deviations
from kapitza.interface.modes.modal import ModalTemperatures, modal_temperatures
from kapitza.interface.modes.nulls import doubts, no_band_free, shifted, swapped_references, zero_flow
from kapitza.interface.modes.populations import Asymmetry, Populations, asymmetry, mode_populations
from kapitza.interface.modes.region_spectra import RegionSpectra, column_spectra, interface_spectra, strip_half_width
from kapitza.interface.modes.views import InterfaceFactors, InterfaceResiduals, interface_factors, interface_residuals
from kapitza.interface.profile import positions
from kapitza.settings import FactorisationSettings, ResidualSettings, Window
from kapitza.spectra.unmixing import Mode

T = TypeVar("T")
Notes = list[tuple[str, str]]

_SHOWN = 15.0
"""nm on either side of the interface whose spectra are looked at."""
_BAND_PITCH = 0.7
"""nm, of the columns that are summed for the temperature of a band."""
_MOST_COLUMNS = 400


@dataclass(frozen=True)
class WantedModes:
    """What is asked of the phonons at an interface: lines of its own, bands, and pictures of what it adds."""

    modes: tuple[Mode, ...] = ()
    bands: tuple[Band, ...] = ()
    residual: ResidualSettings | None = None
    factorisation: FactorisationSettings | None = None


@dataclass(frozen=True)
class ModeSummary:
    """What the phonons of one image do; None or empty where it was not asked for, or could not be found.

    position : nm, of the interface. spectra : summed at the interface and beside it. columns : along the heat flow,
    near the interface. wanted : what was asked for. populations : of every mode. rows_compared : the asymmetry between
    even and odd rows. bands : temperatures along the heat flow. profiles : of loss and gain, by band.
    """

    position: float
    spectra: RegionSpectra
    columns: RegionSpectra
    wanted: WantedModes
    populations: Populations | None = None
    rows_compared: Asymmetry | None = None
    residuals: InterfaceResiduals | None = None
    factors: InterfaceFactors | None = None
    bands: ModalTemperatures | None = None
    profiles: Mapping[str, BandProfile] = field(default_factory=dict)


@dataclass(frozen=True)
class ModeComparison:
    """Forward beside reverse.

    asymmetry : of the first two modes; None with fewer. nulls : the same indices where the heat does nothing.
    checks : where the analysis should not matter. shifts : of gain against loss, by band. deviations : of bands from
    the local temperature; None where bands were not found in both. notes : what speaks against a claim, as (code,
    sentence) pairs.
    """

    asymmetry: Asymmetry | None = None
    nulls: Mapping[str, Asymmetry] = field(default_factory=dict)
    checks: Mapping[str, Asymmetry] = field(default_factory=dict)
    shifts: Mapping[str, BandShift] = field(default_factory=dict)
    deviations: BandDeviations | None = None
    notes: tuple[tuple[str, str], ...] = ()


def mode_summary(
    image: SpectrumImage,
    tmap: TemperatureMap,
    interface: InterfaceResult,
    wanted: WantedModes,
    axis: str = "x",
    *,
    compare_rows: bool = False,
) -> tuple[ModeSummary, Notes]:
    """What the phonons of one image do at its interface, in regions that fit its pitch.

    Parameters
    ----------
    image, tmap, interface : the image, its map of preset `recommended`, and the interface with a position.
    wanted : what is asked for. axis : along which heat flows. compare_rows : whether the first two modes are compared
        between even and odd rows, for an image without heat flow.

    Returns
    -------
    The summary, and sentences for what could not be found.

    Raises
    ------
    MethodError
        if the interface has no position, the map was made with preset `paper`, the pitch is unknown, or a region holds
        no good pixel.
    """
    if interface.position.value is None:
        raise MethodError(
            f"A position of the interface is wanted to find what phonons do there, got none in {tmap.name!r}: give it."
        )
    x, position, modes = positions(tmap, axis), interface.position.value, wanted.modes
    pitch = float(x[1] - x[0]) if len(x) > 1 else 0.0
    half = strip_half_width(tmap, axis)
    free = [(band.window, band.free) for band in wanted.bands if band.free is not None]
    span: Window = (position - _SHOWN - pitch, position + _SHOWN + pitch)
    spectra = interface_spectra(image, tmap, position, axis=axis, half_width=half, free=free)
    columns, found = column_spectra(image, tmap, axis=axis, span=span), _Attempts()
    summary = ModeSummary(position, spectra, columns, wanted)
    if modes:
        populations = found("the modes' populations were", lambda: mode_populations(spectra, modes))
        summary = replace(summary, populations=populations)
    if compare_rows and len(modes) > 1 and image.shape["xy".index(axis)] > 1:
        region = {"axis": axis, "half_width": half, "free": free}
        rows = found("the modes in even and odd rows were", lambda: zero_flow(image, tmap, position, modes, **region))
        summary = replace(summary, rows_compared=rows)
    if wanted.bands:
        wide = max(1, round(_BAND_PITCH / pitch), len(x) // _MOST_COLUMNS) if pitch else 1
        windows = {band.name: band.window for band in wanted.bands}
        bulk = (interface.bulk_left, interface.bulk_right)
        whole = column_spectra(image, tmap, axis=axis, columns=wide)
        bands = found("temperatures of bands were", lambda: modal_temperatures(whole, tmap, windows, bulk=bulk))
        summary = replace(summary, bands=bands, profiles=_profiles(columns, interface, wanted.bands, found))
    return _with_views(summary, found), found.notes


class _Attempts:
    """What could be found of what was asked for, and sentences for the rest."""

    def __init__(self) -> None:
        self.notes: Notes = []

    def __call__(self, what: str, look: Callable[[], T]) -> T | None:
        """What `look` returns; None, and a note that `what` not found, where it fails."""
        try:
            return look()
        except KapitzaError as error:
            self.notes.append(("modes_failed", f"{what} not found: {error}"))
            return None


def _profiles(
    columns: RegionSpectra, interface: InterfaceResult, bands: tuple[Band, ...], found: _Attempts
) -> dict[str, BandProfile]:
    profiles = {
        band.name: found(
            f"lead and lag of {band.name} were", partial(band_profile, columns, interface, band.name, band.profile)
        )
        for band in bands
        if band.profile is not None
    }
    return {name: profile for name, profile in profiles.items() if profile is not None}


def _with_views(summary: ModeSummary, found: _Attempts) -> ModeSummary:
    residual, factorisation = summary.wanted.residual, summary.wanted.factorisation
    if residual is not None:
        residuals = found("the residual was", lambda: interface_residuals(summary.spectra, residual))
        summary = replace(summary, residuals=residuals)
    if factorisation is not None:
        factors = found("factors were", lambda: interface_factors(summary.columns, factorisation))
        summary = replace(summary, factors=factors)
    return summary


def mode_comparison(forward: ModeSummary, reverse: ModeSummary, none: ModeSummary | None = None) -> ModeComparison:
    """How modes and bands differ between forward and reverse, with every null test that the images allow.

    Parameters
    ----------
    none : of an image without heat flow, whose even and odd rows are compared.

    Raises
    ------
    MethodError
        if the images have different dispersions.
    """
    shifts = {
        name: band_shift(profile, reverse.profiles[name])
        for name, profile in forward.profiles.items()
        if name in reverse.profiles
    }
    deviations = _deviations(forward, reverse)
    modes = forward.wanted.modes
    if len(modes) < 2 or forward.populations is None or reverse.populations is None:
        return ModeComparison(shifts=shifts, deviations=deviations)
    claim = asymmetry(forward.populations, reverse.populations, modes[0].name, modes[1].name)
    up, down = shifted(forward.spectra, reverse.spectra, modes)
    checks = {
        "bulk spectra exchanged": swapped_references(forward.spectra, reverse.spectra, modes),
        "shifted by +0.3 meV": up,
        "shifted by -0.3 meV": down,
    }
    if forward.spectra.free:
        checks["no band free"] = no_band_free(forward.spectra, reverse.spectra, modes)
    nulls = {} if none is None or none.rows_compared is None else {"no heat flow": none.rows_compared}
    return ModeComparison(claim, nulls, checks, shifts, deviations, doubts(claim, nulls))


def _deviations(forward: ModeSummary, reverse: ModeSummary) -> BandDeviations | None:
    if forward.bands is None or reverse.bands is None or len(forward.bands.names) < 2:
        return None
    return band_deviations(forward.bands, reverse.bands, interface=forward.position, reverse_interface=reverse.position)
