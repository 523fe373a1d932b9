"""Do the errors of the whole chain hold the truth as often as they say, from counts to the drop?

    python benchmarks/chain.py               # 1,000 pairs of experiments: half an hour on two cores
    python benchmarks/chain.py --pairs 100   # quicker and coarser

Every pair is a forward and a reverse experiment with noise, drift, spikes and a detector's gain pattern of its own, of
10 x 81 pixels of 1 nm with 1e7 zero-loss electrons each and a drop of 15 K; preset `recommended` analyses both and
combines them. "holds it" is the share of draws whose 68 % interval holds what was put in, with its binomial error,
among those that give an interval at all.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
from controls import varied
from intervals import holds, stated

import kapitza
from kapitza.data import InterfaceResult, TemperatureMap
from kapitza.quantity import Quantity
from kapitza.twin import Twin, demo_twins, synthesise, truth_numbers

SCAN = {"rows": 10, "columns": 81}
POSITION = 40.4
QUANTITIES = (
    "drop",
    "width_10_90",
    "position",
    "gradient_left",
    "gradient_right",
    "characteristic_length_left",
    "characteristic_length_right",
)
HEADS = ("quantity", "put in", "draws", "mean found", "spread", "mean stated error", "68 % interval holds it")

Draw = dict[str, tuple[float, float, float, float]]
"""By quantity: what was put in, what was found, its stated error, and whether the interval holds what was put in (1 or
0; NaN where there is none)."""


def experiment(flow: str, number: int) -> Twin:
    """One of a pair of experiments; both have one detector."""
    return varied(
        demo_twins()[flow],
        twin={"seed": 2 * number + (flow == "reverse")},
        scan=SCAN,
        interface={"position": POSITION},
        detector={"pattern_seed": number},
    )


def held(true: float, quantity: Quantity) -> tuple[float, float, float, float]:
    """How a quantity compares with what was put in."""
    value, error = (np.nan if x is None else x for x in (quantity.value, quantity.error))
    inside = float(holds(quantity, true)) if stated(quantity) else np.nan
    return true, value, error, inside


def of_map(tmap: TemperatureMap, truth: Any) -> Draw:
    """The mean temperature of either side, with its statistical and its common error."""
    found: Draw = {}
    away = truth["x"].to_numpy() - POSITION
    assert tmap.common_covariance is not None
    for name, side in (("left", away < -5), ("right", away > 5)):
        true = float(truth["temperature"].to_numpy()[:, side].mean())
        material = int(np.bincount(tmap.material[:, side].ravel()).argmax())
        statistical = np.sqrt((tmap.error[:, side] ** 2).sum()) / tmap.error[:, side].size
        error = float(np.hypot(statistical, np.sqrt(tmap.common_covariance[material, material])))
        mean = float(tmap.temperature[:, side].mean())
        found[f"mean temperature, {name}"] = held(true, Quantity(mean, error, "K"))
    return found


def pixels_held(tmap: TemperatureMap, truth: Any) -> float:
    """Share of the pixels whose interval, the common error included, holds the true temperature."""
    assert tmap.common_covariance is not None
    common = np.diag(tmap.common_covariance)[tmap.material]
    off = np.abs(tmap.temperature - truth["temperature"].to_numpy())
    return float((off <= np.sqrt(tmap.error**2 + common)).mean())


def draw(number: int) -> tuple[list[Draw], Draw, list[float]]:
    """Both directions of a pair, what combines them, and the shares of their pixels that are held."""
    singles, results, shares = [], [], []
    for flow in ("forward", "reverse"):
        twin = experiment(flow, number)
        image, truth = synthesise(twin)
        tmap = kapitza.temperature_map(image)
        results.append(kapitza.interface_drop(tmap))
        true = truth_numbers(twin)
        singles.append({**of_map(tmap, truth), **of_interface(results[-1], true, QUANTITIES[:3])})
        shares.append(pixels_held(tmap, truth))
    return singles, of_interface(kapitza.combine(*results), truth_numbers(experiment("forward", number))), shares


def of_interface(result: InterfaceResult, true: dict[str, float], names: tuple[str, ...] = QUANTITIES) -> Draw:
    """How the interface's numbers compare with what was put in; flow in reverse turns signs round."""
    return {name: held(true[name], getattr(result, name)) for name in names}


def rows(name: str, draws: list[Draw], signed: bool) -> Iterator[str]:
    """A row per quantity; where directions are mixed, what turns with the flow is counted from what was put in."""
    for key in draws[0]:
        drawn = np.array([one[key] for one in draws], float)
        true, value, error, inside = drawn[np.isfinite(drawn[:, 3])].T
        shift = true if signed else 0.0
        put, mean = ("0 (less put in)" if signed else f"{true[0]:.4g}"), np.nanmean(value - shift)
        share = inside.mean()
        binomial = np.sqrt(share * (1 - share) / len(inside))
        yield (
            f"| {name}: {key} | {put} | {len(inside):,} | {mean:.3g} | {np.nanstd(value - shift):.3g} "
            f"| {np.nanmean(error):.3g} | {100 * share:.1f} ± {100 * binomial:.1f} % |"
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000, help="pairs of experiments")
    parser.add_argument("--processes", type=int, default=2, help="how many run at once")
    chosen = parser.parse_args()
    with ProcessPoolExecutor(chosen.processes) as pool:
        found = list(pool.map(draw, range(chosen.pairs), chunksize=5))
    print("|", " | ".join(HEADS), "|")
    print("|---" * len(HEADS) + "|")
    shares = np.concatenate([each[2] for each in found])
    print(
        f"| one pixel: temperature | – | {len(shares)} maps | – | – | – | {100 * shares.mean():.1f} % of the pixels |"
    )
    print("\n".join(rows("one direction", [single for each in found for single in each[0]], signed=True)))
    print("\n".join(rows("both directions", [each[1] for each in found], signed=False)))


if __name__ == "__main__":
    main()
