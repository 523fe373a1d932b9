"""Richardson-Lucy with the peak written out as a matrix, one spectrum at a time."""

import numpy as np


def matrix(peak, channels, size):
    """h (channels, size): what each place on the ring adds to each measured channel."""
    half = len(peak) // 2
    h = np.zeros((channels, size))
    for i in range(channels):
        for offset in range(-half, half + 1):
            h[i, (i - offset) % size] += peak[offset + half]
    return h


def sharpened(spectrum, peak, size, background, iterations):
    """The spectrum after so many steps of x <- x / (h^T 1) . h^T [y / (h x + B)]; all channels measured and above B."""
    channels = len(spectrum)
    h = matrix(peak, channels, size)
    x = np.empty(size)
    x[:channels] = spectrum - background
    for j in range(channels, size):
        x[j] = x[channels - 1] if j < (channels + size) // 2 else x[0]
    for _ in range(iterations):
        x = x * (h.T @ (spectrum / (h @ x + background))) / h.sum(axis=0)
    return x[:channels]
