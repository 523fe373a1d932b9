"""Made-up results with known numbers, so that pictures and pages can be drawn without analysing anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from kapitza.data import GradientField, InterfaceResult, Profile, SpectrumFit, Status, TemperatureMap
from kapitza.quantity import Quantity
from kapitza.settings import InterfaceSettings
from kapitza.study import ImageEntry, Study
from kapitza.study.result import ImageResult, InputRecord, StudyResult
from kapitza.study.series import study_series
from kapitza.units import BOLTZMANN

ENERGY = np.arange(1.0, 125.0, 1.0)
DROP, GRADIENT, MEAN = 16.0, 150.0, 600.0
SIGNS = {"forward": 1.0, "reverse": -1.0, "none": 0.0}
TRUTH = {"drop": DROP, "position": 196.0, "gradient_left": -GRADIENT, "gradient_right": -GRADIENT}


def field(shape, step, sign):
    x = np.arange(shape[1]) * step[1]
    middle = x.mean()
    line = MEAN - sign * (GRADIENT / 1000 * (x - middle) + DROP / 2 * np.tanh((x - middle) / 12))
    return np.tile(line, (shape[0], 1))


def temperature_map(name, sign=1.0, shape=(12, 40), step=(10.0, 10.0), keep=True, bad=True, noise=4.0):
    rng = np.random.default_rng(sum(name.encode()))
    error = noise * (1 + 0.2 * rng.random(shape))
    temperature = field(shape, step or (1.0, 1.0), sign) + error * rng.standard_normal(shape)
    status = np.zeros(shape, np.uint8)
    if bad:
        status[0, :5] = Status.MASKED
        status[3, 7] = Status.SPIKES
        status[8:10, 30] = Status.BACKGROUND_FAILED
        status[5, 20] = Status.NO_TEMPERATURE
        status[-1, -1] = Status.NOT_FINITE
    temperature[status != 0] = np.nan
    error[status != 0] = np.nan
    cube = rng.random((*shape, len(ENERGY))) if keep else None
    return TemperatureMap(
        name=name,
        temperature=temperature,
        error=error,
        status=status,
        shift=0.05 * rng.standard_normal(shape),
        spikes=np.zeros(shape, np.int32),
        energy=ENERGY,
        loss=cube,
        gain=None if cube is None else cube * np.exp(-ENERGY / (BOLTZMANN * MEAN)),
        step=step,
        temperature_mean=Quantity(float(np.nanmean(temperature)), noise / np.sqrt(temperature.size), "K"),
        zero_loss={"fwhm": Quantity(11.8, 0.02, "meV"), "exponent": Quantity(2.1, 0.01, ""),
                   "electrons_per_count": Quantity(1.0, None, "")},
        scatter=1.04,
        settings={"energy": {"signal": (30.0, 200.0)}, "method": {"preset": "recommended"}},
        common_error=1.3,
        warnings=(("far_window", "The gain side ends at -190 meV, so the far window was cut there."),),
    )  # fmt: skip


def gradient(tmap, sign=1.0):
    shape, step = tmap.temperature.shape, tmap.step or (1.0, 1.0)
    smooth = field(shape, step, sign)
    across = np.full(shape, -sign * GRADIENT)
    return GradientField(smooth, 20 * np.ones(shape), across, np.full(shape, 12.0), 30.0)


def interface(tmap, sign=1.0, scatter=1.04):
    step = tmap.step or (1.0, 1.0)
    position = np.arange(tmap.temperature.shape[1]) * step[1]
    middle = position.mean() + 1.0
    mean = field((1, len(position)), step, sign)[0]
    error = np.full(len(position), 1.3)
    points = mean + error * np.random.default_rng(7).standard_normal(len(position))
    points[2] = error[2] = np.nan
    length = None if sign == 0 else DROP / GRADIENT * 1000
    covariance = np.kron(np.eye(2), np.array([[0.6, 0.004], [0.004, 5e-5]]))
    unbounded = Quantity(length, 14.0, "nm", (92.0, None))
    return InterfaceResult(
        drop=Quantity(sign * DROP + 0.4, 1.1, "K"),
        position=Quantity(middle, 0.8, "nm"),
        width_10_90=Quantity(3.1, None, "nm", (None, 6.2)),
        temperature_left=Quantity(MEAN + sign * DROP / 2, 0.78, "K"),
        temperature_right=Quantity(MEAN - sign * DROP / 2, 0.78, "K"),
        gradient_left=Quantity(-sign * GRADIENT, 7.0, "K/um"),
        gradient_right=Quantity(-sign * GRADIENT, 7.1, "K/um"),
        characteristic_length_left=replace(unbounded, interval=(95.0, 122.0)),
        characteristic_length_right=unbounded,
        composition_width_10_90=Quantity(8.0, 0.5, "nm"),
        profile=Profile(position, points, error),
        bulk_left=(float(position[1]), middle - 30),
        bulk_right=(middle + 30, float(position[-2])),
        composition=0.5 - 0.5 * np.tanh((position - middle) / 10),
        covariance=covariance,
        scatter=scatter,
    )


def spectrum(label, temperature=MEAN, pixels=36):
    energy = np.arange(-190.0, 220.5, 0.5)
    background = 4e5 / (1 + (energy / 8) ** 2) ** 2.1
    lines = 60 * np.exp(-(((np.abs(energy) - 80) / 9) ** 2)) + 25 * np.exp(-(((np.abs(energy) - 100) / 6) ** 2))
    counts = background + lines * np.where(energy > 0, 1, np.exp(-np.abs(energy) / (BOLTZMANN * temperature))) + 0.5
    used = ((np.abs(energy) > 15) & (np.abs(energy) < 30)) | ((np.abs(energy) > 130) & (np.abs(energy) < 200))
    pairs = np.arange(56.0, 125.0, 1.5)
    ratio = pairs / (BOLTZMANN * temperature) + 0.05 * np.sin(pairs)
    ratio[-3] = np.nan
    return SpectrumFit(
        label=label,
        pixels=pixels,
        energy=energy,
        counts=counts,
        background=np.where(np.abs(energy) < 6, np.nan, background),
        used=used,
        pair_energy=pairs,
        log_ratio=ratio,
        log_ratio_error=0.04 + 0.1 * np.abs(pairs - 80) / 45,
        temperature=Quantity(temperature, 3.2, "K"),
    )


def image(name, flow, *, with_interface=True, shape=(12, 40), step=(10.0, 10.0), keep=True, bad=True, survey=False):
    sign = SIGNS.get(flow, 1.0)
    tmap = temperature_map(name, sign, shape, step, keep, bad)
    other = replace(tmap, temperature=tmap.temperature + 9, loss=None, gain=None)
    drop = interface(tmap, sign) if with_interface else None
    rng = np.random.default_rng(1)
    fine = (4 * shape[0], 4 * shape[1])
    picture = np.tile(np.linspace(0.3, 1, fine[1]), (fine[0], 1)) + 0.1 * rng.random(fine)
    return ImageResult(
        heat_flow=flow,
        current=2.5 if flow else None,
        map=tmap,
        gradient=gradient(tmap, sign),
        interface=drop,
        compared_map=other,
        compared_interface=None if drop is None else replace(drop, drop=Quantity(sign * DROP + 6, 4.0, "K")),
        spectra=(spectrum("left bulk", 612.0), spectrum("interface", 600.0, 12), spectrum("right bulk", 588.0)),
        residuals=rng.standard_normal(900) * 1.04,
        survey=picture if survey else None,
    )


def record(name, tmap):
    axis = {"offset": -200.0, "scale": 0.5, "unit": "meV"}
    microscope = {"beam_energy": 60.0, "convergence": 35.0, "collection": None, "dwell": 0.5}
    return InputRecord(name, f"{name}.hspy", "ab" * 32, (*tmap.temperature.shape, 801), axis, microscope)


def result(images, *, title="AlN on SiC", combined=None, truth=None, warnings=()):
    entries = tuple(
        ImageEntry(name, Path(f"{name}.hspy"), heat_flow=made.heat_flow, current=made.current)
        for name, made in images.items()
    )
    settings = InterfaceSettings(left="AlN", right="SiC") if any(i.interface for i in images.values()) else None
    return StudyResult(
        study=Study(entries, title=title, interface=settings),
        inputs=tuple(record(name, made.map) for name, made in images.items()),
        images=images,
        combined=combined,
        compared_combined=None if combined is None else replace(combined, drop=Quantity(DROP + 5, 3.0, "K")),
        warnings=warnings,
        truth=truth,
    )


def full(shape=(12, 40), step=(10.0, 10.0), keep=True):
    """Forward, reverse and no heat flow, with failed pixels, both presets and the truth."""
    images = {flow: image(flow, flow, shape=shape, step=step, keep=keep, survey=flow == "reverse") for flow in SIGNS}
    return result(
        images,
        combined=interface(images["forward"].map),
        truth=TRUTH,
        warnings=(("far_window", "forward: The gain side ends at -190 meV, so the far window was cut there."),),
    )


def currents(**settings):
    """Forward and reverse at three currents, each 60 K hotter than the one before, and their series."""
    images = {}
    for number in range(3):
        for flow in ("forward", "reverse"):
            made = image(flow, flow, bad=False)
            found, rise = made.interface, 60.0 * number
            hotter = {n: replace(q, value=q.value + rise) for n in ("temperature_left", "temperature_right")
                      for q in [getattr(found, n)]}  # fmt: skip
            points = replace(found.profile, temperature=found.profile.temperature + rise)
            found = replace(found, profile=points, **hotter)
            images[f"{flow} {number}"] = replace(made, current=2.0 + 0.2 * number, interface=found)
    study = result(images, combined=images["forward 0"].interface)
    given = replace(study.study.interface, **settings)
    series, notes = study_series(images, given)
    assert [code for code, _ in notes] == []
    return replace(study, study=replace(study.study, interface=given), series=series)


def single(**changes):
    """One image without an interface, as `kapitza map` makes it."""
    changes = {"with_interface": False, "keep": False, **changes}
    return result({"line": image("line", None, **changes)}, title="")


def one_pixel():
    """The smallest possible image: one pixel, no step, nothing to fit a gradient or a scatter to."""
    made = image("dot", None, with_interface=False, shape=(1, 1), step=None, keep=False, bad=False)
    none = np.full((1, 1), np.nan)
    made = replace(
        made,
        map=replace(made.map, scatter=None),
        gradient=GradientField(made.map.temperature, none, none, none, 1.0),
        compared_map=None,
        spectra=made.spectra[:1],
        residuals=np.empty(0),
    )
    return result({"dot": made})


def line_scan():
    """A line scan of one row without a known pixel size."""
    return single(shape=(1, 60), step=None, bad=False)


def all_failed():
    """No pixel gave a temperature."""
    study = single()
    made = study.images["line"]
    nothing = np.full(made.map.temperature.shape, np.nan)
    failed = replace(
        made.map,
        temperature=nothing,
        error=nothing,
        status=np.full(nothing.shape, Status.NO_SIGNAL, np.uint8),
        temperature_mean=Quantity(None, None, "K"),
        scatter=None,
    )
    made = replace(
        made,
        map=failed,
        gradient=GradientField(nothing, nothing, nothing, nothing, 30.0),
        compared_map=failed,
        spectra=(),
        residuals=np.empty(0),
    )
    return replace(study, images={"line": made})


def hostile():
    """Names and titles that try to be markup, and letters outside ASCII."""
    made = image("forward", "forward")
    return result({"<script>alert(1)</script>": made}, title='<img src="https://example.org/x.png"> Å &amp; é')
