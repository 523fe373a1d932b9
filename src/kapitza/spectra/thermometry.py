"""A spectrum image in, a temperature map out."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np

from kapitza.data import Array, SpectrumFit, SpectrumImage, Status, TemperatureMap
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.settings import EnergyWindows, Method
from kapitza.spectra.blocks import Job, Progress
from kapitza.spectra.denoised import denoised_counts
from kapitza.spectra.pixels import Pixels, sides
from kapitza.spectra.planning import Planned, make_plan
from kapitza.spectra.preparation import PASSES, Prepared, prepare, region_sums, require_usable
from kapitza.spectra.scatter import scatter
from kapitza.spectra.windows import inside

_HONEST_SCATTER = (0.8, 1.25)


def temperature_map(
    image: SpectrumImage,
    windows: EnergyWindows | None = None,
    method: Method | None = None,
    *,
    mask: Array | None = None,
    vacuum: SpectrumImage | None = None,
    keep_spectra: bool = True,
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
) -> TemperatureMap:
    """Temperature, with standard error and status, at every pixel of a spectrum image.

    Spikes are replaced, every spectrum is registered on its zero-loss peak, the whole image is denoised where the
    method says so, and loss and gain are compared by detailed balance, ln(loss/gain) = E/kT: with preset `recommended`
    through a forward model of the whole spectrum (`kapitza.spectra.forward`), with preset `paper` after subtraction of
    a background.

    Parameters
    ----------
    image : with both sides of the zero-loss peak on its energy axis.
    windows : meV. method : preset `recommended` when None.
    mask : (y, x), True where the pixel is to be used; all when None.
    vacuum : the zero-loss peak without a sample, recorded with the same spectrometer settings, from which `recommended`
        learns the peak's shape along with the image itself.
    keep_spectra : whether the result holds loss and gain above the background at every pixel.
    progress : called with (blocks done, blocks in all).
    scheduler : address of a dask.distributed scheduler whose workers do the work; threads of this process when None.
    store : folder that keeps what is finished, so that the same call takes up a stopped one; nothing kept when None.

    Raises
    ------
    MethodError
        if a side of the zero-loss peak is missing, no pixel is usable, or no pixel gives a temperature.
    """
    method, windows = (method or Method()).resolved(), windows or EnergyWindows()
    if mask is not None:
        mask = np.asarray(mask, bool)
        if mask.shape != image.shape[:2]:
            raise MethodError(
                f"A mask of shape {image.shape[:2]} (y, x) is wanted, got {mask.shape}: crop it like the image."
            )
    with Job(progress, PASSES + 1, scheduler=scheduler, store=store) as job:
        prepared = prepare(image, method, mask, job)
        empty = None if vacuum is None else (vacuum, prepare(vacuum, method, None, Job()))
        planned = make_plan(image, prepared, windows, method, empty)
        plan, smooth = planned.plan, denoised_counts(image, prepared, planned.plan, planned.notes)
        raw = smooth is None

        def work(block: Array, row: int, shift: Array, status: Array, material: Array) -> Pixels:
            registered = prepared.registered(block, row, shift) if raw else block.reshape(-1, block.shape[-1])
            return plan.analyse(registered, status.ravel(), material.ravel(), keep_spectra)

        counts = image.counts if raw else smooth
        parts = job.map("temperature", work, counts, prepared.shift, prepared.status, planned.material)
    joined = _joined(parts)
    require_usable(joined.status)
    return _assembled(image, windows.resolved(method), prepared, planned, joined)


def spectrum_fit(image: SpectrumImage, tmap: TemperatureMap, region: Array, label: str) -> SpectrumFit:
    """The mean registered spectrum of a region with everything that leads to its temperature.

    Parameters
    ----------
    image, tmap : the image and the map that `temperature_map` made of it. region : (y, x), True inside. label : for
        pictures.

    Raises
    ------
    MethodError
        if no pixel of the region has a temperature.
    """
    planned, prepared = tmap.recipe
    chosen = np.asarray(region, bool) & tmap.ok
    if not chosen.any():
        raise MethodError(
            f"A region with at least one good pixel is wanted for {label!r}, got none: choose another place."
        )
    n, (sums, seen) = int(chosen.sum()), region_sums(image, prepared, np.where(chosen, 0, -1), Job())
    mean = np.where(seen[0] > 0, sums[0] / np.maximum(seen[0], 1), np.nan)
    material = np.array([np.bincount(planned.material[chosen]).argmax()])
    return _drawn(label, n, mean, material, planned)


def _joined(parts: list[Pixels]) -> Pixels:
    """The pixels of all blocks, in order."""
    names = [f.name for f in fields(Pixels) if getattr(parts[0], f.name) is not None]
    return Pixels(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _assembled(
    image: SpectrumImage,
    windows: EnergyWindows,
    prepared: Prepared,
    planned: Planned,
    pixels: Pixels,
) -> TemperatureMap:
    plan, notes = planned.plan, planned.notes
    plane = image.shape[:2]
    covariance = plan.common_covariance
    common = _common_error(covariance, planned.material.ravel()[pixels.status == Status.OK])
    core = prepared.core
    tmap = TemperatureMap(
        name=image.name,
        temperature=pixels.temperature.reshape(plane),
        error=pixels.error.reshape(plane),
        status=pixels.status.reshape(plane),
        shift=prepared.shift,
        spikes=prepared.spikes,
        energy=plan.pair_energy,
        loss=None if pixels.loss is None else pixels.loss.reshape(*plane, -1),
        gain=None if pixels.gain is None else pixels.gain.reshape(*plane, -1),
        step=image.step,
        temperature_mean=_mean_temperature(pixels, common),
        zero_loss={
            "fwhm": Quantity(core.fwhm, core.fwhm_error, "meV"),
            "asymmetry": Quantity(core.asymmetry, core.asymmetry_error, ""),
            "electrons_per_count": planned.electrons_per_count,
        },
        scatter=None,
        settings={
            "energy": asdict(windows),
            "energy_used": {key: value for key, value in asdict(plan.windows).items() if key != "warnings"},
            "method": asdict(plan.method),
        },
        history=image.history,
        common_error=common,
        common_covariance=covariance,
        material=planned.material,
        recipe=(planned, prepared),
    )
    ratio = scatter(tmap)
    if ratio is not None and not _HONEST_SCATTER[0] <= ratio <= _HONEST_SCATTER[1]:
        notes.append(("scatter", _scatter_sentence(ratio)))
    return replace(tmap, scatter=ratio, warnings=tuple(notes))


def _mean_temperature(pixels: Pixels, common: float | None) -> Quantity:
    value, error = pixels.temperature, pixels.error
    n = int(np.isfinite(value).sum())
    statistical = float(np.sqrt(np.nansum(error**2))) / n
    return Quantity(float(np.nanmean(value)), float(np.hypot(statistical, common or 0.0)), "K")


def _common_error(covariance: Array | None, material: Array) -> float | None:
    """K, of the mean temperature of pixels of these materials (n,)."""
    if covariance is None:
        return None
    share = np.bincount(material, minlength=len(covariance)) / len(material)
    return float(np.sqrt(share @ covariance @ share))


def _scatter_sentence(ratio: float) -> str:
    if ratio > 1:
        return (
            f"Neighbouring pixels scatter {ratio:.2f} times as much as their stated errors say: there is noise or "
            "structure that the method's errors do not know. Profiles are given errors from their own scatter."
        )
    return (
        f"Neighbouring pixels scatter only {ratio:.2f} times their stated errors: the data may have been smoothed or "
        "interpolated before, so that neighbouring pixels or channels are correlated."
    )


def _drawn(label: str, n: int, mean: Array, material: Array, planned: Planned) -> SpectrumFit:
    """A `SpectrumFit` from the mean spectrum (k,) of n pixels of a material (1,)."""
    plan = replace(planned.plan, electrons_per_count=planned.plan.electrons_per_count * n)
    pixels = plan.analyse(mean[None], np.array([Status.OK]), material, spectra=True)
    assert pixels.loss is not None
    assert pixels.gain is not None
    under = plan.background(mean[None], material)
    axis, m = plan.axis, len(plan.pair_energy)
    zero = int(np.argmin(np.abs(axis)))
    background = np.full(len(axis), np.nan)
    background[zero + 1 : zero + 1 + m] = under[0][0]
    background[zero - m : zero] = under[1][0][::-1]
    background[np.abs(axis) < plan.windows.near[0]] = np.nan
    chosen = inside(plan.pair_energy, plan.windows.signal)
    raw_loss, raw_gain = (side[0, chosen] for side in sides(plan, mean[None]))
    loss, gain = pixels.loss[0][chosen], pixels.gain[0][chosen]
    ratio = _log_ratio(loss, gain)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt((raw_loss / loss**2 + raw_gain / gain**2) / plan.electrons_per_count)
    temperature = Quantity(float(pixels.temperature[0]), float(pixels.error[0]), "K")
    model = None if np.isnan(pixels.temperature[0]) else plan.modelled(mean, float(pixels.temperature[0]))
    modelled = None
    if model is not None:
        modelled = _log_ratio(
            *((side - back)[0, chosen] for side, back in zip(sides(plan, model[None]), under, strict=True))
        )
    return SpectrumFit(
        label, n, axis, mean, background, plan.fitted, plan.pair_energy[chosen], ratio, error, temperature, modelled
    )


def _log_ratio(loss: Array, gain: Array) -> Array:
    """(m,), ln(loss/gain); NaN where either is not positive."""
    good = (loss > 0) & (gain > 0)
    return np.where(good, np.log(np.where(good, loss, 1.0) / np.where(good, gain, 1.0)), np.nan)
