"""A spectrum image in, a temperature map out."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.data import Array, SpectrumFit, SpectrumImage, Status, TemperatureMap
from kapitza.errors import MethodError
from kapitza.quantity import Quantity
from kapitza.settings import EnergyWindows, Method, Window
from kapitza.spectra import backgrounds
from kapitza.spectra.blocks import Job, Progress
from kapitza.spectra.pixels import Pixels, Plan, analyse
from kapitza.spectra.planning import make_plan
from kapitza.spectra.preparation import PASSES, Prepared, prepare, require_usable
from kapitza.spectra.registration import kept_variance
from kapitza.spectra.scatter import scatter
from kapitza.spectra.sides import split
from kapitza.spectra.windows import inside

_HONEST_SCATTER = (0.8, 1.25)
_CORRECTION_DOUBT = 0.2
"""Share of the correction for resolution that counts as its standard error: the lines are those of the whole image, and
single materials of the synthetic experiment are left with up to a quarter of it (benchmarks/accuracy.py)."""


def temperature_map(
    image: SpectrumImage,
    windows: EnergyWindows | None = None,
    method: Method | None = None,
    *,
    mask: Array | None = None,
    keep_spectra: bool = True,
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: Path | None = None,
) -> TemperatureMap:
    """Temperature, with standard error and status, at every pixel of a spectrum image.

    Spikes are replaced, every spectrum is registered on its zero-loss peak, the zero-loss tail is taken off both
    sides, and loss and gain are compared by detailed balance, ln(loss/gain) = E/kT.

    Parameters
    ----------
    image : with both sides of the zero-loss peak on its energy axis.
    windows : meV; the published ones when None. method : preset `recommended` when None.
    mask : (y, x), True where the pixel is to be used; all when None.
    keep_spectra : whether the result holds loss and gain above the background at every pixel.
    progress : called with (blocks done, blocks in all).
    scheduler : address of a dask.distributed scheduler whose workers do the work; threads of this process when None.
    store : folder that keeps what is finished, so that the same call takes up a stopped one; nothing kept when None.

    Raises
    ------
    MethodError
        if a side of the zero-loss peak is missing, no pixel is usable, or no pixel gives a temperature.
    """
    method = (method or Method()).resolved()
    if mask is not None:
        mask = np.asarray(mask, bool)
        if mask.shape != image.shape[:2]:
            raise MethodError(
                f"A mask of shape {image.shape[:2]} (y, x) is wanted, got {mask.shape}: crop it like the image."
            )
    with Job(progress, PASSES + 1, scheduler=scheduler, store=store) as job:
        prepared = prepare(image, method, mask, job)
        plan, gain_factor, notes = make_plan(image, prepared, windows or EnergyWindows(), method)

        def work(block: Array, row: int, shift: Array, status: Array) -> Pixels:
            spectra = block.reshape(-1, block.shape[-1])
            registered = prepared.registered(np.nan_to_num(spectra.astype(float)), image.energy, shift.ravel())
            return analyse(registered, status.ravel(), plan, kept_variance(image.energy, shift.ravel()))

        parts = job.map("temperature", work, image.counts, prepared.shift, prepared.status)
    joined = Pixels(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Pixels)))
    require_usable(joined.status)
    return _assembled(image, windows or EnergyWindows(), prepared, plan, gain_factor, joined, keep_spectra, notes)


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
    plan, prepared = tmap.recipe
    chosen = np.asarray(region, bool) & tmap.ok
    if not chosen.any():
        raise MethodError(
            f"A region with at least one good pixel is wanted for {label!r}, got none: choose another place."
        )
    rows, columns = np.nonzero(chosen)
    spectra = np.asarray(image.counts[rows.min() : rows.max() + 1])[rows - rows.min(), columns].astype(float)
    registered = prepared.registered(spectra, image.energy, tmap.shift[chosen])
    n, seen = len(spectra), np.isfinite(registered).sum(axis=0)
    mean = np.where(seen > 0, np.nansum(registered, axis=0) / np.maximum(seen, 1), np.nan)
    summed = replace(plan, electrons_per_count=plan.electrons_per_count * n)
    pixels = analyse(mean[None], np.array([Status.OK]), summed)
    return _drawn(label, n, mean, pixels, summed)


def _assembled(
    image: SpectrumImage,
    windows: EnergyWindows,
    prepared: Prepared,
    plan: Plan,
    gain_factor: Quantity,
    pixels: Pixels,
    keep_spectra: bool,
    notes: list[tuple[str, str]],
) -> TemperatureMap:
    plane = image.shape[:2]
    common = _common_error(prepared, plan)
    core = prepared.core
    tmap = TemperatureMap(
        name=image.name,
        temperature=pixels.temperature.reshape(plane),
        error=pixels.error.reshape(plane),
        status=pixels.status.reshape(plane),
        shift=prepared.shift,
        spikes=prepared.spikes,
        energy=plan.pair_energy,
        loss=pixels.loss.reshape(*plane, -1).astype(np.float32) if keep_spectra else None,
        gain=pixels.gain.reshape(*plane, -1).astype(np.float32) if keep_spectra else None,
        step=image.step,
        temperature_mean=_mean_temperature(pixels, common),
        zero_loss={
            "fwhm": Quantity(core.fwhm, core.fwhm_error, "meV"),
            "asymmetry": Quantity(core.asymmetry, core.asymmetry_error, ""),
            "electrons_per_count": gain_factor,
        },
        scatter=None,
        settings={
            "energy": asdict(windows),
            "energy_used": {key: value for key, value in asdict(plan.windows).items() if key != "warnings"},
            "method": asdict(plan.method),
        },
        history=image.history,
        common_error=common,
        recipe=(plan, prepared),
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


def _common_error(prepared: Prepared, plan: Plan) -> float | None:
    """What the variants of the shared background do to the temperature of the mean spectrum, with what the correction
    for resolution leaves open, K; None if nothing is shared."""
    assert plan.method.background is not None
    variants = backgrounds.METHODS[plan.method.background].variants(plan.shape)
    if not variants:
        return None

    def temperature(shape: Any) -> float:
        varied = replace(plan, shape=shape)
        return float(analyse(prepared.mean[None], np.array([Status.OK]), varied).temperature[0])

    base = temperature(plan.shape)
    squares = sum((temperature(shape) - base) ** 2 for shape in variants)
    if plan.correction is not None:
        squares += (_CORRECTION_DOUBT * float(np.interp(base, plan.correction.true, plan.correction.shift))) ** 2
    return float(np.sqrt(squares)) if np.isfinite(squares) else None


def _fitted(axis: Array, plan: Plan, far: Window | None) -> Array:
    """(n,), True where one side's background was fitted."""
    if plan.method.background == "symmetric":
        return inside(axis, (plan.windows.near[0], float(plan.pair_energy[-1])))
    return inside(axis, plan.windows.near, far)


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


