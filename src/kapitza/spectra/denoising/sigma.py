"""How large the noise of a picture is, from its high spatial frequencies."""

from __future__ import annotations

import numpy as np
from scipy.fft import dctn, fft2, fftfreq, ifft2
from scipy.special import erf

from kapitza.data import Array
from kapitza.spectra.denoising.gaps import checked_picture

_LOWEST = 0.05
"""Squared spatial frequency, in cycles per pixel, above which a picture counts as noise."""
_GAUSSIAN = 1.4826
"""Standard deviation over median absolute deviation."""
_CLIP = 3.0
_ROUNDS = 3


def noise_sigma(image: Array) -> float:
    """Standard deviation of the white noise of a picture.

    The cosine transform, which is the Fourier transform of the picture mirrored at its edges, turns white noise into
    white noise; frequencies above 0.22 cycles per pixel hold little else. Their median absolute deviation, then their
    standard deviation without what lies beyond three of it, corrected for what that cuts from a Gaussian: edges and
    lattices, which fill few frequencies, do not count.

    Parameters
    ----------
    image : (y, x), finite, any unit.

    Returns
    -------
    the same unit; unbiased for white noise to 1 %. Zero for a picture of fewer than four pixels.

    Raises
    ------
    MethodError
        if the picture is not one of finite numbers.
    """
    picture = checked_picture(image)
    waves = dctn(picture - picture.mean(), norm="ortho")
    y, x = (np.arange(n) / (2 * n) for n in picture.shape)
    high = waves[y[:, None] ** 2 + x**2 >= _LOWEST]
    if picture.size < 4 or not len(high):
        return 0.0
    sigma = _GAUSSIAN * float(np.median(np.abs(high)))
    inside = float(erf(_CLIP / np.sqrt(2)))
    left = 1 - 2 * _CLIP * np.exp(-(_CLIP**2) / 2) / np.sqrt(2 * np.pi) / inside
    for _ in range(_ROUNDS):
        kept = high[np.abs(high) <= _CLIP * sigma]
        sigma = float(np.sqrt(np.mean(kept**2) / left))
    return sigma


def published_sigma(image: Array) -> float:
    """The noise of a picture as estimated with the published recipe, which finds 0.86 of the true one.

    The picture less its spatial frequencies of (ky/Ny)^2 + (kx/Nx)^2 below 0.05; of that the root mean square of what
    lies between its 10th and 90th percentile, times the square root of two. For white noise this is 0.86 of its
    standard deviation, so that BM3D leaves some of it.

    Parameters
    ----------
    image : (y, x), finite, any unit.

    Returns
    -------
    the same unit.

    Raises
    ------
    MethodError
        if the picture is not one of finite numbers.

    Source: earlier programs of the authors of F. Liu et al., Nature (2025), doi 10.1038/s41586-025-09108-6, as others
    passed them on; the paper itself says that the noise was estimated "on the basis of high-frequency elements in the
    Fourier domain".
    """
    picture = checked_picture(image)
    y, x = (fftfreq(n) for n in picture.shape)
    waves = fft2(picture - picture.mean())
    waves[y[:, None] ** 2 + x**2 < _LOWEST] = 0
    rest = np.real(ifft2(waves)).ravel()
    low, high = np.percentile(rest, (10, 90))
    trimmed = rest[(rest >= low) & (rest <= high)]
    return float(np.sqrt(2 * np.mean(trimmed**2)))
