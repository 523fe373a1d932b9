"""The loops over many steps at once do what a few plain lines of NumPy do."""

import math

import numpy as np
from scipy.special import erf

from kapitza.interface.kernels import condensed, simulated_chi_squared, step_bases

SCALE = 2.5631031310892007 / math.sqrt(2)


def design(x, error, width, middle, lines):
    """(n, k): levels or lines left and right of a step, over the errors."""
    s = erf(SCALE * (x - middle) / width)
    columns = [1 - s, x * (1 - s), 1 + s, x * (1 + s)] if lines else [1 - s, 1 + s]
    return np.stack(columns, axis=1) / error[:, None]


def test_bases_project_as_least_squares_does():
    rng = np.random.default_rng(1)
    x, error = np.arange(-12.0, 13.0), rng.uniform(0.5, 2.0, 25)
    y = rng.standard_normal(25)
    widths, middles = np.meshgrid([0.3, 2.0, 7.0], [-0.6, 0.2], indexing="ij")
    for lines in (True, False):
        bases = step_bases(x, error, np.zeros((0, 4 if lines else 2)), SCALE, widths, middles)
        for place in np.ndindex(widths.shape):
            plain = design(x, error, widths[place], middles[place], lines)
            found = bases[place].T @ (bases[place] @ y)
            np.testing.assert_allclose(found, plain @ np.linalg.lstsq(plain, y, rcond=None)[0], atol=1e-9)


def test_condensed_points_have_the_chi_squared_of_all():
    rng = np.random.default_rng(2)
    x, error, value = np.arange(-30.0, -5.0), rng.uniform(0.5, 2.0, 25), rng.standard_normal(25)
    rows, held = condensed(x, value, error, 2)
    plain = 2 * np.stack([np.ones(25), x], axis=1) / error[:, None]

    def chi_squared(line):
        return np.sum((value / error - plain @ line) ** 2), np.sum((held - rows @ line) ** 2)

    one, other = chi_squared(np.array([1.0, 0.1])), chi_squared(np.array([-2.0, 0.3]))
    np.testing.assert_allclose(one[0] - one[1], other[0] - other[1])


def test_few_points_are_condensed_too():
    rows, held = condensed(np.array([2.0]), np.array([3.0]), np.array([0.5]), 2)
    np.testing.assert_allclose(rows[0], [4.0, 8.0])
    np.testing.assert_allclose([held[0], *rows[1], held[1]], [6.0, 0.0, 0.0, 0.0], atol=1e-12)


def test_simulated_chi_squared_is_that_of_each_draw():
    rng = np.random.default_rng(3)
    projected, true, direction = rng.standard_normal((2, 3, 4, 6)), *rng.standard_normal((2, 2, 3, 4))
    lengths, pull, drawn = rng.standard_normal(6), rng.standard_normal((2, 3)), rng.standard_normal(6)
    found = simulated_chi_squared(projected, true, direction, lengths, pull, drawn)
    for d in range(6):
        seen = projected[..., d] + true + lengths[d] * direction
        np.testing.assert_allclose(found[d], (pull - drawn[d]) ** 2 - (seen**2).sum(axis=2))
