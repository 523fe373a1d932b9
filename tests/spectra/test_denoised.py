"""Denoising as a step of the analysis: what it does to a map, and when it is left out."""

from dataclasses import replace

import dask.array as da
import numpy as np
import pytest

from kapitza.settings import EnergyWindows, Method
from kapitza.spectra import denoised
from kapitza.spectra.blocks import Job
from kapitza.spectra.planning import make_plan
from kapitza.spectra.preparation import prepare
from kapitza.spectra.thermometry import temperature_map
from kapitza.twin import synthesise

from .synthetic import twin

CODES = {"denoised", "not_denoised"}


@pytest.fixture(scope="module")
def image():
    """Two materials at one temperature."""
    return synthesise(twin(scan={"rows": 10, "columns": 24}, interface={"position": 11.5}))[0]


def codes(tmap):
    return [code for code, _ in tmap.warnings if code in CODES]


def test_each_preset_has_its_own_default():
    assert Method().resolved().denoise == "none"
    assert Method("paper").resolved().denoise == "bm3d"
    assert replace(Method(), preset="paper").resolved().denoise == "bm3d"
    assert Method("paper", denoise="none").resolved().denoise == "none"
    assert Method(denoise="volume").other().resolved().denoise == "bm3d"


@pytest.mark.parametrize("choice", ["bm3d", "volume", "low_rank"])
def test_pixels_scatter_less_about_the_same_mean(image, choice):
    plain, smooth = (temperature_map(image, method=Method(denoise=d)) for d in ("none", choice))
    assert codes(plain) == []
    assert codes(smooth) == ["denoised"]
    assert smooth.settings["method"]["denoise"] == choice
    assert np.nanstd(smooth.temperature) < 0.6 * np.nanstd(plain.temperature)
    assert smooth.temperature_mean.value == pytest.approx(plain.temperature_mean.value, abs=2.0)


def test_paper_is_denoised_unless_told_otherwise(image):
    published, plain = (temperature_map(image, method=Method("paper", denoise=d)) for d in (None, "none"))
    assert codes(published) == ["denoised"]
    assert codes(plain) == []
    assert np.nanstd(published.temperature) < 0.6 * np.nanstd(plain.temperature)


def test_paper_leaves_energies_alone_that_it_does_not_use(image):
    method = Method("paper").resolved()
    prepared = prepare(image, method, None, Job())
    plan = make_plan(image, prepared, EnergyWindows(), method).plan
    found = denoised.denoised_counts(image, prepared, plan, [])
    before = prepared.registered(image.counts, 0, prepared.shift).reshape(found.shape)
    same = np.isclose(found, before, rtol=1e-6, equal_nan=True).all(axis=(0, 1))
    away = np.abs(prepared.axis)
    used = np.any([(away >= low) & (away <= high) for low, high in ((15, 30), (55, 125), (130, 200))], axis=0)
    np.testing.assert_array_equal(same, ~used)


def test_chunks_change_nothing(image):
    method = Method(denoise="bm3d")
    chunked = replace(image, counts=da.from_array(image.counts, chunks=(3, 24, 501)))
    one, other = (temperature_map(i, method=method) for i in (image, chunked))
    np.testing.assert_array_equal(one.temperature, other.temperature)


def test_bad_pixels_stay_bad_and_spoil_nothing(image):
    counts = image.counts.copy()
    counts[4, 5] = np.nan
    tmap = temperature_map(replace(image, counts=counts), method=Method(denoise="bm3d"))
    assert np.isnan(tmap.temperature[4, 5])
    assert tmap.ok.sum() == tmap.ok.size - 1


def test_an_image_that_is_too_large_is_left_as_it_is_and_that_is_said(image, monkeypatch):
    plain = temperature_map(image, method=Method())
    monkeypatch.setattr(denoised, "MOST_BYTES", 1000)
    tmap = temperature_map(image, method=Method(denoise="volume"))
    assert codes(tmap) == ["not_denoised"]
    assert "Crop it" in dict(tmap.warnings)["not_denoised"]
    np.testing.assert_array_equal(tmap.temperature, plain.temperature)
