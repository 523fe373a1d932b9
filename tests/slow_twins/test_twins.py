"""Fast kernels against slow versions of them that are easy to believe."""

import numpy as np
import pytest

from kapitza.spectra.backgrounds import published
from kapitza.spectra.thermometers import errors_in_variables
from kapitza.theory.lineshapes import pearson7
from kapitza.units import BOLTZMANN

from . import errors_in_variables as slow_errors_in_variables
from . import published as slow_published


@pytest.mark.parametrize("exponent", [1.4, 2.0, 3.0])
def test_published_fit(exponent):
    rng = np.random.default_rng(5)
    energy = np.concatenate([np.arange(15.0, 31.0), np.arange(130.0, 201.0)])
    clean = pearson7(energy, 1e5, 0.0, 12.0, exponent)[None]
    counts = np.concatenate([clean, rng.poisson(np.repeat(clean, 12, axis=0))])
    height = np.full(len(counts), 1e5)
    fast = published.fit(energy, counts, np.ones(len(energy), bool), height)
    slow = [slow_published.fit(energy, spectrum, 1e5) for spectrum in counts]
    between = np.arange(55.0, 126.0)
    curves = published.curve(between, fast), np.array([slow_published.model(between, found) for found, _ in slow])
    np.testing.assert_allclose(curves[0][0], curves[1][0], rtol=2e-4)
    np.testing.assert_allclose(curves[0][0], pearson7(between, 1e5, 0.0, 12.0, exponent), rtol=1e-9)
    # The weight that jumps where the model crosses the data leaves both a hair above the minimum, with noise.
    reached = [(slow_published.residuals(p, energy, y) ** 2).sum() for p, y in zip(fast, counts, strict=True)]
    lowest = np.array([cost for _, cost in slow])
    assert np.all(np.array(reached[1:]) < 1.02 * lowest[1:])
    away = curves[0][1:] / curves[1][1:] - 1
    assert np.sqrt(np.mean(away**2)) < 0.3 * np.mean(curves[1][1:].std(axis=0) / curves[1][1:].mean(axis=0))


@pytest.mark.parametrize("kelvin", [250.0, 600.0, 1500.0])
def test_errors_in_variables(kelvin):
    rng = np.random.default_rng(6)
    energy = np.arange(55.0, 126.0)
    signal = 300 * np.exp(-0.5 * ((energy - 85) / 12) ** 2)
    ratio, back = np.exp(-energy / (BOLTZMANN * kelvin)), 30.0
    counted = [rng.poisson(np.tile(side + back, (8, 1))).astype(float) for side in (signal, signal * ratio)]
    loss, gain = (side - back for side in counted)
    for kept in (1.0, 0.7, 0.0):
        given = (loss, gain, *counted, np.tile(signal, (8, 1)))
        fast = errors_in_variables.inverse_temperature(energy, *given, np.full(8, kept))[0]
        slow = [slow_errors_in_variables.root(fast[i], energy, *(side[i] for side in given), kept) for i in range(8)]
        np.testing.assert_allclose(fast, slow, rtol=1e-9)


def test_errors_in_variables_minimises_the_misfit_where_noise_is_small():
    rng = np.random.default_rng(7)
    energy, kelvin = np.arange(55.0, 126.0), 600.0
    signal = 3e7 * np.exp(-0.5 * ((energy - 85) / 12) ** 2) + 1e5
    both = signal, signal * np.exp(-energy / (BOLTZMANN * kelvin))
    loss, gain = (rng.poisson(np.tile(side, (5, 1))).astype(float) for side in both)
    fast = errors_in_variables.inverse_temperature(energy, loss, gain, loss, gain, np.tile(signal, (5, 1)), np.ones(5))[
        0
    ]
    slow = [slow_errors_in_variables.minimum(energy, loss[i], gain[i], *both) for i in range(5)]
    np.testing.assert_allclose(fast, slow, rtol=1e-6)
