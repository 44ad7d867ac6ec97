"""explore.db leads a figure to what it was made of, and holds nothing of a respondent and no full text."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from nlp.read import read_new
from reputation import explore, snapshot
from reputation.explore import Explored, metadata, write
from reputation.explored import SCHEMA, basis_of, indicator_name
from reputation.language import Language
from reputation.queries import query_of, written, year_of
from store.config import Config, load_config
from store.database import Store
from store.facts import load_facts
from store.imports import record_import
from surveys.intake import import_survey
from tests.reputation.inputs import ANSWER, GUID, KEYS, PERSON, QUIET, SECRET_QUERY, body, put_texts, respondents
from tests.surveys.samples import write_wave


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("explore")
    (folder / "config.toml").write_text('[surveys]\nkey_file = "key"\n', encoding="utf-8")
    config = load_config(folder / "config.toml")
    put_texts(config)
    export, codebook = write_wave(folder / "wave", respondents(), counts="area,population,invited,answered\n"
                                  "vollsmose,100,90,80\ngellerup,80,20,2\n")
    facts = load_facts(config)
    with Store.open(config.store.path) as store:
        import_survey(store, export, codebook, facts, config)
        read_new(store, config, facts)
        with store.transaction():
            number = record_import(store, "archive", "hele-2021.ndjson", "0f9c7d12ab", "infomedia", None, "2021-01-01",
                                   "2021-12-31")
            store.execute("INSERT INTO archive_totals SELECT ?, id, '2021-01-01', '2021-12-31', 900 FROM outlets",
                          [number])
    return config


@pytest.fixture(scope="module")
def explored(config: Config) -> Explored:
    return write(config, QUIET)


@pytest.fixture
def database(explored: Explored) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(explored.database)) as opened:
        opened.row_factory = sqlite3.Row
        opened.create_function("escape_fts", 1, lambda words: " ".join(f'"{each}"' for each in words.split()))
        # as Datasette's own function of this name
        yield opened


def ask(database: sqlite3.Connection, query: str, **parameters: str) -> list[sqlite3.Row]:
    """Run a canned query as Datasette does: a parameter that is not given is an empty text."""
    canned = metadata(demo=False)["databases"]["explore"]["queries"][query]
    return database.execute(canned["sql"], dict.fromkeys(canned["params"], "") | parameters).fetchall()


def figure(database: sqlite3.Connection, indicator: str) -> sqlite3.Row:
    found = database.execute("SELECT * FROM figures WHERE area = 'vollsmose' AND year = '2021' AND indicator = ?",
                             [indicator]).fetchall()
    assert len(found) == 1
    return found[0]


# ---------------------------------------------------------------- what it must never hold


def everything(explored: Explored) -> str:
    """The file's bytes and every row in it: a long value may be split over pages."""
    with closing(sqlite3.connect(explored.database)) as database:
        rows = "\n".join(database.iterdump())
    return explored.database.read_bytes().decode("utf-8", errors="replace") + rows


def test_nothing_of_a_respondent_is_in_the_file(config: Config, explored: Explored) -> None:
    content = everything(explored)
    with Store.open(config.store.path) as store:
        people = [row[0] for row in store.rows("SELECT id FROM respondents")]
        answers = [row[0] for row in store.rows("SELECT text FROM text_answers")]
    assert len(people) == len(KEYS)
    assert answers
    for each in (*people, *answers, *KEYS, ANSWER, "eksempel.dk"):
        assert each not in content
    assert not {"respondents", "answers", "text_answers", "versions"} & set(re.findall(r"CREATE TABLE (\w+)", content))


def test_readings_of_open_answers_leave_not_even_a_gap(config: Config, database: sqlite3.Connection) -> None:
    with Store.open(config.store.path) as store:
        assert store.value("SELECT count(*) FROM readings WHERE text_answer_id IS NOT NULL") > 0
        articles = store.value("SELECT count(*) FROM readings WHERE article_id IS NOT NULL")
    assert tuple(database.execute("SELECT count(*), min(id), max(id) FROM readings").fetchone()) == (
        articles, 1, articles)
    assert database.execute("SELECT count(*) FROM readings WHERE basis = 'answer'").fetchone()[0] == 0