def _drawn(label: str, n: int, mean: Array, pixels: Pixels, plan: Plan) -> SpectrumFit:
    """A `SpectrumFit` from the analysis of one mean spectrum of n pixels."""
    axis, m = plan.axis, len(plan.pair_energy)
    zero = int(np.argmin(np.abs(axis)))
    background = np.full(len(axis), np.nan)
    background[zero + 1 : zero + 1 + m] = pixels.background_loss[0]
    background[zero - m : zero] = pixels.background_gain[0][::-1]
    windows = plan.windows
    used = np.where(axis > 0, _fitted(axis, plan, windows.far_loss), _fitted(axis, plan, windows.far_gain))
    background[np.abs(axis) < windows.near[0]] = np.nan
    chosen = inside(plan.pair_energy, windows.signal)
    raw = split(axis, mean[None])
    loss, gain = pixels.loss[0][chosen], pixels.gain[0][chosen]
    electrons = plan.electrons_per_count
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where((loss > 0) & (gain > 0), np.log(loss / gain), np.nan)
        error = np.sqrt(raw.loss[0, :m][chosen] / loss**2 + raw.gain[0, :m][chosen] / gain**2) / np.sqrt(electrons)
    temperature = Quantity(float(pixels.temperature[0]), float(pixels.error[0]), "K")
    return SpectrumFit(label, n, axis, mean, background, used, plan.pair_energy[chosen], ratio, error, temperature)
