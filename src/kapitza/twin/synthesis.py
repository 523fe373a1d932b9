"""The synthetic experiment: expected counts, then the detector and its noise; the truth beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kapitza.data import Array, InterfaceResult, Microscope, SpectrumImage, pixel_coordinates
from kapitza.theory.conduction import characteristic_length
from kapitza.twin.fields import Fields, composition_width, fields, foil_thickness, sample_position
from kapitza.twin.forward import energy_axis, expected_rows
from kapitza.twin.model import HEAT_FLOW_SIGN, Twin

if TYPE_CHECKING:
    import xarray as xr

UNITS = {**InterfaceResult.UNITS, "zero_loss_fwhm": "meV"}


def synthesise(twin: Twin) -> tuple[SpectrumImage, xr.Dataset]:
    """Run the synthetic experiment: a spectrum image with noise, and what is true of it.

    Returns
    -------
    image
        counts (y, x, energy), float32; energy in meV, step in nm, the twin's microscope.
    truth
        `temperature` (y, x; K, averaged over the probe), `composition` (x; share of the left material, averaged over
        the rows), `shift` (y, x; meV, where zero loss stands on the axis), `width` (y, x; of the peak over the twin's),
        `spikes` (y, x; number), `bad` (y, x), `thickness` (y, x; nm) where there is a low-loss image, the numbers of
        `truth_numbers` and `zero_loss_fwhm` (meV), each with its unit.

    The same twin gives the same counts again.
    """
    seen = fields(twin)
    counts, spikes, bad = _detected(twin, seen)
    table = twin.microscope
    image = SpectrumImage(
        counts=counts,
        energy=energy_axis(twin),
        step=(twin.scan.step, twin.scan.step),
        name=twin.twin.name,
        microscope=Microscope(
            table.beam_energy, table.convergence, table.collection, table.dwell, table.electrons_per_count
        ),
        history=(f"synthesised by kapitza.twin, heat flow {twin.temperature.heat_flow}, seed {twin.twin.seed}",),
    )
    return image, _truth(twin, seen, spikes, bad)


def truth_numbers(twin: Twin) -> dict[str, float]:
    """What was put in, by the names and in the units of `InterfaceResult.QUANTITIES`.

    Gradients are dT/dx: negative where heat flows forward. The width of the drop is the sample's own; the composition's
    is as the probe sees it. Not a number where nothing flows: the width of no drop, the length of no gradient.
    """
    table = twin.temperature
    sign = HEAT_FLOW_SIGN[table.heat_flow]
    lengths = [
        float(characteristic_length(table.drop, gradient * 1e-3)) if sign and gradient else np.nan
        for gradient in (table.gradient_left, table.gradient_right)
    ]
    numbers = {
        "drop": sign * table.drop,
        "position": twin.interface.position,
        "width_10_90": table.width_10_90 if sign else np.nan,
        "temperature_left": table.mean + 0.5 * sign * table.drop,
        "temperature_right": table.mean - 0.5 * sign * table.drop,
        "gradient_left": 0.0 - sign * table.gradient_left,
        "gradient_right": 0.0 - sign * table.gradient_right,
        "characteristic_length_left": lengths[0],
        "characteristic_length_right": lengths[1],
        "composition_width_10_90": composition_width(twin),
    }
    return {name: numbers[name] for name in InterfaceResult.QUANTITIES}


def _detected(twin: Twin, seen: Fields) -> tuple[Array, Array, Array]:
    """Counts (y, x, energy) as read out, float32; spikes per pixel (y, x); whether a pixel is bad (y, x)."""
    detector, electrons = twin.detector, twin.microscope.electrons_per_count
    shape = (twin.scan.rows, twin.scan.columns, twin.energy.channels)
    pattern = np.random.default_rng(detector.pattern_seed).standard_normal(shape[-1])
    gain = np.maximum(1.0 + detector.gain_pattern * pattern, 0.0)
    noise, rng = (np.random.default_rng([twin.twin.seed, stream]) for stream in (1, 2))
    counts, hit = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=bool)
    for row, expected in enumerate(expected_rows(twin, seen)):
        counts[row] = noise.poisson((expected * gain + detector.dark) * electrons) / electrons
        hit[row] = rng.random(shape[1:]) < 1e-6 * detector.spikes_per_million
    # Spikes differ in height: half to one and a half times the typical one.
    counts[hit] += np.rint(detector.spike_height * rng.uniform(0.5, 1.5, int(hit.sum())))
    bad = np.zeros(shape[:2], dtype=bool)
    bad.flat[rng.choice(bad.size, detector.bad_pixels, replace=False)] = True
    counts[bad] = 0.0
    return counts, np.where(bad, 0, hit.sum(axis=-1)), bad


def _truth(twin: Twin, seen: Fields, spikes: Array, bad: Array) -> xr.Dataset:
    import xarray as xr

    plane = ("y", "x")
    numbers = {**truth_numbers(twin), "zero_loss_fwhm": twin.zero_loss.fwhm}
    return xr.Dataset(
        {
            "temperature": (plane, seen.temperature, {"units": "K"}),
            "composition": (
                "x",
                seen.composition.mean(axis=0),
                {"units": "1", "long_name": f"share of {twin.left.name}"},
            ),
            "shift": (plane, seen.shift, {"units": "meV", "long_name": "position of the zero-loss peak"}),
            "width": (plane, seen.width, {"units": "1", "long_name": "width of the zero-loss peak, relative"}),
            "spikes": (plane, spikes, {"units": "1", "long_name": "channels hit by a spike"}),
            "bad": (plane, bad, {"long_name": "pixel that reads zero everywhere"}),
            **_thickness(twin),
            **{name: ((), value, {"units": UNITS[name]}) for name, value in numbers.items()},
        },
        coords=pixel_coordinates(seen.shift.shape, (twin.scan.step, twin.scan.step)),
        attrs={
            "name": twin.twin.name,
            "heat_flow": twin.temperature.heat_flow,
            "left": twin.left.name,
            "right": twin.right.name,
        },
    )


def _thickness(twin: Twin) -> dict[str, Any]:
    if twin.low_loss is None:
        return {}
    through = foil_thickness(twin, sample_position(twin) - twin.interface.position)
    return {"thickness": (("y", "x"), through, {"units": "nm", "long_name": "thickness of the foil"})}
