"""Makes the files that `npm run bench -- validate` reads: python3 generate.py FOLDER ROWS NAME

One million rows give, with numpy 2.4.6, polars 1.44.2 and pyarrow 25.0.1, a CSV file whose SHA-256 is
92e042995daac336484bb7753ae1baf6e718c5b7f77fc41991ffc1571f85c249. The order in which random numbers are drawn is part
of the data: a draw that moves changes every file.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

NAMES = "anna bob carl dora emma finn gina hugo iris jack kate liam mona nils olga paul quin rosa sven tina umar vera will xena yuri zoe"
HOSTS = "example.com mail.example.org corp.example.net test.io university.example.edu"
WORDS = (
    "the order arrived late but support was kind and refund came quickly we would buy again maybe price too high quality fine "
    "colour wrong size ok café naïve box damaged left at door great service slow website easy checkout"
)
COUNTRIES = "US DE FR GB IT ES PL NL SE NO DK FI PT GR CZ HU RO BG IE AT CH BE JP KR IN BR MX CA AU NZ"
SEGMENTS = "retail smb mid-market enterprise public"
DEVICES = "ios android web tablet"
# Shares of cells without a value, in the order in which they are drawn.
MISSING = {
    "age": 0.01,
    "income": 0.01,
    "email": 0.01,
    "discount": 0.03,
    "comment": 0.05,
    "lat": 0.01,
    "lon": 0.01,
    "segment": 0.01,
    "event_ts": 0.005,
}
DAY_TEXT = "%Y-%m-%d"
TIME_TEXT = "%Y-%m-%dT%H:%M:%SZ"


def texts(words: str) -> np.ndarray:
    return np.array(words.split())


def draw_emails(customer: np.ndarray) -> np.ndarray:
    local = np.char.add(np.char.add(texts(NAMES)[customer % 26], "."), customer.astype(str))
    return np.char.add(np.char.add(local, "@"), texts(HOSTS)[customer % 5])


def comment(words: list[str], kind: float) -> str:
    """4 % hold quotes, 6 % a comma, 3 % a line break: the three reasons to quote a cell."""
    plain = " ".join(words[:-1])
    if kind < 0.04:
        return f'He said "{plain}", really'
    if kind < 0.10:
        return plain.replace(" ", ", ", 1)
    return f"{plain}\nSecond line: {words[-1]}" if kind < 0.13 else plain


def draw_comments(random: np.random.Generator, rows: int) -> list[str]:
    vocabulary = texts(WORDS)
    lengths = random.integers(3, 9, rows)
    words = vocabulary[random.integers(0, len(vocabulary), (rows, 9))]
    kinds = random.random(rows)
    return [comment([*words[i, : lengths[i]], words[i, 0]], kinds[i]) for i in range(rows)]


def draw_ids(random: np.random.Generator, rows: int) -> np.ndarray:
    """A permutation with two ids that come twice."""
    ids = random.permutation(rows) + 10_000_000
    ids[rows // 2] = ids[rows // 3]
    ids[rows - 5] = ids[5]
    return ids


def replace_some(random: np.random.Generator, values: np.ndarray, wrong: str) -> list:
    replaced = values.astype(object)
    replaced[random.random(len(values)) < 0.0005] = wrong
    return replaced.tolist()


def generate(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(7)
    customer = random.integers(1, max(2, rows // 8), rows)
    emails = draw_emails(customer)
    comments = draw_comments(random, rows)
    transactions = [f"T{v:012x}" for v in random.integers(0, 2**48, rows) ^ (np.arange(rows) << 1)]
    signup = (np.datetime64("2018-01-01") + random.integers(0, 2500, rows)).astype("datetime64[D]")
    seconds = random.integers(0, 31_000_000, rows).astype("timedelta64[s]")
    event = (np.datetime64("2024-01-01T00:00:00") + seconds).astype("datetime64[us]")
    ids = draw_ids(random, rows)
    common = np.minimum(29, random.exponential(5, rows).astype(int))
    country = replace_some(random, texts(COUNTRIES)[common], "XX")
    age = random.integers(18, 95, rows)
    age = np.where(random.random(rows) < 0.0005, age + 120, age)
    email = replace_some(random, emails, "not-an-email")
    frame = pl.DataFrame(
        {
            "id": ids,
            "txn_id": transactions,
            "customer_id": customer,
            "email": email,
            "country": country,
            "segment": texts(SEGMENTS)[random.integers(0, 5, rows)].tolist(),
            "device": texts(DEVICES)[random.integers(0, 4, rows)].tolist(),
            "signup_date": signup,
            "event_ts": event,
            "age": age,
            "income": np.round(random.lognormal(10.5, 0.6, rows), 2),
            "score": np.round(random.random(rows), 6),
            "balance": np.round(random.normal(500, 2000, rows), 2),
            "n_orders": random.poisson(6, rows),
            "lat": np.round(random.uniform(-90, 90, rows), 5),
            "lon": np.round(random.uniform(-180, 180, rows), 5),
            "is_active": random.random(rows) < 0.7,
            "discount": np.round(random.random(rows) * 0.5, 3),
            "comment": comments,
            "label": (random.random(rows) < 0.2).astype(np.int64),
        }
    )
    for name, share in MISSING.items():
        gone = pl.Series(random.random(rows) < share)
        frame = frame.with_columns(pl.when(gone).then(None).otherwise(pl.col(name)).alias(name))
    return frame


def plain_type(field: pa.Field) -> pa.DataType:
    """polars hands over its own kinds of text; other readers expect the common one."""
    return pa.string() if str(field.type) in ("large_string", "string_view") else field.type


def write(frame: pl.DataFrame, folder: Path, name: str) -> None:
    frame.write_csv(
        folder / f"{name}.csv", quote_style="necessary", datetime_format=TIME_TEXT, date_format=DAY_TEXT
    )
    table = frame.to_arrow()
    table = table.cast(pa.schema([pa.field(f.name, plain_type(f)) for f in table.schema]))
    for codec in ("snappy", "zstd"):
        path = folder / f"{name}.{codec}.parquet"
        pq.write_table(table, path, compression=codec, row_group_size=125_000)
    as_text = (pl.col("event_ts").dt.strftime(TIME_TEXT), pl.col("signup_date").dt.strftime(DAY_TEXT))
    frame.with_columns(*as_text).write_ndjson(folder / f"{name}.ndjson")


if __name__ == "__main__":
    write(generate(int(sys.argv[2])), Path(sys.argv[1]), sys.argv[3])
