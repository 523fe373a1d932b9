"""Fixtures that several tests share."""

import importlib.util
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.version import Version


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real spectra beside the checkout; tests that need it are skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real spectra is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with forward.hspy, reverse.hspy and none.hspy: the experiment of examples/twin.toml in three flows."""
    from kapitza.twin import flowing, read_twin, write_twin

    folder = tmp_path_factory.mktemp("experiment")
    twin = read_twin(Path(__file__).resolve().parents[1] / "examples" / "twin.toml")
    for flow in ("forward", "reverse", "none"):
        write_twin(flowing(twin, flow), folder / f"{flow}.hspy")
    return folder


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module that makes up results with known numbers, for figures and pages."""
    spec = importlib.util.spec_from_file_location(
        "synthetic_results", Path(__file__).parent / "report" / "synthetic.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """A dask scheduler with two worker processes on this machine, for all tests that leave them alive."""
    with two_workers() as made:
        yield made


@pytest.fixture
def mortal_cluster() -> Iterator[Any]:
    """The same for one test that kills a worker: whether another comes in its place is not for later tests to await.

    Not with the oldest releases: a scheduler of 2024.12 was seen to wait for ever for what a killed worker had begun.
    """
    if Version(version("distributed")) < Version("2025.1"):
        pytest.skip("distributed before 2025.1 may wait for ever for what a killed worker had begun")
    with two_workers() as made:
        yield made


def two_workers() -> Any:
    """A dask scheduler with two worker processes."""
    from distributed import LocalCluster

    return LocalCluster(2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1")
