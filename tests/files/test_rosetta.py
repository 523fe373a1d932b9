"""What RosettaSciIO reads arrives as the same image, from every format in the list."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from kapitza.data import SpectrumImage
from kapitza.errors import AxisError, InputError
from kapitza.files import describe, read, rosetta, size, write_hspy

MSA = """#FORMAT      : EMSA/MAS Spectral Data File
#VERSION     : 1.0
#TITLE       : one spectrum
#DATE        : 01-JAN-2026
#TIME        : 12:00
#OWNER       :
#NPOINTS     : 5
#NCOLUMNS    : 1
#XUNITS      : eV
#YUNITS      : Counts
#DATATYPE    : Y
#XPERCHAN    : 0.001
#OFFSET      : -0.002
#SIGNALTYPE  : ELS
#BEAMKV   -kV: 60
#CONVANGLE-mR: 25.0
#COLLANGLE-mR: 24.9
#DWELLTIME-ms: 100.0
#SPECTRUM    : Spectral Data Starts Here
1, 2, 30, 4, 5,
#ENDOFDATA   :
"""


def test_list_of_formats_holds_no_reader_that_unpickles_or_evaluates() -> None:
    assert not {"pantarhei", "netcdf", "blockfile", "numpy", "mrcz"} & set(rosetta.FORMATS.values())


def test_msa_is_one_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "a.msa"
    path.write_text(MSA)
    got = read(path)
    np.testing.assert_array_equal(got.counts, [[[1, 2, 30, 4, 5]]])
    np.testing.assert_allclose(got.energy, [-2, -1, 0, 1, 2], atol=1e-12)
    assert got.name == "one spectrum"
    assert got.step is None
    scope = got.microscope
    assert (scope.beam_energy, scope.convergence, scope.collection) == (60.0, 25.0, 24.9)
    assert scope.dwell == pytest.approx(0.1)


def test_msa_without_units_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.msa"
    path.write_text(MSA.replace("#XUNITS      : eV", "#XUNITS      : channel"))
    with pytest.raises(AxisError, match=r"\(channel\)"):
        read(path)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("lazy", [False, True])
def test_zspy(packed: bool, lazy: bool, write_zspy, image: SpectrumImage, monkeypatch: pytest.MonkeyPatch) -> None:
    if lazy:
        monkeypatch.setattr(size, "EAGER_BYTES", 100)
    path = write_zspy(packed=packed)
    got = read(path)
    assert hasattr(got.counts, "dask") == lazy
    np.testing.assert_array_equal(np.asarray(got.counts), image.counts)
    np.testing.assert_allclose(got.energy, image.energy, rtol=1e-12, atol=1e-12)
    assert got.step == image.step


def test_hspy_may_stay_on_disk(image: SpectrumImage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    monkeypatch.setattr(size, "EAGER_BYTES", 100)
    got = read(tmp_path / "a.hspy")
    assert hasattr(got.counts, "dask")
    np.testing.assert_array_equal(got.counts.compute(), image.counts)
    np.testing.assert_array_equal(got.energy, image.energy)


def _signal(image: SpectrumImage) -> dict:
    axes = [("y", 0.0, 0.3, "nm"), ("x", 0.0, 0.2, "nm"), ("E", -0.0101, 0.0007, "eV")]
    return {
        "data": image.counts,
        "axes": [
            {"name": name, "offset": offset, "scale": scale, "units": unit, "navigate": i < 2, "size": image.shape[i]}
            | {"index_in_array": i, "_type": "UniformDataAxis"}
            for i, (name, offset, scale, unit) in enumerate(axes)
        ],
        "metadata": {"General": {"title": "map"}, "Signal": {"signal_type": "EELS"}},
        "original_metadata": {},
        "learning_results": {},
    }


@pytest.mark.parametrize("suffix", ["emd", "nxs", "rpl"])
def test_other_writers_of_rosettasciio(suffix: str, image: SpectrumImage, tmp_path: Path) -> None:
    import importlib

    path = tmp_path / f"a.{suffix}"
    plugin = importlib.import_module(f"rsciio.{rosetta.FORMATS['.' + suffix]}")
    plugin.file_writer(str(path), _signal(image))
    got = read(path)
    np.testing.assert_array_equal(got.counts, image.counts)
    np.testing.assert_allclose(got.energy, image.energy, rtol=1e-6, atol=1e-6)


def test_hspy_with_a_gain_of_one_states_nothing(image: SpectrumImage, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    with h5py.File(tmp_path / "a.hspy", "r+") as file:
        experiment = next(iter(file["Experiments"].values()))
        del experiment["original_metadata/kapitza"]
        model = experiment["metadata/Signal/Noise_properties/Variance_linear_model"]
        assert model.attrs["gain_factor"] == pytest.approx(49.0)
    assert read(tmp_path / "a.hspy").microscope.electrons_per_count == pytest.approx(1 / 49)
    with h5py.File(tmp_path / "a.hspy", "r+") as file:
        experiment = next(iter(file["Experiments"].values()))
        experiment["metadata/Signal/Noise_properties/Variance_linear_model"].attrs["gain_factor"] = 1.0
    assert read(tmp_path / "a.hspy").microscope.electrons_per_count is None


@pytest.mark.parametrize(("unit", "expected"), [("e-", 0.25), ("Counts", None), ("", None)])
def test_intensity_of_digitalmicrograph(unit: str, expected: float | None) -> None:
    brightness = {"Scale": 0.25, "Units": unit, "Origin": 0.0}
    entry = {
        "metadata": {},
        "original_metadata": {"ImageList": {"TagGroup0": {"ImageData": {"Calibrations": {"Brightness": brightness}}}}},
    }
    assert rosetta._electrons_per_count(entry, "digitalmicrograph") == expected


def test_axes_that_do_not_fit_the_array(image: SpectrumImage, tmp_path: Path) -> None:
    write_hspy(image, tmp_path / "a.hspy")
    with h5py.File(tmp_path / "a.hspy", "r+") as file:
        experiment = next(iter(file["Experiments"].values()))
        experiment["axis-2"].attrs["size"] = 7
    assert read(tmp_path / "a.hspy").shape == image.shape
    with h5py.File(tmp_path / "a.hspy", "r+") as file:
        experiment = next(iter(file["Experiments"].values()))
        experiment["axis-2"].attrs["axis"] = np.arange(7.0)
    with pytest.raises(InputError):
        read(tmp_path / "a.hspy")


def test_parameters_that_rosettasciio_only_maps() -> None:
    entry = {
        "metadata": {},
        "original_metadata": {"tags": {"kV": 60000.0, "dwell": "no number"}},
        "mapping": {
            "tags.kV": ("Acquisition_instrument.TEM.beam_energy", lambda volt: volt / 1e3),
            "tags.dwell": ("Acquisition_instrument.TEM.Detector.EELS.dwell_time", float),
        },
    }
    scope = rosetta._microscope(entry, "digitalmicrograph")
    assert scope.beam_energy == 60.0
    assert scope.dwell is None


def test_tif_without_energy_axis_is_refused(tmp_path: Path) -> None:
    import tifffile

    tifffile.imwrite(tmp_path / "a.tif", np.zeros((5, 6), np.float32))
    with pytest.raises(InputError, match="eV, meV or keV is wanted"):
        read(tmp_path / "a.tif")
    tifffile.imwrite(tmp_path / "b.tif", np.zeros((5, 6, 3), np.uint8), photometric="rgb")
    with pytest.raises(InputError, match="colour picture"):
        read(tmp_path / "b.tif")


def test_the_real_cube(shared_data: Path) -> None:
    path = shared_data / "pan_bto" / "Example_BTO_deleted.dm4"
    got = read(path)
    assert got.shape == (34, 34, 794)
    assert got.energy[0] == pytest.approx(-89.97, abs=0.01)
    assert got.energy[-1] == pytest.approx(307.79, abs=0.01)
    assert got.dispersion == pytest.approx(0.5016, abs=1e-4)
    assert got.step == pytest.approx((0.0667, 0.0667), abs=1e-4)
    summed = got.counts.sum((0, 1), dtype=float)
    assert abs(got.energy[summed.argmax()]) < 1
    # Loss and gain mirror about the zero-loss peak, at -0.2 meV; the values are the data's own description.
    loss, gain = (np.interp(side * np.array([40.0, 50.0, 80.0]) - 0.2, got.energy, summed) for side in (1, -1))
    assert np.log(loss / gain) == pytest.approx([1.40, 1.76, 2.74], abs=0.015)
    assert describe(path).missing == ("beam_energy", "convergence", "collection", "dwell", "electrons_per_count")


def test_the_real_cube_may_stay_on_disk(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shared_data / "pan_bto" / "Example_BTO_deleted.dm4"
    whole = read(path)
    monkeypatch.setattr(size, "EAGER_BYTES", 1000)
    lazy = read(path)
    assert hasattr(lazy.counts, "dask")
    np.testing.assert_array_equal(lazy.counts[3:5, 7].compute(), whole.counts[3:5, 7])
