"""Populations of interface modes and their asymmetry: equilibrium, reversal, known ratios, honest errors."""

from dataclasses import replace

import numpy as np
import pytest

from kapitza.errors import MethodError
from kapitza.interface.modes.populations import asymmetry, mode_populations
from kapitza.interface.modes.region_spectra import interface_spectra
from kapitza.spectra.thermometry import temperature_map
from kapitza.spectra.unmixing import Mode, interface_residual
from kapitza.theory.occupation import occupation
from kapitza.twin import synthesise

from .synthetic import MODES, POSITION, at_interface, drawn, mapped, twin_of

INJECTED = [(7.1, -9.4), (20.0, -19.0), (127.0, -87.0)]


def populations(flow, alpha=0.0, beta=0.0, **how):
    return mode_populations(at_interface(flow, alpha=alpha, beta=beta), MODES, **how)


def both_ways(alpha=0.0, beta=0.0, **how):
    there, back = (populations(flow, alpha, beta, **how) for flow in ("forward", "reverse"))
    return asymmetry(there, back, "alpha", "beta")


def true_ratio(alpha, beta):
    """n of alpha over n of beta, forward over reverse, for modes at 600 K and these offsets."""
    there, back = (
        occupation(75.0, 600.0 + sign * alpha) / occupation(90.0, 600.0 + sign * beta) for sign in (1.0, -1.0)
    )
    return there / back


def kelvin(found):
    return [population.temperature.value for population in found.modes]


def test_without_heat_every_mode_is_at_the_temperature_of_the_bulk():
    found = populations("none")
    np.testing.assert_allclose(kelvin(found), 600.0, atol=0.1)
    for population, energy in zip(found.modes, (75.0, 90.0), strict=True):
        assert population.occupation.value == pytest.approx(float(occupation(energy, 600.0)), rel=1e-3)
    losses, gains = ([getattr(p, side).value for p in found.modes] for side in ("loss", "gain"))
    # Equal weights: 1 + n and n of 75 over those of 90 meV.
    assert losses[0] / losses[1] == pytest.approx(1.077, abs=2e-3)
    assert gains[0] / gains[1] == pytest.approx(1.440, abs=3e-3)


def test_the_temperature_field_alone_makes_no_asymmetry():
    found = both_ways()
    for index in (found.gain, found.loss, found.strength, found.gain_over_loss):
        assert index.value == pytest.approx(0.0, abs=1e-3)
    assert found.occupation_ratio.value == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("alpha", "beta"), INJECTED)
def test_what_was_injected_is_found(alpha, beta):
    there, back = populations("forward", alpha, beta), populations("reverse", alpha, beta)
    np.testing.assert_allclose(kelvin(there), [600 + alpha, 600 + beta], atol=1.5)
    np.testing.assert_allclose(kelvin(back), [600 - alpha, 600 - beta], atol=1.5)
    found = asymmetry(there, back, "alpha", "beta")
    assert found.occupation_ratio.value == pytest.approx(true_ratio(alpha, beta), rel=0.01)
    assert found.gain.value == pytest.approx(np.log(true_ratio(alpha, beta)), rel=0.01)
    assert found.strength.value == pytest.approx(0.0, abs=0.005)


def test_a_band_of_the_bulk_out_of_equilibrium_passes_for_populations_unless_it_is_free():
    band = ((79.0, 87.0), "left")
    for flow, sign in (("forward", 1.0), ("reverse", -1.0)):
        taken, allowed = (mode_populations(at_interface(flow, to=-20.0, free=free), MODES) for free in ((), (band,)))
        assert sign * (taken.modes[1].temperature.value - 600.0) == pytest.approx(-21.0, abs=2.0)
        assert sign * (allowed.modes[1].temperature.value - 600.0) == pytest.approx(0.0, abs=1.0)
        assert sign * (allowed.modes[0].temperature.value - 600.0) == pytest.approx(0.0, abs=3.0)
        # Over the nanometre beside the interface -20 K have fallen off to -17.
        (found,) = allowed.free
        assert sign * found.value == pytest.approx(-17.0, abs=1.0)
        assert found.error == pytest.approx(9.7, rel=0.2)


