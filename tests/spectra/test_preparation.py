"""An image is made ready the same however it is cut, stored and masked, from samples that nothing bad can pull."""

from dataclasses import fields, replace

import dask.array as da
import numpy as np
import pytest

from kapitza.data import Status
from kapitza.errors import MethodError
from kapitza.settings import Method
from kapitza.spectra import blocks
from kapitza.spectra.blocks import Job
from kapitza.spectra.materials import tiles
from kapitza.spectra.noise import image_electrons_per_count
from kapitza.spectra.preparation import PASSES, prepare, region_sums
from kapitza.spectra.registration import register
from kapitza.spectra.spikes import Spikes
from kapitza.theory.lineshapes import pearson7

from .synthetic import image_of

ENERGY = np.arange(-100.0, 101.0) + 0.2


def drifting(shape, rng, height=3e3, drift=6.0):
    """Counts (y, x, energy) of peaks that drift from row to row and jump from pixel to pixel, and their positions."""
    rows, columns = shape
    shift = drift * np.sin(np.arange(rows) / rows * 9.0)[:, None] + rng.normal(0, 0.3, (rows, columns))
    return rng.poisson(pearson7(ENERGY, height, shift[..., None], 12.0, 2.0) + 2.0).astype(np.float32), shift


@pytest.fixture(scope="module")
def large():
    """An image with more pixels than a sample has, with spikes, bad pixels, and the true positions."""
    rng = np.random.default_rng(1)
    counts, shift = drifting((50, 60), rng)
    hit = rng.integers(0, 3000, 200)
    counts.reshape(3000, -1)[hit, rng.integers(5, 195, 200)] += 2e4
    counts[3, 4] = 0
    counts[5, 6, 7] = np.nan
    counts[8, 9] = np.roll(counts[8, 9], 70)
    return image_of(counts, ENERGY), shift


def prepared(image, mask=None):
    return prepare(image, Method(), mask, Job())


