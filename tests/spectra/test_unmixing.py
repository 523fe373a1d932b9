"""Residual, joint fit, templates and factors: orthogonality, known amounts, honest errors."""

import numpy as np
import pytest
from scipy.optimize import nnls

from kapitza.errors import MethodError
from kapitza.spectra.unmixing import (
    Mode,
    Peak,
    factorise,
    interface_residual,
    joint_fit,
    leakage_matrix,
    mode_templates,
)
from kapitza.spectra.unmixing.least_squares import solve
from kapitza.theory.lineshapes import gaussian, pearson7
from kapitza.theory.occupation import occupation

ENERGY = np.arange(-200.0, 201.0)
SIDE = np.arange(30.0, 181.0)
LAGS = np.arange(-450.0, 451.0)
PEAK = Peak.of_kernel(pearson7(LAGS, 1.0, 0.0, 12.0, 2.0), 1.0)
SHARP = Peak.of_kernel(gaussian(LAGS, 0.0, 1.0), 1.0)
LEFT = (("a", 60.0, 12.0, 0.45), ("b", 75.5, 5.0, 0.35), ("c", 82.5, 6.0, 1.0), ("d", 110.0, 7.0, 0.5))
RIGHT = (("a", 62.0, 14.0, 0.45), ("b", 74.0, 6.0, 0.4), ("c", 97.5, 6.0, 1.0), ("d", 117.0, 6.0, 0.45))
MODES = (Mode("alpha", 75.0, 6.0), Mode("beta", 90.0, 6.0))
KELVIN = 600.0


def phonons(lines, kelvin=KELVIN):
    """Loss and gain (k,) of lines (name, energy, fwhm, weight) at a temperature, on `ENERGY`."""
    total = np.zeros(len(ENERGY))
    for name, energy, fwhm, weight in lines:
        n = occupation(energy, kelvin)
        loss, gain = mode_templates(ENERGY, Mode(name, energy, fwhm), PEAK, kelvin)
        total += weight * ((1 + n) * loss + n * gain)
    return total


def recorded(lines, electrons, kelvin=KELVIN):
    """Expected electrons of a spectrum with so many in its zero-loss peak."""
    return electrons * (PEAK.at(ENERGY) + 1e-3 * phonons(lines, kelvin))


BULK = np.stack([recorded(LEFT, 2e9), recorded(RIGHT, 1.5e9)])
OWN = 4e4


def at_interface(populations=(0.35, 0.18), electrons=OWN):
    """Expected spectrum of an interface with equally strong modes of these populations."""
    spectrum = 0.10 * BULK[0] + 0.12 * BULK[1]
    for mode, n in zip(MODES, populations, strict=True):
        loss, gain = mode_templates(ENERGY, mode, PEAK, KELVIN)
        spectrum = spectrum + electrons * ((1 + n) * loss + n * gain)
    return spectrum


def loss_side(spectra):
    return spectra[..., np.isin(ENERGY, SIDE)]


B = loss_side(1e-3 * np.stack([2e9 * phonons(LEFT), 1.5e9 * phonons(RIGHT)]))


def own_loss(sum_of=(0.10, 0.12), **own):
    """Loss of an interface above the background: bulk and modes."""
    return sum_of @ B + loss_side(at_interface(**own) - 0.10 * BULK[0] - 0.12 * BULK[1])


