"""Controls of the thermometer: what it reads where the answer is known.

    python benchmarks/controls.py                       # everything, both presets
    python benchmarks/controls.py --only peaks random   # some parts
    python benchmarks/controls.py --presets recommended --only dose --figures docs/figures

Prints a Markdown table per part, and a line that counts the rows within the targets: a false step below 0.5 K and
biases below 2 K at 1e10 electrons per region, each given one statistical error. Preset `paper` runs without its BM3D.
"Honest" rows are off by less than two stated errors, the common one included for the biases. `--figures` writes a
picture per part. A region is what lies more than 10 nm (or two widths of the composition) from the interface on one
side: AlN left, SiC right. Biases are means over a region's good pixels of temperature less truth, and over `--seeds`
draws of the noise; "±" is the statistical error.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_args

import numpy as np
from synthetic import undenoised

import kapitza
from kapitza.data import Array, InterfaceResult, SpectrumImage, TemperatureMap
from kapitza.errors import KapitzaError
from kapitza.plots.style import (
    BLUE,
    FAINT,
    ORANGE,
    SINGLE,
    add_legend,
    add_panel,
    house_style,
    new_figure,
    save_picture,
)
from kapitza.settings import EnergyWindows, Preset
from kapitza.theory.conduction import step
from kapitza.twin import Twin, demo_twins, inject_step, random_twin, synthesise, truth_numbers

MOST_STEP, MOST_BIAS = 0.5, 2.0
"""Targets, K, at 1e10 electrons per region."""

PER_PIXEL = 7.5e6
"""Electrons per pixel that make 1e10 in a region of 20 x 67 pixels."""

QUIET = {"gain_pattern": 0.0, "dark": 0.0, "spikes_per_million": 0.0}
COLOURS = {"recommended": BLUE, "paper": ORANGE}

PEAKS: dict[str, dict[str, Any]] = {
    "Pearson VII, m = 2": {"shape": "pearson7", "exponent": 2.0},
    "Pearson VII, m = 2.2": {"shape": "pearson7", "exponent": 2.2},
    "Pearson VII, m = 3": {"shape": "pearson7", "exponent": 3.0},
    "Gaussian": {"shape": "gaussian"},
    "Gaussian core 60 %, Pearson tail m = 1.8": {
        "shape": "gaussian_and_pearson",
        "core_share": 0.6,
        "tail_width": 1.0,
        "exponent": 1.8,
    },
    "Voigt, 2 % Lorentzian": {"shape": "voigt", "lorentzian_share": 0.02},
}
WIDTHS = (10.0, 12.0, 13.0)
WINDOWS = ((50, 135), (50, 125), (55, 125), (60, 120), (65, 135), (50, 90), (60, 100), (70, 110), (80, 120), (90, 135))
DOSES = (1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8)
CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "no change": {},
    "width ±0.5 % from pixel to pixel": {"drift": {"width_change": 0.005}},
    "width ±1 %": {"drift": {"width_change": 0.01}},
    "width ±3 %": {"drift": {"width_change": 0.03}},
    "width drifts slowly by 1 %": {"drift": {"width_flicker": 0.01}},
    "width drifts slowly by 3 %": {"drift": {"width_flicker": 0.03}},
    "half widths differ by 1 %": {"zero_loss": {"asymmetry": 0.01}},
    "half widths differ by 3 %": {"zero_loss": {"asymmetry": 0.03}},
    "half widths differ by -3 %": {"zero_loss": {"asymmetry": -0.03}},
    "Pearson IV, skew 0.05": {"zero_loss": {"shape": "pearson4", "exponent": 2.2, "skew": 0.05}},
}


@dataclass(frozen=True)
class Run:
    """What to run: presets, draws of the noise per experiment, random experiments."""

    presets: Sequence[Preset]
    seeds: int
    random: int


@dataclass(frozen=True)
class Reading:
    """What a preset reads of one image, K; not a number where it fails.

    left, right : bias of either region, with statistical errors. step : left less right. common : the error that all
    pixels are said to share. pixel, actual : the stated error of a pixel (median), and the scatter about the truth.
    failed : pixels without a temperature. drop, drop_error, drop_true : of the interface.
    """

    label: str
    preset: Preset
    left: float = np.nan
    right: float = np.nan
    left_error: float = np.nan
    right_error: float = np.nan
    common: float = np.nan
    pixel: float = np.nan
    actual: float = np.nan
    failed: float = np.nan
    drop: float = np.nan
    drop_error: float = np.nan
    drop_true: float = np.nan
    seconds: float = np.nan

    @property
    def step(self) -> float:
        """False step, K."""
        return self.left - self.right

    @property
    def error(self) -> float:
        """Statistical error of the false step, K."""
        return float(np.hypot(self.left_error, self.right_error))

    @property
    def within(self) -> bool:
        """Whether false step and biases are within the targets."""
        biases = ((self.left, self.left_error), (self.right, self.right_error))
        return abs(self.step) < MOST_STEP + self.error and all(abs(b) < MOST_BIAS + error for b, error in biases)

    @property
    def honest(self) -> bool:
        """Whether false step and biases are within two stated errors."""
        common = np.nan_to_num(self.common)
        biases = ((self.left, self.left_error), (self.right, self.right_error))
        return abs(self.step) < 2 * self.error and all(abs(b) < 2 * np.hypot(error, common) for b, error in biases)

    @classmethod
    def mean(cls, several: Sequence[Reading]) -> Reading:
        """The mean of readings of one experiment with different noise."""
        independent = ("left_error", "right_error", "drop_error")
        numbers = {
            field.name: float(np.mean([getattr(reading, field.name) for reading in several]))
            / (np.sqrt(len(several)) if field.name in independent else 1.0)
            for field in fields(cls)
            if field.name not in ("label", "preset")
        }
        return cls(several[0].label, several[0].preset, **numbers)


def varied(base: Twin, /, **tables: dict[str, Any]) -> Twin:
    """The twin `base` with values of its tables changed; a peak of another shape loses the old one's keys."""
    document = base.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    for name, values in tables.items():
        old = {} if "shape" in values else document[name]
        kept = {"fwhm": document[name]["fwhm"]} if "shape" in values else {}
        document[name] = {**old, **kept, **values, "provenance": "a control"}
    return Twin.model_validate(document)


