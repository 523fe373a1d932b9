"""What `kapitza info` says of a file."""

import json

import numpy as np
import pytest


@pytest.fixture
def write(tmp_path):
    """A file as Nion Swift exports it, with an energy axis in eV from `start` meV in steps of 1 meV."""

    def _write(start: float, channels: int, shape=(4, 5), pitch="nm"):
        data = np.full((*shape, channels), 7.0, np.float32)
        np.save(tmp_path / "cube.npy", data)
        calibrations = [{"offset": 0.0, "scale": 0.5, "units": pitch}] * len(shape)
        energy = {"offset": start * 1e-3, "scale": 1e-3, "units": "eV"}
        properties = {"spatial_calibrations": [*calibrations, energy], "metadata": {}}
        properties |= {"collection_dimension_count": len(shape), "datum_dimension_count": 1}
        (tmp_path / "cube.json").write_text(json.dumps(properties))
        return tmp_path / "cube.npy"

    return _write


def said(outcome):
    assert outcome.code == 0, outcome.err
    return " ".join(outcome.out.split())


def test_a_complete_axis(kapitza, write):
    text = said(kapitza("info", write(-250, 501)))
    assert "a spectrum image, 4 x 5 pixels, 501 channels, float32" in text
    assert "energy 501 -250 250 1 meV" in text
    assert "y 4 0 1.5 0.5 nm" in text
    assert "beam energy missing" in text
    assert "Loss and gain of phonons at 30 to 200 meV are compared" in text
    assert "130 to 200 meV on the loss side and 130 to 200 meV on the gain side" in text
    assert "0.04008 MB: it is read whole" in text
    assert "there is no far window" not in text


def test_a_short_gain_side(kapitza, write):
    text = said(kapitza("info", write(-90, 401)))
    assert "Loss and gain of phonons at 30 to 90 meV are compared" in text
    assert "fits the zero-loss background at" not in text
    assert "The gain side ends at -90 meV" in text


def test_no_gain_side(kapitza, write):
    text = said(kapitza("info", write(-20, 401)))
    assert "No temperature can be had." in text
    assert "the gain side of this image ends at -20 meV" in text


@pytest.mark.parametrize(("shape", "kind"), [((1, 1), "a single spectrum"), ((1, 9), "a line scan")])
def test_kinds(kapitza, write, shape, kind):
    assert kind in said(kapitza("info", write(-250, 501, shape)))


def test_no_pixel_pitch(kapitza, write):
    assert "positions and gradients come out in pixels" in said(kapitza("info", write(-250, 501, pitch="")))


def test_the_real_cube(kapitza, shared_data):
    text = said(kapitza("info", shared_data / "pan_bto" / "Example_BTO_deleted.dm4"))
    assert "34 x 34 pixels, 794 channels" in text
    assert "The gain side ends at -89.97 meV, so there is no far window 130 to 200 meV" in text
