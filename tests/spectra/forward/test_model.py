"""What summed spectra are expected to hold, and how that answers to every parameter."""

import numpy as np
import pytest

from kapitza.spectra.forward.basis import Basis
from kapitza.spectra.forward.model import Model, Parameters
from kapitza.spectra.forward.peaks import family

from .synthetic import FWHM, GRID, pearson, spectrum

AXIS = np.arange(-120.0, 181.0)
BASIS = Basis(AXIS, FWHM, 170.0)
FREE = {
    "learned": (0.2, 0.03),
    "pearson7": (0.2, 0.03, 2.4, 0.6),
    "pearson4": (0.2, 0.3, 2.4, 0.6),
    "voigt": (0.2, 0.03, 2.3, 0.5),
}


def drawn(kind, phonons=(True, True), seed=1):
    """A model and random parameters of it."""
    rng = np.random.default_rng(seed)
    made = family(kind, FWHM)
    weights = rng.uniform(0.5, 1.0, len(made.components(AXIS[:1], made.start)))
    regions, seen = len(phonons), np.array(phonons)
    reduced = rng.uniform(0, 1e-4, (regions, len(BASIS.knots))) * seen[:, np.newaxis]
    kelvin = np.log(rng.uniform(300, 900, regions))
    amount = np.concatenate([[0.0], rng.uniform(-1, 1, regions - 1)])
    p = Parameters(weights, reduced, rng.uniform(0, 1, regions), np.array(FREE[kind]), kelvin, amount)
    return Model(BASIS, made, seen), p


@pytest.mark.parametrize("kind", FREE)
@pytest.mark.parametrize("phonons", [(True,), (True, True), (True, True, False)])
def test_the_jacobian_is_that_of_central_differences(kind, phonons):
    model, p = drawn(kind, phonons)
    packed, jacobian = p.pack(), model.jacobian(p)
    for i in range(len(packed)):
        step = np.zeros(len(packed))
        step[i] = 1e-5 * max(abs(packed[i]), 1e-3)
        slope = (model.expected(p.unpack(packed + step)) - model.expected(p.unpack(packed - step))) / (2 * step[i])
        if not np.any(jacobian[..., i]):
            # Phonons and temperature of a vacuum are no parameters of it.
            assert not all(phonons)
            continue
        np.testing.assert_allclose(jacobian[..., i], slope, atol=2e-5 * np.abs(slope).max(), err_msg=f"{i}")


def test_a_vacuum_answers_to_nothing_but_its_peak_and_constant():
    model, p = drawn("learned", (True, False))
    jacobian, hats = model.jacobian(p), p.reduced.shape[1]
    first = p.weights.size + hats
    assert not jacobian[:, :, first : first + hats].any()
    assert not jacobian[1, :, p.weights.size : first].any()
    assert jacobian[1, :, : p.weights.size].any()


def test_packing_and_unpacking_are_inverse():
    _, p = drawn("pearson7", (True, True, True))
    packed = p.pack()
    assert p.bounded == p.weights.size + p.reduced.size + 3
    again = p.unpack(packed)
    for name in ("weights", "reduced", "constant", "shape", "log_temperature", "log_amount"):
        np.testing.assert_array_equal(getattr(again, name), getattr(p, name), err_msg=name)
    assert packed.size == p.bounded + 4 + 3 + 2


@pytest.mark.parametrize("kelvin", [300.0, 600.0])
def test_it_expects_what_a_phonon_spectrum_and_a_peak_convolved_make(kelvin):
    reduced = 1e-4 * (1 + np.sin(BASIS.knots / 15.0)) * np.hanning(len(BASIS.knots) + 2)[1:-1]
    spacing = BASIS.knots[1] - BASIS.knots[0]
    at = [BASIS.knots[0] - spacing, *BASIS.knots, BASIS.knots[-1] + spacing]
    truth = spectrum(pearson(2.0), 0.1 * np.interp(np.abs(GRID), at, [0, *reduced, 0]), kelvin, AXIS)
    kind = family("pearson7", FWHM)
    weight = 1 / (0.1 * pearson(2.0).sum() / FWHM)
    p = Parameters(np.array([weight]), reduced[None], np.zeros(1), kind.start, np.log([kelvin]), np.zeros(1))
    np.testing.assert_allclose(Model(BASIS, kind, np.array([True])).expected(p)[0], truth, rtol=1e-3)


def test_amounts_scale_all_but_the_constant():
    model, p = drawn("learned")
    bare = Parameters(p.weights, p.reduced[[0, 0]], 0 * p.constant, p.shape, p.log_temperature[[0, 0]], p.log_amount)
    one, other = model.expected(bare)
    np.testing.assert_allclose(other, np.exp(p.log_amount[1]) * one, rtol=1e-9, atol=1e-12)
