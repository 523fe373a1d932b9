"""Spikes, channel by channel in plain Python."""

import numpy as np


def found(spectrum, reference, threshold):
    """What stands instead of each spike, by channel: see `kapitza.spectra.spikes.find_spikes`."""
    n = len(spectrum)
    inner = range(3, n - 3)
    expected, noise, doubt = {}, {}, {}
    for i in inner:
        nodes = [i - 3, i - 2, i + 2, i + 3]
        ratio = [spectrum[j] / reference[j] for j in nodes]
        cubic = float(np.polyval(np.polyfit([-3, -2, 2, 3], ratio, 3), 0))
        expected[i] = max(cubic * reference[i], 0.0)
        noise[i] = np.sqrt(max(np.mean(ratio) * reference[i], 1.0) * (1 + 2 * 0.9**2 + 2 * 0.4**2))
        doubt[i] = 0.3 * (expected[i] - 0.5 * (ratio[1] + ratio[2]) * reference[i])
    scale = max(1.0, 1.4826 * float(np.median([abs(spectrum[i] - expected[i]) / noise[i] for i in inner])))
    deviation = {i: (spectrum[i] - expected[i]) / np.hypot(scale * noise[i], doubt[i]) for i in inner}
    return {
        i: expected[i]
        for i in inner
        if deviation[i] > threshold and all(deviation.get(i + k, -np.inf) <= deviation[i] for k in (-3, -2, 2, 3))
    }
