"""The detector's noise and the truth that is kept beside the counts."""

import numpy as np
import pytest

from kapitza.data import InterfaceResult, SpectrumImage
from kapitza.twin import synthesise, truth_numbers
from kapitza.twin.fields import fields
from kapitza.twin.forward import expected_counts


def test_the_demo_image_is_what_it_says(demo):
    image, truth = synthesise(demo["forward"])
    assert isinstance(image, SpectrumImage)
    assert image.shape == (20, 161, 501)
    assert image.counts.dtype == np.float32
    assert (image.energy[0], image.energy[-1], image.dispersion) == (-250.0, 250.0, 1.0)
    assert image.step == (1.0, 1.0)
    assert image.microscope.beam_energy == 60.0
    assert image.microscope.electrons_per_count == 1.0
    assert image.counts.sum() / 3220 == pytest.approx(demo["forward"].dose.zero_loss_counts, rel=0.01)
    assert truth["temperature"].dims == ("y", "x")
    assert truth["composition"].dims == ("x",)
    assert [truth[name].attrs["units"] for name in ("temperature", "shift", "drop", "gradient_left")] == [
        "K",
        "meV",
        "K",
        "K/um",
    ]


def test_the_same_seed_gives_the_same_counts(quiet, vary):
    once, again = synthesise(quiet)[0].counts, synthesise(quiet)[0].counts
    other = synthesise(vary(quiet, twin={"seed": 99}))[0].counts
    np.testing.assert_array_equal(once, again)
    assert np.mean(once != other) > 0.5


@pytest.mark.parametrize("electrons", [1.0, 4.0])
def test_counts_scatter_as_counted_electrons(quiet, vary, electrons):
    twin = vary(quiet, scan={"rows": 8}, microscope={"electrons_per_count": electrons})
    mean = expected_counts(twin, fields(twin))
    chi = (synthesise(twin)[0].counts - mean) / np.sqrt(mean / electrons)
    assert np.mean(chi) == pytest.approx(0.0, abs=5 / np.sqrt(chi.size))
    assert np.mean(chi**2) == pytest.approx(1.0, abs=0.01)


def test_dark_counts_come_on_top(quiet, vary):
    dark = vary(quiet, scan={"rows": 8}, detector={"dark": 40.0})
    excess = synthesise(dark)[0].counts[..., :150].mean() - expected_counts(dark, fields(dark))[..., :150].mean()
    assert excess == pytest.approx(40.0, rel=0.01)


def test_the_gain_pattern_stays_with_the_detector(quiet, vary):
    patterned = vary(quiet, detector={"gain_pattern": 0.05}, dose={"zero_loss_counts": 1e12})
    mean = expected_counts(patterned, fields(patterned))
    gain = (synthesise(patterned)[0].counts / mean).mean(axis=(0, 1))
    other = (synthesise(vary(patterned, twin={"seed": 5}))[0].counts / mean).mean(axis=(0, 1))
    np.testing.assert_allclose(gain, other, atol=2e-3)
    assert np.std(gain) == pytest.approx(0.05, rel=0.15)
    another = (synthesise(vary(patterned, detector={"gain_pattern": 0.05, "pattern_seed": 8}))[0].counts / mean).mean(
        (0, 1)
    )
    assert abs(np.corrcoef(gain, another)[0, 1]) < 0.2


def test_spikes_and_bad_pixels_are_known_to_the_truth(quiet, vary):
    hit = {"spikes_per_million": 2000.0, "spike_height": 1e5, "bad_pixels": 4}
    image, truth = synthesise(vary(quiet, scan={"rows": 8}, detector=hit))
    clean = synthesise(vary(quiet, scan={"rows": 8}))[0]
    found = (image.counts - clean.counts > 4e4).sum(axis=-1)
    np.testing.assert_array_equal(found, truth["spikes"])
    expected = 2e-3 * image.counts.size
    assert found.sum() == pytest.approx(expected * (1 - 4 / 328), abs=4 * np.sqrt(expected))
    bad = truth["bad"].to_numpy()
    assert bad.sum() == 4
    assert (image.counts[bad] == 0).all()
    assert (image.counts[~bad].sum(axis=-1) > 0).all()


def test_the_numbers_agree_with_the_temperature_field(demo):
    for flow, twin in demo.items():
        truth = synthesise(twin)[1]
        numbers = truth_numbers(twin)
        assert tuple(numbers) == InterfaceResult.QUANTITIES
        x = truth["x"].to_numpy() - numbers["position"]
        rows = truth["temperature"].to_numpy().mean(axis=0)
        ends = {}
        for side, inside in (("left", x < -6), ("right", x > 6)):
            slope, ends[side] = np.polyfit(x[inside], rows[inside], 1)
            assert slope * 1e3 == pytest.approx(numbers[f"gradient_{side}"], abs=1e-6)
            assert ends[side] == pytest.approx(numbers[f"temperature_{side}"], abs=1e-6)
            if flow != "none":
                length = numbers[f"characteristic_length_{side}"]
                assert length == pytest.approx(abs(numbers["drop"] / slope), rel=1e-8)
        assert ends["left"] - ends["right"] == pytest.approx(numbers["drop"], abs=1e-6)
        for name, value in numbers.items():
            np.testing.assert_equal(float(truth[name]), value)


def test_signs_of_the_three_heat_flows(demo):
    forward, reverse, none = (truth_numbers(demo[flow]) for flow in ("forward", "reverse", "none"))
    assert (forward["drop"], reverse["drop"], none["drop"]) == (15.0, -15.0, 0.0)
    assert (forward["gradient_left"], reverse["gradient_left"], none["gradient_left"]) == (-170.0, 170.0, 0.0)
    for name in ("position", "width_10_90", "characteristic_length_left", "characteristic_length_right"):
        assert forward[name] == reverse[name]
    for name in ("width_10_90", "characteristic_length_left", "characteristic_length_right"):
        assert np.isnan(none[name])


def test_without_a_gradient_there_is_no_length(quiet, vary):
    flat = truth_numbers(vary(quiet, temperature={"gradient_left": 0.0}))
    assert np.isnan(flat["characteristic_length_left"])
    assert flat["characteristic_length_right"] == pytest.approx(15.0 / 0.190)


def test_turning_the_heat_round_swaps_the_side_with_the_stronger_gain(quiet, vary):
    forward = synthesise(vary(quiet, dose={"zero_loss_counts": 1e9}))[0]
    reverse = synthesise(vary(quiet, dose={"zero_loss_counts": 1e9}, temperature={"heat_flow": "reverse"}))[0]
    gain = (forward.energy > -95) & (forward.energy < -60)
    change = forward.counts[..., gain].sum(axis=(0, 2)) / reverse.counts[..., gain].sum(axis=(0, 2)) - 1
    assert (change[:15] > 0.01).all()
    assert (change[25:] < -0.01).all()