def test_a_band_without_phonons_cannot_be_free():
    with pytest.raises(MethodError, match=r"Phonons of the bulk from 240 to 250 meV are wanted"):
        at_interface("none", free=(((240.0, 250.0), "left"),))


def test_gain_over_loss_is_what_the_temperatures_say():
    found = both_ways(20.0, -19.0)
    (one, other), (back, last) = [[t.value for t in side] for side in found.temperatures]
    by_kelvin = (75 / back - 75 / one - 90 / last + 90 / other) / 0.08617333262
    assert found.gain_over_loss.value == pytest.approx(by_kelvin, rel=1e-9)


def test_the_directions_exchanged_turn_every_sign():
    there, back = populations("forward", 20.0, -19.0), populations("reverse", 20.0, -19.0)
    one, other = asymmetry(there, back, "alpha", "beta"), asymmetry(back, there, "alpha", "beta")
    for name in ("gain", "loss", "gain_over_loss"):
        assert getattr(one, name).value == pytest.approx(-getattr(other, name).value, rel=1e-9)
    swapped = asymmetry(there, back, "beta", "alpha")
    assert swapped.gain.value == pytest.approx(-one.gain.value, rel=1e-9)
    assert [c.value for c in one.contrast] == pytest.approx([-c.value for c in other.contrast])


def windows_of_residual(spectra, low=55.0, high=130.0):
    """Gain and loss of 70-79 over 86-94 meV of the residual, as published."""
    energy, nets, variances = spectra.sides()
    chosen = (energy >= low) & (energy <= high)
    found = [
        interface_residual(energy[chosen], net[0, chosen], net[1:, chosen], noise[0, chosen], noise[1:, chosen])
        for net, noise in zip(nets, variances, strict=True)
    ]
    return [residual.window(70, 79)[0] / residual.window(86, 94)[0] for residual in found[::-1]]


@pytest.mark.parametrize(
    ("alpha", "beta", "joint", "published"),
    [(0.0, 0.0, 1.00, 0.99), (7.1, -9.4, 1.117, 1.23), (20.0, -19.0, 1.296, 1.66), (127.0, -87.0, 4.25, 30.5)],
)
def test_the_published_residual_exaggerates_what_the_joint_fit_finds(alpha, beta, joint, published):
    found = both_ways(alpha, beta)
    assert np.exp(found.gain.value) == pytest.approx(joint, rel=0.005)
    assert np.exp(found.gain.value) == pytest.approx(true_ratio(alpha, beta), rel=0.01)
    gains = [windows_of_residual(at_interface(f, alpha=alpha, beta=beta))[0] for f in ("forward", "reverse")]
    assert gains[0] / gains[1] == pytest.approx(published, rel=0.02)


def test_the_published_residual_cuts_the_mode_that_looks_like_bulk():
    gain, loss = windows_of_residual(at_interface("none"))
    # In truth 1.44 and 1.08.
    assert gain == pytest.approx(0.84, abs=0.02)
    assert loss == pytest.approx(0.55, abs=0.02)


def test_lines_that_are_not_quite_right_move_temperatures_but_not_their_change():
    wrong = (Mode("alpha", 74.0, 7.0), Mode("beta", 91.0, 5.0))
    there, back = (
        mode_populations(at_interface(flow, alpha=20.0, beta=-19.0), wrong) for flow in ("forward", "reverse")
    )
    found = asymmetry(there, back, "alpha", "beta")
    assert np.abs(np.subtract(kelvin(there), [620.0, 581.0])).max() > 2.0
    assert found.occupation_ratio.value == pytest.approx(true_ratio(20.0, -19.0), rel=0.05)
    np.testing.assert_allclose([t.value for t in found.temperature_change], [40.0, -38.0], atol=4.0)


