"""Small twins for the tests, made from the demo's by changing single values."""

import tomllib

import pytest
import tomli_w

from kapitza.twin import demo_twins, twin_to_toml
from kapitza.twin.io import parse_twin

QUIET = {
    "drift": {"energy_walk": 0.0, "energy_flicker": 0.0, "spatial": 0.0},
    "detector": {"gain_pattern": 0.0, "pattern_seed": 7, "dark": 0.0, "spikes_per_million": 0.0},
}


def varied(base, **tables):
    """The twin with the given values of the given tables changed, checked again; a new shape of peak starts afresh."""
    document = tomllib.loads(twin_to_toml(base))
    for table, values in tables.items():
        old = {"fwhm": document[table]["fwhm"]} if "shape" in values else document.get(table, {})
        document[table] = {**old, "provenance": "test", **values}
    return parse_twin(tomli_w.dumps(document), "varied.toml")


@pytest.fixture(scope="session")
def vary():
    return varied


@pytest.fixture(scope="session")
def demo():
    return demo_twins()


@pytest.fixture(scope="session")
def quiet(demo):
    """A short scan of the demo's forward twin without drift, gain pattern, dark counts, spikes or low-loss image."""
    forward = varied(
        demo["forward"].model_copy(update={"low_loss": None}),
        scan={"rows": 3, "columns": 41},
        interface={"position": 19.7},
    )
    return varied(forward, **QUIET)
