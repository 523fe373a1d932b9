"""The order of the steps, with the numerics replaced by what can be seen through."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from kapitza.data import GradientField, InterfaceResult, Microscope, Profile, SpectrumFit, SpectrumImage, TemperatureMap
from kapitza.errors import InputError, MethodError, StudyError
from kapitza.files import write_hspy
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings, Method
from kapitza.study import ImageEntry, Study, run, running, series

DROPS = {"forward": 20.0, "reverse": -10.0, "none": 5.0}


def fake_map(image, windows, method, *, mask, vacuum, progress, scheduler=None, store=None):
    progress(1, 2)
    progress(2, 2)
    shape = image.shape[:2]
    # The temperature of a pixel is its own first count, so that crops can be recognised.
    temperature = np.asarray(image.counts)[:, :, 0].astype(float)
    return TemperatureMap(
        name=image.name,
        temperature=temperature,
        error=np.ones(shape),
        status=np.zeros(shape, int) if mask is None else np.where(mask, 0, 1),
        shift=np.zeros(shape),
        spikes=np.zeros(shape, int),
        energy=np.arange(1.0, 4.0),
        loss=np.ones((*shape, 3)),
        gain=np.ones((*shape, 3)),
        step=image.step,
        temperature_mean=Quantity(float(temperature.mean()), 1.0, "K"),
        zero_loss={},
        scatter=1.0,
        settings=(windows, method),
        warnings=(("far_window_cut", "The window was cut."),),
    )


def fake_drop(tmap, settings):
    assert tmap.loss is not None
    value = DROPS[tmap.name.split()[0]] * (2 if tmap.settings[1].preset == "paper" else 1)
    quantities = dict.fromkeys(InterfaceResult.QUANTITIES, Quantity(None, None, "")) | {
        "drop": Quantity(value, 1.0, "K")
    }
    profile = Profile(np.zeros(2), np.zeros(2), np.zeros(2))
    return InterfaceResult(**quantities, profile=profile, bulk_left=(0, 1), bulk_right=(3, 4), composition=None,
                           covariance=np.eye(4), warnings=(("bulk_short", "A bulk is short."),))  # fmt: skip


def fake_combine(forward, reverse):
    return replace(forward, drop=Quantity((forward.drop.value - reverse.drop.value) / 2, 0.7, "K"))


def fake_gradient(tmap):
    nothing = np.zeros_like(tmap.temperature)
    return GradientField(tmap.temperature, nothing, nothing, nothing, 1.0)


def fake_fit(image, tmap, region, label):
    empty = np.zeros(0)
    counts = np.asarray(image.counts)[region].mean(axis=0)
    return SpectrumFit(label, int(region.sum()), image.energy, counts, counts, counts > 0, empty, empty, empty,
                       tmap.temperature_mean)  # fmt: skip


@pytest.fixture(autouse=True)
def _seen_through(monkeypatch):
    for name, fake in {
        "temperature_map": fake_map,
        "interface_drop": fake_drop,
        "combine": fake_combine,
        "gradient_field": fake_gradient,
        "spectrum_fit": fake_fit,
    }.items():
        monkeypatch.setattr(running, name, fake)


@pytest.fixture
def file(tmp_path):
    counts = np.arange(6 * 9, dtype=np.float32).reshape(6, 9, 1) + np.zeros(11, np.float32)
    path = tmp_path / "cube.hspy"
    write_hspy(SpectrumImage(counts, np.arange(-50.0, 60.0, 10.0), (0.5, 0.5), microscope=Microscope(60.0)), path)
    return path


def entries(file, *flows, **more):
    return tuple(ImageEntry(flow, file, flow.split()[0], **more) for flow in flows)


def test_one_image(file):
    seen = []
    result = run(Study(entries(file, "forward")), truth={"drop": 20.0}, progress=lambda *call: seen.append(call))
    (record,) = result.inputs
    assert (record.name, record.file, record.shape) == ("forward", "cube.hspy", (6, 9, 11))
    assert record.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert record.energy_axis == {"offset": -50.0, "scale": 10.0, "unit": "meV"}
    assert record.microscope["beam_energy"] == 60.0
    image = result.images["forward"]
    assert image.map.settings[1] == Method()
    assert image.compared_map is not None
    assert image.compared_map.settings[1] == Method("paper")
    assert image.compared_map.loss is None
    assert image.interface is None
    assert [fit.label for fit in image.spectra] == ["whole image", "left third", "middle third", "right third"]
    assert len(image.residuals) == 5 * 9 + 6 * 8
    assert result.combined is None
    assert result.truth == {"drop": 20.0}
    assert result.study.method == Method()
    assert [call for call in seen if "recommended" in call[0]] == [
        ("forward: recommended", 1, 2),
        ("forward: recommended", 2, 2),
    ]
    assert [call[0] for call in seen if call[1] == call[2]] == [
        "forward: reading",
        "forward: recommended",
        "forward: paper",
    ]


def test_no_comparison(file):
    image = run(Study(entries(file, "forward"), interface=InterfaceSettings(), compare=False)).images["forward"]
    assert image.compared_map is None
    assert image.compared_interface is None
    assert image.interface is not None


def test_crop_mask_and_survey_are_cut_alike(file, tmp_path):
    mask = np.ones((6, 9), bool)
    mask[2, 4] = False
    np.save(tmp_path / "mask.npy", mask)
    np.save(tmp_path / "survey.npy", np.arange(12 * 18.0).reshape(12, 18))
    entry = ImageEntry("a", file, crop=(1, 4, 3, 8), mask=tmp_path / "mask.npy", survey=tmp_path / "survey.npy")
    result = run(Study((entry,)))
    image = result.images["a"]
    whole = np.arange(54.0).reshape(6, 9)
    np.testing.assert_array_equal(image.map.temperature, whole[1:4, 3:8])
    np.testing.assert_array_equal(image.map.status, np.where(mask, 0, 1)[1:4, 3:8])
    np.testing.assert_array_equal(image.survey, np.arange(12 * 18.0).reshape(12, 18)[2:8, 6:16])
    assert result.inputs[0].shape == (6, 9, 11)
    assert all(fit.pixels > 0 for fit in image.spectra)


def test_a_crop_beyond_the_image(file):
    with pytest.raises(
        StudyError, match=r"^a: A crop .* inside the image's 6 x 9 pixels is wanted, got \[0, 7, 0, 9\]"
    ):
        run(Study((ImageEntry("a", file, crop=(0, 7, 0, 9)),)))


def test_a_region_without_good_pixels_gives_no_spectrum(file, tmp_path):
    mask = np.ones((6, 9), bool)
    mask[:, 6:] = False
    np.save(tmp_path / "mask.npy", mask)
    image = run(Study((ImageEntry("a", file, mask=tmp_path / "mask.npy"),))).images["a"]
    assert [fit.label for fit in image.spectra] == ["whole image", "left third", "middle third"]


def test_forward_and_reverse_combine_for_both_presets(file):
    result = run(Study(entries(file, "forward", "reverse", "none"), interface=InterfaceSettings()))
    assert result.combined.drop.value == 15.0
    assert result.compared_combined.drop.value == 30.0
    assert ("bulk_short", "reverse: A bulk is short.") in result.warnings
    assert ("far_window_cut", "none: The window was cut.") in result.warnings
    assert ("bulk_short", "forward and reverse: A bulk is short.") in result.warnings


@pytest.mark.parametrize("flows", [["forward", "none"], ["reverse"], ["none"]])
def test_no_pair_no_combination(file, flows):
    result = run(Study(entries(file, *flows), interface=InterfaceSettings()))
    assert result.combined is None
    assert result.compared_combined is None


def test_unequal_currents_are_no_pair(file):
    images = entries(file, "forward", current=10.0) + entries(file, "reverse", current=12.0)
    assert run(Study(images, interface=InterfaceSettings())).combined is None


def test_of_several_pairs_the_first_is_combined_and_all_are_a_series(file, monkeypatch):
    monkeypatch.setattr(series, "combine", fake_combine)
    images = entries(file, "forward", "reverse", current=10.0) + entries(file, "reverse b", "forward b", current=12.0)
    result = run(Study(images, interface=InterfaceSettings()))
    assert result.combined.drop.value == 15.0
    assert result.series.heat_flow == "half-difference"
    assert result.series.names == (("forward", "reverse"), ("forward b", "reverse b"))
    np.testing.assert_array_equal(result.series.points.current, [10.0, 12.0])
    np.testing.assert_array_equal(result.series.points.drop.value, [15.0, 15.0])
    assert ("bulk_short", "forward b and reverse b: A bulk is short.") in result.warnings
    (sentence,) = [sentence for code, sentence in result.warnings if code == "series_fit_failed"]
    assert "At least 3 columns on either side" in sentence


def test_one_direction_at_several_currents_is_a_series_too(file):
    images = entries(file, "forward", "none", current=10.0) + entries(file, "forward b", current=12.0)
    result = run(Study(images, interface=InterfaceSettings()))
    assert result.series.heat_flow == "forward"
    assert result.series.names == (("forward",), ("forward b",))
    assert run(Study(images[:2], interface=InterfaceSettings())).series is None
    assert run(Study(images)).series is None


def test_a_comparison_that_fails_is_a_warning(file, monkeypatch):
    def picky(image, windows, method, **more):
        if method.preset == "paper":
            raise MethodError("Too few pixels.")
        return fake_map(image, windows, method, **more)

    monkeypatch.setattr(running, "temperature_map", picky)
    result = run(Study(entries(file, "forward", "reverse"), interface=InterfaceSettings()))
    sentence = "forward: the preset 'paper' gave no result to compare with: Too few pixels."
    assert ("comparison_failed", sentence) in result.warnings
    assert result.combined is not None
    assert result.compared_combined is None


def test_errors_name_their_image(file, tmp_path):
    (tmp_path / "empty.dm4").touch()
    with pytest.raises(InputError, match=r"^broken: "):
        run(Study((*entries(file, "forward"), ImageEntry("broken", tmp_path / "empty.dm4"))))


def test_the_vacuum_image_is_read_and_recorded(file, tmp_path, monkeypatch):
    seen = []

    def watched(*given, vacuum, **more):
        seen.append(vacuum)
        return fake_map(*given, vacuum=vacuum, **more)

    monkeypatch.setattr(running, "temperature_map", watched)
    empty = tmp_path / "vacuum.hspy"
    write_hspy(SpectrumImage(np.ones((1, 2, 11), np.float32), np.arange(-50.0, 60.0, 10.0)), empty)
    result = run(Study(entries(file, "forward", vacuum=empty), compare=False))
    assert [image.shape for image in seen] == [(1, 2, 11)]
    assert [(record.name, record.file) for record in result.inputs] == [
        ("forward", "cube.hspy"),
        ("forward vacuum", "vacuum.hspy"),
    ]
