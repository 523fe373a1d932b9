"""Traces with a known heat flow: straight lines, a drop, bath energies, and noise with memory."""

import numpy as np
from scipy.signal import lfilter

from kapitza.atoms.nemd import Case, Trace

AREA, BLOCK, POWER = 400.0, 1000.0, 5e-4
"""A^2, fs and eV/fs: a flux of 20.03 GW/m^2."""

FLUX = POWER / AREA * 1.602176634e7
DROP, LEFT, RIGHT = 25.0, -1.5, -0.8
"""K, and K/nm on either side of the interface at 10 nm."""


def noise(random: np.random.Generator, shape: tuple[int, ...], memory: float) -> np.ndarray:
    """Numbers of unit variance, correlated along the first axis as exp(-n/tau) with exp(-1/tau) = `memory`."""
    white = random.standard_normal((shape[0] + 400, *shape[1:])) * np.sqrt(1 - memory**2)
    return lfilter([1], [1, -memory], white, axis=0)[400:]


def trace(
    seed: int, rows: int = 800, *, memory: float = 0.6, settle: float = 0.0, forward: bool = True, leak: float = 0.0
) -> Trace:
    """A run of `rows` blocks; `settle` rows until heat flows, `leak` of the power lost on the way."""
    random = np.random.default_rng(seed)
    edges = np.arange(0.0, 201.0, 5.0)
    x = (edges[1:] + edges[:-1]) / 20
    sign = 1 if forward else -1
    line = np.where(x < 10, DROP / 2 + LEFT * (x - 10), -DROP / 2 + RIGHT * (x - 10)) * sign
    grown = 1 - np.exp(-np.arange(1, rows + 1) / settle) if settle else np.ones(rows)
    common = 2 * noise(random, (rows, 2), memory)
    sides = np.where(x < 10, 0, 1)
    kelvin = 600 + grown[:, None] * line + common[:, sides] + 4 * noise(random, (rows, len(x)), memory)
    wander = 0.4 * POWER * noise(random, (rows,), memory)
    power = POWER * (2 - grown) + wander + 0.2 * POWER * random.standard_normal(rows)
    cold = -(POWER * grown * (1 - leak) + wander + 0.2 * POWER * random.standard_normal(rows))
    time = BLOCK * np.arange(1, rows + 1)
    return Trace(
        Case("forward" if forward else "reverse", 600.0, seed), time, np.cumsum(power) * BLOCK,
        np.cumsum(cold) * BLOCK, kelvin, np.full_like(kelvin, 40.0), edges, (10.0, 190.0), 100.0, AREA, forward, 8000,
    )  # fmt: skip
