"""Width of the temperature drop: two lines joined by an error-function step, fitted to a profile."""

from __future__ import annotations

import numpy as np

from kapitza.data import Array, Profile
from kapitza.interface.scan import interval_quantity, scan
from kapitza.interface.step import Model, Points
from kapitza.quantity import Quantity
from kapitza.settings import Window

_SIGNIFICANT_DROP = 3.0
_FARTHEST = 2.0


def fit_width(
    profile: Profile, within: Window, lines: Array, covariance: Array, position: float, slack: float
) -> Quantity:
    """10-90 width of the drop with its 68 % interval, nm.

    T(x) = left line (1 - S)/2 + right line (1 + S)/2 with S an error function. Lines, middle and width
    are fitted together to everything from one bulk range to the other, so that every temperature counts once; a
    Gaussian prior holds the middle of the step at `position` to within `slack`.

    Parameters
    ----------
    profile : positions in nm, temperatures and standard errors in K, NaN where missing. within : (start, stop), nm.
    lines : (4,), temperature_left, gradient_left, temperature_right, gradient_right at `position` (K, K/nm), from the
        bulk; they tell whether there is a drop.
    covariance : (4, 4), of `lines`. position : nm. slack : nm, how far the step may stand from `position`.

    Returns
    -------
    The width; with an interval where it is not symmetric, and only that where the data set one bound or none; without
    a value where the drop is below three standard errors.
    """
    drop = lines[0] - lines[2]
    drop_error = float(np.sqrt(covariance[0, 0] + covariance[2, 2] - 2 * covariance[0, 2]))
    if not abs(drop) > _SIGNIFICANT_DROP * drop_error:
        return Quantity(None, None, "nm")
    good = np.isfinite(profile.temperature) & (profile.error > 0)
    good &= (profile.position >= within[0] - 1e-9) & (profile.position <= within[1] + 1e-9)
    x, t, error = profile.position[good] - position, profile.temperature[good], profile.error[good]
    # A straight line is part of the model; without it the sums of squares are small enough to subtract.
    rest = t - np.polyval(np.polyfit(x, t, 1), x)
    model = Model(Points(x, rest, error), True, slack)
    width, middle, _ = model.best((-_FARTHEST * slack, _FARTHEST * slack))
    return interval_quantity(scan(model, "width", (width, middle)).estimate())
