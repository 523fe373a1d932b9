"""`import kapitza` stays light: the heavy libraries are loaded by the parts that need them, when they need them."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "xarray",
    "dask",
    "distributed",
    "zarr",
    "matplotlib",
    "plotly",
    "numba",
    "scipy",
    "pydantic",
    "rsciio",
    "hyperspy",
    "h5py",
    "jinja2",
    "rich",
    "typer",
)


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after `statement`."""
    program = f"import json, sys; {statement}; print(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "statement",
    [
        "import kapitza",
        "from kapitza import EnergyWindows, Method, Quantity, SpectrumImage, TemperatureMap, InterfaceResult",
    ],
)
def test_importing_the_package_or_its_data_types_loads_no_heavy_library(statement):
    loaded = modules_after(statement)
    assert "kapitza" in loaded
    assert sorted(loaded & set(HEAVY)) == []


def test_reading_is_not_bound_to_the_gpl_reader_until_a_file_asks_for_it():
    assert sorted(modules_after("from kapitza import read") & {"rsciio", "hyperspy"}) == []
