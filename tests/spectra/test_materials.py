"""Where the materials are, told by their spectra alone."""

import numpy as np
import pytest

from kapitza.spectra.materials import materials, tiles

from .forward.synthetic import ALN, AXIS, FWHM, SIC, lines, pearson, spectrum

A, B = (spectrum(pearson(2.0), lines(modes), 600.0) for modes in (ALN, SIC))


def drawn(shares, electrons, seed=1):
    """Summed spectra of tiles that hold a share of B, the rest of A."""
    rng, shares = np.random.default_rng(seed), np.asarray(shares, float)[:, np.newaxis]
    return rng.poisson(electrons * ((1 - shares) * A + shares * B)).astype(float)


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (24, 24), (100, 61), (256, 3)])
def test_tiles_are_numbered_in_order_and_about_as_large_as_each_other(shape):
    tile = tiles(shape)
    assert tile.shape == shape
    parts = [min(n, 24) for n in shape]
    np.testing.assert_array_equal(np.unique(tile), np.arange(np.prod(parts)))
    assert (np.diff(tile, axis=0) >= 0).all()
    assert (np.diff(tile, axis=1) >= 0).all()
    _, sizes = np.unique(tile, return_counts=True)
    assert sizes.max() <= np.prod([-(-n // part) for n, part in zip(shape, parts, strict=True)])
    assert sizes.min() >= np.prod([n // part for n, part in zip(shape, parts, strict=True)])


def test_tiles_are_rectangles():
    tile = tiles((50, 70))
    for number in np.unique(tile):
        y, x = np.nonzero(tile == number)
        assert len(y) == (np.ptp(y) + 1) * (np.ptp(x) + 1)


@pytest.mark.parametrize("electrons", [3e7, 1e9])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_two_materials_are_told_apart_wherever_they_are(electrons, share):
    holds = np.random.default_rng(2).permutation(np.arange(300) < 300 * share)
    found = materials(AXIS, drawn(holds, electrons), FWHM)
    assert len(np.unique(found)) == 2
    right = np.mean(found == holds)
    assert max(right, 1 - right) > 0.99


def test_tiles_that_hold_both_go_to_the_nearer():
    shares = np.repeat([0.0, 0.3, 0.7, 1.0], 50)
    found = materials(AXIS, drawn(shares, 1e9), FWHM)
    assert len({*found[:100]}) == len({*found[100:]}) == 1
    assert found[0] != found[-1]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("electrons", [1e4, 1e7, 1e9])
def test_noise_is_no_second_material(electrons, seed):
    assert not materials(AXIS, drawn(np.zeros(200), electrons, seed), FWHM).any()


def test_dose_is_no_second_material():
    dose = np.geomspace(0.2, 5, 200)[:, np.newaxis] * 1e8
    counts = np.random.default_rng(3).poisson(dose * A).astype(float)
    assert not materials(AXIS, counts, FWHM).any()


def test_a_few_tiles_are_not_a_material():
    assert not materials(AXIS, drawn(np.arange(300) < 3, 1e9), FWHM).any()


def test_empty_tiles_take_part_in_nothing():
    counts = drawn(np.arange(200) < 100, 1e9)
    some = counts.copy()
    some[::10] = 0.0
    found, without = materials(AXIS, counts, FWHM), materials(AXIS, some, FWHM)
    filled = some.sum(axis=1) > 0
    np.testing.assert_array_equal(found[filled], without[filled])
    assert not without[~filled].any()
    assert not materials(AXIS, np.zeros((9, len(AXIS))), FWHM).any()


def test_an_axis_without_room_for_phonons_tells_one():
    near = np.abs(AXIS) < 33
    assert not materials(AXIS[near], drawn(np.arange(200) < 100, 1e9)[:, near], FWHM).any()


def test_one_tile_is_one_material():
    assert not materials(AXIS, drawn([0.5], 1e9), FWHM).any()
