"""What the package says of itself agrees: version, names, metadata, citation."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import kapitza

ROOT = Path(__file__).resolve().parents[1]


def declared() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_version_is_the_same_in_the_code_the_metadata_the_citation_and_the_changelog():
    project = declared()
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    changed = re.search(r"^## \[(\S+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert cited is not None
    assert changed is not None
    installed = importlib.metadata.version("kapitza")
    assert {project["version"], installed, cited[1], changed[1]} == {kapitza.__version__}


@pytest.mark.parametrize("name", kapitza.__all__)
def test_every_public_name_exists_and_explains_itself(name):
    thing = getattr(kapitza, name)
    assert name in dir(kapitza)
    if name != "__version__":
        assert thing.__doc__
        assert not thing.__doc__.startswith(f"{name}(")


def test_an_unknown_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="temprature_map"):
        _ = kapitza.temprature_map


def test_the_lowest_versions_that_are_tested_are_those_declared():
    project = declared()
    wanted = [Requirement(text) for text in project["dependencies"] + project["optional-dependencies"]["dev"]]
    lowest = {need.name: Version(str(need.specifier).removeprefix(">=")) for need in wanted if need.name != "kapitza"}
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", locked("requirements-lowest.lock"), re.MULTILINE))
    assert lowest == {name: Version(pins[name]) for name in lowest}


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("*.lock")))
def test_locks_name_no_place_to_fetch_from(name):
    assert not re.search(r"://|--(extra-)?index|--find-links|@ ", locked(name))