class TestResidual:
    @pytest.mark.parametrize("weighted", [False, True])
    def test_it_is_orthogonal_to_every_reference(self, weighted):
        s = own_loss()
        found = interface_residual(SIDE, s, B, s, B, weighted=weighted)
        weight = 1 / s if weighted else np.ones_like(s)
        lengths = np.sqrt((B**2 * weight).sum(axis=1) * (found.residual**2 * weight).sum())
        np.testing.assert_allclose((B * weight) @ found.residual / lengths, 0.0, atol=1e-10)
        assert found.residual.min() < -3.0 * found.error[found.residual.argmin()]

    def test_of_bulk_alone_nothing_is_left(self):
        found = interface_residual(SIDE, 0.3 * B[0] + 0.7 * B[1], B, B[0], B)
        np.testing.assert_allclose(found.amounts, [0.3, 0.7], rtol=1e-10)
        np.testing.assert_allclose(found.residual, 0.0, atol=1e-9 * B.max())

    def test_it_is_what_least_squares_of_a_library_leave(self):
        s = own_loss()
        amounts = np.linalg.lstsq(B.T, s, rcond=None)[0]
        found = interface_residual(SIDE, s, B, s, B)
        np.testing.assert_allclose(found.amounts, amounts, rtol=1e-9)
        np.testing.assert_allclose(found.residual, s - amounts @ B, atol=1e-9 * s.max())

    def test_negative_amounts_are_refused_when_asked(self):
        s = own_loss((0.4, -0.05))
        assert interface_residual(SIDE, s, B, s, B).amounts[1] < 0
        found = interface_residual(SIDE, s, B, s, B, non_negative=True)
        np.testing.assert_allclose(found.amounts, nnls(B.T, s)[0], rtol=1e-8)
        assert found.amounts_covariance[1, 1] == 0.0

    def test_a_residual_that_is_nowhere_negative_is_the_largest_such_subtraction(self):
        s = own_loss()
        found = interface_residual(SIDE, s, B, s, B, non_negative_residual=2.0)
        assert (found.residual >= -2.0 * np.sqrt(s) * (1 + 1e-9)).all()
        for more in ([1.002, 1.0], [1.0, 1.002]):
            assert (s - (found.amounts * more) @ B < -2.0 * np.sqrt(s)).any()

    def test_a_shift_and_a_breadth_are_found_and_leave_no_trace(self):
        def moved(by):
            lines = [[(n, e + by, w, a) for n, e, w, a in side] for side in (LEFT, RIGHT)]
            return loss_side(1e-3 * (0.4 * 2e9 * phonons(lines[0]) + 0.6 * 1.5e9 * phonons(lines[1])))

        plain = interface_residual(SIDE, moved(0.3), B, moved(0.3), B)
        found = interface_residual(SIDE, moved(0.3), B, moved(0.3), B, shift=True)
        assert found.shift[0] == pytest.approx(0.3, abs=0.02)
        assert np.abs(found.residual).max() < 0.1 * np.abs(plain.residual).max()
        wide = 0.5 * (moved(1.0) + moved(-1.0))
        found = interface_residual(SIDE, wide, B, wide, B, shift=True, broadening=True)
        assert found.broadening[0] == pytest.approx(1.0, abs=0.05)

    def test_errors_hold_though_the_references_are_noisy_and_much_is_left(self):
        rng, s, few = np.random.default_rng(3), own_loss(electrons=4e6), 0.2 * B
        sums = []
        for _ in range(400):
            drawn = interface_residual(SIDE, rng.poisson(s), rng.poisson(few), s, few)
            sums.append([drawn.window(70, 79)[0], drawn.window(86, 94)[0], *drawn.amounts])
        found = interface_residual(SIDE, s, few, s, few)
        stated = [found.window(70, 79)[1], found.window(86, 94)[1], *np.sqrt(np.diag(found.amounts_covariance))]
        # 400 draws tell a standard deviation to 3.5 %; the formula is of first order.
        np.testing.assert_allclose(np.std(sums, axis=0), stated, rtol=0.12)

    def test_what_does_not_fit_is_said(self):
        with pytest.raises(MethodError, match="leave these out"):
            interface_residual(SIDE, own_loss(), B, B[0], B, non_negative_residual=1.0, shift=True)
        with pytest.raises(MethodError, match="choose a narrower range"):
            interface_residual(SIDE, own_loss() - B.max(), B, np.ones(len(SIDE)), B, non_negative_residual=1.0)
        with pytest.raises(MethodError, match="One spectrum per row"):
            interface_residual(SIDE[1:], own_loss(), B, B[0], B)


def fitted(spectrum, references=BULK, **options):
    return joint_fit(ENERGY, spectrum, references, MODES, PEAK, temperature=KELVIN, **options)


