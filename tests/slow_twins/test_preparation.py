"""The kernels that make an image ready against slow versions of them that are easy to believe."""

import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.settings import Method
from kapitza.spectra import quality, registration, spikes
from kapitza.spectra.blocks import Job
from kapitza.spectra.preparation import prepare, region_sums
from kapitza.theory.lineshapes import pearson7

from . import quality as slow_quality
from . import registration as slow_registration
from . import spikes as slow_spikes

ENERGY = np.arange(-120.0, 121.0)
KINDS = [np.float32, np.float64]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("height", [30.0, 1e3, 1e6])
def test_positions(height, kind):
    rng = np.random.default_rng(1)
    shift = rng.uniform(-9, 9, 25)
    counts = rng.poisson(pearson7(ENERGY, height, shift[:, None], 12.0, 2.0)).astype(kind)
    template = pearson7(ENERGY, height, 0.3, 12.0, 2.0)
    fast = registration.zero_loss_positions(counts, template, 12)
    slow = [slow_registration.position(spectrum.astype(float), template, 12) for spectrum in counts]
    np.testing.assert_allclose(fast, slow, atol=1e-7)


SHIFTS = np.array([0.0, 0.25, -3.6, 7.0, 12.34, -20.99, 500.0, -500.0, 239.5, -239.5])


def moved(counts, energy, shift):
    axis = registration.registered_axis(energy)
    return np.array(
        [
            slow_registration.moved(c.astype(float), round(axis[0] + s - energy[0], 9), len(axis))
            for c, s in zip(counts, shift, strict=True)
        ]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offset", [0.0, 0.5, -0.37])
def test_interpolation(offset, kind):
    rng = np.random.default_rng(2)
    energy = ENERGY + offset
    counts = rng.uniform(1, 100, (len(SHIFTS), len(energy))).astype(kind)
    fast = registration.register(counts, energy, SHIFTS)
    assert fast.dtype == kind
    # Of the terms of the polynomial, up to 100 counts each, float32 keeps seven digits.
    rounding = 2e-5 if kind == np.float32 else 1e-11
    np.testing.assert_allclose(fast, moved(counts, energy, SHIFTS), rtol=1e-9, atol=rounding)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offset", [0.0, 0.5, -0.37])
def test_sums_of_registered_spectra(offset, kind):
    rng = np.random.default_rng(3)
    energy, shift = ENERGY + offset, np.concatenate([SHIFTS, rng.uniform(-5, 5, 20), [np.nan, 1.0]])
    counts = rng.uniform(1, 100, (len(shift), len(energy))).astype(kind)
    label = rng.integers(0, 3, len(shift))
    label[-1] = -1
    sums, seen = registration.sum_registered(counts, energy, shift, label, 4)
    slow = np.full((len(shift), len(energy)), np.nan)
    slow[:-2] = moved(counts[:-2], energy, shift[:-2])
    for region in range(4):
        np.testing.assert_allclose(sums[region], np.nansum(slow[label == region], axis=0), rtol=1e-9, atol=1e-11)
        np.testing.assert_array_equal(seen[region], np.isfinite(slow[label == region]).sum(axis=0))


def with_spikes(height, kind, rng):
    reference = pearson7(ENERGY, height, 0.0, 12.0, 2.0) + 1e-3 * height
    counts = rng.poisson(np.broadcast_to(reference, (60, len(ENERGY)))).astype(kind)
    where = rng.integers(0, len(ENERGY), (30, 2))
    counts[np.arange(30)[:, None], where] += rng.uniform(0.1, 10, (30, 2)) * (height + 100)
    return counts, reference


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("height", [5.0, 300.0, 1e5])
@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_spikes(height, scale, kind):
    counts, reference = with_spikes(height, kind, np.random.default_rng(3))
    counts, reference = counts * kind(scale), reference * scale
    found = spikes.find_spikes(counts, reference, 8.0)
    slow = [slow_spikes.found(spectrum.astype(float), reference, 8.0) for spectrum in counts]
    wanted = [(p, channel, value) for p, hits in enumerate(slow) for channel, value in hits.items()]
    assert list(zip(found.pixel, found.channel, strict=True)) == [hit[:2] for hit in wanted]
    np.testing.assert_allclose(found.value, [hit[2] for hit in wanted], rtol=1e-9, atol=1e-9 * height)
    assert len(wanted) > 20 or scale < 1


@pytest.mark.parametrize("values", ["normal", "heavy", "tied", "half zero"])
def test_medians(values):
    rng = np.random.default_rng(5)
    for n in (1, 2, 3, 32, 33, 34, 100, 501, 1000):
        drawn = np.abs({"normal": rng.normal, "heavy": rng.standard_cauchy}.get(values, rng.normal)(size=n))
        if values == "tied":
            drawn = np.round(2 * drawn)
        if values == "half zero":
            drawn[: n // 2] = 0.0
        assert spikes._median(drawn) == np.median(drawn)


def test_statuses():
    rng = np.random.default_rng(4)
    heights = np.geomspace(20, 3e5, 60)
    counts = rng.poisson(pearson7(ENERGY, heights[:, None], 0.0, 12.0, 2.0)).astype(float)
    wrapped, clipped, hit, broken = counts % 65536, np.minimum(counts, 4095), counts.copy(), counts[:8].copy()
    hit[:, 200] += 0.7 * heights
    broken[[0, 1, 2], [0, 5, -1]] = np.nan, np.inf, -np.inf
    broken[3], broken[4] = 0, -broken[4]
    at_ends = np.concatenate([np.roll(counts[-9:], 120, axis=1), np.roll(wrapped[-9:], -118, axis=1)])
    spectra = np.concatenate([counts, wrapped, clipped, hit, broken, at_ends])
    wanted = [slow_quality.status(spectrum) for spectrum in spectra]
    assert list(quality.inspect(spectra)) == wanted
    assert list(quality.inspect(spectra.astype(np.float32))) == wanted
    assert 10 < np.sum(np.array(wanted) == slow_quality.Status.SATURATED) < 80


def test_region_sums_are_those_of_single_pixels_in_plain_python():
    rng = np.random.default_rng(4)
    energy = ENERGY + 0.2
    counts = rng.poisson(pearson7(energy, 3e3, rng.normal(0, 2, (4, 12, 1)), 12.0, 2.0) + 2.0).astype(np.float32)
    counts[np.arange(4), 3, [20, 60, 121, 200]] += 2e4
    image = SpectrumImage(counts, energy)
    ready = prepare(image, Method(), None, Job())
    labels = rng.integers(-1, 4, (4, 12))
    labels[0] = -1
    sums, seen = region_sums(image, ready, labels, Job())
    wanted, number = np.zeros((2, 4, len(ready.axis)))
    for (y, x), label in np.ndenumerate(labels):
        spectrum = counts[y, x].astype(float)
        for channel, value in slow_spikes.found(spectrum, ready.reference, 8.0).items():
            spectrum[channel] = np.float32(value)
        start = round(ready.axis[0] + ready.shift[y, x] - energy[0], 9)
        moved = slow_registration.moved(spectrum, start, len(ready.axis))
        if label >= 0:
            wanted[label] += np.nan_to_num(moved)
            number[label] += np.isfinite(moved)
    assert ready.spikes.sum() == 4
    np.testing.assert_allclose(sums, wanted, rtol=1e-9)
    np.testing.assert_array_equal(seen, number)
