"""The commented study file that `kapitza init` writes."""

from __future__ import annotations

import json
import os
from pathlib import Path

from kapitza.settings import DeconvolutionSettings, EnergyWindows, Method
from kapitza.study.model import name_from_file

_HEAD = """\
# A study for kapitza. Run it with:  kapitza run {study} -o result
# Lines that begin with "# key =" are optional; docs/study.md explains every key.

[study]
title = {title}
"""

_EXAMPLES = (("forward.hspy", "forward"), ("reverse.hspy", "reverse"))

_FIRST_IMAGE = """
[[image]]
name = {name}
file = {file}
# "forward", "reverse" or "none"; forward and reverse together cancel what imitates a drop:
{flow}heat_flow = "{direction}"
# heating current in mA; images with the same current make a pair:
# current = 10.0
# pixels to use, [y0, y1, x0, x1], ends excluded:
# crop = [0, 64, 0, 128]
# picture or array that is not zero where a pixel may be used:
# mask = "mask.npy"
# picture of the same field of view, drawn under the isotherms:
# survey = "haadf.tif"
# the zero-loss peak without a sample, recorded with the same spectrometer settings, to learn its shape from:
# vacuum = "vacuum.hspy"
# at how many places along the heat flow averaged spectra are shown; in both bulks and at the interface when absent:
# places = 8

# low-loss image of the same field of view, recorded on axis up to at least 50 eV, to find the thickness from:
# low_loss = "low-loss.hspy"
# which one, where the file holds several images (see `kapitza info`):
# item = "0"
"""

_NEXT_IMAGE = """
[[image]]
name = {name}
file = {file}
{flow}heat_flow = "{direction}"
# current = 10.0
"""

