"""The page is whole, says its statuses, needs nothing from outside, and is always the same bytes."""

from __future__ import annotations

import csv
import gzip
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reputation import report
from reputation.content import Content, from_json, to_json
from reputation.report import write
from store.errors import WrongUse
from tests.reputation.contents import content
from tests.reputation.contents_beside import STATUSES


class Page(HTMLParser):
    """Collects what the tests ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.tags if name == tag)


@pytest.fixture(scope="module")
def danish(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(content(), tmp_path_factory.mktemp("report") / "da", "da").parent


@pytest.fixture(scope="module")
def text(danish: Path) -> str:
    return (danish / "index.html").read_text(encoding="utf-8")


def bare(made: Content) -> Content:
    return replace(
        made,
        estimates=(),
        goals=(),
        events=(),
        counts=(),
        quotes=(),
        waves=(),
        fieldwork=(),
        agreement=(),
        associations=(),
        benchmarks=(),
        analyses=(),
        provenance=replace(made.provenance, imports=(), feeds=(), outlets=(), refusals={}, planted_bias={}),
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def test_the_same_content_gives_the_same_bytes(danish: Path, tmp_path: Path) -> None:
    again = write(from_json(to_json(content())), tmp_path / "again", "da").parent
    assert files(again) == files(danish)


def test_writing_again_replaces_the_report_as_a_whole(tmp_path: Path) -> None:
    write(bare(content()), tmp_path / "out", "da")
    (tmp_path / "out" / "charts" / "stale.svg").write_text("old", encoding="utf-8")
    path = write(bare(content()), tmp_path / "out", "en")
    assert path == tmp_path / "out" / "index.html"
    assert not (tmp_path / "out" / "charts" / "stale.svg").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_report_is_not_replaced(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("mine", encoding="utf-8")
    else:
        out.mkdir()
        (out / "thesis.docx").write_text("mine", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(WrongUse) as caught:
        write(content(), out, "da")
    assert str(out) in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_crash_leaves_the_report_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = write(bare(content()), tmp_path / "out", "da").parent
    before = files(out)

    def crash(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(report, "workbook", crash)
    with pytest.raises(OSError, match="disk full"):
        write(bare(content(demo=False)), out, "en")
    assert files(out) == before
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_the_page_is_small_and_needs_nothing_from_outside(text: str) -> None:
    page = Page(text)
    assert len(text.encode()) <= 2_000_000
    assert len(gzip.compress(text.encode())) <= 400_000
    assert not list(page.all("script"))
    assert not list(page.all("link"))
    for tag, attributes in page.tags:
        assert not str(attributes.get("src") or "").startswith(("http", "//")), tag
        assert not [key for key in attributes if key.startswith("on")], tag
    assert not re.search(r"url\((?!data:|#)", text)


def at_the_end(made: Content) -> Content:
    """Give the series of eight years four more, as the last report will have: 2026–2029 like 2022–2025."""

    def later(day: str) -> str:
        return f"{int(day[:4]) + 4}{day[4:]}"

    def more(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        repeated = (each for each in rows if each.first >= "2022" and not each.wave)
        return rows + tuple(replace(each, first=later(each.first), last=later(each.last)) for each in repeated)

    return replace(
        made, last="2029-12-31", made_from="2029-12-31", estimates=more(made.estimates), counts=more(made.counts),
        years=made.years + tuple((later(first), later(last)) for first, last in made.years[-4:]),
    )


def test_the_last_report_of_the_evaluation_is_small_enough_too(tmp_path: Path) -> None:
    page = write(at_the_end(content(corrected=True)), tmp_path / "out", "da").read_bytes()
    assert len(page) <= 2_000_000
    assert len(gzip.compress(page)) <= 400_000


def test_headings_follow_each_other_and_ids_are_unique(text: str) -> None:
    page = Page(text)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for link in page.all("a"):
        href = str(link["href"])
        if href.startswith("#"):
            assert href[1:] in ids


def test_the_keyboard_goes_through_the_page_in_the_order_it_is_read(text: str) -> None:
    found = [str(attributes["tabindex"]) for _, attributes in Page(text).tags if "tabindex" in attributes]
    assert set(found) == {"0"}
    scrolled = re.findall(r'<div class="(?:scroll|box)"[^>]*>', text)
    assert all('tabindex="0"' in each and 'role="region"' in each and "aria-label=" in each for each in scrolled)


PRINTED_BESIDE = {
    "fieldwork": ("answers", "invited", "response_rate", "population", "days", "mode", "institute", "item",
                  "dont_know_share", "interval_method", "fpc", "weights", "trimmed", "method", "break_reason",
                  "family"),
    "basis": ("texts", "copies", "events", "g_eff", "leave_out_low", "leave_out_high", "roles", "outlet_mix",
              "teaser_share", "coded", "alpha", "correction", "reader", "code_book", "formula", "method"),
    "volume": ("about", "events", "reach", "gap_days", "sources", "fed", "stories", "coverage_share"),
    "survey": ("safe_share", "safe_share_low", "safe_share_high", "answers"),
}
"""what method.md C3 wants printed beside every figure"""


@pytest.mark.parametrize("table", PRINTED_BESIDE)
def test_what_must_stand_beside_a_figure_stands_in_its_tables(danish: Path, table: str) -> None:
    text = (danish / "csv" / "plain" / f"{table}.csv").read_text(encoding="utf-8")
    heads = next(line for line in text.splitlines() if line[:1] != "#").split(",")
    assert set(PRINTED_BESIDE[table]) <= set(heads)


def test_every_chart_and_table_is_named(text: str) -> None:
    page = Page(text)
    charts = [each for each in page.all("svg") if each.get("role") == "img"]
    assert len(charts) > 100
    assert all(each.get("aria-labelledby") for each in charts)
    assert len(list(page.all("table"))) == len(list(page.all("caption")))
    assert next(page.all("html"))["lang"] == "da"


def test_every_status_word_is_on_the_page(text: str) -> None:
    said = " ".join(Page(text).words)
    for danish_word, _ in STATUSES.values():
        assert danish_word in said


def test_uncorrected_is_said_in_every_caption_of_tone(text: str) -> None:
    for caption in re.findall(r"<caption><span>(.*?)</span></caption>", text):
        if caption.startswith(("Omtale og tone", "Nettotone, alle", "Nettotone regnet", "Største begivenheder")):
            assert "Ikke korrigeret for læsefejl" in caption


def test_demodata_is_in_every_section_chart_sheet_and_file(danish: Path, text: str) -> None:
    assert text.count('<p class="demo">') >= 20
    assert "siger intet om de virkelige områder" in text
    for name, data in files(danish).items():
        if name.endswith(".parquet"):
            assert "DEMODATA" in pq.read_schema(danish / name).metadata[b"head"].decode(), name
        elif not name.endswith(".xlsx"):
            assert b"DEMODATA" in data, name


@pytest.mark.parametrize("code", ["da", "en"])
def test_real_data_say_nothing_of_demonstration(tmp_path: Path, code: str) -> None:
    out = write(content(demo=False), tmp_path / "out", code).parent
    assert not [name for name, data in files(out).items() if b"DEMODATA" in data]


def test_every_table_lies_beside_the_page_in_both_dialects(danish: Path, text: str) -> None:
    linked = set(re.findall(r'href="((?:csv|charts)/[^"]+)"', text))
    assert {each for each in linked if not (danish / each).exists()} == set()
    drawn = {each.stem for each in (danish / "charts").glob("*.svg")}
    assert drawn == {each.stem for each in (danish / "charts").glob("*.png")}
    named = {each.stem for each in (danish / "csv").glob("*.csv")}
    assert named == {each.stem for each in (danish / "parquet").glob("*")}
    assert {each.name for each in (danish / "csv").glob("*.csv")} - {"long.csv"} == {
        each.name for each in (danish / "csv" / "plain").glob("*.csv")
    }


def test_every_table_of_figures_names_the_query_behind_it(text: str) -> None:
    named = {"news", "volume", "basis", "sensitivity", "survey", "fieldwork", "changes", "events", "counts", "goals",
             "pairs", "associations", "spread_tone", "spread_safe", "partings", "outlooks", "turns", "interruptions",
             "attributions"}
    for line in re.findall(r'<p class="files">.*?</p>', text):
        of = re.search(r"csv/(\w+)\.csv", line)
        assert of is not None
        assert ("<code>" in line) == (of[1] in named), line


def test_links_that_are_no_addresses_are_not_linked(text: str) -> None:
    assert "javascript:" not in " ".join(str(each["href"]) for each in Page(text).all("a"))
    assert "https://fjordposten.example/a?b=1&amp;c=2" in text


def test_what_comes_from_outside_is_escaped(tmp_path: Path) -> None:
    made = content()
    evil = replace(made.events[-1], title="<script>alert(1)</script>", first=made.first, last=made.last)
    area = replace(made.areas[0], name="<b>Ager</b>vang")
    page = write(replace(made, events=(evil,), areas=(area, *made.areas[1:])), tmp_path / "out", "da")
    written = page.read_text(encoding="utf-8")
    assert "<script" not in written
    assert "<b>Ager" not in written


def test_residents_are_quoted_only_as_released_and_masked(text: str) -> None:
    assert "Jeg hilser på alle i opgangen" in text
    assert text.count("<blockquote>") == 2


def test_names_are_listed_with_their_days(text: str) -> None:
    assert "Læses også under navnene Grønneparken (fra 27. september 2021) og Vangkvarteret." in text


def test_list_status_is_told_in_spells(text: str) -> None:
    assert "1. december: 2018–2019 hård ghetto/omdannelsesområde;" in text


CAUSES = {
    "da": ("skyldes", "fører til", "førte til", "effekt af", "virkning af", "på grund af", "forårsag", "derfor er",
           "takket være"),
    "en": ("caused by", "because of", "leads to", "led to", "effect of", "due to", "thanks to", "results in"),
}
RANKS = {
    "da": ("rangliste", "nr. 1 ", "nummer et", "bedst", "værst", "topplacering", "førende", "bundplacering"),
    "en": ("league table", "no. 1 ", "best area", "worst", "top-ranked", "ranked first"),
}
STRONG = {"da": ("signifikant", "beviser", "bevist"), "en": ("significant", "proves", "is proven")}


@pytest.mark.parametrize("code", ["da", "en"])
@pytest.mark.parametrize("corrected", [True, False])
def test_the_page_gives_no_ranks_and_no_causes_and_is_never_stronger_than_its_figures(
    tmp_path: Path, code: str, corrected: bool,
) -> None:
    made = content(corrected=corrected)
    page = write(made, tmp_path / "out", code)
    said = " ".join(" ".join(Page(page.read_text(encoding="utf-8")).words).split()).lower()
    found = [word for words in (CAUSES, RANKS, STRONG) for word in words[code] if re.search(rf"\b{word}", said)]
    assert found == []


def test_tables_of_areas_stand_in_the_order_of_the_danish_alphabet(danish: Path) -> None:
    order = [each.name for each in content().areas]
    for path in (danish / "csv" / "plain").glob("*.csv"):
        rows = list(csv.DictReader(line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"))
        if path.stem not in UNSORTED and rows and "area" in rows[0]:
            places = [order.index(row["area"]) for row in rows if row["area"] in order]
            assert places == sorted(places), path.name


UNSORTED = {"goals", "outlooks", "turns", "interruptions", "discovered_areas"}
"""by indicator, length of period, day or topic first"""


@pytest.mark.parametrize("code", ["da", "en"])
def test_a_store_with_nothing_in_it_still_makes_a_report(tmp_path: Path, code: str) -> None:
    page = write(bare(content()), tmp_path / "out", code).read_text(encoding="utf-8")
    assert "ikke indsamlet" in page or "not collected" in page


def test_a_window_that_is_no_year_is_named_by_its_days(tmp_path: Path) -> None:
    made = replace(bare(content()), first="2024-07-01", last="2025-06-30", years=())
    page = write(made, tmp_path / "out", "da").read_text(encoding="utf-8")
    assert "1. juli 2024 – 30. juni 2025" in page


def test_planted_bias_is_told_only_of_a_demonstration(tmp_path: Path, text: str) -> None:
    assert "Demonstrationen er lavet af en indlagt sandhed" in text
    real = write(content(demo=False), tmp_path / "out", "da").read_text(encoding="utf-8")
    assert "indlagt sandhed" not in real.replace("Indlagt sandhed og aflæsning", "")
