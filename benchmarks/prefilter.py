"""From a file to the articles that may name an area, several ways."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.articles import articles, load_bank
from benchmarks.harness import Row, Run, fastest, missing
from nlp.bulk.partition import held_reader
from nlp.bulk.prefilter import passing
from nlp.folding import fold

ARTICLES = 8_000
BATCH = 4096


def measure(run: Run) -> Sequence[Row]:
    """Prefilter: from a Parquet file to the articles that may name an area."""
    import pyarrow
    import pyarrow.parquet as parquet

    reader, expression = held_reader(run.config)
    size = run.count(ARTICLES, 100)
    rows = list(articles(load_bank(reader.gazetteer), size))
    path = run.folder / "filtered.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), path, compression="zstd")
    amounts = {"articles": size, "characters each": sum(len(row["title"]) + len(row["text"]) for row in rows) // size}

    def batches() -> Any:
        opened = parquet.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
        return opened.iter_batches(BATCH, use_threads=False)

    def alone() -> None:
        for _ in batches():
            pass

    def automaton() -> None:
        for batch in batches():
            for title, text in zip(batch["title"].to_pylist(), batch["text"].to_pylist(), strict=True):
                reader.gazetteer.names(fold(f"{title}\n\n{text}"), None)

    def arrow() -> None:
        for batch in batches():
            batch.filter(pyarrow.array(passing((batch["title"], batch["text"]), expression))).to_pylist()

    found = [
        Row("parquet", "Parquet decoding alone", amounts, fastest(alone).processor),
        Row("automaton", "Parquet → automaton on folded text", amounts, fastest(automaton).processor),
        Row("arrow", "Parquet → RE2 over Arrow columns (used)", amounts, fastest(arrow).processor, "automaton"),
    ]
    if missing(["duckdb"]):
        sys.stderr.write("duckdb is not installed (extra bench): its row is left out\n")
        return found
    import duckdb

    base = duckdb.connect()
    base.execute("SET threads = 1")
    query = "SELECT * FROM read_parquet($1) WHERE regexp_matches(title, $2) OR regexp_matches(text, $2)"
    seconds = fastest(lambda: base.execute(query, [str(path), expression]).fetchall()).processor
    return [*found, Row("duckdb", "Parquet → RE2 in DuckDB, one thread", amounts, seconds, "automaton")]
