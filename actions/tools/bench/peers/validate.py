"""Holds a file to the contract with pandera: python3 validate.py polars|pandas FILE

Lazily, so that all violations are counted. polars reads with the schema given; pandas through pyarrow's CSV reader, its
own being several times slower. The contract is contract.schema.json, as for every contestant.
"""

import json
import os
import sys
from pathlib import Path

os.environ["DISABLE_PANDERA_IMPORT_WARNING"] = "True"
library, path = sys.argv[1:3]
CONTRACT = json.loads((Path(__file__).parent.parent / "data" / "contract.schema.json").read_text())
RULES = CONTRACT["properties"]


def kind(rule: dict) -> str:
    return rule.get("format") or (rule["type"] if isinstance(rule["type"], str) else rule["type"][0])


def checks(check, rule: dict) -> list:
    """The keywords of one column as pandera's checks."""
    found = []
    if "minimum" in rule and "maximum" in rule:
        found.append(check.in_range(rule["minimum"], rule["maximum"]))
    elif "minimum" in rule:
        found.append(check.ge(rule["minimum"]))
    if "pattern" in rule:
        found.append(check.str_matches(rule["pattern"]))
    if "maxLength" in rule:
        found.append(check.str_length(max_value=rule["maxLength"]))
    if "enum" in rule:
        found.append(check.isin([value for value in rule["enum"] if value is not None]))
    return found


def schema(pandera, types: dict):
    return pandera.DataFrameSchema(
        {
            name: pandera.Column(
                types.get(kind(rule)),
                checks(pandera.Check, rule),
                nullable=name not in CONTRACT["required"],
                unique=name in CONTRACT["x-unique"],
            )
            for name, rule in RULES.items()
        }
    )


def failures(pandera, types: dict, frame):
    try:
        schema(pandera, types).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        return error.failure_cases
    return None


def with_polars():
    import pandera.polars as pandera
    import polars as pl

    types = {"integer": pl.Int64, "number": pl.Float64, "string": pl.String, "boolean": pl.Boolean, "date": pl.Date}
    as_read = {name: types.get(kind(rule), pl.String) for name, rule in RULES.items()}
    if path.endswith(".parquet"):
        frame = pl.read_parquet(path)
    else:
        moment = pl.col("event_ts").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False)
        frame = pl.read_csv(path, schema=as_read).with_columns(moment)
    found = failures(pandera, types, frame)
    return {} if found is None else dict(found.group_by(["column", "check"]).len().select("column", "len").iter_rows())


def with_pandas():
    import pandera.pandas as pandera
    import pyarrow.csv as csv
    import pyarrow.parquet as parquet

    if path.endswith(".parquet"):
        table = parquet.read_table(path)
    else:
        quoted = csv.ParseOptions(newlines_in_values=True)
        empty = csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
        table = csv.read_csv(path, parse_options=quoted, convert_options=empty)
    # A column with gaps is read as floating point, so whole numbers are not held to a type there.
    types = {"string": str, "number": float, "boolean": bool}
    found = failures(pandera, types, table.to_pandas(date_as_object=False))
    return {} if found is None else found.groupby("column").size().to_dict()


print(json.dumps(with_polars() if library == "polars" else with_pandas()))
