"""Synthetic experiments drawn at random, so that nothing is tuned to one of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kapitza.twin.io import demo_twins
from kapitza.twin.model import PEAK_KEYS, PeakShape, Twin

Range = tuple[float, float]

RANGES: dict[str, Range] = {
    "energy.dispersion": (0.5, 1.0),
    "zero_loss.fwhm": (10.0, 13.0),
    "zero_loss.exponent": (1.6, 3.5),
    "zero_loss.lorentzian_share": (0.005, 0.04),
    "zero_loss.core_share": (0.3, 0.95),
    "zero_loss.tail_width": (0.8, 1.6),
    "acoustic.energy": (5.0, 55.0),
    "acoustic.fwhm": (8.0, 25.0),
    "optical.energy": (60.0, 125.0),
    "optical.fwhm": (4.0, 14.0),
    "modes.weight": (0.2, 1.0),
    "modes.lorentzian_share": (0.2, 0.8),
    "interface.composition_sigma": (0.2, 3.0),
    "temperature.mean": (300.0, 900.0),
    "temperature.drop": (5.0, 25.0),
    "temperature.gradient_left": (80.0, 250.0),
    "temperature.gradient_right": (80.0, 250.0),
    "temperature.width_10_90": (0.5, 4.0),
    "dose.zero_loss_counts": (1e6, 3e7),
    "dose.loss_fraction": (1.5e-3, 1e-2),
}
"""What `random_twin` draws from: uniform between the two, in the units of the twin file; the dose uniform in its
logarithm. A mode's weight falls in proportion to its energy below 60 meV, as the response of acoustic phonons does."""

ACOUSTIC, OPTICAL, AT_INTERFACE = (1, 3), (2, 4), (0, 2)
"""Fewest and most lines of a material below and above 60 meV, and of the interface."""

SHAPES: tuple[PeakShape, ...] = ("pearson7", "gaussian", "voigt", "gaussian_and_pearson")
LINES = ("gaussian", "lorentzian", "voigt")

_FALLS_BELOW = 60.0


def random_twin(seed: int, base: Twin | None = None) -> Twin:
    """A synthetic experiment drawn at random: lines, peak, temperatures, composition, dose and dispersion.

    seed : fixes what is drawn and the experiment's own noise; the same seed gives the same twin. base : gives what is
    not drawn (scan, microscope, probe, drift, detector, direction of the heat); the demo's forward twin when None.
    `RANGES`, `ACOUSTIC`, `OPTICAL`, `SHAPES` and `LINES` say what is drawn from. All peaks are symmetric.
    """
    base = base or demo_twins()["forward"]
    draw = _Draw(seed)
    document = base.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    drawn: dict[str, dict[str, Any]] = {
        "twin": {"name": f"random {seed}", "seed": seed},
        "energy": _axis(draw, base),
        "zero_loss": _peak(draw),
        "left": {"name": base.left.name, "modes": _material(draw)},
        "right": {"name": base.right.name, "modes": _material(draw)},
        "interface": {
            "position": base.interface.position,
            "mode_fwhm": base.interface.mode_fwhm,
            "modes": [{**_mode(draw, "optical"), "weight": 0.25} for _ in range(draw.number(AT_INTERFACE))],
            **draw.table("interface"),
        },
        "temperature": {**draw.table("temperature"), "heat_flow": base.temperature.heat_flow},
        "dose": draw.table("dose", logarithmic=True),
    }
    source = f"choice: drawn by random_twin({seed})"
    document.update({name: {**table, "provenance": source} for name, table in drawn.items()})
    return Twin.model_validate(document)


class _Draw:
    """What is drawn from `RANGES` and lists, rounded so that a twin file stays readable."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 4])

    def value(self, key: str, logarithmic: bool = False) -> float:
        """A number from the range of a key."""
        low, high = RANGES[key]
        if logarithmic:
            low, high = np.log(low), np.log(high)
        drawn = self.rng.uniform(low, high)
        return float(f"{np.exp(drawn) if logarithmic else drawn:.4g}")

    def table(self, name: str, logarithmic: bool = False) -> dict[str, float]:
        """A number from every range of a table."""
        keys = [key for key in RANGES if key.startswith(f"{name}.")]
        return {key.partition(".")[2]: self.value(key, logarithmic) for key in keys}

    def number(self, limits: tuple[int, int]) -> int:
        """A whole number between two, both included."""
        return int(self.rng.integers(limits[0], limits[1] + 1))

    def one_of(self, choices: tuple[Any, ...]) -> Any:
        """One of the choices."""
        return choices[self.rng.integers(len(choices))]


def _axis(draw: _Draw, base: Twin) -> dict[str, float]:
    """An axis about as long as the base's, on which zero energy falls anywhere between two channels."""
    dispersion = draw.value("energy.dispersion")
    start = round(base.energy.start + float(draw.rng.uniform(0.0, dispersion)), 3)
    channels = int((base.energy.stop - start) / dispersion)
    return {"start": start, "stop": round(start + channels * dispersion, 6), "dispersion": dispersion}


def _peak(draw: _Draw) -> dict[str, Any]:
    shape = draw.one_of(SHAPES)
    keys = ("fwhm", *PEAK_KEYS[shape])
    return {"shape": shape, **{key: draw.value(f"zero_loss.{key}") for key in keys}}


def _material(draw: _Draw) -> list[dict[str, Any]]:
    kinds = ["acoustic"] * draw.number(ACOUSTIC) + ["optical"] * draw.number(OPTICAL)
    return [_mode(draw, kind) for kind in kinds]


def _mode(draw: _Draw, kind: str) -> dict[str, Any]:
    energy, line = draw.value(f"{kind}.energy"), draw.one_of(LINES)
    weight = draw.value("modes.weight") * min(1.0, energy / _FALLS_BELOW)
    mode = {"energy": energy, "fwhm": draw.value(f"{kind}.fwhm"), "weight": float(f"{weight:.4g}"), "line": line}
    return mode | ({"lorentzian_share": draw.value("modes.lorentzian_share")} if line == "voigt" else {})