class TestJointFit:
    def test_loss_and_gain_are_what_was_put_in(self):
        fit = fitted(at_interface((0.35, 0.18)))
        np.testing.assert_allclose(fit.loss, OWN * np.array([1.35, 1.18]), rtol=1e-6)
        np.testing.assert_allclose(fit.gain, OWN * np.array([0.35, 0.18]), rtol=1e-5)
        np.testing.assert_allclose(fit.amounts, [0.10, 0.12], rtol=1e-8)
        assert fit.misfit < 1e-6
        assert np.isnan(fit.warming).all()

    def test_without_modes_it_finds_none(self):
        fit = fitted(at_interface(electrons=0.0))
        np.testing.assert_allclose(np.concatenate([fit.loss, fit.gain]), 0.0, atol=1e-3 * OWN)

    def test_warmer_bulk_is_not_taken_for_modes(self):
        by = 8.0
        warm = np.stack([recorded(LEFT, 2e9, KELVIN + by), recorded(RIGHT, 1.5e9, KELVIN - by)])
        rises = np.stack([recorded(LEFT, 2e9, KELVIN + 1), recorded(RIGHT, 1.5e9, KELVIN + 1)]) - BULK
        spectrum = at_interface() - 0.10 * BULK[0] - 0.12 * BULK[1] + 0.10 * warm[0] + 0.12 * warm[1]
        fit = fitted(spectrum, rises=rises)
        np.testing.assert_allclose(fit.warming, [by, -by], rtol=0.02)
        np.testing.assert_allclose(fit.gain, OWN * np.array([0.35, 0.18]), rtol=2e-3)
        assert abs(fitted(spectrum).gain[0] / OWN - 0.35) > 0.01

    def test_a_shift_is_not_taken_for_modes(self):
        moved = np.interp(ENERGY - 0.2, ENERGY, at_interface())
        fit = fitted(moved, broadening=True)
        assert fit.shift[0] == pytest.approx(0.2, abs=0.01)
        np.testing.assert_allclose(fit.gain, OWN * np.array([0.35, 0.18]), rtol=0.03)

    def test_errors_hold(self):
        rng, few = np.random.default_rng(4), 0.3 * BULK
        mean = at_interface()
        pulls = []
        for _ in range(300):
            fit = fitted(rng.poisson(mean), rng.poisson(few))
            truth = OWN * np.array([1.35, 1.18, 0.35, 0.18])
            pulls.append((np.concatenate([fit.loss, fit.gain]) - truth) / np.sqrt(np.diag(fit.covariance)))
        inside = (np.abs(pulls) < 1).mean(axis=0)
        # 68 %, to four standard errors of 300 draws.
        np.testing.assert_allclose(inside, 0.683, atol=0.108)
        assert np.abs(np.mean(pulls, axis=0)).max() < 0.25

    def test_the_misfit_of_a_true_model_is_1(self):
        rng = np.random.default_rng(5)
        fits = [fitted(rng.poisson(at_interface()), 1e3 * BULK, reference_scale=1e-3) for _ in range(20)]
        assert np.mean([fit.misfit for fit in fits]) == pytest.approx(1.0, abs=4 * np.sqrt(2 / 300 / 20))

    def test_what_does_not_fit_is_said(self):
        with pytest.raises(MethodError, match="At least one mode"):
            joint_fit(ENERGY, BULK[0], BULK, (), PEAK, temperature=KELVIN)
        with pytest.raises(MethodError, match="Both sides"):
            joint_fit(ENERGY[200:], BULK[0, 200:], BULK[:, 200:], MODES, PEAK, temperature=KELVIN)


