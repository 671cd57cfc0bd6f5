"""Trains two models that say whether a flight will be late, and writes them as ONNX.

    node scripts/split-by-month.ts
    for month in 01 02 03 04 05 06; do node scripts/prepare-delays.ts --month 2001-$month; done
    python train-delays.py

They learn from January to May and are tried on June. `delays.onnx` is a tree ensemble, `delays-linear.onnx` a logistic
regression, the baseline. Both take hour, weekday and distance as numbers and the airport of origin as text, which stands
for how often its flights were late in the training months.

Made with scikit-learn 1.9.1, onnx 1.23.1, onnxruntime 1.30.0, pandas 3.0.6 (see requirements.txt).
"""

from pathlib import Path

import numpy
import onnx
import onnxruntime
import pandas
from onnx import TensorProto, helper
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

HERE = Path(__file__).parent
MONTHS = ["01", "02", "03", "04", "05"]
NUMBERS = ["hour", "weekday", "distance"]
OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]


def read(month: str) -> pandas.DataFrame:
    return pandas.read_csv(HERE / "data" / f"delays-2001-{month}.csv")


def features(rows: pandas.DataFrame, rates: dict[str, float], usual: float) -> numpy.ndarray:
    late = rows["origin"].map(rates).fillna(usual).to_numpy(numpy.float32)
    return numpy.column_stack([rows[NUMBERS].to_numpy(numpy.float32), late])


def common_nodes(rates: dict[str, float], usual: float) -> list[onnx.NodeProto]:
    """The matrix of features: three numbers, and the airport's share of late flights."""
    return [
        helper.make_node(
            "LabelEncoder",
            ["origin"],
            ["rate"],
            domain="ai.onnx.ml",
            keys_strings=list(rates),
            values_floats=[float(rate) for rate in rates.values()],
            default_float=float(usual),
        ),
        helper.make_node("Concat", [*NUMBERS, "rate"], ["features"], axis=1),
    ]


def save(name: str, nodes: list[onnx.NodeProto], initializers=()) -> Path:
    inputs = [helper.make_tensor_value_info(column, TensorProto.FLOAT, [None, 1]) for column in NUMBERS]
    inputs.append(helper.make_tensor_value_info("origin", TensorProto.STRING, [None, 1]))
    outputs = [
        helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2]),
    ]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializer=list(initializers))
    model = helper.make_model(graph, opset_imports=OPSETS, ir_version=8, producer_name="flights")
    onnx.checker.check_model(model, full_check=True)
    path = HERE / "models" / f"{name}.onnx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def below(threshold: float) -> float:
    """The largest 32-bit number that is not above a threshold: `x <= t` then means the same for 32-bit features."""
    rounded = numpy.float32(threshold)
    return float(numpy.nextafter(rounded, numpy.float32(-numpy.inf)) if rounded > threshold else rounded)


def tree_nodes(model: HistGradientBoostingClassifier) -> list[onnx.NodeProto]:
    nodes: dict[str, list] = {key: [] for key in ("treeids", "nodeids", "featureids", "modes", "values", "trueids", "falseids")}
    leaves: dict[str, list] = {key: [] for key in ("treeids", "nodeids", "ids", "weights")}
    for tree, predictors in enumerate(model._predictors):
        for at, node in enumerate(predictors[0].nodes):
            leaf = bool(node["is_leaf"])
            nodes["treeids"].append(tree)
            nodes["nodeids"].append(at)
            nodes["featureids"].append(0 if leaf else int(node["feature_idx"]))
            nodes["modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            nodes["values"].append(0.0 if leaf else below(node["num_threshold"]))
            nodes["trueids"].append(0 if leaf else int(node["left"]))
            nodes["falseids"].append(0 if leaf else int(node["right"]))
            if leaf:
                leaves["treeids"].append(tree)
                leaves["nodeids"].append(at)
                leaves["ids"].append(0)
                leaves["weights"].append(float(node["value"]))
    attributes = {
        "n_targets": 1,
        "base_values": [float(model._baseline_prediction.ravel()[0])],
        "nodes_treeids": nodes["treeids"],
        "nodes_nodeids": nodes["nodeids"],
        "nodes_featureids": nodes["featureids"],
        "nodes_modes": nodes["modes"],
        "nodes_values": nodes["values"],
        "nodes_truenodeids": nodes["trueids"],
        "nodes_falsenodeids": nodes["falseids"],
        **{f"target_{key}": values for key, values in leaves.items()},
    }
    return [
        helper.make_node("TreeEnsembleRegressor", ["features"], ["raw"], domain="ai.onnx.ml", **attributes),
        helper.make_node("Sigmoid", ["raw"], ["late"]),
        helper.make_node("Sub", ["one", "late"], ["punctual"]),
        helper.make_node("Concat", ["punctual", "late"], ["probabilities"], axis=1),
        helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0),
    ]


def linear_nodes(model: LogisticRegression) -> list[onnx.NodeProto]:
    weights, intercept = model.coef_.ravel(), float(model.intercept_[0])
    return [
        helper.make_node(
            "LinearClassifier",
            ["features"],
            ["label", "probabilities"],
            domain="ai.onnx.ml",
            classlabels_ints=[0, 1],
            coefficients=[*(-weights).tolist(), *weights.tolist()],
            intercepts=[-intercept, intercept],
            multi_class=0,
            post_transform="LOGISTIC",
        ),
    ]


def check(path: Path, rows: pandas.DataFrame, expected: numpy.ndarray) -> float:
    """The exported model must say what scikit-learn says; returns its ROC AUC on these rows."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    inputs = {name: rows[[name]].to_numpy(numpy.float32) for name in NUMBERS}
    inputs["origin"] = rows[["origin"]].to_numpy(object)
    probabilities = session.run(["probabilities"], inputs)[0]
    numpy.testing.assert_allclose(probabilities[:, 1], expected, atol=2e-5)
    return roc_auc_score(rows["delayed"], probabilities[:, 1])


def main() -> None:
    training = pandas.concat([read(month) for month in MONTHS])
    usual = float(training["delayed"].mean())
    by_origin = training.groupby("origin")["delayed"].agg(["sum", "count"])
    # Airports with few flights are drawn towards the usual share.
    smoothed = (by_origin["sum"] + 50 * usual) / (by_origin["count"] + 50)
    rates = {str(origin): float(numpy.float32(rate)) for origin, rate in smoothed.items()}
    x, y = features(training, rates, usual), training["delayed"].to_numpy()
    trees = HistGradientBoostingClassifier(max_iter=60, max_leaf_nodes=16, random_state=1, early_stopping=False).fit(x, y)
    scaled = x / numpy.float32(1)
    linear = LogisticRegression(max_iter=500).fit(scaled, y)
    june = read("06")
    test = features(june, rates, usual)
    one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
    for name, nodes, initializers, model in [
        ("delays", tree_nodes(trees), [one], trees),
        ("delays-linear", linear_nodes(linear), [], linear),
    ]:
        path = save(name, [*common_nodes(rates, usual), *nodes], initializers)
        auc = check(path, june, model.predict_proba(test)[:, 1])
        print(f"{name}: {path.stat().st_size} bytes, ROC AUC on June {auc!r}")


if __name__ == "__main__":
    main()
