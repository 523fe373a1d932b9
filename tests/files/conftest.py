"""Small files in every format, made on the spot, and the numbers that must come back from them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kapitza.data import Microscope, SpectrumImage

from .swift import swift_properties, write_h5, write_nhdf, write_npy, write_zip

Write = Callable[..., Path]


@pytest.fixture
def image() -> SpectrumImage:
    """Counts that differ at every (y, x, energy), so that a wrong order of axes cannot go unseen."""
    y, x, energy = 3, 4, 50
    counts = np.random.default_rng(1).poisson(200, (y, x, energy)).astype(np.float32) + np.float32(0.3)
    return SpectrumImage(
        counts=counts,
        energy=-10.1 + 0.7 * np.arange(energy),
        step=(0.3, 0.2),
        name="AlN on SiC",
        microscope=Microscope(
            beam_energy=60.0, convergence=25.0, collection=24.9, dwell=0.1, electrons_per_count=1 / 49
        ),
        history=("made for a test",),
    )


@pytest.fixture
def swift_files(image: SpectrumImage, tmp_path: Path) -> dict[str, Path]:
    """The same image in every format of Nion Swift but projects."""
    exported, library = swift_properties(image, "spatial_calibrations"), swift_properties(image)
    return {
        "ndata1": write_zip(tmp_path / "a.ndata1", image.counts, exported),
        "packed": write_zip(tmp_path / "packed.ndata1", image.counts, exported, packed=True),
        "ndata": write_zip(tmp_path / "b.ndata", image.counts, library),
        "npy": write_npy(tmp_path / "c.npy", image.counts, exported),
        "h5": write_h5(tmp_path / "d.h5", image.counts, library),
        "nhdf": write_nhdf(tmp_path / "e.nhdf", [(image.counts, library)]),
    }


@pytest.fixture
def swift_project(image: SpectrumImage, tmp_path: Path) -> Path:
    """A project with a spectrum image in each library format, a survey, one deleted and one trashed item."""
    deep = tmp_path / "Work Data" / "2026" / "11" / "23" / "20261123-005242"
    trash = tmp_path / "Work Data" / "trash"
    for folder in (deep, trash):
        folder.mkdir(parents=True)
    properties = swift_properties(image)
    survey = {"title": "HAADF", "uuid": "u-3", "dimensional_calibrations": properties["dimensional_calibrations"][:2]}
    write_zip(deep / "data_AAA.ndata", image.counts, properties)
    write_h5(deep / "data_BBB.h5", 2 * image.counts, {**properties, "title": "doubled", "uuid": "u-2"})
    write_zip(deep / "data_CCC.ndata", image.counts[:, :, 0], survey)
    write_zip(deep / "data_DDD.ndata", image.counts, {**properties, "title": "deleted", "uuid": "u-4"})
    write_zip(deep / "data_EEE.ndata", None, {**properties, "title": "empty", "uuid": "u-5"})
    write_zip(trash / "data_FFF.ndata", image.counts, {**properties, "title": "trashed", "uuid": "u-6"})
    project = tmp_path / "Work.nsproj"
    content = {"version": 3, "uuid": "p", "project_data_folders": ["Work Data"], "data_item_deletions": ["u-4"]}
    project.write_text(json.dumps(content))
    return project


@pytest.fixture
def write_zspy(image: SpectrumImage, tmp_path: Path) -> Write:
    """Function that writes the image as HyperSpy's zarr format, a folder or a zip; returns its path."""
    import zarr

    def write(name: str = "a.zspy", packed: bool = False) -> Path:
        path = tmp_path / name
        store = zarr.storage.ZipStore(path, mode="w") if packed else zarr.storage.LocalStore(path)
        root = zarr.create_group(store, zarr_format=2, attributes={"file_format": "ZSpy", "file_format_version": "3.3"})
        signal = root.create_group("Experiments").create_group(
            "image", attributes={"package": "", "package_version": ""}
        )
        signal.create_array("data", data=image.counts)
        scales = [(0.0, 0.3, "nm"), (0.0, 0.2, "nm"), (image.energy[0] / 1e3, image.dispersion / 1e3, "eV")]
        for i, (offset, scale, units) in enumerate(scales):
            axis = {"size": image.shape[i], "offset": offset, "scale": scale, "units": units, "navigate": i < 2}
            signal.create_group(f"axis-{i}", attributes=axis)
        signal.create_group("metadata").create_group("General", attributes={"title": image.name})
        signal.create_group("original_metadata")
        store.close()
        return path

    return write
