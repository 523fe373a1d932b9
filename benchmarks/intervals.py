"""Do the intervals of the interface's numbers hold the truth as often as they say?

    python benchmarks/intervals.py                # every case, 2,000 draws each: some twenty minutes on one core
    python benchmarks/intervals.py --draws 300    # quicker and coarser
    python benchmarks/intervals.py --only demo    # cases whose name holds a word

Temperature maps are drawn directly: Gaussian errors of known size around two lines and a smooth drop, with loss spectra
of two materials in few channels to find the interface by. One Markdown table a case: "interval holds it" is the 68 %
interval (error or asymmetric interval) with its binomial error, "2 errors hold it" is value ± 2 errors, where an error
is stated alone. The last table, that of docs/physics.md, holds the first of these for all cases, in per cent.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_filter

from kapitza.data import Array, InterfaceResult, Status, TemperatureMap
from kapitza.interface import combine, interface_drop
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings
from kapitza.theory.conduction import step, temperature_profile

ENERGY = np.arange(40.0, 128.0, 4.0)
WINDOWS = {"near": (15.0, 30.0), "far": (130.0, 200.0), "signal": (55.0, 125.0)}


@dataclass(frozen=True)
class Case:
    """What is drawn. Lengths in nm, temperatures in K, gradients in K/um; the signs are those of the forward flow.

    sigma : true standard deviation of a pixel. unequal : spread of the logarithm of the pixels' errors. stated : stated
    errors over true ones. smoothing : standard deviation, pixels, of a Gaussian filter over map and spectra, as
    denoising does. counts : of a loss line's peak channel in one pixel. given : whether the position is. pairs :
    whether forward and reverse are combined.
    """

    name: str
    rows: int = 20
    columns: int = 161
    pitch: float = 1.0
    position: float = 80.3
    drop: float = 15.0
    width: float = 2.0
    gradients: tuple[float, float] = (-170.0, -190.0)
    sigma: float = 4.0
    unequal: float = 0.0
    stated: float = 1.0
    smoothing: float = 0.0
    composition_width: float = 1.15
    counts: float = 300.0
    given: bool = False
    pairs: bool = False

    @property
    def truth(self) -> dict[str, float]:
        """The numbers that ought to be found, by the names of `InterfaceResult.QUANTITIES`."""
        left, right = self.gradients
        truth = {
            "drop": self.drop,
            "position": self.position,
            "width_10_90": self.width,
            "temperature_left": 600 + 0.5 * self.drop,
            "temperature_right": 600 - 0.5 * self.drop,
            "gradient_left": left,
            "gradient_right": right,
            "composition_width_10_90": self.composition_width,
        }
        if left and right:
            truth["characteristic_length_left"] = -1e3 * self.drop / left
            truth["characteristic_length_right"] = -1e3 * self.drop / right
        return truth


BRIEF = {
    "drop": ("drop",),
    "width": ("width_10_90",),
    "position": ("position",),
    "gradients": ("gradient_left", "gradient_right"),
    "characteristic lengths": ("characteristic_length_left", "characteristic_length_right"),
    "composition's width": ("composition_width_10_90",),
}
"""Columns of the last table."""

DEMO = Case("demo")
SPARSE = Case("fine pitch", rows=30, columns=61, pitch=1 / 6, position=5.13, sigma=4.0)
CASES = [
    DEMO,
    replace(DEMO, name="demo, both directions", pairs=True),
    replace(DEMO, name="position given", given=True),
    replace(DEMO, name="drop of 5 K", drop=5.0),
    replace(DEMO, name="drop of 5 K, both directions", drop=5.0, pairs=True),
    replace(DEMO, name="no heat flow", drop=0.0, gradients=(0.0, 0.0)),
    replace(DEMO, name="small gradients", gradients=(-5.0, -20.0)),
    replace(DEMO, name="width of 6 nm", width=6.0, composition_width=3.0),
    replace(DEMO, name="width of 6 nm, both directions", width=6.0, composition_width=3.0, pairs=True),
    replace(DEMO, name="width of 0.5 nm", width=0.5, composition_width=0.5),
    replace(DEMO, name="width of 0.5 nm, both directions", width=0.5, composition_width=0.5, pairs=True),
    replace(DEMO, name="noisy pixels, 20 K", sigma=20.0, counts=30.0),
    SPARSE,
    replace(SPARSE, name="fine pitch, both directions", pairs=True),
    replace(SPARSE, name="fine pitch, width of 0.5 nm", width=0.5, composition_width=0.5),
    replace(DEMO, name="unequal errors", unequal=0.6),
    replace(DEMO, name="errors understated by 1.5", stated=1 / 1.5),
    replace(DEMO, name="three rows", rows=3, sigma=2.0),
    replace(DEMO, name="denoised, one pixel", smoothing=1.0, width=6.0, composition_width=6.0),
    replace(
        DEMO, name="denoised, one pixel, both directions", smoothing=1.0, width=6.0, composition_width=6.0, pairs=True
    ),
]


def drawn(case: Case, rng: np.random.Generator, sign: float = 1.0) -> TemperatureMap:
    """A map of the case with new noise; `sign` -1 turns the heat flow round."""
    x = np.arange(case.columns) * case.pitch
    shape = case.rows, case.columns
    true = temperature_profile(
        x,
        interface=case.position,
        mean=600.0,
        drop=sign * case.drop,
        gradient_left=sign * 1e-3 * case.gradients[0],
        gradient_right=sign * 1e-3 * case.gradients[1],
        width_10_90=case.width,
    )
    sigma = case.sigma * np.exp(case.unequal * rng.standard_normal(shape))
    noise = sigma * rng.standard_normal(shape)
    loss, noise_of_loss = _spectra(case, x, rng)
    if case.smoothing:
        # The filter is taken to leave the true profile alone: what it does to a step is not an error of the noise.
        noise = gaussian_filter(noise, case.smoothing, mode="wrap")
        noise_of_loss = gaussian_filter(noise_of_loss, (case.smoothing, case.smoothing, 0), mode="wrap")
    return _map(true + noise, case.stated * sigma, loss + noise_of_loss, case.pitch)


def _spectra(case: Case, x: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """(columns, energy) loss spectra of two materials and (rows, columns, energy) their noise."""
    share = 0.5 * (1 - step(x - case.position, case.composition_width))
    bands = [np.exp(-0.5 * ((ENERGY - centre) / 8.0) ** 2) for centre in (75.0, 97.0)]
    mean = case.counts * (share[:, None] * bands[0] + (1 - share)[:, None] * bands[1] + 0.2)
    # As much again under the lines, taken off as a background that is known.
    noise = np.sqrt(mean + 0.5 * case.counts) * rng.standard_normal((case.rows, *mean.shape))
    return mean, noise


def _map(kelvin: Array, error: Array, loss: Array, pitch: float) -> TemperatureMap:
    return TemperatureMap(
        name="drawn",
        temperature=kelvin,
        error=error,
        status=np.full(kelvin.shape, int(Status.OK)),
        shift=np.zeros(kelvin.shape),
        spikes=np.zeros(kelvin.shape, int),
        energy=ENERGY,
        loss=loss,
        gain=loss,
        step=(pitch, pitch),
        temperature_mean=Quantity(float(kelvin.mean()), None, "K"),
        zero_loss={},
        scatter=1.0,
        settings={"energy": WINDOWS},
    )


def results(case: Case, draws: int) -> list[InterfaceResult]:
    """What `interface_drop`, and `combine` for pairs, make of as many draws; the seed follows from the name."""
    rng = np.random.default_rng(zlib.crc32(case.name.encode()))
    settings = InterfaceSettings(position=case.position if case.given else None)

    def one(sign: float) -> InterfaceResult:
        return interface_drop(drawn(case, rng, sign), settings)

    return [combine(one(1.0), one(-1.0)) if case.pairs else one(1.0) for _ in range(draws)]


def holds(quantity: Quantity, truth: float) -> bool:
    """Whether the 68 % interval of a quantity holds the truth."""
    if quantity.interval is not None:
        low, high = quantity.interval
        return (low is None or low <= truth) and (high is None or truth <= high)
    assert quantity.value is not None
    assert quantity.error is not None
    return abs(quantity.value - truth) <= quantity.error


def stated(quantity: Quantity) -> bool:
    """Whether the quantity says anything: an error or an interval."""
    return quantity.interval is not None or (quantity.value is not None and quantity.error is not None)


def rows(case: Case, found: list[InterfaceResult]) -> Iterator[str]:
    """Rows of the table of a case."""
    for name, truth in case.truth.items():
        known = [q for q in (getattr(result, name) for result in found) if stated(q)]
        if not known:
            yield f"| {name} | {truth:.4g} | – | – | – | 0 % | – | – |"
            continue
        values = np.array([q.value for q in known if q.value is not None], float)
        errors = np.array([q.error for q in known if q.error is not None], float)
        pulls = np.array(
            [
                abs(q.value - truth) <= 2 * q.error
                for q in known
                if q.interval is None and q.error and q.value is not None
            ]
        )
        numbers = [
            f"{values.mean():.4g}",
            f"{values.std(ddof=1):.3g}",
            f"{errors.mean():.3g}" if len(errors) > len(known) / 2 else "–",
            f"{len(known) / len(found):.0%}",
            _share(np.array([holds(q, truth) for q in known])),
            _share(pulls) if len(pulls) > len(known) / 2 else "–",
        ]
        yield f"| {name} | {truth:.4g} | " + " | ".join(numbers) + " |"


def brief(case: Case, found: list[InterfaceResult]) -> str:
    """Row of the last table: per cent of the intervals that hold the truth, of left and right where there are two."""
    cells = []
    for names in BRIEF.values():
        held = [
            [holds(q, case.truth[n]) for r in found if stated(q := getattr(r, n))] for n in names if n in case.truth
        ]
        cells.append(", ".join(f"{100 * np.mean(each):.0f}" for each in held if each) or "–")
    return f"| {case.name} | {' | '.join(cells)} |"


def _share(held: Array) -> str:
    share = float(held.mean())
    return f"{100 * share:.1f} ± {100 * np.sqrt(share * (1 - share) / len(held)):.1f} %"


def main() -> None:
    """Print a table a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2000, help="experiments of each case")
    parser.add_argument("--only", default="", help="only cases whose name holds this")
    arguments = parser.parse_args()
    heads = ("quantity", "true", "mean", "spread", "mean error", "stated", "interval holds it", "2 errors hold it")
    last = [f"| case | {' | '.join(BRIEF)} |", "|---" * (len(BRIEF) + 1) + "|"]
    for case in CASES:
        if arguments.only in case.name:
            found = results(case, arguments.draws)
            print(f"\n{case.name}\n\n| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
            print("\n".join(rows(case, found)), flush=True)
            last.append(brief(case, found))
    print("\n" + "\n".join(last))


if __name__ == "__main__":
    main()
