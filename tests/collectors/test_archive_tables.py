"""Archive tables, CSV and xlsx: recognised by their headers, read row by row, refused by row and column."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.archives import infomedia_table, tables
from collectors.archives.intake import import_archive
from collectors.archives.record import Record
from store.database import Store
from store.errors import Exit, OtherKind, WrongFacts, WrongFile
from tests.collectors.test_archives import NOW, dump, texts

HEADER = ["Overskrift", "Dato", "Medie", "Forfatter", "Brødtekst", "Link"]
ROW = ["Nyt torv åbner i Solkrogen", "4. marts 2021", "Fjordposten", "En Skribent", "Mange var mødt op.",
       "https://arkiv.example/a/1"]
PLAIN = ["outlet", "published", "title", "summary", "text", "url", "guid"]
PLAIN_ROW = ["Fjordposten", "2021-03-04 07:30", "Nyt torv åbner", "Snoren er klippet.", "Mange var mødt op.",
             "https://fjordposten.example/a/1", "a1"]
READ = [("Nyt torv åbner i Solkrogen", "", "Mange var mødt op.")]


def row(**cells: object) -> list[object]:
    return [cells.get(name.casefold(), cell) for name, cell in zip(HEADER, ROW, strict=True)]


def csv_file(path: Path, *rows: list[object], mark: str = ";", encoding: str = "utf-8", end: str = "\r\n") -> Path:
    def cell(value: object) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if set(text) & {mark, '"', "\n"} else text

    path.write_bytes(end.join(mark.join(map(cell, each)) for each in rows).encode(encoding))
    return path


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for each in rows:
            sheet.append(each)
        if name == "hidden":
            sheet.sheet_state = "hidden"
    book.save(path)
    return path


@pytest.fixture
def take(store: Store, facts):
    def take(path: Path, **given):
        return import_archive(store, path, facts, **({"now": NOW} | given))

    return take


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_an_infomedia_csv_is_recognised_by_its_headers_and_read_without_bylines(
    take, store: Store, tmp_path: Path, mark: str, encoding: str
) -> None:
    summary = take(csv_file(tmp_path / "a.data", HEADER, ROW, mark=mark, encoding=encoding))
    assert (summary.rows, summary.added, summary.exit_code) == (1, 1, Exit.DONE)
    assert texts(store) == READ
    kept = store.rows("SELECT outlet_id, day, url, text_level FROM articles")[0]
    assert tuple(kept) == ("fjordposten", "2021-03-04", "https://arkiv.example/a/1", "full")
    assert "Skribent" not in "".join(dump(store))
    assert json.loads(store.value("SELECT notes FROM imports")) == [
        f"encoding: {encoding}", "columns not read: Forfatter"
    ]
    assert store.value("SELECT format FROM imports") == "infomedia-table"


@pytest.mark.parametrize(
    "header",
    [
        ["OVERSKRIFT", "dato", " Medie ", "byline", "brødtekst", "url"],
        ["Rubrik", "Publiceringsdato", "Kilde:", "Journalist", "Tekst", "artikel-url"],
        ["Headline", "Date", "Source", "Author", "Indhold", "Link"],
        ["Titel", "Date", "Medie", "", "Tekst", "LINK"],
    ],
)
def test_headers_are_danish_or_english_whatever_their_case(
    take, store: Store, tmp_path: Path, header: list[object]
) -> None:
    take(csv_file(tmp_path / "a.csv", header, ROW))
    assert texts(store) == READ


def test_an_infomedia_workbook_gives_the_same_articles_as_the_csv(take, store: Store, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.data", Artikler=[HEADER, row(dato=datetime(2021, 3, 4, 7, 30))])
    assert take(path).added == 1
    assert texts(store) == READ
    assert store.value("SELECT published FROM articles") == "2021-03-04T06:30:00Z"
    assert take(csv_file(tmp_path / "a.csv", HEADER, ROW)).known == 1
    assert "Skribent" not in "".join(dump(store))


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("04-03-2021", "2021-03-04"), ("04.03.2021", "2021-03-04"), ("4/3/2021 07.30", "2021-03-04"),
        ("2021-03-04 07:30:00", "2021-03-04"), ("torsdag d. 4. marts 2021", "2021-03-04"),
        (date(2021, 3, 4), "2021-03-04"), (44259, "2021-03-04"), (44259.5, "2021-03-04"), ("44259", "2021-03-04"),
    ],
)
def test_dates_are_danish_or_iso_or_days_as_excel_counts_them(
    take, store: Store, tmp_path: Path, raw: object, day: str
) -> None:
    take(workbook(tmp_path / "a.xlsx", Ark=[HEADER, row(dato=raw)]))
    assert store.value("SELECT day FROM articles") == day


def test_all_visible_sheets_with_the_header_are_read_and_the_others_are_not(
    take, store: Store, tmp_path: Path
) -> None:
    path = workbook(
        tmp_path / "a.xlsx", Forside=[["Søgning", "solkrog*"]], A=[["Udtræk"], [], HEADER, ROW, []],
        B=[HEADER, row(overskrift="Et andet torv")], hidden=[HEADER, row(overskrift="Skjult")],
    )
    assert take(path).added == 2
    assert [title for title, *_ in texts(store)] == ["Nyt torv åbner i Solkrogen", "Et andet torv"]


def test_lines_above_the_header_and_blank_lines_are_passed_over(take, store: Store, tmp_path: Path) -> None:
    take(csv_file(tmp_path / "a.csv", ["sep=;"], ["Søgning: solkrog*", "side 1"], HEADER, [], ROW, [""]))
    assert texts(store) == READ


def test_a_cell_may_hold_delimiters_quotes_and_paragraphs(take, store: Store, tmp_path: Path) -> None:
    take(csv_file(tmp_path / "a.csv", HEADER, row(brødtekst='Han sagde; "ja".\n\nHun, nej.'), end="\n"))
    assert texts(store)[0][2] == 'Han sagde; "ja".\n\nHun, nej.'


def test_a_long_article_is_one_cell(take, tmp_path: Path) -> None:
    assert take(csv_file(tmp_path / "a.csv", HEADER, row(brødtekst="ord " * 50_000))).added == 1


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        (row(medie=" "), "Medie", "no outlet is named"),
        (row(dato=""), "Dato", "no date"),
        (row(dato="i foråret"), "Dato", "unreadable date 'i foråret'"),
        (row(dato="03/14/2021"), "Dato", "unreadable date '03/14/2021'"),
        (row(overskrift="", brødtekst=""), "Overskrift", "neither title nor text"),
        (row(overskrift="?", brødtekst="…"), "", "a text without a word"),
        (["Kun", "to"], "", "2 cells where the header has 6"),
        ([*ROW, "én for meget"], "", "7 cells where the header has 6"),
    ],
)
def test_a_row_that_can_not_be_used_is_refused_by_row_and_column(
    take, store: Store, tmp_path: Path, wrong: list[object], column: str, reason: str
) -> None:
    summary = take(csv_file(tmp_path / "a.csv", HEADER, ROW, wrong, row(overskrift="Anden")))
    assert (summary.rows, summary.added, summary.refused, summary.exit_code) == (3, 2, 1, Exit.WITH_REFUSALS)
    refusal = store.rows("SELECT row, \"column\", reason FROM refusals")[0]
    assert tuple(refusal) == (2, column, reason)


def encoded(*rows: list[object]) -> bytes:
    return "\n".join(";".join(map(str, each)) for each in rows).encode()


@pytest.mark.parametrize(
    ("content", "given", "said"),
    [
        (encoded(["Overskrift", "Dato", "Brødtekst"], ["a", "b", "c"]), {},
         "no column for the outlet. Give it the header medie or kilde or source"),
        (encoded([*HEADER, "Kilde"], [*ROW, "x"]), {}, "two columns give the outlet: 'Medie' and 'Kilde'"),
        (encoded(HEADER), {}, "holds no article"),
        (encoded(PLAIN[1:], PLAIN_ROW[1:]), {}, "no column for the outlet. Give it the header outlet"),
        (encoded(["a", "b"], [1, 2]), {"format": "infomedia-table"}, "no column for the outlet"),
        (encoded(HEADER, row(brødtekst='"Aldrig lukket'), ROW), {}, "a quote in the row from line 2 on is not closed"),
        (encoded(HEADER, row(brødtekst='"' + "x" * 5_000)), {}, "from line 2 on can't be read"),
        (encoded(HEADER, row(brødtekst='"' + "x\n" * 5_000)), {}, "from line 2 on can't be read"),
        (b"PK\x03\x04 ikke en zip", {}, "this is no xlsx workbook"),
        (b"PK\x03\x04 ikke en zip", {"format": "retriever"}, "a workbook or another zip file"),
        (b"\xd0\xcf\x11\xe0" * 99, {}, "old workbook"),
    ],
)
def test_a_wrong_table_ends_with_one_line_and_nothing_written(
    take, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, given: dict[str, str],
    said: str,
) -> None:
    monkeypatch.setattr(tables, "CELL_LIMIT", 2_000)
    path = tmp_path / "a.file"
    path.write_bytes(content)
    before = dump(store)
    with pytest.raises(WrongFile, match=said) as caught:
        take(path, **given)
    assert caught.value.exit_code is Exit.WRONG_USE
    assert "\n" not in str(caught.value)
    assert dump(store) == before


@pytest.mark.parametrize("sheets", [{"Ark": [["a", "b"]]}, {"Ark": []}, {"hidden": [HEADER, ROW], "Ark": [["a"]]}])
def test_a_workbook_without_articles_is_no_export(take, tmp_path: Path, sheets: dict[str, list[list[object]]]) -> None:
    with pytest.raises(WrongFile, match="no archive export"):
        take(workbook(tmp_path / "a.xlsx", **sheets))


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "UNPACKED_LIMIT", 1_000)
    with pytest.raises(WrongFile, match="Save it as CSV"):
        take(workbook(tmp_path / "a.xlsx", Ark=[HEADER, ROW]))


@given(at=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_never_ends_in_a_traceback(tmp_path_factory, at: float, byte: int, cut: bool) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(workbook(folder / "a.xlsx", Ark=[HEADER, ROW]).read_bytes())
    place = min(4 + int(at * (len(content) - 4)), len(content) - 1)
    content[place] = byte
    (folder / "b.xlsx").write_bytes(content[:place] if cut else content)
    try:
        records = list(infomedia_table.read(folder / "b.xlsx", NOW, ""))
    except WrongFile:
        return
    assert len(records) <= 2


def test_reading_holds_one_row_at_a_time(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", HEADER, ROW, [*ROW, '"'])
    rows = infomedia_table.read(path, NOW, "utf-8")
    next(rows)
    assert isinstance(next(rows), Record)
    rows.close()


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_plain_csv_is_recognised_and_kept_whole(take, store: Store, tmp_path: Path, mark: str) -> None:
    take(csv_file(tmp_path / "a.csv", ["# fra vort eget arkiv"], PLAIN, ["# 2021"], PLAIN_ROW, mark=mark))
    assert texts(store) == [("Nyt torv åbner", "Snoren er klippet.", "Mange var mødt op.")]
    kept = store.rows("SELECT outlet_id, published, url, guid FROM articles")[0]
    assert tuple(kept) == ("fjordposten", "2021-03-04T06:30:00Z", "https://fjordposten.example/a/1", "a1")
    assert store.value("SELECT format FROM imports") == "plain"


def test_a_plain_table_needs_three_columns_in_any_order_and_may_be_a_workbook(
    take, store: Store, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "a.xlsx", Ark=[["Title", "author", "Published", "Outlet"],
                                              ["Nyt torv åbner", "En Skribent", "4. marts 2021", "Fjordposten"]])
    assert take(path).added == 1
    assert store.value("SELECT text_level FROM articles") == "title"
    assert json.loads(store.value("SELECT notes FROM imports")) == ["workbook", "columns not read: author"]
    assert "Skribent" not in "".join(dump(store))


def test_a_plain_row_that_can_not_be_used_is_refused_by_row_and_column(take, store: Store, tmp_path: Path) -> None:
    wrong = ["Fjordposten", "engang", *PLAIN_ROW[2:]]
    assert take(csv_file(tmp_path / "a.csv", PLAIN, PLAIN_ROW, wrong)).refused == 1
    refusal = store.rows("SELECT row, \"column\", reason FROM refusals")[0]
    assert tuple(refusal) == (2, "published", "unreadable date 'engang'")


def test_the_example_in_the_documentation_is_read(take, store: Store, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operators.md").read_text(encoding="utf-8")
    example = page.partition("outlet,published,title")[2].partition("```")[0]
    (tmp_path / "a.csv").write_text(f"outlet,published,title{example}", encoding="utf-8")
    assert take(tmp_path / "a.csv").added == 1
    assert texts(store)[0][2] == "Mange var mødt op.\n\nDer var kaffe til alle."


def test_demonstration_tables_stay_out_of_a_real_store(take, store: Store, facts, tmp_path: Path) -> None:
    demo = [*HEADER, "Demo"], [*ROW, "DEMODATA"]
    path = workbook(tmp_path / "a.xlsx", Ark=list(demo))
    for each in (path, csv_file(tmp_path / "a.csv", *demo)):
        with pytest.raises(OtherKind):
            take(each)
    with Store.open(tmp_path / "demo.db", kind="demo") as other:
        assert import_archive(other, path, facts, now=NOW).added == 1
        mixed = workbook(tmp_path / "b.xlsx", Ark=[*demo, [*row(overskrift="Ægte"), ""]])
        with pytest.raises(OtherKind, match="record 2"):
            import_archive(other, mixed, facts, now=NOW)


@pytest.mark.parametrize("content", ["", "title = 1", "not toml"])
def test_headers_that_can_not_be_read_are_wrong_facts(tmp_path: Path, content: str) -> None:
    path = tmp_path / "headers.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(WrongFacts, match="Infomedia"):
        infomedia_table.load_layout(path)
