"""Real spectra from file to result folder: their gain side ends at -90 meV, which must be said."""

import json
import re

import pytest

SWIFT = ["bto_crop.ndata1", "bto_crop.npy", "bto_crop.nhdf", "bto_crop_library.h5", "bto_crop_library.ndata"]


@pytest.mark.usefixtures("no_figures")
@pytest.mark.parametrize("file", ["pan_bto/Example_BTO_deleted.dm4", *(f"nion_formats/{name}" for name in SWIFT)])
def test_an_honest_map(kapitza, tmp_path, shared_data, file):
    code, _, err = kapitza("map", shared_data / file, "-o", tmp_path / "out", "--no-compare")
    assert code == 0, err
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    (image,) = results["images"].values()
    assert image["pixels"]["ok"] == image["pixels"]["total"]
    # A crystal at room temperature, warmed by a beam at the most.
    assert abs(image["temperature"]["value"] - 300) < 2 * image["temperature"]["error"]
    assert image["temperature"]["error"] > 10
    # The file's axis ends at -89.97 meV; registration moves zero by up to a channel or two.
    assert re.search(r"The gain side ends at -8[89](\.\d+)? meV", err)
    assert {warning["code"] for warning in results["warnings"]} >= {"far_window_missing", "signal_window_cut"}