def uniform(**tables: dict[str, Any]) -> Twin:
    """The demo's AlN|SiC at 600 K everywhere, on a detector without faults, 1e10 electrons per region."""
    flat = {"dose": {"zero_loss_counts": PER_PIXEL}, "detector": QUIET, "zero_loss": PEAKS["Pearson VII, m = 2.2"]}
    return varied(demo_twins()["none"], **{**flat, **tables})


def read(
    label: str, made: tuple[SpectrumImage, Any], preset: Preset, windows: EnergyWindows | None = None
) -> tuple[Reading, InterfaceResult | None]:
    """What a preset reads of a synthetic image with its truth, through the public functions."""
    image, truth = made
    start = time.perf_counter()
    try:
        tmap = kapitza.temperature_map(image, windows, undenoised(preset))
    except KapitzaError as error:
        print(f"<!-- {label}, {preset}: {error} -->")
        return Reading(label, preset), None
    seconds = time.perf_counter() - start
    try:
        result = kapitza.interface_drop(tmap)
        drop = {"drop": result.drop.value, "drop_error": result.drop.error}
    except KapitzaError as error:
        print(f"<!-- {label}, {preset}: {error} -->")
        result, drop = None, {}
    return Reading(label, preset, **_numbers(tmap, truth), **drop, seconds=seconds), result


def _numbers(tmap: TemperatureMap, truth: Any) -> dict[str, Any]:
    off = tmap.temperature - truth["temperature"].to_numpy()
    away = truth["x"].to_numpy() - float(truth["position"])
    gap = max(10.0, 2.0 * float(truth["composition_width_10_90"]))
    left, right = off[:, away < -gap], off[:, away > gap]
    errors = [
        float(np.sqrt(np.nansum(tmap.error[:, side] ** 2)) / max(np.isfinite(tmap.error[:, side]).sum(), 1))
        for side in (away < -gap, away > gap)
    ]
    mean = float(np.nanmean(off))
    return {
        "left": float(np.nanmean(left)),
        "right": float(np.nanmean(right)),
        "left_error": errors[0],
        "right_error": errors[1],
        "common": np.nan if tmap.common_error is None else tmap.common_error,
        "pixel": float(np.nanmedian(tmap.error)),
        "actual": float(np.sqrt(np.nanmean((off - mean) ** 2))),
        "failed": float((~tmap.ok).sum()),
        "drop_true": float(truth["drop"]),
    }


def averaged(label: str, twin: Twin, run: Run, windows: EnergyWindows | None = None) -> Iterator[Reading]:
    """One reading per preset, the mean over draws of the noise."""
    found: dict[Preset, list[Reading]] = {preset: [] for preset in run.presets}
    for seed in range(run.seeds):
        made = synthesise(varied(twin, twin={"seed": 1000 + seed}))
        for preset in run.presets:
            found[preset].append(read(label, made, preset, windows)[0])
    yield from map(Reading.mean, found.values())


def peaks(run: Run) -> Iterator[Reading]:
    """Uniform 600 K, six families of the peak in three widths."""
    for name, keys in PEAKS.items():
        for fwhm in WIDTHS:
            yield from averaged(f"{name}, {fwhm:g} meV", uniform(zero_loss={**keys, "fwhm": fwhm}), run)


