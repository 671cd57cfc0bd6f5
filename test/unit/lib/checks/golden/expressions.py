"""Truth of conditions on rows by DuckDB, the oracle of the expression language.

    pip install duckdb && python3 expressions.py > expressions.json
"""

import json
import sys

import duckdb

COLUMNS = {
    "a": "BIGINT",
    "b": "DOUBLE",
    "s": "VARCHAR",
    "t": "VARCHAR",
    "d": "DATE",
    "m": "TIMESTAMP",
    "f": "BOOLEAN",
}
ROWS = [
    [1, 2.5, "free", "Free", "2024-01-31", "2024-01-31 12:00:00", True],
    [-7, 0.0, "pro", " x", "2024-02-29", "2024-03-01 00:00:00", False],
    [None, 1e300, None, "ü€😀", "1969-12-31", None, None],
    [0, None, "it's", "team", None, "1969-12-31 23:59:59.999", True],
    [42, -0.5, "10", "9", "2024-12-31", "2024-12-31 00:00:00", None],
    [9007199254740991, 42.0, "zebra", None, "2000-01-01", "2000-01-01 00:00:00", False],
]
CONDITIONS = [
    "a > b",
    "a >= 1",
    "a <> 0",
    "a != 0 and b > 0",
    "a == 42 or b is null",
    "not a = 1",
    "not (a = 1 or f)",
    "a is null",
    "a is not null and s is null",
    "not s is null",
    "a in (1, 42, -7)",
    "a not in (1, 42)",
    "a not in (1, null)",
    "a in (1, null)",
    "s in ('free', 'it''s')",
    "d in (date '2024-02-29', date '2000-01-01')",
    "b between -0.5 and 2.5",
    "b not between -0.5 and 2.5",
    "a + 2 * b > 6",
    "(a + 2) * b > 6",
    "a - b - 1 < 0",
    "-a > 0",
    "a % 5 = -2",
    "a % 5 = 1",
    "a / 2 = 0.5",
    "a / b > 1",
    "a % b is null",
    "abs(a) >= 7",
    "abs(a - b) < 2",
    "length(t) = 3",
    "length(s) > length(t)",
    "lower(t) = s",
    "upper(s) = 'PRO'",
    "coalesce(a, 5) = 5",
    "coalesce(a, b, 0) > 40",
    "coalesce(s, t) = 'free'",
    "year(d) = 2024",
    "month(m) = 12 and day(m) = 31",
    "day(d) > 28",
    "d >= '2024-02-01'",
    "d < date '2000-01-02'",
    "m >= timestamp '2024-01-31 12:00:00'",
    "m >= d",
    "d - date '2024-01-01' > 30",
    "f",
    "not f",
    "f or a > 0",
    "f and a > 0",
    "f = true",
    "f <> (a > 0)",
    "if(f, a, b) > 0",
    "if(a > 0, s, t) = 'free'",
    "s < t",
    "s >= 'it''s'",
    "s = t or s <> t",
    "a > 0 and (b > 0 or null)",
    "a = null",
    "(a > 0) = (b > 0)",
    "a * 0.5e1 <= 5",
    "round(b) = -1",
    "trim(t) = t",
]

connection = duckdb.connect()
connection.execute("SET ieee_floating_point_ops = false")
connection.execute("CREATE TABLE rows_ (%s)" % ", ".join(f"{name} {type}" for name, type in COLUMNS.items()))
connection.executemany("INSERT INTO rows_ VALUES (%s)" % ", ".join("?" * len(COLUMNS)), ROWS)
results = {
    condition: [row[0] for row in connection.execute(f"SELECT ({condition})::BOOLEAN FROM rows_").fetchall()]
    for condition in CONDITIONS
}
json.dump(
    {
        "made": f"python3 expressions.py with duckdb {duckdb.__version__}",
        "columns": list(COLUMNS),
        "rows": ROWS,
        "results": results,
    },
    sys.stdout,
    ensure_ascii=False,
    indent=1,
)