def test_errors_of_populations_and_of_the_asymmetry_hold():
    rng = np.random.default_rng(11)
    truth = [float(occupation(e, t)) for e, t in ((75.0, 620.0), (90.0, 581.0))]
    noiseless = [at_interface(flow, alpha=20.0, beta=-19.0) for flow in ("forward", "reverse")]
    pulls, kelvins, inside = [], [], []
    for draw in range(200):
        there, back = (mode_populations(drawn(spectra, rng), MODES) for spectra in noiseless)
        pulls.append([(p.occupation.value - n) / p.occupation.error for p, n in zip(there.modes, truth, strict=True)])
        kelvins.append(abs(there.modes[0].temperature.value - 620.0) < there.modes[0].temperature.error)
        found = asymmetry(there, back, "alpha", "beta", draws=200, seed=draw)
        low, high = found.occupation_ratio.interval
        inside.append(low < true_ratio(20.0, -19.0) < high)
    # 68 %, to four standard errors of 200 draws.
    assert np.mean(inside) == pytest.approx(0.68, abs=0.132)
    assert np.mean(kelvins) == pytest.approx(0.68, abs=0.132)
    np.testing.assert_allclose(np.std(pulls, axis=0), 1.0, atol=0.2)
    np.testing.assert_allclose(np.mean(pulls, axis=0), 0.0, atol=0.28)


def test_a_mode_without_gain_has_no_population_and_says_so():
    spectra = at_interface("none")
    weak = mode_populations(spectra, (*MODES, Mode("none", 150.0, 6.0)))
    empty = replace(weak.fit, gain=np.array([*weak.fit.gain[:2], -1.0]))
    found = asymmetry(replace(weak, fit=empty), weak, "alpha", "none")
    assert found.gain.value is None
    assert found.gain.interval == (None, None)
    with pytest.raises(MethodError, match="A mode of alpha, beta"):
        asymmetry(weak, weak, "alpha", "gamma")
    with pytest.raises(MethodError, match="At least 100 draws"):
        asymmetry(weak, weak, "alpha", "beta", draws=10)


def test_regions_without_pixels_and_maps_without_a_model_are_refused():
    image, tmap = mapped("none")
    with pytest.raises(MethodError, match="'left' are wanted"):
        interface_spectra(image, tmap, 1.0)
    with pytest.raises(MethodError, match="made without a model"):
        interface_spectra(image, replace(tmap, recipe=None), POSITION)


@pytest.mark.slow
@pytest.mark.parametrize(("alpha", "beta"), [(0.0, 0.0), (20.0, -19.0)])
def test_what_was_injected_is_found_through_noise_drift_and_gain_pattern(alpha, beta):
    found = []
    for flow in ("forward", "reverse"):
        twin = twin_of(flow, alpha, beta, rows=20)
        faults = {"gain_pattern": 0.002, "dark": 0.1, "spikes_per_million": 5.0}
        moving = {"energy_walk": 0.02, "energy_flicker": 0.1}
        twin = twin.model_copy(
            update={
                "detector": twin.detector.model_copy(update=faults),
                "drift": twin.drift.model_copy(update=moving),
            }
        )
        image, _ = synthesise(twin)
        spectra = interface_spectra(image, temperature_map(image), POSITION, reach=10.0)
        found.append(mode_populations(spectra, MODES))
    index = asymmetry(*found, "alpha", "beta")
    expected = [600 + alpha, 600 + beta]
    pulls = [(p.temperature.value - t) / p.temperature.error for p, t in zip(found[0].modes, expected, strict=True)]
    assert np.abs(pulls).max() < 3
    assert abs(index.occupation_ratio.value - true_ratio(alpha, beta)) < 3 * index.occupation_ratio.error
    assert abs(index.strength.value) < 3 * index.strength.error
    assert found[0].fit.misfit == pytest.approx(1.0, abs=0.3)
