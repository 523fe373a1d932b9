"""Nion Swift's "Measure Temperature" (nionswift-eels-analysis), run without its window.

It wants two spectra of one length and calibration, "near" (beam at the sample) and "far" (beam away from it), takes far
from near as it is, and fits gain(E) = loss(E) / exp(E / kT) over an interval by least squares, the gain of every
channel with a standard error of 1 + sqrt(near + far). It shows the temperature in whole degrees Celsius, no error.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from nion.data import Calibration, DataAndMetadata
from nion.swift import Facade
from nion.swift.model import DataItem
from nion.swift.test import TestContext
from nionswift_plugin.nion_eels_analysis import AlignZLP, Thermometry

WINDOW = (55.0, 125.0)
"""meV: kapitza's published signal window."""


def spectrum(counts: Any, energy: Any, unit: str = "eV") -> DataAndMetadata.DataAndMetadata:
    """A spectrum (energy,) as Swift holds it; energy in meV, calibrated in `unit`."""
    scale = {"eV": 1e-3, "meV": 1.0}[unit]
    axis = Calibration.Calibration(energy[0] * scale, (energy[1] - energy[0]) * scale, unit)
    return DataAndMetadata.new_data_and_metadata(np.asarray(counts, float), dimensional_calibrations=[axis])


def aligned(counts: Any, energy: Any) -> tuple[Any, Any]:
    """Spectra (n, energy) after Swift's own "Align ZLP (com method)", and the energies that it calibrates, meV."""
    plain = Calibration.Calibration()
    axis = Calibration.Calibration(energy[0] * 1e-3, (energy[1] - energy[0]) * 1e-3, "eV")
    several = DataAndMetadata.new_data_and_metadata(
        np.asarray(counts, float),
        dimensional_calibrations=[plain, axis],
        data_descriptor=DataAndMetadata.DataDescriptor(False, 1, 1),
    )
    moved, _ = AlignZLP.align_zlp_xdata(several, method="com")
    found = moved.dimensional_calibrations[-1]
    return moved.data, 1e3 * (found.offset + found.scale * np.arange(len(energy)))


def fitted(near: Any, far: Any, energy: Any, unit: str = "eV") -> float:
    """The temperature that the tool fits in `WINDOW`, K, before it is rounded: its computation alone, for many
    spectra."""
    items = [SimpleNamespace(xdata=x, data=x.data) for x in (spectrum(near, energy, unit), spectrum(far, energy, unit))]
    start, end = _interval(energy)
    tool = Thermometry.MeasureTemperature(None)
    tool.execute(*items, SimpleNamespace(start=start, end=end))
    return float(tool._MeasureTemperature__fit[0])


def shown(near: Any, far: Any, energy: Any) -> str:
    """What the application shows when the menu command is given and the interval dragged to `WINDOW`."""
    setup = TestContext.TestSetup(set_global=True)
    Facade.initialize()
    with TestContext.MemoryProfileContext() as context:
        controller = context.create_document_controller_with_application()
        model = controller.document_model
        pair = []
        for counts in (near, far):
            item = DataItem.new_data_item(spectrum(counts, energy))
            model.append_data_item(item)
            pair.append((model.get_display_item_for_data_item(item), None))
        api = Facade.get_api("~1.0", "~1.0")
        Thermometry.measure_temperature(api, Facade.DocumentWindow(controller), display_items=tuple(pair))
        _, _, difference, _, gain_fit = model.data_items
        model.get_display_item_for_data_item(difference).graphics[0].interval = _interval(energy)
        model.recompute_all()
        controller.periodic()
        assert not any(computation.error_text for computation in model.computations)
        label = model.get_display_item_for_data_item(gain_fit).get_display_layer_properties(0)["label"]
    del setup
    return str(label)


def _interval(energy: Any) -> tuple[float, float]:
    """`WINDOW` in fractions of the spectrum, its edges inside channels, where no rounding moves them."""
    step = energy[1] - energy[0]
    first, last = (round((edge - energy[0]) / step) for edge in WINDOW)
    return (first + 0.5) / len(energy), (last + 1.5) / len(energy)
