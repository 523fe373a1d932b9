"""How long `import kapitza` takes beyond NumPy, best of several fresh interpreters. Run it without arguments."""

import subprocess
import sys
import time

ROUNDS = 7


def seconds(statement: str) -> float:
    """Shortest time of a fresh interpreter that runs `statement` and ends, in s."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    numpy, kapitza = seconds("import numpy"), seconds("import numpy, kapitza")
    print(f"import numpy: {numpy:.3f} s; import kapitza adds {kapitza - numpy:+.3f} s")
