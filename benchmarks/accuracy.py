"""How well both presets read the synthetic experiment: bias, false step, honesty of errors, recovered drop.

    python benchmarks/accuracy.py            # about ten minutes on two cores
    python benchmarks/accuracy.py --seeds 4  # fewer experiments for the drop

Prints two Markdown tables. "False step" is the difference between AlN and SiC at uniform temperature; "scatter" how
pixels scatter over their stated errors (1 is honest); "off by" is in stated standard errors.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np

import kapitza
from kapitza.data import InterfaceResult
from kapitza.settings import Method, Preset
from kapitza.twin import Twin, demo_twins, synthesise, truth_numbers

PRESETS: tuple[Preset, ...] = ("recommended", "paper")
PEAKS = [(12.0, 2.0), (12.0, 3.0), (12.0, 1.6), (10.0, 2.2)]
QUANTITIES = ("drop", "width_10_90", "gradient_left", "gradient_right", "position")


def varied(base: Twin, /, **tables: dict[str, Any]) -> Twin:
    """The twin `base` with values of its tables changed."""
    return base.model_copy(update={name: getattr(base, name).model_copy(update=t) for name, t in tables.items()})


def bias_rows() -> Iterator[str]:
    """Rows of the table at uniform 600 K, without gain pattern, at a high dose."""
    quiet = {"gain_pattern": 0.0, "dark": 0.0, "spikes_per_million": 0.0}
    for fwhm, exponent in PEAKS:
        peak = {"fwhm": fwhm, "exponent": exponent}
        twin = varied(demo_twins()["none"], detector=quiet, zero_loss=peak, dose={"zero_loss_counts": 1e8})
        image, _ = synthesise(twin)
        for preset in PRESETS:
            tmap = kapitza.temperature_map(image, method=Method(preset=preset))
            left, right = (float(np.nanmean(tmap.temperature[:, part])) - 600 for part in (slice(70), slice(90, None)))
            common = "–" if tmap.common_error is None else f"{tmap.common_error:.1f}"
            yield (
                f"| {fwhm:g} meV, m = {exponent:g} | {preset} | {left:+.1f} | {right:+.1f} | {left - right:+.1f} "
                f"| {common} | {np.nanmedian(tmap.error):.1f} | {tmap.scatter:.2f} |"
            )


def halves(seeds: int) -> dict[Preset, list[InterfaceResult]]:
    """Half-differences of forward and reverse demo experiments with different noise."""
    found: dict[Preset, list[InterfaceResult]] = {preset: [] for preset in PRESETS}
    for seed in range(seeds):
        pair: dict[Preset, list[InterfaceResult]] = {preset: [] for preset in PRESETS}
        for number, flow in enumerate(("forward", "reverse")):
            image, _ = synthesise(varied(demo_twins()[flow], twin={"seed": 2 * seed + number}))
            for preset in PRESETS:
                tmap = kapitza.temperature_map(image, method=Method(preset=preset))
                pair[preset].append(kapitza.interface_drop(tmap))
        for preset in PRESETS:
            found[preset].append(kapitza.combine(*pair[preset]))
    return found


def recovery_rows(seeds: int) -> Iterator[str]:
    """Rows of the table of what the half-difference recovers."""
    truth = truth_numbers(demo_twins()["forward"])
    for preset, results in halves(seeds).items():
        for name in QUANTITIES:
            known = [q for q in (getattr(r, name) for r in results) if q.value is not None]
            inside = [low <= truth[name] <= high for low, high in map(interval, known)]
            values = np.array([q.value for q in known])
            mean, spread = (values.mean(), values.std(ddof=1)) if len(values) > 1 else (np.nan, np.nan)
            yield (
                f"| {name} | {preset} | {truth[name]:g} {known[0].unit if known else ''} | {mean:.3g} | {spread:.2g} "
                f"| {len(known)} of {len(results)} | {sum(inside)} of {len(inside)} |"
            )


def interval(quantity: kapitza.Quantity) -> tuple[float, float]:
    """The 68 % interval of a quantity."""
    if quantity.interval is not None:
        low, high = quantity.interval
        return -np.inf if low is None else low, np.inf if high is None else high
    return quantity.value - quantity.error, quantity.value + quantity.error


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="pairs of experiments for the drop")
    seeds = parser.parse_args().seeds
    heads = ("peak", "preset", "AlN bias (K)", "SiC bias (K)", "false step (K)", "common error (K)", "pixel error (K)")
    print("|", " | ".join((*heads, "scatter")), "|")
    print("|---|---|---|---|---|---|---|---|")
    for row in bias_rows():
        print(row, flush=True)
    print("\n| quantity | preset | put in | mean found | spread | with a value | 68 % interval holds it |")
    print("|---|---|---|---|---|---|---|")
    for row in recovery_rows(seeds):
        print(row, flush=True)


if __name__ == "__main__":
    main()