def windows(run: Run) -> Iterator[Reading]:
    """Uniform 600 K, signal windows between 50 and 135 meV; the far window begins where the signal's ends."""
    for low, high in WINDOWS:
        chosen = EnergyWindows(signal=(low, high), far=(max(130.0, high), 200.0))
        yield from averaged(f"{low}-{high} meV", uniform(), run, chosen)


def randoms(run: Run) -> Iterator[Reading]:
    """Random experiments at uniform temperature, 1e10 electrons per region."""
    for number in range(run.random):
        drawn = random_twin(number, uniform())
        label = f"{number}: {drawn.zero_loss.shape}, {drawn.zero_loss.fwhm:.3g} meV, {drawn.temperature.mean:.0f} K"
        yield from averaged(label, varied(drawn, dose={"zero_loss_counts": PER_PIXEL}), run)


def flows(run: Run) -> Iterator[Reading]:
    """The demo's three experiments with all their faults, and the half-difference of forward and reverse."""
    true = truth_numbers(demo_twins()["forward"])["drop"]
    for seed in range(run.seeds):
        found: dict[tuple[Preset, str], InterfaceResult] = {}
        for number, (flow, twin) in enumerate(demo_twins().items()):
            made = synthesise(varied(twin, twin={"seed": 3 * seed + number}))
            for preset in run.presets:
                reading, result = read(f"{flow} {seed}", made, preset)
                yield reading
                if result is not None:
                    found[preset, flow] = result
        for preset in run.presets:
            if (preset, "forward") in found and (preset, "reverse") in found:
                drop = kapitza.combine(found[preset, "forward"], found[preset, "reverse"]).drop
                label = f"half of forward less reverse {seed}"
                yield Reading(label, preset, drop=drop.value, drop_error=drop.error, drop_true=true)


def injection(run: Run) -> Iterator[Reading]:
    """A step of 15 K, 2 nm wide, injected into images without heat flow."""
    for seed in range(run.seeds):
        twin = varied(demo_twins()["none"], twin={"seed": seed}, detector=QUIET)
        image, truth = synthesise(twin)
        stepped = inject_step(image, twin.interface.position, 15.0, 2.0, twin.temperature.mean, seed)
        rise = -7.5 * step(truth["x"] - twin.interface.position, 2.0)
        with_drop = truth.assign(drop=15.0, temperature=truth["temperature"] + rise)
        for preset in run.presets:
            yield read(f"zero flow {seed}", (image, truth), preset)[0]
            yield read(f"15 K put into {seed}", (stepped, with_drop), preset)[0]


def doses(run: Run) -> Iterator[Reading]:
    """Uniform 600 K from 1e5 to 1e8 electrons per pixel."""
    for dose in DOSES:
        yield from averaged(f"{dose:.0e}", uniform(dose={"zero_loss_counts": dose}), run)


def changes(run: Run) -> Iterator[Reading]:
    """Uniform 600 K, a peak whose width changes between pixels or whose sides differ."""
    for name, tables in CHANGES.items():
        yield from averaged(name, uniform(**tables), run)


@dataclass(frozen=True)
class Part:
    """One table and one picture. about : "step" judges biases and steps, "drop" the drop at the interface."""

    name: str
    title: str
    rows: Callable[[Run], Iterator[Reading]]
    about: str = "step"


PARTS = (
    Part("peaks", "Uniform temperature, peaks of all kinds", peaks),
    Part("windows", "Uniform temperature, signal windows", windows),
    Part("random", "Uniform temperature, experiments at random", randoms),
    Part("flows", "Forward, reverse and zero flow", flows, "drop"),
    Part("injection", "A step injected into zero flow", injection, "drop"),
    Part("dose", "Uniform temperature, electrons per pixel", doses),
    Part("changes", "Uniform temperature, a peak that changes or leans", changes),
)

HEADS = {
    "step": "| control | preset | AlN bias (K) | SiC bias (K) | false step (K) | common error (K) | pixel error (K) "
    "| pixel scatter (K) | without T | drop (K) | time (s) | within | honest |",
    "drop": "| control | preset | drop put in (K) | drop found (K) | off by (errors) | AlN bias (K) | SiC bias (K) "
    "| common error (K) | time (s) |",
}


