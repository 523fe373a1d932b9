"""Pictures as energy slices of two materials look, and small spectrum images."""

import numpy as np
from scipy.special import erf


def two_materials(rows=40, columns=48):
    """Two levels with an interface 2 pixels wide, and a thickness that changes slowly; (y, x) around one."""
    y, x = np.mgrid[:rows, :columns]
    edge = 0.5 * (1 + erf((x - 0.5 * columns) / 1.4))
    return (0.6 + 0.8 * edge) * (1 + 0.1 * np.sin(2 * np.pi * (0.7 * x / columns + 0.4 * y / rows)))


def spectra(rows=12, columns=16, channels=48, height=40.0):
    """Expected counts (y, x, energy): a line that differs between two materials, on a falling tail."""
    energy = np.arange(channels)
    lines = [np.exp(-0.5 * ((energy - at * channels) / 3.0) ** 2) for at in (0.45, 0.6)]
    left, right = (height * (0.2 + np.exp(-energy / channels) + line) for line in lines)
    share = two_materials(rows, columns)[..., None] / 2
    return left * share + right * (1 - share)


def gain(found, noisy, truth):
    """By how many dB the error fell."""
    return 10 * np.log10(np.nanmean((noisy - truth) ** 2) / np.nanmean((found - truth) ** 2))