_TAIL = """
# Leave this table out for a map without an interface.
[interface]
# image axis along which heat flows, across the interface:
axis = "x"
# materials at smaller and larger coordinate:
left = "left"
right = "right"
# in nm from the first pixel used; found from the data when absent:
# position = 5.0
# bulk_left = [0.0, 3.0]
# bulk_right = [7.0, 10.0]
# conductivities of the foil with their errors, W/(m K), which make resistances of the lengths, and where they hold, K:
# conductivity_left = [35.0, 5.0]
# conductivity_right = [38.0, 5.0]
# conductivity_temperature = 600.0
# how the conductivities fall, as T^-p with p and its error:
# exponent_left = [1.0, 0.3]
# exponent_right = [1.0, 0.3]
# heat flux in a series of currents: "free" for every image, or as the "current_squared":
# flux = "free"

# A phonon line of the interface whose population is wanted (energy and full width in meV), one such table per line; the
# first two are compared between forward and reverse.
# [[mode]]
# name = "alpha"
# energy = 75.0
# fwhm = 6.0
# line = "gaussian"

# A range of phonon energies (meV) whose temperature is wanted along the heat flow, with the band in its whole width; in
# the profile's range loss and gain are compared across the interface. One such table per range.
# [[band]]
# name = "AlN TO"
# window = [78.0, 88.0]
# profile = [81.0, 85.0]
# the bulk whose band may have a temperature of its own at the interface; the modes' populations then allow for it:
# free = "left"

# What no sum of the bulk spectra explains at the interface, as published with these options:
# [residual]
# window = [55.0, 130.0]
# weighted = false
# non_negative = false
# shift = false
# broadening = false
# the largest subtraction that leaves nothing below so many standard errors under zero, in place of least squares:
# non_negative_residual = 2.0

# Non-negative spectra whose sums come closest to all spectra along the heat flow, no bulk being given:
# [factorisation]
# factors = 3
# window = [55.0, 130.0]
# closure = true

# A theory to hold against what was measured. Mean temperature and drop (K) are the measured ones when absent; split is
# how far (K) optical phonons of the hot side are above, and acoustic ones below, its temperature:
# [scenario]
# mean = 600.0
# drop = 15.0
# split = 10.0

# A bulk phonon that a mode exchanges with, one such table per partner (energy in meV).
# [[scenario.partner]]
# mode = "alpha"
# energy = 83.0
# side = "left"
# strength = 1.0
# branch = "optical"

# Optical and acoustic phonons that conduct side by side: shares of the heat that optical ones carry in the bulk,
# lengths (nm) over which both have one temperature again, and conductances of the interface, MW/(m2 K). It wants both
# conductivities in [interface].
# [scenario.channels]
# optical_share_left = 0.125
# optical_share_right = 0.125
# decay_length_left = 3.0
# decay_length_right = 3.0
# optical_conductance = 30.0
# acoustic_conductance = 300.0

# Densities (g/cm3), velocities of sound (km/s) and atoms per nm3, for the elastic limits of the resistance.
# [scenario.elastic]
# density_left = 3.258
# longitudinal_left = 10.92
# transverse_left = 6.18
# atoms_left = 95.7
# density_right = 3.216
# longitudinal_right = 13.04
# transverse_right = 7.03
# atoms_right = 96.6

# An aperture beside the axis, along the heat flow: energy (meV) of the phonons that the temperature comes from, their
# mean free paths along the flow (nm), and the share of the signal from one side less that from the other.
# [scenario.aperture]
# energy = 83.0
# free_path_left = 5.0
# free_path_right = 5.0
# sidedness = 1.0

# What makes a thickness in nm of low-loss images.
# [thickness]
# mean free path after "iakoubovskii" (wants densities, g/cm3) or "malis" (wants effective atomic numbers):
# model = "iakoubovskii"
# density_left = 3.26
# density_right = 3.21
# atomic_number_left = 10.28
# atomic_number_right = 10.51
# beam energy (keV) and semi-angles (mrad) of the low-loss image, where its file does not say:
# beam_energy = 60.0
# convergence = 20.0
# collection = 25.0
# give drop, gradients and lengths for a foil of even thickness too:
# correct = true

# How much the electron beam (current in nA) warms the sample.
# [beam]
# current = 0.1
# energy that an electron leaves in the sample, eV/nm; by Bethe's formula from the densities when absent:
# stopping = 0.1
# conductivity of the foil with its error, W/(m K); those of [interface] when absent:
# conductivity = [100.0, 10.0]
# radius of the probe, and how far from it the foil's temperature is held, nm, for the rise in a foil:
# beam_radius = 0.15
# foil_radius = 2000.0

# Sharpened spectra of the interface and of the bulk beside it: Richardson-Lucy steps, where they stop ("iterations", or
# "discrepancy", where noise begins), and the share within the band of so many draws of the noise.
# [deconvolution]
# iterations = {iterations}
# stop = "iterations"
# coverage = {coverage}
# draws = {draws}

# Energies in meV, taken on both sides of the zero-loss peak.
[energy]
# background windows of the published recipe, below and above the phonons; the recommended method fits the whole
# spectrum, up to the end of far:
near = {near}
far = {far}
# phonons whose temperature is wanted; all of them (30 meV to the end of far) when absent, 55 to 125 as published:
# signal = [55.0, 125.0]

[method]
# "recommended" (the best estimator known) or "paper" (the published recipe):
preset = "recommended"
# run the other preset too, so that the report shows what it would have given:
compare = true
# kind of zero-loss peak: "learned" from the data, or "pearson7", "pearson4", "voigt":
zero_loss = "learned"
# replace channels hit by spikes, and how many standard deviations make one:
despike = {despike}
spike_threshold = {threshold}
# denoise registered counts: "none", "bm3d", "volume" or "low_rank"; as the preset does when absent ("bm3d" with paper):
# denoise = "none"
"""


def study_template(study: Path, images: list[Path]) -> str:
    """A commented study file, to be saved as `study`, with the given spectrum images filled in (or two examples)."""
    entries = _entries(study, images)
    blocks = [(_NEXT_IMAGE if i else _FIRST_IMAGE).format(**entry) for i, entry in enumerate(entries)]
    windows, method, sharp = EnergyWindows(), Method(), DeconvolutionSettings()
    tail = _TAIL.format(
        **{key: getattr(sharp, key) for key in ("iterations", "coverage", "draws")},
        **{key: list(getattr(windows, key)) for key in ("near", "far")},
        despike=json.dumps(method.despike),
        threshold=method.spike_threshold,
    )
    return _HEAD.format(study=study.name, title=json.dumps(study.stem, ensure_ascii=False)) + "".join(blocks) + tail


def _entries(study: Path, images: list[Path]) -> list[dict[str, str]]:
    if not images:
        return [_entry(direction, file, direction, "") for file, direction in _EXAMPLES]
    entries, taken = [], set()
    for image in images:
        name = stem = name_from_file(image)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        file = Path(os.path.relpath(image, study.parent)).as_posix()
        entries.append(_entry(name, file, "forward", "# "))
    return entries


def _entry(name: str, file: str, direction: str, flow: str) -> dict[str, str]:
    quoted = {key: json.dumps(value, ensure_ascii=False) for key, value in (("name", name), ("file", file))}
    return {**quoted, "direction": direction, "flow": flow}