class TestTemplates:
    def test_a_line_keeps_its_electrons_when_blurred(self):
        wide = np.arange(-450.0, 451.0)
        for line in ("gaussian", "lorentzian", "box"):
            share = leakage_matrix(wide, (Mode("m", 90.0, 4.0, line),), ((-450.0, 450.0),), SHARP)
            assert share[0, 0] == pytest.approx(1.0, abs=5e-3)

    def test_the_template_is_the_convolution(self):
        slow = sum(
            w * PEAK.at(ENERGY - e)
            for e, w in zip(np.arange(60, 90, 0.01), gaussian(np.arange(60, 90, 0.01), 75.0, 6.0) * 0.01, strict=True)
        )
        share = leakage_matrix(ENERGY, (MODES[0],), tuple((e - 0.5, e + 0.5) for e in ENERGY), PEAK)[:, 0]
        np.testing.assert_allclose(share, slow, atol=1e-6)

    def test_gain_over_loss_of_a_narrow_line_is_n_over_1_plus_n(self):
        loss, gain = mode_templates(ENERGY, Mode("m", 80.0, 0.5), SHARP, KELVIN)
        np.testing.assert_allclose([loss.sum(), gain.sum()], 1.0, rtol=2e-3)

    def test_a_sharp_peak_leaks_nothing_and_a_wide_one_does(self):
        windows = ((65.5, 75.0), (75.5, 85.0), (85.5, 95.0))
        modes = tuple(Mode("m", e, 2.0) for e in (70.0, 80.0, 90.0))
        np.testing.assert_allclose(leakage_matrix(ENERGY, modes, windows, SHARP), np.eye(3), atol=0.02)
        leaking = leakage_matrix(ENERGY, modes, windows, PEAK)
        assert (leaking.sum(axis=0) <= 1.0).all()
        assert leaking[1, 0] > 0.1

    def test_what_does_not_exist_is_refused(self):
        with pytest.raises(MethodError, match="A line of gaussian"):
            Mode("m", 80.0, 5.0, "voigt")
        with pytest.raises(MethodError, match="above zero energy"):
            Mode("m", 1.0, 5.0)
        with pytest.raises(MethodError, match="odd number of channels"):
            Peak.of_kernel(np.ones(4), 1.0)


class TestFactors:
    def mixture(self, noise=None):
        own = loss_side(at_interface() - 0.10 * BULK[0] - 0.12 * BULK[1])
        own = own / own.max() * B.max()
        left = np.clip(np.linspace(1.4, -0.4, 19), 0, 1)
        strip = 0.6 * np.exp(-0.5 * (np.arange(19) - 9.0) ** 2)
        shares = np.stack([left * (1 - strip), (1 - left) * (1 - strip), strip], axis=1)
        counts = shares @ np.vstack([B, own])
        return shares, counts if noise is None else noise.poisson(counts).astype(float)

    def test_two_bulk_spectra_are_found_from_their_mixtures(self):
        share = np.linspace(0, 1, 12)
        found = factorise(np.outer(share, B[0]) + np.outer(1 - share, B[1]), 2)
        order = np.argsort(-found.shares[-1])
        np.testing.assert_allclose(found.spectra[order], B, rtol=0.02, atol=1e-3 * B.max())
        np.testing.assert_allclose(found.shares.sum(axis=1), 1.0, atol=0.01)

    def test_the_third_spectrum_is_the_interface_s_own_where_bulk_is_known(self):
        shares, counts = self.mixture(np.random.default_rng(1))
        rest = counts[9] - np.array([0.2, 0.2]) @ B
        found = factorise(counts, 3, start=np.vstack([B, np.maximum(rest, 0)]))
        assert found.misfit < 1e-3
        assert found.shares[:, 2].argmax() == 9
        assert found.shares[[0, -1], 2].max() < 0.05
        np.testing.assert_allclose(found.shares[[0, 1, -2, -1]], shares[[0, 1, -2, -1]], atol=0.05)

    def test_more_iterations_never_fit_worse(self):
        _, counts = self.mixture(np.random.default_rng(2))
        fits = [factorise(counts, 3, iterations=n, closure=False, tolerance=0.0).misfit for n in (1, 3, 10, 30)]
        assert fits == sorted(fits, reverse=True)

    def test_weights_do_not_change_an_exact_answer(self):
        share = np.linspace(0, 1, 12)
        counts = np.outer(share, B[0]) + np.outer(1 - share, B[1])
        found = factorise(counts, 2, variance=counts.mean(axis=0))
        assert found.misfit < 1e-4

    def test_what_does_not_fit_is_said(self):
        with pytest.raises(MethodError, match="At least as many spectra as factors"):
            factorise(B, 3)
        with pytest.raises(MethodError, match="spectra to start from"):
            factorise(B, 2, start=B[:, 1:])


def test_solve_takes_a_bound_amount_for_known():
    columns = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    found = solve(columns, np.array([1.0, -1.0, 0.5]), np.ones(3), np.ones(3), np.zeros_like(columns), 2)
    assert found.amounts[1] == 0.0
    assert found.covariance[1].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(found.amounts[0], 0.75)
