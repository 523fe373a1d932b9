"""Every figure of the thermometer in one table, with its target, for both presets.

    python benchmarks/table.py                         # an hour on two cores, in the environment of `make bench`
    python benchmarks/table.py --pairs 20 --random 8   # quicker and coarser

Prints the Markdown table of docs/accuracy.md. What it measures is described in the programs that it calls: `controls`
(bias, false step), `chain` (coverage), `speed` (spectra per second) and `scaling` (memory); they print the details.
`--figures docs/figures` writes the pictures of the controls, too.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import chain
import controls
import numpy as np
import scaling
import speed
from measuring import best, installed, machine, thousands
from peers.both import BOTH
from peers.registration import ALIGN
from synthetic import spectra, undenoised

import kapitza
from kapitza.data import Array
from kapitza.study.limits import twin_limits
from kapitza.twin import demo_twins, synthesise

HEADS = ("figure", "target", "recommended", "paper, not denoised", "met by recommended")
PARTS = ("speed", "memory", "efficiency", "controls", "coverage")
LOW_DOSES = (3e5, 2.6e6, 2.6e7)
STILL = {"energy_walk": 0.0, "energy_flicker": 0.0, "spatial": 0.0}


@dataclass(frozen=True)
class Row:
    """One figure: what is wanted of it, what both presets reach, and whether `recommended` meets it; None where nothing
    is wanted or it was not measured."""

    figure: str
    target: str
    recommended: str
    paper: str = "–"
    met: bool | None = None

    def __str__(self) -> str:
        met = {True: "yes", False: "**no**", None: "–"}[self.met]
        return f"| {self.figure} | {self.target} | {self.recommended} | {self.paper} | {met} |"


def of_controls(seeds: int, random: int, figures: Path | None) -> Iterator[Row]:
    """Bias and false step at 1e10 electrons per region, and what else the controls say."""
    run = controls.Run(("recommended", "paper"), seeds, random)
    for part in controls.PARTS:
        readings = list(part.rows(run))
        if figures is not None:
            controls.picture(readings, part, figures)
        found = {preset: [r for r in readings if r.preset == preset] for preset in run.presets}
        if part.about == "drop":
            yield _pulls(part.title, found)
            continue
        if part.name != "dose":
            yield _largest(
                f"{part.title}: largest bias", f"< {controls.MOST_BIAS:g} K", found, _worst_bias, _within_bias
            )
            yield _largest(f"{part.title}: largest false step", f"< {controls.MOST_STEP:g} K", found, _worst_step,
                           _within_step)  # fmt: skip
        yield _honest(part.title, found)


Found = dict[str, list[controls.Reading]]


def _worst_bias(r: controls.Reading) -> tuple[float, float]:
    return max(((r.left, r.left_error), (r.right, r.right_error)), key=lambda pair: abs(pair[0]))


def _worst_step(r: controls.Reading) -> tuple[float, float]:
    return r.step, r.error


def _within_bias(r: controls.Reading) -> bool:
    value, error = _worst_bias(r)
    return abs(value) < controls.MOST_BIAS + error


def _within_step(r: controls.Reading) -> bool:
    return abs(r.step) < controls.MOST_STEP + r.error


def _largest(
    figure: str,
    target: str,
    found: Found,
    value: Callable[[controls.Reading], tuple[float, float]],
    within: Callable[[controls.Reading], bool],
) -> Row:
    """The largest of a number over the experiments, with the statistical error of the draws, and the median."""

    def said(readings: Sequence[controls.Reading]) -> str:
        pairs = np.array([value(r) for r in readings])
        worst = int(np.nanargmax(np.abs(pairs[:, 0])))
        return f"{pairs[worst, 0]:+.2f} ± {pairs[worst, 1]:.2f} K (median {np.nanmedian(np.abs(pairs[:, 0])):.2f} K)"

    mine = found["recommended"]
    return Row(figure, target, said(mine), said(found["paper"]), all(map(within, mine)))


def _honest(title: str, found: Found) -> Row:
    """Experiments whose bias and false step are within two stated errors: of three numbers each, 87 % by chance."""

    def said(readings: Sequence[controls.Reading]) -> str:
        return f"{sum(r.honest for r in readings)} of {len(readings)}"

    mine = found["recommended"]
    return Row(f"{title}: within two stated errors", "> 80 %", said(mine), said(found["paper"]),
               sum(r.honest for r in mine) > 0.8 * len(mine))  # fmt: skip


def _pulls(title: str, found: Found) -> Row:
    """How far the drops are from what was put in, in stated errors."""

    def rms(readings: Sequence[controls.Reading]) -> float:
        return float(np.sqrt(np.nanmean([((r.drop - r.drop_true) / r.drop_error) ** 2 for r in readings])))

    mine = rms(found["recommended"])
    spread = 2 / np.sqrt(2 * len(found["recommended"]))
    return Row(f"{title}: drop off by, in stated errors (rms)", "1", f"{mine:.2f}", f"{rms(found['paper']):.2f}",
               mine < 1 + spread)  # fmt: skip


def of_efficiency() -> Iterator[Row]:
    """Scatter of uniform pixels over the Cramer-Rao bound of the full model."""
    for dose in LOW_DOSES:
        sample = controls.varied(
            demo_twins()["none"],
            scan={"rows": 40, "columns": 50},
            interface={"position": 200.0},
            dose={"zero_loss_counts": dose},
            drift=STILL,
            detector=controls.QUIET,
        )
        bound, image = twin_limits(sample).fitted, synthesise(sample)[0]
        ratios = [_scatter(image, preset) / bound for preset in ("recommended", "paper")]
        yield Row(
            f"scatter of pixels over the Cramér–Rao bound ({bound:.1f} K) at {dose:.1e} electrons",
            "< 1.1",
            f"{ratios[0]:.2f} ± 0.02",
            f"{ratios[1]:.1f}",
            ratios[0] < 1.1 + 0.02,
        )


def _scatter(image: kapitza.SpectrumImage, preset: str) -> float:
    tmap = kapitza.temperature_map(image, method=undenoised(preset), keep_spectra=False)
    return float(np.nanstd(tmap.temperature))


def of_coverage(pairs: int, processes: int) -> Iterator[Row]:
    """How often 68 % intervals hold the truth, from counts to the drop."""
    with ProcessPoolExecutor(processes) as pool:
        found = list(pool.map(chain.draw, range(pairs), chunksize=2))
    shares = np.concatenate([each[2] for each in found])
    yield _covered(f"coverage of pixels' temperatures, {len(shares)} maps", shares, 0.002)
    for name, draws in (
        ("one direction", [d for e in found for d in e[0]]),
        ("half-difference", [e[1] for e in found]),
    ):
        for key in draws[0]:
            inside = np.array([draw[key][3] for draw in draws])
            inside = inside[np.isfinite(inside)]
            error = float(np.sqrt(inside.mean() * (1 - inside.mean()) / len(inside)))
            yield _covered(f"coverage, {name}: {key}, {len(inside)} draws", inside, error)


def _covered(figure: str, inside: Array, error: float) -> Row:
    share = float(inside.mean())
    return Row(figure, "66–70 %", f"{100 * share:.1f} ± {100 * error:.1f} %", met=0.66 - error <= share <= 0.70 + error)


def of_speed(rows: int, seconds: float) -> Iterator[Row]:
    """Spectra per second of the whole chain, and how many times as many as the fastest peers."""
    rates: speed.Rates = {}
    for step in (ALIGN, BOTH):
        given = spectra(speed.MOST_ROWS, drift=step.drift).shuffled()
        list(speed.step_rows(step, given, seconds, rates))
    cube = spectra(rows, drift=True)
    image, number = cube.image(), len(cube.counts)
    timings = {}
    for preset in speed.PRESETS:
        kapitza.temperature_map(cube.first(2048).image(), method=undenoised(preset))
        for keep in (False, True):
            call = partial(kapitza.temperature_map, image, method=undenoised(preset), keep_spectra=keep)
            timings[preset, keep] = best(call)
    for keep, name in ((False, ""), (True, ", loss and gain kept")):
        ours, theirs = (number / timings[preset, keep].seconds for preset in speed.PRESETS)
        yield Row(f"whole chain, {rows} x 256 x 1000{name}: spectra/s", "> 50,000", thousands(ours), thousands(theirs),
                  ours > 50_000)  # fmt: skip
    if len(rates) == 2:
        peers = 1 / sum(1 / rate for _, rate in rates.values())
        ours, theirs = (number / timings[preset, False].processor / peers for preset in speed.PRESETS)
        tools = ", ".join(name for name, _ in rates.values())
        yield Row(
            f"the same over the fastest peers ({tools}), per core", "–", f"{thousands(ours)} x", f"{theirs:.1f} x"
        )
    fresh = [cells.split("|")[3].strip() for cells in speed.first_call_rows(spectra(speed.FRESH_ROWS, drift=True))]
    yield Row("first call of a fresh process, imports included", "< 2 s", *fresh, float(fresh[0].split()[0]) < 2)


def of_memory(size: float) -> Iterator[Row]:
    """Memory of a process that analyses a cube on disk, and how fast it does."""
    image = spectra(scaling.STORED_ROWS, drift=True).image()
    for line in scaling.size_rows(image, [size]):
        _, _, _, peak, _, rate = (cell.strip() for cell in line.strip("|").split("|"))
        yield Row(f"memory for a cube of {size:g} GB on disk, {rate} spectra/s", "< 2 GB", f"{peak} GiB",
                  met=float(peak) * 1.074 < 2)  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4, help="draws of the noise per control")
    parser.add_argument("--random", type=int, default=20, help="random experiments")
    parser.add_argument("--pairs", type=int, default=1000, help="pairs of experiments for the coverage")
    parser.add_argument("--processes", type=int, default=2, help="how many of these run at once")
    parser.add_argument("--rows", type=int, default=256, help="rows of 256 spectra for the speed")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each peer is kept busy")
    parser.add_argument("--size", type=float, default=40.0, help="GB of the cube on disk")
    parser.add_argument("--figures", type=Path, help="folder for the pictures of the controls")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    chosen = parser.parse_args()
    speed.quiet()
    print(f"{machine()}\n\n| {' | '.join(HEADS)} |\n|{'---|' * len(HEADS)}", flush=True)
    parts = {
        "speed": of_speed(chosen.rows, chosen.seconds),
        "memory": of_memory(chosen.size),
        "efficiency": of_efficiency(),
        "controls": of_controls(chosen.seeds, chosen.random, chosen.figures),
        "coverage": of_coverage(chosen.pairs, chosen.processes),
    }
    for name in chosen.only:
        for found in parts[name]:
            print(found, flush=True)
    if not installed("hyperspy"):
        print("\nThe peers are not installed here: `make bench` has them.")


if __name__ == "__main__":
    main()
