"""Parquet files hold the tables with types, and say in their metadata what they are."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reputation.content import Content
from reputation.export import LONG_COLUMNS, head_lines, long_parquet, parquet_words
from reputation.language import Language
from reputation.lookup import Figures
from reputation.parquet import table_parquet
from reputation.report import all_tables
from reputation.tables import Column, Figure, Span, Table, flat_heads
from tests.reputation.contents import content

MADE = content()
DA = Language("da", MADE.words["da"])
TABLE = Table(
    "volume",
    (
        Column("area"),
        Column("first", "day"),
        Column("net_tone", "tone", "figure"),
        Column("leave_out", "tone", "span"),
        Column("about", "count"),
        Column("influence", "tone change"),
    ),
    (
        ("Ågård", "2021-03-01", Figure(-0.25, -0.5, 0.125), Span(-0.5, 0.0), 12, 0.5),
        ("", "", Figure(None, word="for få"), None, None, "nettotonen vises ikke"),
    ),
)


def read(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


def test_values_are_numbers_days_are_days_and_what_is_missing_is_missing() -> None:
    found = read(table_parquet(TABLE, {}))
    assert found.to_pydict() == {
        "area": ["Ågård", None],
        "first": [date(2021, 3, 1), None],
        "net_tone": [-0.25, None],
        "net_tone_low": [-0.5, None],
        "net_tone_high": [0.125, None],
        "net_tone_status": [None, "for få"],
        "leave_out_low": [-0.5, None],
        "leave_out_high": [0.0, None],
        "about": [12, None],
        "influence": ["0.5", "nettotonen vises ikke"],
    }
    assert found.schema.field("about").type == pa.int64()


def test_every_table_of_a_report_is_read_back_with_the_plain_files_columns() -> None:
    for table in all_tables(Figures(MADE), DA):
        found = read(table_parquet(table, {}))
        assert found.num_rows == len(table.rows)
        assert [name for name in found.column_names if not name.endswith("_status")] == [
            name for name in flat_heads(table, None) if not name.endswith("_status")]


def test_the_long_table_is_typed() -> None:
    found = read(long_parquet(MADE))
    assert tuple(found.column_names) == LONG_COLUMNS
    assert found.column("OBS_VALUE").to_pylist() == [each.value for each in MADE.estimates]
    assert found.schema.field("N").type == pa.int64()


@pytest.mark.parametrize("demo", [True, False])
def test_the_metadata_say_the_day_of_the_data_and_demodata_only_of_a_demonstration(demo: bool) -> None:
    made = content(demo=demo)
    words = read(table_parquet(TABLE, parquet_words("volume", made))).schema.metadata
    assert words[b"made_from"].decode() == made.made_from
    assert (b"DEMODATA" in words[b"head"]) is demo


def test_the_same_table_is_the_same_bytes() -> None:
    assert table_parquet(TABLE, {"a": "b"}) == table_parquet(TABLE, {"a": "b"})


def asked(made: Content, query: str) -> Content:
    line = replace(made.provenance.imports[0], query=query, first="2020-01-01", last="2020-12-31")
    return replace(made, provenance=replace(made.provenance, imports=(line,)))


def test_counts_of_texts_say_what_the_archive_was_asked() -> None:
    made = asked(content(demo=False), 'Vollsmose\nOR  "Gellerup"')
    assert head_lines("volume", made) == ('query [2020-01-01:2020-12-31]: Vollsmose OR "Gellerup"',)
    assert head_lines("survey", made) == ()
