"""Made-up results for the tests of figures and pages."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SYNTHETIC = Path(__file__).resolve().parents[1] / "report" / "synthetic.py"


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module that makes up results with known numbers."""
    spec = importlib.util.spec_from_file_location("synthetic_results", SYNTHETIC)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
