"""What a script does with predictions: python3 evaluate.py whole FILE | metrics FOLDER ROWS

whole: reads FILE (label, score, prediction) with pandas and prints the points that evaluate-model prints, with
scikit-learn and numpy; no intervals, no plots.
metrics: draws ROWS scores of 6 decimals, leaves them as raw doubles and bytes in FOLDER (p.f64, y.u8) and prints the
milliseconds (median of 5, in this process) and the values of scikit-learn's functions as one JSON object.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn import metrics as m


def calibration(y: np.ndarray, s: np.ndarray, bins: int = 15) -> dict[str, float]:
    at = np.minimum((s * bins).astype(int), bins - 1)
    count, held, claimed = (np.bincount(at, w, bins) for w in (None, y, s))
    count, held, claimed = (x[count > 0] for x in (count, held, claimed))
    return {
        "ece": float(np.abs(held - claimed).sum() / len(y)),
        "brier_reliability": float(((held - claimed) ** 2 / count).sum() / len(y)),
        "brier_resolution": float((count * (held / count - y.mean()) ** 2).sum() / len(y)),
    }


def whole(file: str) -> dict[str, float]:
    import pandas as pd

    data = pd.read_csv(file)
    y, s, p = (data[name].to_numpy() for name in ("label", "score", "prediction"))
    m.roc_curve(y, s)
    m.precision_recall_curve(y, s)
    m.confusion_matrix(y, p)
    return {
        "roc_auc": m.roc_auc_score(y, s),
        "average_precision": m.average_precision_score(y, s),
        "accuracy": m.accuracy_score(y, p),
        "balanced_accuracy": m.balanced_accuracy_score(y, p),
        "precision": m.precision_score(y, p),
        "recall": m.recall_score(y, p),
        "specificity": m.recall_score(y, p, pos_label=0),
        "f1": m.f1_score(y, p),
        "matthews_corrcoef": m.matthews_corrcoef(y, p),
        "cohen_kappa": m.cohen_kappa_score(y, p),
        "log_loss": m.log_loss(y, s),
        "brier_score": m.brier_score_loss(y, s),
        **calibration(y, s),
    }


def timed(compute) -> dict[str, float]:
    times = []
    for _ in range(5):
        started = time.perf_counter()
        value = compute()
        times.append((time.perf_counter() - started) * 1000)
    return {"ms": sorted(times)[2], "value": float(value)}


def few(folder: Path, rows: int) -> dict[str, dict[str, float]]:
    random = np.random.default_rng(3)
    y = (random.random(rows) < 0.2).astype(np.uint8)
    s = np.round(1 / (1 + np.exp(-(random.normal(size=rows) + 1.2 * y - 1.5))), 6)
    s.tofile(folder / "p.f64")
    y.tofile(folder / "y.u8")
    p = s >= 0.5
    return {
        "roc_auc": timed(lambda: m.roc_auc_score(y, s)),
        "average_precision": timed(lambda: m.average_precision_score(y, s)),
        "accuracy": timed(lambda: m.accuracy_score(y, p)),
        "f1": timed(lambda: m.f1_score(y, p)),
    }


if sys.argv[1] == "whole":
    print(json.dumps({name: float(value) for name, value in whole(sys.argv[2]).items()}))
else:
    print(json.dumps(few(Path(sys.argv[2]), int(sys.argv[3]))))