def test_no_text_and_nothing_that_names_an_input_is_in_the_file(config: Config, explored: Explored) -> None:
    content = everything(explored)
    bodies = [body(number) for number in range(94)]
    for each in (*(text[:50] for text in bodies), *(text[50:100] for text in bodies), *(text[-50:] for text in bodies),
                 SECRET_QUERY, GUID, "som-bliver-hjemme"):
        assert each not in content
    with Store.open(config.store.path) as store:
        for name, digest in store.rows("SELECT name, digest FROM imports"):
            assert name not in content
            assert digest not in content
        for (text,) in store.rows("SELECT text FROM versions"):
            assert text not in content


def test_persons_are_masked_in_titles_and_sentences(explored: Explored, database: sqlite3.Connection) -> None:
    content = everything(explored)
    for part in PERSON.split():
        assert part.casefold() not in content.casefold()
    assert database.execute("SELECT title FROM articles WHERE url LIKE '%/90'").fetchone()[0] == (
        "Prisen går til [navn] fra Vollsmose")
    assert database.execute("SELECT title FROM events WHERE title LIKE 'Prisen%'").fetchone()[0].count("[navn]") == 1
    assert "Vollsmose får en ny plan, oplyser [navn] fra kommunen." in {
        row[0] for row in database.execute("SELECT text FROM sentences")}


