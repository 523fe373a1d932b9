"""A chain of springs between Langevin baths, many times over, and the heat that theory says it carries."""

import numpy as np

from kapitza.atoms.nemd import CurrentObserver, CutSprings

EV, KB = 103.64269652680504, 8.617333262e-5  # u A^2/fs^2 in eV; eV/K
PLANCK = 4135.667696923859  # meV fs
FLUX = 1.602176634e7  # eV/(fs A^2) in GW/m^2
SPRING, STEP, EVERY, DAMPING = 1.0, 5.0, 6, 150.0  # eV/A^2, fs, steps between samples, fs
INTERVAL = STEP * EVERY
BATH, HALF, COPIES = 6, 12, 24
MASSES = np.repeat([20.0, 80.0], HALF)
ROWS = 3 * COPIES
"""x, y and z of every copy are a chain of their own."""


def springs() -> CutSprings:
    """The spring across the middle of every copy, on 1 A^2."""
    count = len(MASSES)
    pairs = np.array([[copy * count + HALF - 1, copy * count + HALF] for copy in range(COPIES)])
    constants = np.tile(-SPRING * np.eye(3), (COPIES, 1, 1))
    return CutSprings(pairs, constants, np.zeros((COPIES * count, 3)), 0.0, 1.0, 1.0)


def run(observer: CurrentObserver, warm: float, cool: float, frames: int, seed: int) -> np.ndarray:
    """What the left and the right bath have given (frames, 2), eV, while the observer looks on; ends are held."""
    random, mass = np.random.default_rng(seed), EV * MASSES[:, np.newaxis]
    baths = (slice(0, BATH), slice(-BATH, None))
    kept = np.exp(-STEP / DAMPING)
    kicks = [
        np.sqrt((1 - kept**2) * KB * kelvin / mass[bath]) for kelvin, bath in zip((warm, cool), baths, strict=True)
    ]
    kelvin = np.repeat([warm, cool], HALF)[:, np.newaxis]
    v = random.standard_normal((COPIES, len(MASSES), 3)) * np.sqrt(KB * kelvin / mass)
    u = np.zeros((COPIES, len(MASSES) + 2, 3))
    given, rows = np.zeros(2), []

    def pull() -> np.ndarray:
        return SPRING * (u[:, 2:] - 2 * u[:, 1:-1] + u[:, :-2]) / mass

    acceleration = pull()
    for frame in range(-300, frames):
        for _ in range(EVERY):
            v += STEP / 2 * acceleration
            u[:, 1:-1] += STEP * v
            acceleration = pull()
            v += STEP / 2 * acceleration
            for number, bath in enumerate(baths):
                before = np.sum(mass[bath] * v[:, bath] ** 2)
                v[:, bath] = kept * v[:, bath] + kicks[number] * random.standard_normal((COPIES, BATH, 3))
                given[number] += (np.sum(mass[bath] * v[:, bath] ** 2) - before) / 2
        if frame < 0:
            given[:] = 0
        else:
            observer.add(frame, u[:, 1:-1].reshape(-1, 3), v.reshape(-1, 3))
            rows.append(given.copy())
    return np.array(rows)


def transmission(energy: np.ndarray) -> np.ndarray:
    """Caroli's formula: tr[Gamma_L G Gamma_R G^+], each atom of a bath with the self-energy -i m w/damping."""
    count = len(MASSES)
    matrix = SPRING * (2 * np.eye(count) - np.eye(count, k=1) - np.eye(count, k=-1))
    left, right = np.arange(count) < BATH, np.arange(count) >= count - BATH
    found = []
    for frequency in 2 * np.pi * energy / PLANCK:
        friction = EV * MASSES * frequency / DAMPING
        green = np.linalg.inv(np.diag(EV * MASSES * frequency**2 + 1j * friction * (left | right)) - matrix)
        crossed = np.abs(green[np.ix_(left, right)]) ** 2
        found.append(2 * friction[left] @ crossed @ (2 * friction[right]))
    return np.array(found)


def expected(warm: float, cool: float) -> tuple[np.ndarray, np.ndarray]:
    """Energies, meV, and classical Landauer current q = k dT T/h, GW/(m^2 meV), of all copies."""
    energy = np.linspace(0, 30, 3001)[1:]
    return energy, ROWS * KB * (warm - cool) * transmission(energy) / PLANCK * FLUX


def smeared(energy: np.ndarray, density: np.ndarray, at: np.ndarray, segment: int) -> np.ndarray:
    """A spectrum, even in energy, as a Hann window of `segment` frames shows it `at` energies."""
    taper = np.hanning(segment + 1)[:-1]
    taper /= np.sqrt(np.mean(taper**2))
    both, values = np.concatenate([-energy[::-1], energy]), np.concatenate([density[::-1], density])
    phase = 2j * np.pi * INTERVAL / PLANCK * np.subtract.outer(at, both)
    line = np.abs(sum(weight * np.exp(phase * frame) for frame, weight in enumerate(taper))) ** 2
    return np.trapezoid(line * values, both, axis=1) * INTERVAL / PLANCK / segment
