"""Write Nion Swift's formats, as Swift lays them out."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kapitza.data import SpectrumImage


def swift_properties(image: SpectrumImage, key: str = "dimensional_calibrations", **more: Any) -> dict[str, Any]:
    """What Swift writes beside an array, energy in eV."""
    assert image.step is not None
    calibrations = [
        {"offset": 0.0, "scale": image.step[0], "units": "nm"},
        {"offset": 0.0, "scale": image.step[1], "units": "nm"},
        {"offset": image.energy[0] / 1e3, "scale": image.dispersion / 1e3, "units": "eV"},
    ]
    metadata = {
        "instrument": {"high_tension": 60000.0, "convergence_angle": 0.025},
        "hardware_source": {"exposure": 0.1, "collection_angle_rad": 0.0249, "counts_per_electron": 49.0},
    }
    return {"title": image.name, "uuid": "u-1", "metadata": metadata, key: calibrations, "version": 13, **more}


def write_zip(path: Path, data: np.ndarray | None, properties: dict[str, Any], packed: bool = False) -> Path:
    """An `.ndata1` or `.ndata` file; without an array where `data` is None."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        if data is not None:
            with archive.open("data.npy", "w") as member:
                np.save(member, data)
        archive.writestr("metadata.json", json.dumps(properties))
    return path


def write_h5(path: Path, data: np.ndarray, properties: dict[str, Any]) -> Path:
    """A library `.h5` file."""
    with h5py.File(path, "w") as file:
        file["data"] = data
        file["data"].attrs["properties"] = json.dumps(properties)
    return path


def write_nhdf(path: Path, entries: list[tuple[np.ndarray, dict[str, Any]]]) -> Path:
    """An `.nhdf` file with several arrays."""
    with h5py.File(path, "w") as file:
        file.create_group("index")
        for i, (data, properties) in enumerate(entries):
            file[f"data/{i}"] = data
            file[f"data/{i}"].attrs["properties"] = json.dumps(properties)
    return path


def write_npy(path: Path, data: np.ndarray, properties: dict[str, Any]) -> Path:
    """A `.npy` with its `.json`."""
    np.save(path, data)
    path.with_suffix(".json").write_text(json.dumps(properties))
    return path
