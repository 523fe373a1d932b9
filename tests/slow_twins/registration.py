"""Registration, channel by channel in plain Python."""

import math

import numpy as np


def position(spectrum, template, half_width):
    """Lag in channels at which the spectrum correlates best with the middle of the template, every lag tried."""
    top = int(np.argmax(template))
    window = range(max(top - half_width, 0), min(top + half_width + 1, len(template)))

    def correlation(lag):
        return sum(template[i] * spectrum[i + lag] for i in window if 0 <= i + lag < len(spectrum))

    # Only lags near the highest channel: a spike far away could correlate better than the peak.
    near = int(np.argmax(np.convolve(spectrum, np.ones(3), "same")[1:-1])) + 1 - top
    values = {lag: correlation(lag) for lag in range(near - 2 * half_width - 2, near + 2 * half_width + 3)}
    best = max(list(values)[1:-1], key=values.__getitem__)
    # The parabola through the best lag and its neighbours, by least squares through three points.
    a, b, _ = np.polyfit([-1, 0, 1], [values[best - 1], values[best], values[best + 1]], 2)
    return best - b / (2 * a)


def moved(spectrum, start, length):
    """The spectrum at channels start, start + 1, ... by the polynomial through the channels around each: four on either
    side, or as many as the shorter side has."""
    out = []
    for i in range(length):
        x = start + i
        whole = math.floor(x)
        below = [j for j in range(whole, whole - 4, -1) if 0 <= j < len(spectrum)]
        above = [j for j in range(whole + 1, whole + 5) if 0 <= j < len(spectrum)]
        nodes = [j for pair in zip(below, above, strict=False) for j in pair]
        if x == whole and 0 <= whole < len(spectrum):
            out.append(float(spectrum[whole]))
        elif nodes:
            out.append(sum(spectrum[j] * math.prod((x - k) / (j - k) for k in nodes if k != j) for j in nodes))
        else:
            out.append(math.nan)
    return np.array(out)
