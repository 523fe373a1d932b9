"""Write a spectrum image as a `.hspy` file that HyperSpy opens as an EELS signal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kapitza.data import SpectrumImage
from kapitza.errors import OutputError
from kapitza.files.folder import reserve, result_file

_METADATA_BYTES = 2**18


def write_hspy(image: SpectrumImage, path: str | Path, extra: dict[str, Any] | None = None) -> None:
    """Write a spectrum image to a `.hspy` file: energy axis in meV, pixel pitch in nm, metadata in HyperSpy's places.

    HyperSpy opens it as a signal of the type EELS; `kapitza.files.read` gives the same image to the last bit. `extra`
    goes into the original metadata as it is. The file is complete or not there; one of that name is replaced.

    Raises
    ------
    OutputError
        if the name does not end in `.hspy`, or the disk is full, read-only or forbidden.
    """
    path = Path(path)
    own = {"energy": image.energy, "history": list(image.history)}
    if image.microscope.electrons_per_count is not None:
        own["electrons_per_count"] = image.microscope.electrons_per_count
    write_signal(path, image.counts, _axes(image), _metadata(image), {**(extra or {}), "kapitza": own})


def write_signal(
    path: Path, data: Any, axes: list[dict[str, Any]], metadata: dict[str, Any], original: dict[str, Any]
) -> None:
    """Write any array with HyperSpy axes and metadata; the axes lack only what follows from the array."""
    from rsciio.hspy import file_writer

    if path.suffix.lower() != ".hspy":
        raise OutputError(f"A name ending in .hspy is wanted for the output, got {path.name!r}: rename it.")
    lazy = hasattr(data, "compute")
    for size, axis in zip(data.shape, axes, strict=True):
        axis.update(size=int(size), is_binned=False, _type="UniformDataAxis")
    signal = {
        "data": data,
        "axes": axes,
        "metadata": metadata,
        "original_metadata": original,
        "attributes": {"_lazy": lazy, "ragged": False},
        "learning_results": {},
        "models": {},
        "package_info": {"package": "hyperspy", "package_version": "2.3"},
        "tmp_parameters": {},
    }
    with result_file(path) as scratch:
        reserve(scratch, int(1.05 * data.nbytes) + _METADATA_BYTES)
        file_writer(str(scratch), signal, show_progressbar=False)


def _axes(image: SpectrumImage) -> list[dict[str, Any]]:
    pitch, unit = (image.step, "nm") if image.step is not None else ((1.0, 1.0), "")
    spatial = [
        {"name": name, "offset": 0.0, "scale": float(scale), "units": unit, "navigate": True}
        for name, scale in zip("yx", pitch, strict=True)
    ]
    energy = {
        "name": "Energy loss",
        "offset": float(image.energy[0]),
        "scale": image.dispersion,
        "units": "meV",
        "navigate": False,
    }
    return [*spatial, energy]


def _metadata(image: SpectrumImage) -> dict[str, Any]:
    """HyperSpy's metadata tree: title, signal type, and of the microscope what is known."""
    scope = image.microscope
    signal: dict[str, Any] = {"signal_type": "EELS", "quantity": "Electrons (Counts)"}
    if scope.electrons_per_count:
        model = {"gain_factor": 1 / scope.electrons_per_count, "gain_offset": 0.0}
        signal["Noise_properties"] = {"Variance_linear_model": model}
    eels = {"collection_angle": scope.collection, "dwell_time": scope.dwell}
    tem: dict[str, Any] = {
        "beam_energy": scope.beam_energy,
        "convergence_angle": scope.convergence,
        "Detector": {"EELS": _known(eels)},
    }
    return {
        "General": {"title": image.name},
        "Signal": signal,
        "Acquisition_instrument": {"TEM": _known(tem)},
    }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
