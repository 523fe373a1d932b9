"""Study files: what is right is read, what is wrong is said in a sentence."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from kapitza.errors import StudyError
from kapitza.settings import EnergyWindows, FactorisationSettings, InterfaceSettings, Method, ResidualSettings
from kapitza.study import ImageEntry, read_study, to_toml
from kapitza.study.keys import WANTED
from kapitza.study.model import BandEntry, ModeEntry

PAPER = sorted(Path(__file__).parents[2].joinpath("examples", "paper").glob("*_study.toml"))
IMAGE = '[[image]]\nname = "a"\nfile = "a.hspy"\n'


@pytest.fixture
def write(tmp_path: Path):
    for name in ("a.hspy", "b.hspy", "mask.npy", "haadf.tif"):
        (tmp_path / name).touch()

    def _write(text: str) -> Path:
        path = tmp_path / "study.toml"
        path.write_text(text)
        return path

    return _write


def test_every_key_is_read(write, tmp_path):
    study = read_study(
        write(
            """
            [study]
            title = "AlN on SiC"
            [[image]]
            name = "forward"
            file = "a.hspy"
            heat_flow = "forward"
            current = 12
            crop = [0, 10, 2, 8]
            mask = "mask.npy"
            survey = "haadf.tif"
            item = "2"
            [[image]]
            name = "reverse"
            file = "b.hspy"
            heat_flow = "reverse"
            current = 12.0
            [interface]
            axis = "y"
            left = "AlN"
            right = "SiC"
            position = 5
            bulk_left = [0, 3.5]
            bulk_right = [6.5, 10]
            [energy]
            near = [14, 31]
            far = [131, 190]
            signal = [56, 120]
            [method]
            preset = "paper"
            zero_loss = "voigt"
            despike = false
            spike_threshold = 9
            denoise = "volume"
            compare = false
            """
        )
    )
    folder = tmp_path.resolve()
    assert study.title == "AlN on SiC"
    assert study.images[0] == ImageEntry(
        name="forward",
        file=folder / "a.hspy",
        heat_flow="forward",
        current=12.0,
        crop=(0, 10, 2, 8),
        mask=folder / "mask.npy",
        survey=folder / "haadf.tif",
        item="2",
    )
    assert study.interface == InterfaceSettings("y", "AlN", "SiC", 5.0, (0.0, 3.5), (6.5, 10.0))
    assert study.energy == EnergyWindows((14.0, 31.0), (131.0, 190.0), (56.0, 120.0))
    assert study.method == Method("paper", "voigt", False, 9.0, "volume")
    assert study.compare is False


@pytest.mark.parametrize("path", PAPER, ids=lambda path: path.stem)
def test_the_studies_of_the_paper_are_read_and_come_back(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    for image in tomllib.loads(text)["image"]:
        (tmp_path / image["file"]).touch()
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    study = read_study(tmp_path / path.name)
    (tmp_path / "again.toml").write_text(to_toml(study, tmp_path), encoding="utf-8")
    assert read_study(tmp_path / "again.toml") == study


def test_defaults(write):
    study = read_study(write(IMAGE))
    assert study.interface is None
    assert study.energy == EnergyWindows()
    assert study.method == Method()
    assert study.compare is True


def test_known_keys_are_the_fields():
    assert list(WANTED["image"]) == [field.name for field in fields(ImageEntry)]
    assert list(WANTED["interface"]) == [field.name for field in fields(InterfaceSettings)]
    assert list(WANTED["mode"]) == [field.name for field in fields(ModeEntry)]
    assert list(WANTED["band"]) == [field.name for field in fields(BandEntry)]
    assert list(WANTED["residual"]) == [field.name for field in fields(ResidualSettings)]
    assert list(WANTED["factorisation"]) == [field.name for field in fields(FactorisationSettings)]
    assert list(WANTED["energy"]) == [field.name for field in fields(EnergyWindows)]
    assert list(WANTED["method"]) == [*(field.name for field in fields(Method)), "compare"]


@pytest.mark.parametrize("key", ["preset", "zero_loss", "denoise"])
def test_every_choice_is_named(key):
    choices = re.findall(r"'(\w+)'", str(get_type_hints(Method)[key]))
    assert len(choices) > 1
    for choice in choices:
        assert f'"{choice}"' in WANTED["method"][key]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (IMAGE + "[method]\npresett = 'paper'", "[method]: unknown key 'presett'; did you mean 'preset'?"),
        (IMAGE + "[methods]\npreset = 'paper'", "unknown table 'methods'; did you mean 'method'?"),
        (IMAGE + "hetflow = 'forward'", "[[image]] 'a': unknown key 'hetflow'; did you mean 'heat_flow'?"),
        (IMAGE + "[energy]\nxyz = 3", "[energy]: unknown key 'xyz'; known are near, far, signal."),
        (IMAGE + "[method]\npreset = 'best'", '[method] preset: wanted "recommended" or "paper", got "best".'),
        (IMAGE + "[method]\ndespike = 'no'", '[method] despike: wanted true or false, got "no".'),
        (IMAGE + "[method]\ndenoise = 'bm4d'", '[method] denoise: wanted "none", "bm3d", "volume" or "low_rank", got'),
        (IMAGE + "[method]\ncompare = 1", "[method] compare: wanted true or false, got 1."),
        (IMAGE + "[method]\nspike_threshold = 0", "[method] spike_threshold: wanted a number of standard"),
        (IMAGE + "[study]\ntitle = 3", "[study] title: wanted a text in quotes, got 3."),
        (IMAGE + "[energy]\nnear = 15", "[energy] near: wanted two rising numbers in meV, [start, stop], got 15."),
        (IMAGE + "[energy]\nnear = [15]", "[energy] near: wanted two rising numbers"),
        (IMAGE + "[energy]\nnear = ['15', '30']", "[energy] near: wanted two rising numbers"),
        (IMAGE + "[energy]\nfar = [200, 130]", "[energy] far: wanted two rising numbers"),
        (IMAGE + "[energy]\nfar = [130, inf]", "[energy] far: wanted two rising numbers"),
        (IMAGE + "[energy]\nnear = [nan, 30]", "[energy] near: wanted two rising numbers"),
        (IMAGE + "[energy]\nsignal = [25, 125]", "near must end before signal and far begin, and"),
        (IMAGE + "[energy]\nnear = 2001-01-01", "[energy] near: wanted two rising numbers"),
        (IMAGE + "[interface]\naxis = 'z'", '[interface] axis: wanted "x" or "y", got "z".'),
        (IMAGE + "[interface]\nposition = true", "[interface] position: wanted a number in nm, got true."),
        (IMAGE + "[interface]\nbulk_left = [3, 1]", "[interface] bulk_left: wanted two rising numbers in nm"),
        (IMAGE + "[interface]\nconductivity_left = [0, 1]", "conductivity_left: wanted two numbers in W/(m K), ["),
        (IMAGE + "[interface]\nexponent_right = [1, -1]", "exponent_right: wanted two numbers, [value, error]"),
        (IMAGE + "[interface]\nconductivity_temperature = 0", "conductivity_temperature: wanted a number in K above 0"),
        (
            IMAGE + "[interface]\nconductivity_right = [40, 4]\nconductivity_temperature = 300",
            "exponent_right is wanted, to carry conductivity_right from 300 K to the interface",
        ),
        (IMAGE + "[interface]\nflux = 'known'", 'flux: wanted "free" or "current_squared", got "known".'),
        (IMAGE + "[interface]\nbulk_left = [1, 3]\nposition = 2", "must follow each other along the axis"),
        (IMAGE + "heat_flow = 'up'", "heat_flow: wanted \"forward\", \"reverse\" or \"none\", got \"up\"."),
        (IMAGE + "crop = [5, 5, 0, 3]", "[[image]] 'a' crop: wanted four whole numbers of pixels"),
        (IMAGE + "crop = [0, 5, -1, 3]", "[[image]] 'a' crop: wanted four whole numbers of pixels"),
        (IMAGE + "crop = [0.5, 5, 1, 3]", "[[image]] 'a' crop: wanted four whole numbers of pixels"),
        (IMAGE + "current = nan", "[[image]] 'a' current: wanted a number in mA"),
        (IMAGE + IMAGE, "[[image]] 'a': two images have this name."),
        (IMAGE + IMAGE.replace('"a"', '"A"'), "[[image]] 'A': two images have this name."),
        ('[[image]]\nname = "../x"\nfile = "a.hspy"', "[[image]] '../x' name: wanted a text of letters"),
        ('[[image]]\nname = "a"', "[[image]] 'a': file is missing: add file = ..."),
        ('[[image]]\nfile = "a.hspy"', "[[image]]: name is missing: add name = ..."),
        ('[image]\nname = "a"\nfile = "a.hspy"', "[image] must be [[image]] in double brackets"),
        ('[study]\ntitle = "empty"', "A study needs at least one image, got none"),
        ("method = 3\n" + IMAGE, "[method] must be a table, got method = 3"),
        ("[study\ntitle = 3", "study.toml is not valid TOML: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(write, text, sentence):
    with pytest.raises(StudyError) as caught:
        read_study(write(text))
    assert str(caught.value).startswith("study.toml")
    assert sentence in str(caught.value)


def test_missing_files_are_all_named(write):
    text = IMAGE + 'mask = "no-mask.npy"\n[[image]]\nname = "b"\nfile = "gone.dm4"\n'
    with pytest.raises(StudyError, match=r"No such file: .*no-mask\.npy, .*gone\.dm4\. Check the spelling"):
        read_study(write(text))


def test_repeats_of_a_direction_need_currents(write):
    pair = IMAGE + 'heat_flow = "forward"\n[[image]]\nname = "b"\nfile = "b.hspy"\nheat_flow = "reverse"\n'
    third = '[[image]]\nname = "c"\nfile = "b.hspy"\nheat_flow = "forward"\n'
    assert len(read_study(write(pair + third)).images) == 3
    with pytest.raises(StudyError, match="got 2 forward and 1 reverse without a current"):
        read_study(write(pair + third + "[interface]\n"))
    assert len(read_study(write(pair + third + "current = 3\n[interface]\n")).images) == 3


def test_a_study_that_is_no_text(tmp_path):
    path = tmp_path / "cube.dm4"
    path.write_bytes(b"\x89HDF\xff\xfe")
    with pytest.raises(StudyError, match="is not text: a spectrum image goes to `kapitza map`"):
        read_study(path)
    with pytest.raises(StudyError, match=r"nowhere\.toml cannot be read"):
        read_study(tmp_path / "nowhere.toml")
    with pytest.raises(StudyError, match="cannot be read"):
        read_study(tmp_path)
