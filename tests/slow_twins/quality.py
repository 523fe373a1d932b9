"""What can be told of one spectrum from its counts, in plain Python."""

import math
import statistics
from itertools import groupby

from kapitza.data import Status


def status(spectrum):
    """Status of a spectrum by `math` and its parts."""
    if not all(math.isfinite(value) for value in spectrum):
        return Status.NOT_FINITE
    if sum(spectrum) <= 0:
        return Status.NO_COUNTS
    return Status.SATURATED if cut_off(spectrum) else Status.OK


def cut_off(spectrum):
    """Whether the top is flat, or lower in the middle than counting allows."""
    spectrum = [float(value) for value in spectrum]
    top = max(spectrum)
    if top < 50:
        return False
    flat = max(3, math.ceil(1 + 23 / math.log(2 * math.pi * top)))
    longest = max(len(list(run)) for value, run in groupby(spectrum) if value == top)
    ends = [spectrum[0], *spectrum, spectrum[-1]]
    smooth = [statistics.median(ends[i : i + 3]) for i in range(len(spectrum))]
    high = [i for i, value in enumerate(smooth) if value > top / 2]
    between = spectrum[high[0] : high[-1]] if high else []
    return longest >= flat or min(between, default=top) < top / 2 - 6 * math.sqrt(top)
