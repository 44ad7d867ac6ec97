"""Archive exports: recognised, taken in once, refused record by record, never half-written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collectors.archives import infomedia, retriever
from collectors.archives.intake import import_archive
from collectors.archives.record import Record, Refused
from collectors.archives.searched import read_outlets
from store.database import Store
from store.days import Window
from store.errors import Exit, OtherKind, ReputationError, WrongFacts, WrongFile, WrongUse
from store.facts import Facts
from store.outlets import Outlet

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LINE = "=" * 78


def infomedia_record(**fields: object) -> dict[str, object]:
    return {
        "ArticleUrl": "https://arkiv.example/a/1", "Heading": "Nyt torv åbner i Solkrogen", "SubHeading": "",
        "Lead": "Borgmesteren klippede snoren.", "Paragraph": "", "PublishDate": "2021-03-04T00:00:00",
        "BodyText": "Mange var mødt op.\n\nDer var kaffe til alle.", "Captions": [], "Authors": ["En Skribent"],
        "Source": "Fjordposten", "WordCount": 12, "ArticleId": "e1", "PageIds": ["1"], "Section": "1",
    } | fields


def ndjson(path: Path, *records: object) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def retriever_article(
    title: str = "Nyt torv åbner i Solkrogen", outlet: str = "Fjordposten", when: str = "2021-03-04 07:30",
    frame: str = "Side 15\nUdgivet i print.", body: str = "Borgmesteren klippede snoren.\n\nMange var mødt op.",
    end: str = "",
) -> str:
    end = end or f"©{outlet}\nAlle artikler er beskyttet af lov om ophavsret."
    return f"{title}\n{outlet}, {when}\n{frame}\n\n{body}\n\n{end}\n"


def retriever_file(
    path: Path, *articles: str, listed: int | None = None, head: str = "Udskrift fra arkivet\n\n"
) -> Path:
    contents = "".join(f"> {each.splitlines()[0]}, Fjordposten, 2021-03-04 07:30\n" for each in articles)
    contents = "".join(contents.splitlines(keepends=True)[:listed])
    path.write_text(f"{head}{contents}\n{LINE}\n" + f"{LINE}\n".join(articles) + f"{LINE}\n", encoding="utf-8")
    return path


@pytest.fixture
def take(store: Store, facts, tmp_path: Path):
    def take(path: Path, **given):
        return import_archive(store, path, facts, **({"now": NOW} | given))

    return take


def dump(store: Store) -> list[str]:
    return list(store.db.conn.iterdump())


def texts(store: Store) -> list[tuple[str, ...]]:
    return [tuple(row) for row in store.rows("SELECT title, summary, text FROM versions ORDER BY id")]


def test_an_infomedia_export_becomes_articles_without_bylines(take, store: Store, tmp_path: Path) -> None:
    summary = take(ndjson(tmp_path / "a.ndjson", infomedia_record()))
    assert (summary.rows, summary.added, summary.exit_code) == (1, 1, Exit.DONE)
    assert texts(store) == [
        ("Nyt torv åbner i Solkrogen", "Borgmesteren klippede snoren.", "Mange var mødt op.\n\nDer var kaffe til alle.")
    ]
    row = store.rows("SELECT * FROM articles")[0]
    assert (row["outlet_id"], row["day"], row["published"]) == ("fjordposten", "2021-03-04", "2021-03-03T23:00:00Z")
    assert (row["text_level"], row["access"], row["guid"], row["import_id"]) == ("full", "unknown", "e1", 1)
    assert "Skribent" not in "".join(dump(store))


def test_a_retriever_export_becomes_articles_without_notice(take, store: Store, tmp_path: Path) -> None:
    summary = take(retriever_file(tmp_path / "a.txt", retriever_article()))
    assert (summary.rows, summary.added, summary.refused) == (1, 1, 0)
    assert texts(store) == [("Nyt torv åbner i Solkrogen", "Borgmesteren klippede snoren.", "Mange var mødt op.")]
    assert store.value("SELECT published FROM articles") == "2021-03-04T06:30:00Z"


def test_the_same_file_twice_adds_nothing(take, store: Store, tmp_path: Path) -> None:
    path = ndjson(tmp_path / "a.ndjson", infomedia_record(), infomedia_record(Source=""))
    take(path)
    before = dump(store)
    again = take(path.rename(tmp_path / "renamed.ndjson"))
    assert again.line() == "renamed.ndjson: already imported (number 1); nothing added"
    assert again.exit_code is Exit.DONE
    assert dump(store) == before


def test_an_overlapping_export_adds_only_what_is_new(take, store: Store, tmp_path: Path) -> None:
    take(ndjson(tmp_path / "a.ndjson", infomedia_record()))
    summary = take(ndjson(tmp_path / "b.ndjson", infomedia_record(ArticleId="other"), infomedia_record(Heading="Ny")))
    assert (summary.added, summary.known) == (1, 1)


def test_an_article_id_used_twice_is_two_articles(take, store: Store, tmp_path: Path) -> None:
    summary = take(ndjson(tmp_path / "a.ndjson", infomedia_record(), infomedia_record(Source="Bydelsbladet"),
                          infomedia_record(PublishDate="2021-03-05T00:00:00")))
    assert summary.added == 3


def test_the_order_of_imports_changes_nothing(store: Store, facts, tmp_path: Path) -> None:
    first = ndjson(tmp_path / "a.ndjson", infomedia_record(), infomedia_record(Heading="Anden"))
    second = ndjson(tmp_path / "b.ndjson", infomedia_record(Heading="NYT TORV åbner i Solkrogen!"), infomedia_record())
    kept = []
    for number, order in enumerate(((first, second), (second, first))):
        with Store.open(tmp_path / f"{number}.db") as other:
            for path in order:
                import_archive(other, path, facts, now=NOW)
            rows = other.rows("SELECT id, day, copy_group, version FROM articles ORDER BY id")
            kept.append([tuple(row) for row in rows])
    assert kept[0] == kept[1]
    assert len(kept[0]) == 2


def test_an_unknown_outlet_is_reported_and_kept_without_a_class(take, store: Store, tmp_path: Path) -> None:
    summary = take(ndjson(tmp_path / "a.ndjson", infomedia_record(Source="Søavisen, Øst")))
    assert summary.unknown_outlets == ("Søavisen, Øst",)
    assert "kept without a class: Søavisen, Øst (id soeavisen-oest)" in summary.line()
    outlets = [tuple(row) for row in store.rows("SELECT * FROM outlets")]
    assert outlets == [("soeavisen-oest", "Søavisen, Øst", None, None)]
    assert json.loads(store.value("SELECT notes FROM imports")) == ["encoding: utf-8", "unknown outlet: Søavisen, Øst"]


def test_only_some_of_many_unknown_outlets_are_named(take, tmp_path: Path) -> None:
    records = [infomedia_record(Source=f"Avis {letter}") for letter in "abcdefg"]
    assert take(ndjson(tmp_path / "a.ndjson", *records)).line().endswith("Avis e (id avis-e) and 2 more")


@pytest.mark.parametrize("id", ["soeavisen-oest", "soeavisen"])
def test_an_outlet_that_the_facts_learn_of_later_gets_its_class_and_keeps_its_articles(
    store: Store, facts: Facts, tmp_path: Path, id: str
) -> None:
    first = ndjson(tmp_path / "a.ndjson", infomedia_record(Source="Søavisen, Øst"))
    overlapping = ndjson(tmp_path / "b.ndjson", infomedia_record(Source="Søavisen, Øst", ArticleId="e2"))
    import_archive(store, first, facts, now=NOW)
    outlet = Outlet(id, "Søavisen", ("Søavisen, Øst",), "local", "print", "", ())
    later = replace(facts, outlets=(*facts.outlets, outlet))
    assert import_archive(store, first, later, now=NOW).earlier == 1
    assert [tuple(row) for row in store.rows("SELECT * FROM outlets")] == [
        ("soeavisen-oest", "Søavisen", "local", "print")
    ]
    summary = import_archive(store, overlapping, later, now=NOW)
    assert (summary.known, summary.added, summary.unknown_outlets) == (1, 0, ())


def test_an_outlet_is_known_by_any_of_its_names(take, store: Store, tmp_path: Path) -> None:
    take(ndjson(tmp_path / "a.ndjson", infomedia_record(Source="Fjord-Posten")))
    assert [tuple(row) for row in store.rows("SELECT * FROM outlets")] == [
        ("fjordposten", "Fjordposten", "regional", "print")
    ]


def test_what_was_searched_is_kept_with_the_import(take, store: Store, tmp_path: Path) -> None:
    take(
        ndjson(tmp_path / "a.ndjson", infomedia_record(), infomedia_record(PublishDate="2019-01-01")),
        query='solkrog* OR "Sol krogen"', window=Window(date(2021, 1, 1), date(2021, 12, 31)),
        outlets=["Fjordposten", "Bydelsbladet", "Ukendt Blad"],
    )
    row = store.rows("SELECT query, window_from, window_to, notes FROM imports")[0]
    assert tuple(row)[:3] == ('solkrog* OR "Sol krogen"', "2021-01-01", "2021-12-31")
    assert "1 articles are dated outside the window searched" in row["notes"]
    assert [row["outlet_id"] for row in store.rows("SELECT outlet_id FROM import_outlets ORDER BY 1")] == [
        "bydelsbladet", "fjordposten", "ukendt-blad"
    ]


@pytest.mark.parametrize(
    ("record", "field", "reason"),
    [
        (infomedia_record(Source=" "), "Source", "no outlet is named"),
        (infomedia_record(PublishDate=None), "PublishDate", "no date"),
        (infomedia_record(PublishDate="i foråret"), "PublishDate", "unreadable date 'i foråret'"),
        (infomedia_record(PublishDate="2096-01-01"), "PublishDate", "date in the future '2096-01-01'"),
        (infomedia_record(Heading="", BodyText="", Lead=""), "Heading", "neither heading nor text"),
        (infomedia_record(Heading="???", BodyText="…", Lead=""), "", "a text without a word"),
        ('{"Heading": "afbrudt', "", "not a JSON object"),
        ("[1, 2]", "", "not a JSON object"),
        ("[" * 100_000, "", "not a JSON object"),
    ],
)
def test_a_record_that_can_not_be_used_is_refused_with_its_number(
    take, store: Store, tmp_path: Path, record: object, field: str, reason: str
) -> None:
    summary = take(ndjson(tmp_path / "a.ndjson", infomedia_record(), record, infomedia_record(Heading="Anden")))
    assert (summary.rows, summary.added, summary.refused, summary.exit_code) == (3, 2, 1, Exit.WITH_REFUSALS)
    refusal = store.rows("SELECT * FROM refusals")[0]
    assert (refusal["source"], refusal["row"], refusal["column"], refusal["reason"]) == ("a.ndjson", 2, field, reason)
    assert refusal["import_id"] == 1


def test_a_line_without_end_is_refused_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infomedia, "LINE_LIMIT", 2000)
    path = ndjson(tmp_path / "a.ndjson", infomedia_record(), infomedia_record(BodyText="x" * 9000), infomedia_record())
    first, second, third = infomedia.read(path, NOW, "utf-8")
    assert isinstance(first, Record)
    assert second == Refused(2, "", "the line is longer than 2000 characters")
    assert isinstance(third, Record)
    assert third.number == 3


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"BodyText": "<p>Et.</p><p>To &amp; tre.</p>"}, "Et.\n\nTo & tre."),
        ({"BodyText": ["Et.", "To."]}, "Et.\n\nTo."),
        ({"BodyText": "", "Paragraph": "Kun et stykke."}, "Kun et stykke."),
        ({"BodyText": "Et stykke. Og et til.", "Paragraph": "Et stykke."}, "Et stykke. Og et til."),
        ({"BodyText": "MjÃ¸lner\u00adparken"}, "Mjølnerparken"),
    ],
)
def test_the_body_of_an_infomedia_record(tmp_path: Path, fields: dict[str, object], expected: str) -> None:
    (record,) = infomedia.read(ndjson(tmp_path / "a.ndjson", infomedia_record(**fields)), NOW, "utf-8")
    assert isinstance(record, Record)
    assert record.text == expected


def test_a_heading_alone_is_a_title(take, store: Store, tmp_path: Path) -> None:
    take(ndjson(tmp_path / "a.ndjson", infomedia_record(Lead="", BodyText=""), infomedia_record(BodyText="")))
    assert [row[0] for row in store.rows("SELECT text_level FROM articles ORDER BY text_level")] == ["teaser", "title"]


def test_retriever_in_swedish_without_time_and_with_a_link(tmp_path: Path) -> None:
    article = retriever_article(
        when="2004-12-29", frame="Sida 15\nPublicerat i print.",
        end="©Fjordposten eller artikelförfattaren.\nAlla artiklar är skyddade av upphovsrättslagen.\n"
            "Se webartikeln på http://ret.example/1",
    )
    (record,) = retriever.read(retriever_file(tmp_path / "a.txt", article), NOW, "utf-8")
    assert isinstance(record, Record)
    assert (record.published, record.text) == (datetime(2004, 12, 28, 23, tzinfo=UTC), "Mange var mødt op.")


def test_a_body_line_that_looks_like_a_dateline_is_text(tmp_path: Path) -> None:
    article = retriever_article(body="Indledning.\n\nFjordposten, 2020-01-01\n\n© Foto: en fotograf\n\nSlut.")
    (record,) = retriever.read(retriever_file(tmp_path / "a.txt", article), NOW, "utf-8")
    assert isinstance(record, Record)
    assert record.published.year == 2021
    assert record.text == "Fjordposten, 2020-01-01\n\n© Foto: en fotograf\n\nSlut."


def test_a_title_may_run_over_two_lines_and_a_body_may_be_one_paragraph(tmp_path: Path) -> None:
    article = retriever_article(title="Nyt torv\nåbner", body="Et stykke.")
    (record,) = retriever.read(retriever_file(tmp_path / "a.txt", article), NOW, "utf-8")
    assert isinstance(record, Record)
    assert (record.title, record.summary, record.text) == ("Nyt torv åbner", "", "Et stykke.")


def test_the_first_article_may_follow_the_contents_without_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"> T, Fjordposten, 2021-03-04\n\n{retriever_article()}{LINE}\nArkivet takker\n", encoding="utf-8")
    (record,) = retriever.read(path, NOW, "utf-8")
    assert isinstance(record, Record)


def test_the_count_is_checked_against_the_contents_list(take, store: Store, tmp_path: Path) -> None:
    articles = [retriever_article(), retriever_article(title="Anden historie fra byen")]
    summary = take(retriever_file(tmp_path / "a.txt", *articles, listed=1))
    assert (summary.added, summary.refused, summary.exit_code) == (2, 1, Exit.WITH_REFUSALS)
    assert store.value("SELECT reason FROM refusals") == "the contents list names 1 articles, the file holds 2"


@pytest.mark.parametrize(
    ("article", "field"),
    [("Kun en titel\n\nog tekst\n", ""), (retriever_article(when="2021-13-45"), "date")],
)
def test_an_article_without_a_usable_dateline_is_refused(tmp_path: Path, article: str, field: str) -> None:
    (refused,) = retriever.read(retriever_file(tmp_path / "a.txt", article), NOW, "utf-8")
    assert isinstance(refused, Refused)
    assert (refused.number, refused.field) == (1, field)


def test_words_that_can_not_be_read_are_wrong_facts(tmp_path: Path) -> None:
    with pytest.raises(WrongFacts, match="Retriever"):
        retriever.load_words(tmp_path / "none.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_danish_letters_survive_every_encoding(take, store: Store, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(json.dumps(infomedia_record(), ensure_ascii=False).encode(encoding))
    take(path)
    assert texts(store)[0][0] == "Nyt torv åbner i Solkrogen"
    assert store.value("SELECT notes FROM imports") == f'["encoding: {encoding}"]'


@pytest.mark.parametrize(
    ("content", "given", "said"),
    [
        (None, {}, "there is no such file"),
        (b"", {}, "the file is empty"),
        (b" \n ", {}, "the file is empty"),
        (b"<html><body>Log ind</body></html>", {}, "no archive export"),
        (b"\x00\x01\x02\xff\xfe", {}, "no archive export"),
        (b"\x81\x8d" * 99, {"format": "retriever"}, "neither UTF-8 nor Windows-1252"),
        (b"a;b;c\n1;2;3\n", {}, "no archive export"),
        (b"a;b;c\n1;2;3\n", {"format": "infomedia"}, "first line is no JSON object"),
        (b"a;b;c\n1;2;3\n", {"format": "retriever"}, "no line of equal signs"),
        (LINE.encode(), {"format": "retriever"}, "holds no article"),
        (b"[]", {}, "no archive export"),
        (b'{"a": 1}', {}, "no archive export"),
        (b"x", {"format": "infomdia"}, "there is no archive format 'infomdia'"),
    ],
)
def test_a_wrong_file_ends_with_one_line_and_nothing_written(
    take, store: Store, tmp_path: Path, content: bytes | None, given: dict[str, str], said: str
) -> None:
    path = tmp_path / "a.file"
    if content is not None:
        path.write_bytes(content)
    before = dump(store)
    with pytest.raises((WrongFile, WrongUse), match=said) as caught:
        take(path, **given)
    assert caught.value.exit_code is Exit.WRONG_USE
    assert "\n" not in str(caught.value)
    assert dump(store) == before


def test_a_folder_is_no_export(take, tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="this is a folder"):
        take(tmp_path)


def test_demonstration_data_stay_out_of_a_real_store(take, store: Store, tmp_path: Path) -> None:
    with pytest.raises(OtherKind):
        take(ndjson(tmp_path / "a.ndjson", infomedia_record(Demo="DEMODATA")))
    with pytest.raises(OtherKind):
        take(retriever_file(tmp_path / "a.txt", retriever_article(), head="DEMODATA\n\n"))
    assert store.value("SELECT count(*) FROM imports") == 0


def test_a_file_that_mixes_both_kinds_is_refused_whole(facts, tmp_path: Path) -> None:
    mixed = ndjson(tmp_path / "a.ndjson", infomedia_record(Demo="DEMODATA"), infomedia_record(Heading="Ægte"))
    with Store.open(tmp_path / "demo.db", kind="demo") as demo:
        with pytest.raises(OtherKind, match="record 2"):
            import_archive(demo, mixed, facts, now=NOW)
        assert demo.value("SELECT count(*) FROM articles") == 0


def test_a_crash_in_the_middle_leaves_the_store_as_before(
    take, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(store)
    path = ndjson(tmp_path / "a.ndjson", infomedia_record(), infomedia_record(Heading="Anden"))
    with monkeypatch.context() as patch:
        patch.setattr("collectors.archives.intake.settle_import", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(path)
    assert dump(store) == before
    assert take(path).added == 2


def test_a_refusal_of_the_reader_names_where_and_what_to_do(take, tmp_path: Path) -> None:
    with pytest.raises(ReputationError) as caught:
        take(tmp_path / "none.ndjson")
    assert str(caught.value) == f"{tmp_path / 'none.ndjson'}: there is no such file. Check the name"


TOTALS = """# hvad arkivet siger
medie;måned;artikler
Fjordposten;2021-03;1412
Fjordposten;2021-04;0
Bladet;2021;900
"""


def outlets_file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_of_outlets_may_say_how_many_articles_each_had(tmp_path: Path) -> None:
    told = read_outlets(outlets_file(tmp_path / "o.csv", TOTALS))
    assert told.outlets == ("Fjordposten", "Bladet")
    assert [(each.outlet, str(each.window), each.articles) for each in told.totals] == [
        ("Fjordposten", "2021-03-01:2021-03-31", 1412), ("Fjordposten", "2021-04-01:2021-04-30", 0),
        ("Bladet", "2021-01-01:2021-12-31", 900)]


def test_a_list_of_outlets_is_a_line_each(tmp_path: Path) -> None:
    told = read_outlets(outlets_file(tmp_path / "o.txt", "\ufeff# søgt\nFjordposten\n\nBladet, lokalt\n"))
    assert (told.outlets, told.totals) == (("Fjordposten", "Bladet, lokalt"), ())


@pytest.mark.parametrize(("line", "column"), [
    ("Bladet;marts;12", "period"), ("Bladet;2021-13;12", "period"), ("Bladet;2021;1.412", "articles"),
    ("Bladet;2021;-3", "articles"), (";2021;3", "outlet"), ("Fjordposten;2021-03;3", "period"),
])
def test_a_total_that_is_none_is_named(tmp_path: Path, line: str, column: str) -> None:
    with pytest.raises(WrongFile, match=rf"row 4, column '{column}'"):
        read_outlets(outlets_file(tmp_path / "o.csv", f"{TOTALS}{line}\n"))


def test_totals_are_kept_with_the_import_and_go_with_it(take, store: Store, tmp_path: Path) -> None:
    told = read_outlets(outlets_file(tmp_path / "o.csv", TOTALS))
    number = take(ndjson(tmp_path / "a.ndjson", infomedia_record()), window=Window.year(2021), outlets=told.outlets,
                  totals=told.totals).import_id
    rows = [tuple(row) for row in store.rows("SELECT * FROM archive_totals ORDER BY articles")]
    assert rows == [(number, "fjordposten", "2021-04-01", "2021-04-30", 0),
                    (number, "bladet", "2021-01-01", "2021-12-31", 900),
                    (number, "fjordposten", "2021-03-01", "2021-03-31", 1412)]


def test_totals_of_days_that_were_not_searched_are_refused(take, store: Store, tmp_path: Path) -> None:
    totals = read_outlets(outlets_file(tmp_path / "o.csv", TOTALS)).totals
    spring = Window(date(2021, 3, 1), date(2021, 6, 30))
    for window, said in ((None, "not said which days"), (spring, "Bladet for 2021")):
        with pytest.raises(WrongUse, match=said):
            take(ndjson(tmp_path / "a.ndjson", infomedia_record()), window=window, totals=totals)
    assert store.value("SELECT count(*) FROM imports") == 0
