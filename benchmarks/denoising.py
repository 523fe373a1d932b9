"""Denoising: noise left, time, and what it does to temperatures.

    python benchmarks/denoising.py                            # everything
    python benchmarks/denoising.py --only slices              # beside the bm3d wheel and scikit-image, where installed
    python benchmarks/denoising.py --only temperature --seeds 8

`slices`: pictures as energy slices of two materials look, with white noise of known sigma; PSNR against the picture
without noise, and processor time. `image`: registered counts of the demo against their expectation at 55 to 125 meV,
as error over the error of the counts. `temperature`: the demo with heat flowing forward (a drop of 15 K, 2 nm wide) and
not at all, through the public functions. "scatter" is that of pixels about the truth; "correlation" that between
neighbours in a column, "beside" the mean error within 4 nm of the interface, left less right; "drop" and "width" are
means over the draws, "±" what single draws scatter by, "stated" the mean stated error. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, get_args
from unittest.mock import patch

import numpy as np
from controls import varied
from measuring import best, installed, machine, once, row, table
from peers.denoising import PICTURES, slices_by_non_local_means
from scipy.special import erf

import kapitza
from kapitza.data import Array, SpectrumImage
from kapitza.errors import KapitzaError
from kapitza.settings import Method, Preset
from kapitza.spectra import denoised
from kapitza.spectra.blocks import Job
from kapitza.spectra.denoising import denoise
from kapitza.spectra.preparation import Prepared, prepare
from kapitza.twin import Twin, demo_twins, synthesise
from kapitza.twin.fields import fields
from kapitza.twin.forward import expected_counts

METHODS = ("none", "bm3d", "volume", "low_rank", "non-local means")
SIGMAS = (0.02, 0.05, 0.1, 0.2)
SIDES = (64, 256)
SIGNAL = (55.0, 125.0)
BESIDE = 4.0
AWAY = 10.0
DOSES = (1e6, 1e7)
LABELS = {"none": "counts", "low_rank": "principal components"}


@dataclass(frozen=True)
class Run:
    """What to run: draws of the noise, ways to denoise, electrons per pixel."""

    seeds: int
    methods: Sequence[str]
    electrons: Sequence[float]


def pictures(side: int) -> dict[str, Array]:
    """Two materials with an interface, the same with a lattice in either, and with a bright interface and islands."""
    y, x = np.mgrid[:side, :side]
    rng, from_interface = np.random.default_rng(0), x - 0.47 * side - 0.03 * y
    edge = 0.5 * (1 + erf(from_interface / 1.2))
    thickness = 1 + 0.15 * np.sin(2 * np.pi * (0.7 * x / side + 0.4 * y / side))
    lattices = np.cos(2 * np.pi * x / 5.3) * np.cos(2 * np.pi * y / 6.1), np.cos(2 * np.pi * (x + y) / 7.7)
    lattice = 1 + 0.12 * lattices[0] * (1 - edge) + 0.1 * lattices[1] * edge
    islands = sum(
        0.15 * (np.hypot(y - rng.uniform(0, side), x - rng.uniform(0, side)) < rng.uniform(2, 8)) for _ in range(6)
    )
    return {
        "interface": (0.35 + 0.4 * edge) * thickness,
        "lattices": (0.35 + 0.4 * edge) * thickness * lattice,
        "islands": 0.3 + 0.2 * edge + 0.4 * np.exp(-0.5 * (from_interface / 1.5) ** 2) + islands,
    }


def slices(run: Run) -> Iterator[str]:
    """Rows of PSNR (dB, mean over draws) and processor time (s), in turns so that a busy machine treats all alike."""
    tools = [tool for tool in PICTURES if all(installed(name) for name in tool.needs)]
    yield table(
        "slice", "sigma", "noisy, dB", *(f"{tool.name}, dB" for tool in tools), *(f"{t.name}, s" for t in tools)
    )
    for side in SIDES:
        for name, clean in pictures(side).items():
            for sigma in SIGMAS:
                ratio, seconds = np.zeros(len(tools)), np.full(len(tools), np.inf)
                noisy_ratio, draws = 0.0, run.seeds if side == SIDES[0] else 1
                for seed in range(draws):
                    noisy = clean + np.random.default_rng(100 + seed).normal(0, sigma, clean.shape)
                    noisy_ratio += psnr(noisy, clean) / draws
                    for i, tool in enumerate(tools):
                        timing = once(lambda tool=tool, noisy=noisy, sigma=sigma: tool.run(noisy, sigma))
                        ratio[i] += psnr(timing.result, clean) / draws
                        seconds[i] = min(seconds[i], timing.processor)
                cells = [f"{noisy_ratio:.2f}", *(f"{r:.2f}" for r in ratio), *(f"{s:.3f}" for s in seconds)]
                yield row(f"{name}, {side} x {side}", f"{sigma:g}", *cells)


def psnr(found: Array, clean: Array) -> float:
    """Peak signal to noise, dB."""
    return float(10 * np.log10(np.ptp(clean) ** 2 / np.mean((found - clean) ** 2)))


def image(run: Run) -> Iterator[str]:
    """Rows of error over that of the counts, and processor time, on registered counts of the demo."""
    yield table("dose", "method", "error, loss side", "error, gain side", "s")
    for dose in run.electrons:
        twin = still(varied(demo_twins()["forward"], dose={"zero_loss_counts": dose}))
        truth, _ = registered(replace(synthesise(twin)[0], counts=expected_counts(twin, fields(twin))))
        counts, axis = registered(synthesise(twin)[0])
        for method in run.methods:
            timing = best(lambda method=method, counts=counts: smoothed(counts, method), rounds=1)
            sides = []
            for sign in (1, -1):
                chosen = (sign * axis >= SIGNAL[0]) & (sign * axis <= SIGNAL[1])
                off, before = ((c - truth)[..., chosen] for c in (timing.result, counts))
                sides.append(f"{np.sqrt(np.mean(off**2) / np.mean(before**2)):.2f}")
            yield row(f"{dose:.0e}", LABELS.get(method, method), *sides, f"{timing.processor:.1f}")


def smoothed(counts: Array, method: str) -> Array:
    """Denoised counts."""
    if method == "none":
        return counts
    return slices_by_non_local_means(counts) if method == "non-local means" else denoise(counts, method)


def still(twin: Twin) -> Twin:
    """The twin on a detector without faults: its expected counts are then the truth of its counts."""
    return varied(twin, detector={"gain_pattern": 0.0, "dark": 0.0, "spikes_per_million": 0.0})


def registered(image: SpectrumImage) -> tuple[Array, Array]:
    """(y, x, k) counts and (k,) energies, meV, of an image with the same shifts for every draw of its noise."""
    prepared: Prepared = prepare(image, Method(despike=False), None, Job())
    whole = prepared.registered(np.asarray(image.counts), 0, prepared.shift)
    return whole.reshape(*image.shape[:2], -1), prepared.axis


def temperature(run: Run) -> Iterator[str]:
    """Rows of scatter, correlation, drop and width, preset by preset and method by method."""
    heads = ("scatter, K", "correlation", "beside, K", "drop put in, K", "drop, K", "stated, K", "width, nm", "failed")
    yield table("preset", "electrons", "denoised", *heads)
    for dose in run.electrons:
        for flow in ("forward", "none"):
            twins = [
                varied(demo_twins()[flow], dose={"zero_loss_counts": dose}, twin={"seed": 50 + seed})
                for seed in range(run.seeds)
            ]
            made = [synthesise(twin) for twin in twins]
            for preset in get_args(Preset):
                for method in run.methods:
                    if method == "non-local means" and not installed("scikit-image"):
                        continue
                    found = [reading(*one, preset, method) for one in made]
                    yield row(preset, f"{dose:.0e}", LABELS.get(method, method), *cells(found))


def reading(image: SpectrumImage, truth: Any, preset: Preset, method: str) -> dict[str, float]:
    """What one image reads; not a number where it fails."""
    other = method == "non-local means"
    stand_in = patch.object(denoised, "denoise", _instead) if other else nullcontext()
    with stand_in:
        tmap = kapitza.temperature_map(image, method=Method(preset=preset, denoise="volume" if other else method))
    off = tmap.temperature - truth["temperature"].to_numpy()
    x = truth["x"].to_numpy() - float(truth["position"])
    far, near = np.abs(x) > AWAY, np.abs(x) < BESIDE
    rest = off - np.nanmean(off, axis=0)
    products, square = rest[1:, far] * rest[:-1, far], np.nanmean(rest[:, far] ** 2)
    rows = len(rest)
    found = {
        "scatter": float(np.sqrt(square * rows / (rows - 1))),
        # A column's mean, taken out, leaves pixels correlated by -1/n.
        "correlation": float((np.nanmean(products) / square + 1 / rows) / (1 + 1 / rows)),
        "beside": float(np.nanmean(off[:, near & (x < 0)]) - np.nanmean(off[:, near & (x > 0)])),
        "true": float(truth["drop"]),
        "failed": float((~tmap.ok).sum()),
    }
    try:
        result = kapitza.interface_drop(tmap)
    except KapitzaError:
        return {**found, "drop": np.nan, "stated": np.nan, "width": np.nan}
    width = np.nan if result.width_10_90.value is None else result.width_10_90.value
    return {**found, "drop": result.drop.value, "stated": result.drop.error, "width": width}


def _instead(counts: Array, *_: Any, electrons_per_count: float = 1.0, **__: Any) -> Array:
    return slices_by_non_local_means(counts, electrons_per_count)


def cells(found: list[dict[str, float]]) -> Iterator[str]:
    """Means over draws, with what single draws scatter by where that matters."""
    values = {key: np.array([one[key] for one in found], float) for key in found[0]}

    def shown(key: str, digits: int) -> str:
        some = values[key][np.isfinite(values[key])]
        if not len(some):
            return "–"
        spread = f" ± {some.std(ddof=1):.{digits}f}" if len(some) > 1 else ""
        return f"{some.mean():.{digits}f}{spread}"

    yield f"{values['scatter'].mean():.1f}"
    yield f"{values['correlation'].mean():.2f}"
    yield shown("beside", 1)
    yield f"{values['true'][0]:.0f}"
    yield shown("drop", 1)
    yield f"{np.nanmean(values['stated']):.1f}"
    yield shown("width", 1)
    yield f"{values['failed'].mean():.0f}"


PARTS = {"slices": slices, "image": image, "temperature": temperature}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    parser.add_argument("--seeds", type=int, default=4, help="draws of the noise")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS, help="of image and temperature")
    parser.add_argument("--electrons", nargs="+", type=float, default=DOSES, help="per pixel, of image and temperature")
    chosen = parser.parse_args()
    run = Run(chosen.seeds, chosen.methods, chosen.electrons)
    print(machine())
    for name in chosen.only:
        print(f"\n## {name}\n", flush=True)
        for line in PARTS[name](run):
            print(line, flush=True)


if __name__ == "__main__":
    main()
