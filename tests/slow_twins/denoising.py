"""Block matching and collaborative filtering, block by block."""

import itertools

import numpy as np


def blocks(shape, block):
    """First elements of all blocks of a volume."""
    return list(itertools.product(*(range(n - b + 1) for n, b in zip(shape, block, strict=True))))


def cut(volume, start, block):
    return volume[tuple(slice(s, s + b) for s, b in zip(start, block, strict=True))].astype(float)


def matched(volume, start, block, reach, limit, most):
    """Squared distances and first elements of the blocks most like the one at `start`, all within reach compared."""
    here, found = cut(volume, start, block), []
    for other in blocks(volume.shape, block):
        if all(abs(a - b) <= r for a, b, r in zip(other, start, reach, strict=True)):
            distance = np.sum((cut(volume, other, block) - here) ** 2)
            if distance <= limit:
                found.append((distance, other))
    return sorted(found)[:most]


def haar(k):
    """Orthonormal Haar transform of k numbers: sums and differences of neighbours, then of those sums."""
    if k == 1:
        return np.eye(1)
    pairs = np.kron(np.eye(k // 2), np.array([1.0, 1.0])) / np.sqrt(2)
    differences = np.kron(np.eye(k // 2), np.array([1.0, -1.0])) / np.sqrt(2)
    return np.vstack([haar(k // 2) @ pairs, differences])


def transformed(stack, matrices):
    """Each axis of a stack (k, a, b, c) multiplied by its matrix."""
    return np.einsum("zk,pa,qb,rc,kabc->zpqr", *matrices, stack)


def estimate(noisy, basic, block, reach, grid, matrices, limit, most, threshold, variance, window):
    """The first estimate, or with `basic` the second. matrices : of the three axes of a block."""
    total, weight = np.zeros(noisy.shape), np.zeros(noisy.shape)
    for start in itertools.product(*grid):
        like = matched(noisy if basic is None else basic, start, block, reach, limit, most)
        like = like[: 2 ** int(np.log2(len(like)))]
        forward = [haar(len(like)), *matrices]
        values = transformed(np.array([cut(noisy, where, block) for _, where in like]), forward)
        if basic is None:
            kept = np.abs(values) >= threshold
            values, share = np.where(kept, values, 0.0), 1 / max(kept.sum(), 1)
        else:
            pilot = transformed(np.array([cut(basic, where, block) for _, where in like]), forward) ** 2
            factor = pilot / (pilot + variance)
            values, share = values * factor, 1 / np.sum(factor**2)
        for values_of_one, (_, where) in zip(
            transformed(values, [np.linalg.inv(m) for m in forward]), like, strict=True
        ):
            inside = tuple(slice(s, s + b) for s, b in zip(where, block, strict=True))
            total[inside] += share * window * values_of_one
            weight[inside] += share * window
    return total / weight
