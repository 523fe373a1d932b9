"""Sharpened spectra of an interface and of the bulk beside it, with their noise and their lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kapitza.data import Array, SpectrumImage, TemperatureMap
from kapitza.errors import MethodError
from kapitza.interface.modes.region_spectra import RegionSpectra, interface_spectra, strip_half_width
from kapitza.interface.spectral_lines import Line, lines
from kapitza.settings import DeconvolutionSettings
from kapitza.spectra.deconvolution import bootstrap_band, discrepancy_iterations, redrawn, richardson_lucy


@dataclass(frozen=True)
class Side:
    """Losses or gains of n regions, each (n, m), electrons per meV and pixel, above the zero-loss peak.

    counted : as measured. sharp : deconvolved. low, high : ends of the band that noise makes.
    """

    counted: Array
    sharp: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class DeconvolvedSpectra:
    """Sharpened spectra of an interface (0) and of the bulk left (1) and right (2) of it: `region_spectra.REGIONS`.

    energy : (m,), |E|, meV. loss, gain : the spectra. steps : (3,), iterations done. pixels : (3,).
    lines : of each region's losses.
    """

    settings: DeconvolutionSettings
    energy: Array
    loss: Side
    gain: Side
    steps: Array
    pixels: Array
    lines: tuple[tuple[Line, ...], ...]


def deconvolved_spectra(
    image: SpectrumImage,
    tmap: TemperatureMap,
    position: float,
    settings: DeconvolutionSettings | None = None,
    *,
    axis: str = "x",
    core: float = 30.0,
) -> DeconvolvedSpectra:
    """Deconvolve the spectra of an interface and of the bulk beside it with the zero-loss peak that the map found.

    Counts go in unsubtracted; peak and constant of the forward model are the background. Channels of the peak's core,
    where a small error of the model exceeds all phonons, count as not measured. The band and the errors of lines are
    those of counting: what the model is wrong by, and the detector's gain pattern, are not in them.

    Parameters
    ----------
    image, tmap : the image and the map that `temperature_map` made of it with preset `recommended`.
    position : nm along `axis`, of the interface. settings : default ones when None.
    core : meV, |E| up to which nothing is deconvolved.

    Raises
    ------
    MethodError
        if the map was made with preset `paper`, the pitch is unknown, a region holds no good pixel, the axis ends
        within the core, or a setting is out of its range.
    """
    chosen = settings or DeconvolutionSettings()
    half_width = strip_half_width(tmap, axis)
    return sharpened(interface_spectra(image, tmap, position, axis=axis, half_width=half_width), chosen, core)


def sharpened(regions: RegionSpectra, settings: DeconvolutionSettings, core: float) -> DeconvolvedSpectra:
    """`deconvolved_spectra` of regions that were summed already.

    Raises
    ------
    MethodError
        if the axis ends within the core, or a setting is out of its range.
    """
    energy, reach = regions.energy, min(-regions.energy[0], regions.energy[-1])
    if not core < reach:
        raise MethodError(f"An axis beyond ±{core:g} meV is wanted to sharpen phonons, got one to ±{reach:.4g} meV.")
    counts = np.where(np.abs(energy) > core, regions.electrons, np.nan)
    given = (counts, energy, regions.peak.height)
    options: dict[str, Any] = {"background": regions.background, "iterations": settings.iterations}
    noisy = {**options, "stop": settings.stop, "draws": settings.draws}
    sharp = richardson_lucy(*given, **options, stop=settings.stop)
    band = bootstrap_band(*given, **noisy, coverage=settings.coverage)
    again = redrawn(*given, **noisy)
    steps = np.full(len(counts), settings.iterations)
    if settings.stop == "discrepancy":
        steps, _ = discrepancy_iterations(*given, **options)
    net = counts - regions.background
    axis, loss, gain = _sides(energy, core)
    scale = 1.0 / (regions.pixels[:, np.newaxis] * (energy[1] - energy[0]))

    def side(channels: Array) -> Side:
        return Side(*(values[:, channels] * scale for values in (net, sharp, *band)))

    drawn = [again[0] - regions.background[:, np.newaxis], again[1]]
    found = tuple(
        lines(axis, (net[i, loss], sharp[i, loss]), (drawn[0][i][:, loss], drawn[1][i][:, loss]))
        for i in range(len(counts))
    )
    return DeconvolvedSpectra(settings, axis, side(loss), side(gain), steps, regions.pixels, found)


def _sides(energy: Array, core: float) -> tuple[Array, Array, Array]:
    """|E| (m,) beyond the core at which both sides have a channel, and the channels of losses and of gains there."""
    zero = int(np.argmin(np.abs(energy)))
    away = np.arange(1, min(zero, len(energy) - 1 - zero) + 1)
    away = away[energy[zero + away] > core]
    return energy[zero + away], zero + away, zero - away