def same(one, other):
    for field in fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, Spikes):
            same(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b


@pytest.fixture(scope="module")
def ready(large):
    return prepared(large[0])


def labels_of(image):
    """Three regions and a few pixels of none."""
    label = np.add.outer(np.arange(image.shape[0]), np.arange(image.shape[1])) % 3
    label[10, 10:20] = -1
    return label


def test_positions_spikes_and_bad_pixels_are_found(large, ready):
    shift = large[1]
    assert ready.status[3, 4] == Status.NO_COUNTS
    assert ready.status[5, 6] == Status.NOT_FINITE
    assert ready.status[8, 9] == Status.NO_ZERO_LOSS
    good = ready.status == Status.OK
    assert good.sum() == 2997
    away = (ready.shift - shift)[good]
    assert np.std(away) < 0.15
    assert abs(away.mean()) < 0.02
    assert np.isnan(ready.shift[~good]).all()
    assert 190 < ready.spikes.sum() <= 200
    assert ready.spikes.sum() == len(ready.found.pixel)
    assert abs(ready.core.fwhm - 12.0) < 0.2


def test_zero_is_the_centre_of_the_mean_to_the_noise_of_the_sample(ready):
    # The core's error is that of one spectrum with the mean's counts; 2,048 of the 2,997 good spectra gave zero.
    noise = ready.core.centre_error * np.sqrt(1 / 2048 - 1 / 2997)
    assert abs(ready.core.centre) < 3 * noise < 0.005


@pytest.mark.parametrize("step", [0.0, 3.4, 6.3])
def test_zero_is_the_centre_of_the_mean_wherever_the_peaks_stand(step):
    shift = 0.23 + step * np.add.outer(np.arange(2), np.linspace(0, 0.2, 30))
    ready = prepared(image_of(pearson7(ENERGY, 1e6, shift[..., None], 12.0, 2.0), ENERGY))
    assert abs(ready.core.centre) < 1e-4


def test_sums_of_tiles_are_those_of_regions_to_the_last_channel(large, ready):
    image, _ = large
    labels = np.where(ready.status == Status.OK, tiles(image.shape[:2]), -1)
    sums, seen = region_sums(image, ready, labels, Job())
    np.testing.assert_array_equal(ready.tile_sums, sums)
    np.testing.assert_array_equal(ready.tile_pixels, seen.max(axis=1))


@pytest.mark.parametrize("size", [1, 10**6, 10**9])
def test_blocks_do_not_matter(large, ready, monkeypatch, size):
    image, _ = large
    sums = region_sums(image, ready, labels_of(image), Job())
    monkeypatch.setattr(blocks, "BLOCK_BYTES", size)
    same(prepared(image), ready)
    for one, other in zip(region_sums(image, ready, labels_of(image), Job()), sums, strict=True):
        np.testing.assert_array_equal(one, other)


def test_dask_is_numpy(large, ready):
    image, _ = large
    lazy = replace(image, counts=da.from_array(image.counts, chunks=(7, 33, 50)))
    same(prepared(lazy), ready)
    tails = np.abs(ready.axis) > 40
    assert image_electrons_per_count(lazy, ready, tails) == image_electrons_per_count(image, ready, tails)


@pytest.mark.parametrize("kind", ["<u2", "<i4", "<f4", ">f4", "<f8"])
def test_the_type_of_the_counts_does_not_matter(kind):
    image = image_of(drifting((9, 30), np.random.default_rng(2))[0], ENERGY)
    counts = image.counts.astype(kind)
    counts.flags.writeable = False
    same(prepared(replace(image, counts=counts)), prepared(replace(image, counts=image.counts.astype(float))))


def test_masked_pixels_are_as_if_they_were_not_there(large):
    image, _ = large
    mask = np.random.default_rng(3).random(image.shape[:2]) < 0.5
    counts = image.counts.copy()
    counts[~mask] = 1e7 * np.roll(counts[~mask], 30, axis=1)
    one, other = prepared(image, mask), prepared(replace(image, counts=counts), mask)
    assert (one.status[~mask] == Status.MASKED).all()
    assert not one.spikes[~mask].any()
    same(one, other)


@pytest.mark.parametrize("number", [1, 5, 40])
def test_few_good_pixels_are_found_in_a_large_image(large, number):
    image, shift = large
    counts = np.zeros_like(image.counts)
    places = np.arange(number) * 40 + 1000
    counts.reshape(3000, -1)[places] = image.counts.reshape(3000, -1)[places]
    found = prepared(replace(image, counts=counts))
    assert list(np.flatnonzero(found.status == Status.OK)) == list(places)
    assert np.abs(found.shift.flat[places] - shift.flat[places]).max() < 1.0


def test_an_image_without_a_good_pixel_is_refused(large):
    image, _ = large
    with pytest.raises(MethodError, match="none of 3000 is usable: in 3000 the spectrum is empty"):
        prepared(replace(image, counts=np.zeros_like(image.counts)))


def test_many_bad_spectra_do_not_pull_the_reference(large, ready):
    image, _ = large
    counts = image.counts.copy()
    # Three columns of rubbish, and a spike in the same channel of one pixel in twelve.
    counts[:, 20:23] = 1e3
    hit = (np.arange(60) % 12 == 0) & (ready.status == Status.OK) & (ready.spikes == 0)
    counts[hit, 150] += 1e5
    found = prepared(replace(image, counts=counts))
    others = np.ones(image.shape[:2], bool)
    others[:, 20:23] = False
    assert (found.spikes[hit] == 1).all()
    np.testing.assert_allclose(found.shift[others], ready.shift[others], atol=0.2)


def test_blocks_are_cleaned_and_registered_as_the_whole(large, ready):
    image, _ = large
    clean = ready.cleaned(image.counts, 0)
    moved = ready.registered(image.counts, 0, ready.shift)
    assert clean.dtype == moved.dtype == np.float32
    changed = np.zeros(clean.shape, bool)
    changed[ready.found.pixel, ready.found.channel] = True
    raw = image.counts.reshape(clean.shape)
    np.testing.assert_array_equal(clean[~changed], raw[~changed])
    np.testing.assert_array_equal(clean[changed], ready.found.value.astype(np.float32))
    np.testing.assert_array_equal(moved, register(clean, ENERGY, ready.shift.ravel()))
    for first, last in ((0, 1), (1, 23), (23, 50)):
        part = slice(60 * first, 60 * last)
        np.testing.assert_array_equal(ready.cleaned(image.counts[first:last], first), clean[part])
        np.testing.assert_array_equal(
            ready.registered(image.counts[first:last], first, ready.shift[first:last]), moved[part]
        )
    assert ready.registered(image.counts[:2].astype(float), 0, ready.shift[:2]).dtype == float


def test_regions_without_pixels_are_empty(large, ready):
    image, _ = large
    sums, seen = region_sums(image, ready, np.full(image.shape[:2], -1), Job())
    assert sums.shape == seen.shape == (0, len(ready.axis))
    labels = np.full(image.shape[:2], -1)
    labels[30, 5] = 2
    sums, seen = region_sums(image, ready, labels, Job())
    assert not sums[:2].any()
    one = ready.registered(image.counts[30:31], 30, ready.shift[30:31])[5]
    np.testing.assert_allclose(sums[2], np.nan_to_num(one), rtol=1e-6, atol=1e-4)


def test_an_image_is_read_as_often_as_is_said(large):
    image, _ = large
    told = []
    prepare(image, Method(), None, Job(lambda done, total: told.append((done, total)), PASSES))
    assert told[-1][0] == told[-1][1] == len(told)
