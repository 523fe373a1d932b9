"""The low-loss image of a synthetic experiment: plasmons, scattered any number of times, recorded on axis.

With t/lambda the mean number of inelastic scatterings and f the transform of a single one, the transform of a spectrum
is exp[(t/lambda) (f - 1)] times that of the zero-loss peak; of two materials the exponents add. Source: R. F. Egerton,
Electron Energy-Loss Spectroscopy in the Electron Microscope (2011), section 4.1. Energies here in eV.
"""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, Microscope, SpectrumImage
from kapitza.twin.fields import fields, foil_thickness, sample_position
from kapitza.twin.model import LowLoss, Twin
from kapitza.twin.peak import zero_loss_peak

_LONGEST = 200.0
"""eV, where single scattering ends."""

_STREAM = 5
"""Of the random numbers, beside those of the experiment itself."""


def synthesise_low_loss(twin: Twin) -> SpectrumImage:
    """The low-loss image of a twin that has one, with noise: counts (y, x, energy), float32; energy in meV, step in nm.

    The peak has the shape of the twin's zero-loss peak. The same twin gives the same counts again.
    """
    table = twin.low_loss
    assert table is not None
    through = foil_thickness(twin, sample_position(twin) - twin.interface.position)
    noise, electrons = np.random.default_rng([twin.twin.seed, _STREAM]), twin.microscope.electrons_per_count
    rows = [
        noise.poisson(row * electrons) / electrons for row in _expected(twin, table, through, fields(twin).composition)
    ]
    return SpectrumImage(
        counts=np.stack(rows).astype(np.float32),
        energy=1e3 * _axis(table),
        step=(twin.scan.step, twin.scan.step),
        name=f"{twin.twin.name} low loss",
        microscope=Microscope(**twin.microscope.model_dump(exclude={"provenance"})),
        history=(f"synthesised by kapitza.twin, low-loss image, seed {twin.twin.seed}",),
    )


def _expected(twin: Twin, table: LowLoss, through: Array, composition: Array) -> list[Array]:
    """Expected counts, row by row (x, energy), for thickness and share of the left material (y, x)."""
    channels = round((max(table.stop, _LONGEST) - table.start) / table.dispersion)
    size = 2 ** int(np.ceil(np.log2(2 * channels)))
    energy = table.dispersion * np.fft.fftfreq(size, 1.0 / size)
    peak = zero_loss_peak(twin.zero_loss, 1e3 * energy, 1e3 * table.fwhm / twin.zero_loss.fwhm)
    seen = np.fft.rfft(peak / peak.sum())
    left = np.fft.rfft(_single(energy, table.plasmon_left, table.width_left)) - 1.0
    right = np.fft.rfft(_single(energy, table.plasmon_right, table.width_right)) - 1.0
    chosen = np.round(_axis(table) / table.dispersion).astype(int) % size
    found = []
    for depth, share in zip(through, composition, strict=True):
        of_left = depth * share / table.mean_free_path_left
        of_right = depth * (1.0 - share) / table.mean_free_path_right
        spectra = np.fft.irfft(seen * np.exp(np.outer(of_left, left) + np.outer(of_right, right)), size, axis=1)
        # Rounding in the Fourier transforms leaves -1e-16 where nothing scatters.
        found.append(table.counts * np.maximum(spectra[:, chosen], 0.0))
    return found


def _single(energy: Array, plasmon: float, width: float) -> Array:
    """Single scattering by a free-electron plasmon, of unit sum, at energies (n,), eV; nothing below 0."""
    inside = (energy > 0.0) & (energy < _LONGEST)
    loss = np.where(inside, energy * width / ((energy**2 - plasmon**2) ** 2 + (energy * width) ** 2), 0.0)
    return np.asarray(loss / loss.sum())


def _axis(table: LowLoss) -> Array:
    """Energies of the channels, eV."""
    first, last = (round(end / table.dispersion) for end in (table.start, table.stop))
    return table.dispersion * np.arange(first, last + 1)
