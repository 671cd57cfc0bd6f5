"""Trains a penguin classifier on data/train.csv and writes it as ONNX.

    python train.py                                             the model of this project
    python train.py --features beak_length_mm,flipper_length_mm --output models/other.onnx

The same data and the same versions (requirements.txt) give the same bytes. `--all` makes the three models that are
committed beside it.
"""

import argparse
from pathlib import Path

import numpy
import onnx
import onnxruntime
import pandas
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).parent
TARGET = "species"
MEASUREMENTS = ["beak_length_mm", "beak_depth_mm", "flipper_length_mm", "body_mass_g"]

# What is committed: the model production started with, a better one, and one that saves on measuring and pays for it.
RECIPES = {
    "models/penguins.onnx": ["beak_length_mm", "flipper_length_mm"],
    "models/candidate.onnx": MEASUREMENTS,
    "models/worse.onnx": ["flipper_length_mm", "body_mass_g"],
}


def train(features: list[str]) -> Pipeline:
    rows = pandas.read_csv(HERE / "data" / "train.csv")
    classifier = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    return classifier.fit(rows[features], rows[TARGET])


def export(classifier: Pipeline, features: list[str]) -> onnx.ModelProto:
    """One input for each feature, named like its column, so that no caller can mix up their order."""
    scaler, regression = classifier[0], classifier[1]
    nodes = [
        helper.make_node("Concat", features, ["measurements"], axis=1),
        helper.make_node(
            "Scaler",
            ["measurements"],
            ["scaled"],
            domain="ai.onnx.ml",
            offset=scaler.mean_.tolist(),
            scale=(1 / scaler.scale_).tolist(),
        ),
        helper.make_node(
            "LinearClassifier",
            ["scaled"],
            ["label", "scores"],
            domain="ai.onnx.ml",
            classlabels_strings=regression.classes_.tolist(),
            coefficients=regression.coef_.ravel().tolist(),
            intercepts=regression.intercept_.tolist(),
            multi_class=0,
            post_transform="SOFTMAX",
        ),
        # The scores of LinearClassifier, under the name that tools look for.
        helper.make_node("Identity", ["scores"], ["probabilities"]),
    ]
    graph = helper.make_graph(
        nodes,
        "penguins",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in features],
        [
            helper.make_tensor_value_info("label", TensorProto.STRING, [None]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(regression.classes_)]),
        ],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="penguins")
    onnx.checker.check_model(model, full_check=True)
    return model


def check_export(classifier: Pipeline, features: list[str], model: onnx.ModelProto) -> float:
    """The exported model must say what scikit-learn says; returns its accuracy on the test set."""
    rows = pandas.read_csv(HERE / "data" / "test.csv")
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {name: rows[[name]].to_numpy(numpy.float32) for name in features}
    labels, probabilities = session.run(["label", "probabilities"], inputs)
    numpy.testing.assert_array_equal(labels, classifier.predict(rows[features]))
    numpy.testing.assert_allclose(probabilities, classifier.predict_proba(rows[features]), atol=1e-4)
    return float((labels == rows[TARGET]).mean())


def write_model(features: list[str], output: Path) -> None:
    classifier = train(features)
    model = export(classifier, features)
    accuracy = check_export(classifier, features, model)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{output}: {', '.join(features)}; accuracy on the test set {accuracy:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--features", default=",".join(MEASUREMENTS))
    parser.add_argument("--output", type=Path, default=HERE / "models" / "penguins.onnx")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    if arguments.all:
        for path, features in RECIPES.items():
            write_model(features, HERE / path)
    else:
        write_model(arguments.features.split(","), arguments.output)


if __name__ == "__main__":
    main()
