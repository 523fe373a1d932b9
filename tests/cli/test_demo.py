"""The demo: files first, then the job on those files, then the truth beside what came out."""

import json
import re
from pathlib import Path

import pytest

import kapitza.cli.demo as module
from kapitza.twin import demo_twins, read_twin

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "twin.toml"


@pytest.fixture
def _small(monkeypatch):
    small = read_twin(EXAMPLE)
    scan = {"scan": small.scan, "interface": small.interface}
    monkeypatch.setattr(module, "demo_twins", lambda: {k: v.model_copy(update=scan) for k, v in demo_twins().items()})


@pytest.mark.usefixtures("_small", "no_figures")
def test_the_demo_goes_through_real_files(kapitza, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = kapitza("demo")
    assert code == 0, err
    made = (".hspy", ".low_loss.hspy", ".truth.zarr")
    assert sorted(path.name for path in (tmp_path / "kapitza-demo-data").iterdir()) == [
        *(f"{flow}{ending}" for flow in ("forward", "none", "reverse") for ending in made), "study.toml",
    ]  # fmt: skip
    text = " ".join(out.split())
    for words in ("put in recommended off by paper off by", "Report: kapitza-demo/report.html"):
        assert words in text
    for label, truth in (("forward", "15 K"), ("reverse", "-15 K"), ("no heat flow", "0 K")):
        assert re.search(rf"drop, {label} {truth} .* ± .* K [+-][\d.]+ σ", text)
    assert re.search(r"half-difference 15 K \S+ ± \S+ K [+-][\d.]+ σ \S+ ± \S+ K [+-][\d.]+ σ", text)
    assert str(tmp_path) not in out
    results = json.loads((tmp_path / "kapitza-demo" / "results.json").read_text(encoding="utf-8"))
    assert [entry["file"] for entry in results["inputs"]] == [
        f"{flow}{ending}" for flow in ("forward", "reverse", "none") for ending in (".hspy", ".low_loss.hspy")
    ]
    assert set(results["images"]["forward"]) >= {"thickness", "beam", "deconvolution", "modes"}
    assert [mode["name"] for mode in results["settings"]["mode"]] == ["75 meV", "90 meV"]
    assert results["scenario"]["modes"]["temperatures"]["forward"]["75 meV"]["theory"]["value"] > 610
    for image in results["images"].values():
        for mode in image["modes"]["modes"].values():
            assert abs(mode["temperature"]["value"] - 600) < 4 * mode["temperature"]["error"]

    code, _, err = kapitza("demo", "-o", "kapitza-demo")
    assert code == 1
    assert "kapitza-demo" in err
    code, out, err = kapitza("demo", "-o", "kapitza-demo", "--force", "--quiet", "--preset", "paper")
    assert (code, out, err) == (0, "", "")
    results = json.loads((tmp_path / "kapitza-demo" / "results.json").read_text(encoding="utf-8"))
    assert results["settings"]["method"]["preset"] == "paper"
    assert results["settings"]["scenario"] is None


@pytest.mark.slow
def test_the_drop_is_recovered_in_both_presets(kapitza, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = kapitza("demo")
    assert code == 0, err
    (line,) = [line for line in out.splitlines() if "half-difference" in line]
    deviations = [float(number) for number in re.findall(r"([+-][\d.]+) σ", line)]
    assert len(deviations) == 2
    # Of one draw of the noise: two in a thousand are farther off.
    assert all(abs(deviation) < 3 for deviation in deviations), line