def line(reading: Reading, about: str) -> str:
    """A reading as a row of the table."""
    r = reading
    drop = f"{r.drop:+.2f} ± {r.drop_error:.2f}"
    biases = [f"{r.left:+.2f}", f"{r.right:+.2f}"]
    if about == "drop":
        off = f"{(r.drop - r.drop_true) / r.drop_error:+.1f}"
        cells = [f"{r.drop_true:+.1f}", drop, off, *biases, f"{r.common:.2f}", f"{r.seconds:.2f}"]
    else:
        cells = [*biases, f"{r.step:+.2f} ± {r.error:.2f}", f"{r.common:.2f}", f"{r.pixel:.1f}", f"{r.actual:.1f}"]
        cells += [f"{r.failed:.0f}", drop, f"{r.seconds:.2f}"]
        cells += ["yes" if good else "no" for good in (r.within, r.honest)]
    return f"| {' | '.join([r.label, r.preset, *cells])} |".replace("+nan", "–").replace("nan", "–")


def summary(readings: Sequence[Reading], part: Part) -> Iterator[str]:
    """Per preset: how many rows are within the targets, the largest and the typical deviations."""
    for preset in dict.fromkeys(reading.preset for reading in readings):
        mine = [reading for reading in readings if reading.preset == preset]
        if part.about == "drop":
            off = np.array([(r.drop - r.drop_true) / r.drop_error for r in mine])
            yield f"{preset}: the drop is off by {np.sqrt(np.nanmean(off**2)):.2f} errors (rms)."
            continue
        step = np.array([abs(r.step) for r in mine])
        bias = np.array([max(abs(r.left), abs(r.right)) for r in mine])
        yield (
            f"{preset}: {sum(r.within for r in mine)} of {len(mine)} within {MOST_STEP} K and {MOST_BIAS} K, "
            f"{sum(r.honest for r in mine)} honest; false step {np.nanmedian(step):.2f} K (median), "
            f"{np.nanmax(step):.2f} K (most); bias {np.nanmedian(bias):.2f} K, {np.nanmax(bias):.2f} K."
        )


def picture(readings: Sequence[Reading], part: Part, folder: Path) -> None:
    """A dot per reading with its error; the grey band is the target."""
    labels = list(dict.fromkeys(reading.label for reading in readings))
    presets = list(dict.fromkeys(reading.preset for reading in readings))
    with house_style():
        height = 3.6 * len(labels)
        figure = new_figure(SINGLE + 30, height + 20)
        ax = add_panel(figure, 56, 4, SINGLE - 30, height + 4)
        if part.about == "step":
            ax.axvspan(-MOST_STEP, MOST_STEP, color=FAINT, alpha=0.3, linewidth=0, label=f"±{MOST_STEP} K")
        for i, preset in enumerate(presets):
            mine = [reading for reading in readings if reading.preset == preset]
            value, error = _drawn(mine, part.about)
            at = np.array([labels.index(reading.label) for reading in mine]) + 0.3 * (i - 0.5 * (len(presets) - 1))
            ax.errorbar(value, at, xerr=error, fmt="o", color=COLOURS[preset], elinewidth=0.6, label=preset)
        ax.axvline(0.0, color=FAINT, linewidth=0.5)
        ax.set_xscale("symlog", linthresh=1.0) if part.about == "step" else None
        ax.set_yticks(range(len(labels)), labels)
        ax.set_ylim(len(labels) - 0.4, -0.6)
        ax.set_xlabel("False step (K)" if part.about == "step" else "Drop found less drop put in (K)")
        add_legend(figure, *ax.get_legend_handles_labels(), 3)
    folder.mkdir(parents=True, exist_ok=True)
    save_picture(figure, folder / f"controls-{part.name}.svg")


def _drawn(readings: Sequence[Reading], about: str) -> tuple[Array, Array]:
    pairs = [(r.step, r.error) if about == "step" else (r.drop - r.drop_true, r.drop_error) for r in readings]
    value, error = np.array(pairs, dtype=float).T
    return value, error


def main() -> None:
    """Print the tables, and write the pictures where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=[part.name for part in PARTS], help="parts to run")
    parser.add_argument("--presets", nargs="+", choices=get_args(Preset), default=get_args(Preset))
    parser.add_argument("--seeds", type=int, default=2, help="draws of the noise per experiment")
    parser.add_argument("--random", type=int, default=20, help="random experiments")
    parser.add_argument("--figures", type=Path, help="folder for the pictures")
    chosen = parser.parse_args()
    run = Run(chosen.presets, chosen.seeds, chosen.random)
    for part in PARTS:
        if chosen.only and part.name not in chosen.only:
            continue
        print(f"\n## {part.title}\n\n{HEADS[part.about]}\n|{'---|' * (HEADS[part.about].count('|') - 1)}", flush=True)
        readings = []
        for reading in part.rows(run):
            readings.append(reading)
            print(line(reading, part.about), flush=True)
        print("\n" + "\n".join(summary(readings, part)), flush=True)
        if chosen.figures:
            picture(readings, part, chosen.figures)


if __name__ == "__main__":
    main()