def test_every_table_and_column_is_named_in_the_schema_and_no_other(database: sqlite3.Connection) -> None:
    tables = {row[0] for row in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%search%' AND name NOT LIKE 'sqlite%'")}
    assert tables == set(re.findall(r"CREATE TABLE (\w+)", SCHEMA)) == set(metadata(demo=False)["databases"]["explore"][
        "tables"])


# ---------------------------------------------------------------- the way back from a figure


def test_net_tone_is_made_of_the_mentions_its_query_gives(database: sqlite3.Connection) -> None:
    tones = [row["Tone"] for row in ask(database, "nyhedstal", area="vollsmose", year="2021", indicator="net_tone")]
    published = figure(database, "net_tone")
    assert len(tones) == published["n"] == 49
    assert json.loads(published["details"]).get("as_read", published["value"]) == pytest.approx(
        (tones.count("positive") - tones.count("negative")) / len(tones), abs=1e-4)


@pytest.mark.parametrize("indicator", ["mentions", "about", "net_tone", "negative_share", "net_tone.full",
                                       "coverage_share"])
def test_every_figure_of_the_news_has_as_many_rows_as_its_n(database: sqlite3.Connection, indicator: str) -> None:
    rows = ask(database, "nyhedstal", area="Vollsmose", year="2021", indicator=indicator)
    assert len(rows) == figure(database, indicator)["n"] > 0


def test_net_tone_is_meant_where_no_indicator_is_given(database: sqlite3.Connection) -> None:
    asked = {"area": "vollsmose", "year": "2021"}
    assert ask(database, "nyhedstal", **asked) == ask(database, "nyhedstal", **asked, indicator="net_tone") != []


def test_a_copy_is_counted_by_the_article_that_stands_for_it(database: sqlite3.Connection) -> None:
    assert len(ask(database, "gengivelser", area="vollsmose", year="2021")) == figure(database, "reach")["value"] == 50
    copies = [row["Gengivelser"] for row in ask(database, "nyhedstal", area="vollsmose", year="2021")]
    assert sorted(copies)[-2:] == [1, 2]


def test_events_lead_to_their_articles(database: sqlite3.Connection) -> None:
    found = ask(database, "begivenheder", area="vollsmose", year="2021")
    assert len(found) == figure(database, "events")["value"]
    assert ask(database, "begivenhed", event=found[0]["event"])[0]["Link"].startswith("https://example.dk/")


def test_themes_lead_to_their_mentions(config: Config, database: sqlite3.Connection) -> None:
    with Store.open(config.store.path) as store:
        taken = snapshot.load(store, database.execute("SELECT value FROM about WHERE key = 'snapshot'").fetchone()[0])
    counts = {each.what: each.n for each in taken.content.counts
              if (each.kind, each.area, each.first[:4]) == ("theme", "vollsmose", "2021")}
    assert counts
    for theme, n in counts.items():
        assert len(ask(database, "tema", area="vollsmose", year="2021", theme=theme)) == n


def test_a_survey_figure_leads_to_its_published_cell(config: Config, database: sqlite3.Connection) -> None:
    cells = {row["Indikator"]: row for row in ask(database, "spoergeskematal", area="vollsmose", year="2021")}
    safe = cells["Andel trygge"]
    with Store.open(config.store.path) as store:
        published = store.rows("SELECT value, low, high, n, status FROM estimates WHERE indicator = 'safe_share'"
                               " AND area_id = 'vollsmose' AND wave_id <> ''")
    assert tuple(published[0]) == (safe["Værdi"], safe["95 % fra"], safe["95 % til"], safe["Svar"], safe["Status"])
    assert safe["Værdi"] is not None


def test_a_cell_that_may_not_be_shown_has_no_value(database: sqlite3.Connection) -> None:
    cells = ask(database, "spoergeskematal", area="gellerup", year="2021")
    assert cells
    assert {row["Værdi"] for row in cells} == {None}


def test_every_figure_of_the_report_names_a_query_that_finds_what_it_was_made_of(
    config: Config, database: sqlite3.Connection,
) -> None:
    with Store.open(config.store.path) as store:
        taken = snapshot.load(store, database.execute("SELECT value FROM about WHERE key = 'snapshot'").fetchone()[0])
    for each in taken.content.estimates:
        name, _, asked = query_of(each).partition("?")
        parameters = dict(parse_qsl(asked, strict_parsing=True))
        canned = metadata(demo=False)["databases"]["explore"]["queries"][name]
        assert set(parameters) == set(canned["params"])
        if each.area == "vollsmose" and each.value:
            assert ask(database, name, **parameters), query_of(each)


def test_all_figures_of_an_area_and_year_stand_together(database: sqlite3.Connection) -> None:
    assert {"news", "survey"} == {row["Kilde"] for row in ask(database, "tal", area="vollsmose", year="2021")}


@pytest.mark.parametrize(("words", "found"), [
    ("tåstrupgård", 1), ("TÅSTRUPGÅRD", 1), ("tastrupgard", 0), ("ånder", 1), ("ander", 0), ("hærværk", 16),
    ("Plumbodal", 0), ("fejrer", 1), ("foråret", 0),
])
def test_titles_and_sentences_are_searched_and_å_is_not_a(database: sqlite3.Connection, words: str, found: int) -> None:
    assert len(ask(database, "soeg", ord=words)) == found


@pytest.mark.parametrize(("first", "last", "wave", "year"), [
    ("2021-01-01", "2021-12-31", "", "2021"),
    ("2019-07-01", "2020-06-30", "", "2019-07-01:2020-06-30"),
    ("2020-11-01", "2021-02-01", "2020-prøve", "2021"),
])
def test_a_window_is_asked_for_by_its_year_or_its_days(first: str, last: str, wave: str, year: str) -> None:
    assert year_of(first, last, wave) == year


@pytest.mark.parametrize(("indicator", "basis"), [
    ("mentions", "all"), ("reach", "about"), ("coverage_share", "total"), ("net_tone.full", "full"),
    ("net_tone.change", "lead"), ("unsafe_share.news", "lead"),
])
def test_each_indicator_knows_which_mentions_it_is_made_of(indicator: str, basis: str) -> None:
    assert basis_of(indicator) == basis


def test_a_query_is_written_as_people_read_it_and_reads_back_as_it_was() -> None:
    asked = {"area": "vollsmose", "year": "2019-07-01:2020-06-30", "theme": "topic:fællesskab & fest=1"}
    text = written("tema", **asked)
    assert text == ("tema?area=vollsmose&year=2019-07-01:2020-06-30&theme=topic:fællesskab%20%26%20fest%3D1")
    assert dict(parse_qsl(text.partition("?")[2])) == asked


def test_the_queries_that_the_docs_lead_through_exist_and_ask_for_what_is_given() -> None:
    text = (Path(explore.__file__).parents[1] / "docs" / "analysts.md").read_text(encoding="utf-8")
    canned = metadata(demo=False)["databases"]["explore"]["queries"]
    found = re.findall(r"\b(\w+)\?(area=[^`\s]+)", text)
    assert len(found) >= 5
    for name, asked in found:
        assert set(dict(parse_qsl(asked))) == set(canned[name]["params"]) or name == "nyhedstal"
    assert set(canned) <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize(("indicator", "name"), [
    ("net_tone", "Nettotone"), ("answers.unsafe", "Åbne svar: at føle sig utryg"),
    ("answers.theme.goal:tryghed", "Åbne svar: Tryghed"), ("respondents.sex=kvinde", "Svarpersoner, køn: kvinde"),
    ("something.new", "something.new"),
])
def test_every_kind_of_indicator_has_a_danish_name(indicator: str, name: str) -> None:
    assert indicator_name(Language("da", {"goal:tryghed": "Tryghed"}), indicator) == name


# ---------------------------------------------------------------- what Datasette is told


def test_arbitrary_sql_is_off_and_every_table_is_explained(database: sqlite3.Connection) -> None:
    said = metadata(demo=False)
    explained = said["databases"]["explore"]
    assert said["allow_sql"] is explained["allow_sql"] is False
    assert "DEMODATA" not in json.dumps(said)
    for name, table in explained["tables"].items():
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({name})")}
        named = {*table.get("columns", ()), *table.get("facets", ()), table.get("label_column", "id"),
                 table.get("sort_desc", "id")} - {"id"}
        assert named <= columns, name
        assert table["title"]


def test_every_canned_query_names_its_parameters(database: sqlite3.Connection) -> None:
    for name, query in metadata(demo=False)["databases"]["explore"]["queries"].items():
        assert set(re.findall(r"(?<!\w):(\w+)", query["sql"])) == set(query["params"]), name
        assert query["title"]
        assert ask(database, name) == []


@pytest.mark.skipif(importlib.util.find_spec("datasette") is None, reason="the extra 'explore' is not installed")
@pytest.mark.parametrize(("path", "parameters", "status", "said"), [
    ("/", {}, 0, "Omdømme og tryghed"),
    ("/explore", {}, 0, "Fra et nyhedstal til omtalerne bag"),
    ("/explore.json", {"sql": "select 1"}, 1, "execute-sql"),
    ("/explore/mentions.json", {"_where": "1=1"}, 1, "_where= is not allowed"),
    ("/explore/nyhedstal", {"area": "vollsmose", "year": "2021"}, 0, "Hærværk i Vollsmose"),
    ("/explore/spoergeskematal", {"area": "vollsmose", "year": "2021"}, 0, "Andel trygge"),
    ("/explore/soeg", {"ord": "tåstrupgård"}, 0, "Naboerne i Tåstrupgård ånder op"),
    ("/explore/articles.json", {"_search": "ånder"}, 0, '"filtered_table_rows_count": 1,'),
    ("/explore/articles.json", {"_search": "ander"}, 0, '"filtered_table_rows_count": 0,'),
    ("/explore/mentions", {}, 0, "Et område i en artikel"),
])
def test_datasette_answers_what_it_should(
    explored: Explored, path: str, parameters: dict[str, str], status: int, said: str,
) -> None:
    command = [*explore.command(explored, 8001), "--get", f"{path}?{urlencode(parameters)}"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert said in done.stdout
    assert done.returncode == status, done.stderr
