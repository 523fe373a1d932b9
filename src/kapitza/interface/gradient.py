"""Gradient field of a temperature map: planes fitted around every pixel."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import convolve

from kapitza.data import Array, GradientField, TemperatureMap

_SMALLEST, _SHARE, _REACH = 2.0, 0.08, 3.0


def gradient_field(tmap: TemperatureMap, smoothing: float | None = None) -> GradientField:
    """Smoothed temperature and its gradient, by a plane fitted around every pixel with Gaussian weights.

    Pixels without a temperature are left out; the plane bridges them. The standard error follows from those of the
    pixels. A drop narrower than the smoothing shows as a steep gradient of that width.

    Parameters
    ----------
    tmap : temperature map. smoothing : standard deviation of the Gaussian, nm (pixels where the pitch is unknown); the
        larger of 2 pixels and 8 % of the longer side when None.
    """
    pitch = np.array(tmap.step or (1.0, 1.0), float)
    shape = tmap.temperature.shape
    if smoothing is None:
        smoothing = max(_SMALLEST, _SHARE * max(shape)) * float(pitch.min())
    weights, offsets = _kernel(shape, pitch, smoothing)
    good = tmap.ok.astype(float)
    value = np.where(tmap.ok, tmap.temperature, 0.0)
    variance = np.where(tmap.ok, tmap.error**2, 0.0)
    basis = [np.ones_like(weights), *(offset for offset, n in zip(offsets, shape, strict=True) if n > 1)]

    def moments(kernels: list[Array], image: Array) -> Array:
        return np.stack([convolve(image, k[::-1, ::-1], mode="constant") for k in kernels], axis=-1)

    m = len(basis)
    products = [a * b for a in basis for b in basis]
    normal = moments([weights * p for p in products], good).reshape(*shape, m, m)
    right = moments([weights * b for b in basis], value)
    noise = moments([weights**2 * p for p in products], variance).reshape(*shape, m, m)
    inverse = np.linalg.pinv(normal, rcond=1e-10, hermitian=True)
    solution = (inverse @ right[..., None])[..., 0]
    spread = np.sqrt(np.maximum(np.diagonal(inverse @ noise @ inverse, axis1=-2, axis2=-1), 0))
    solution[normal[..., 0, 0] < 1e-6] = np.nan
    scale = 1e3 if tmap.step is not None else 1.0
    parts = dict(zip((i for i, n in enumerate(shape) if n > 1), range(1, m), strict=True))
    unknown = np.full(shape, np.nan)
    gradients = [scale * solution[..., parts[i]] if i in parts else unknown for i in (0, 1)]
    error = scale * spread[..., 1:].max(axis=-1) if m > 1 else unknown
    return GradientField(solution[..., 0], gradients[0], gradients[1], error, smoothing)


def _kernel(shape: tuple[int, ...], pitch: Array, smoothing: float) -> tuple[Array, list[Array]]:
    """Gaussian weights around a pixel and the offsets along y and x, nm."""
    reach = [min(int(np.ceil(_REACH * smoothing / p)), n - 1) for n, p in zip(shape, pitch, strict=True)]
    y, x = np.meshgrid(*(np.arange(-r, r + 1) * p for r, p in zip(reach, pitch, strict=True)), indexing="ij")
    return np.exp(-(x**2 + y**2) / (2 * smoothing**2)), [y, x]
