"""A tree ensemble in Python's onnxruntime on one thread: python3 trees.py make FOLDER | run FOLDER

make: trains 100 trees of 31 leaves on 20 features and leaves trees.onnx and 100,000 rows (x.f32, raw floats) in FOLDER.
run: prints the milliseconds (best of 3 passes over all rows in batches of 4096) and the sum of the predictions as JSON.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

FEATURES, ROWS, BATCH = 20, 100_000, 4096


def make(folder: Path) -> None:
    import onnx
    from onnx import TensorProto as T
    from onnx import helper as h
    from sklearn.ensemble import GradientBoostingRegressor

    random = np.random.default_rng(5)
    x = random.normal(size=(ROWS, FEATURES)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.5 * random.normal(size=ROWS) > 0.3).astype(float)
    model = GradientBoostingRegressor(n_estimators=100, max_depth=None, max_leaf_nodes=31, subsample=0.2, random_state=0)
    model.fit(x[:20_000], y[:20_000])
    nodes: dict[str, list] = {name: [] for name in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")}
    targets: dict[str, list] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    for number, estimator in enumerate(model.estimators_[:, 0]):
        tree = estimator.tree_
        # A threshold that rounds up to 32 bits would send its own value the other way.
        at = tree.threshold.astype(np.float32)
        at = np.where(at > tree.threshold, np.nextafter(at, np.float32(-np.inf)), at)
        for node in range(tree.node_count):
            leaf = tree.children_left[node] < 0
            row = (number, node, max(tree.feature[node], 0), float(at[node]), "LEAF" if leaf else "BRANCH_LEQ",
                   max(tree.children_left[node], 0), max(tree.children_right[node], 0))
            for values, value in zip(nodes.values(), row):
                values.append(value if isinstance(value, (str, float)) else int(value))
            if leaf:
                weight = float(model.learning_rate * tree.value[node, 0, 0])
                for values, value in zip(targets.values(), (number, node, 0, weight)):
                    values.append(value)
    ensemble = h.make_node(
        "TreeEnsembleRegressor", ["X"], ["Y"], domain="ai.onnx.ml", n_targets=1, base_values=[float(y[:20_000].mean())],
        **{f"nodes_{name}": values for name, values in nodes.items()},
        **{f"target_{name}": values for name, values in targets.items()},
    )
    graph = h.make_graph([ensemble], "trees", [h.make_tensor_value_info("X", T.FLOAT, [None, FEATURES])],
                         [h.make_tensor_value_info("Y", T.FLOAT, [None, 1])])
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", 17), h.make_opsetid("ai.onnx.ml", 3)], ir_version=8),
              str(folder / "trees.onnx"))
    x.tofile(folder / "x.f32")


def run(folder: Path) -> dict[str, float]:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(folder / "trees.onnx"), options, providers=["CPUExecutionProvider"])
    x = np.fromfile(folder / "x.f32", np.float32).reshape(-1, FEATURES)
    times, total = [], 0.0
    for _ in range(3):
        started = time.process_time()
        total = sum(float(session.run(None, {"X": x[at:at + BATCH]})[0].sum(dtype=float)) for at in range(0, ROWS, BATCH))
        times.append((time.process_time() - started) * 1000)
    return {"ms": min(times), "sum": total}


if sys.argv[1] == "make":
    make(Path(sys.argv[2]))
else:
    print(json.dumps(run(Path(sys.argv[2]))))
