"""Drift as scipy and numpy measure it: python3 drift.py FOLDER ROWS

Draws pairs of columns, leaves each as raw doubles in FOLDER (<name>.a.f64, <name>.b.f64) for others to read, and prints
one JSON object: the milliseconds (median of 3, in this process) and the values of Kolmogorov-Smirnov's statistic, the
Wasserstein distance, and, over the deciles of the first column, PSI and the Jensen-Shannon distance (base 2).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

folder, rows = Path(sys.argv[1]), int(sys.argv[2])
random = np.random.default_rng(5)
PAIRS = {
    "normal": lambda: (random.normal(500, 2000, rows).round(2), random.normal(520, 2050, rows).round(2)),
    "lognormal": lambda: (random.lognormal(10.5, 0.6, rows).round(2), random.lognormal(10.52, 0.6, rows).round(2)),
    "epoch seconds": lambda: (
        1.7e9 + np.floor(random.uniform(0, 3.1e7, rows)),
        1.7e9 + np.floor(random.uniform(2e5, 3.1e7, rows)),
    ),
    "counts": lambda: (random.poisson(6, rows).astype(float), random.poisson(6.05, rows).astype(float)),
}


def binned(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    edges = np.unique(np.quantile(a, np.linspace(0, 1, 11)))
    edges[0], edges[-1] = -np.inf, np.inf
    p, q = (np.maximum(np.histogram(x, edges)[0] / len(x), 1e-6) for x in (a, b))
    return float(((q - p) * np.log(q / p)).sum()), float(jensenshannon(p, q, base=2))


def measure(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    psi, distance = binned(a, b)
    return {
        "ks": float(stats.ks_2samp(a, b, method="asymp").statistic),
        "wasserstein": float(stats.wasserstein_distance(a, b)),
        "psi": psi,
        "jensenShannon": distance,
    }


results = {}
for name, draw in PAIRS.items():
    a, b = draw()
    for side, values in (("a", a), ("b", b)):
        values.tofile(folder / f"{name.replace(' ', '-')}.{side}.f64")
    times = []
    for _ in range(3):
        started = time.perf_counter()
        values = measure(a, b)
        times.append((time.perf_counter() - started) * 1000)
    results[name] = {"ms": sorted(times)[1], "values": values}
print(json.dumps(results))
