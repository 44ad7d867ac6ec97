"""explore.db leads a figure to what it was made of, and holds nothing of a respondent and no full text."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest

from collectors.archives.intake import import_archive
from nlp.read import read_new
from reputation import explore, snapshot
from reputation.cli import run_command
from reputation.console import Console
from reputation.explore import Explored, metadata, write
from reputation.explored import SCHEMA, basis_of, year_of
from store.config import Config, load_config
from store.database import Kind, Store
from store.errors import StoreUnusable
from store.facts import load_facts
from surveys.intake import import_survey
from tests.surveys.samples import Sample, write_wave

QUIET = Console(loud=False)
PERSON = "Xerxina Plumbodal"
SECRET_QUERY = "søgestreng-som-bliver-hjemme"
GUID = "guid-som-bliver-hjemme-"
WORDS = ("udvalget mødes igen foråret planen høring naboerne brev tiden pengene afsat ingen ved hvornår arbejdet går gang "
         "formanden siger skolen hallen broen kanalen møllen torvet haven stien lampen bænken klubben koret banen åen "
         "bakken porten gården laden vognen toget bussen bilen cyklen").split(" ")
KEYS = [f"noegle-{number:05d}" for number in range(80)]
ANSWER = "Lygten på hjørnet er slukket hver eneste aften"


def body(number: int) -> str:
    """Return a body that no other number has, so that no article is taken for a copy."""
    return " ".join(Random(number).choices(WORDS, k=90)).capitalize() + "."


def record(number: int, title: str, lead: str, day: str, source: str = "Bladet", demo: bool = False) -> dict[str, Any]:
    found = {"Heading": title, "BodyText": f"{lead}\n\n{body(number)}", "PublishDate": f"{day}T10:00:00",
             "Source": source, "ArticleUrl": f"https://example.dk/{number}", "ArticleId": f"{GUID}{number}",
             "Byline": PERSON}
    return {**found, "Demo": "DEMODATA"} if demo else found


def records(demo: bool = False) -> list[dict[str, Any]]:
    found = [
        record(number, title, lead, str(date(2021, 1, 3) + timedelta(days=7 * number)), demo=demo)
        for number, (title, lead) in enumerate([
            ("Fest i Vollsmose", "Der var en dejlig og tryg fest i Vollsmose, og alle var glade."),
            ("Hærværk i Vollsmose", "Der var vold og utryghed i Vollsmose i nat, og mange er bange."),
            ("Nye planer på bordet", f"Vollsmose får en ny plan, oplyser {PERSON} fra kommunen."),
        ] * 16)
    ]
    found += [
        record(90, f"Prisen går til {PERSON} fra Vollsmose", "Prisen deles ud i Odense, og hele Vollsmose fejrer den.",
               "2021-05-05", demo=demo),
        record(91, "Fest i Vollsmose", "Der var en dejlig og tryg fest i Vollsmose, og alle var glade.",
               "2021-01-03", source="Tidende", demo=demo),
        record(92, "Naboerne i Tåstrupgård ånder op", "Tåstrupgård får ro, mener naboerne.", "2020-07-07", demo=demo),
    ]
    found[-2]["BodyText"] = found[0]["BodyText"]
    found.append(record(93, "Nytår", "Godt nytår til alle.", "2022-01-01", demo=demo))  # so that 2021 is whole
    return found


def respondents() -> Sample:
    rows = [[key, "1" if number % 2 else "2", str(1 + number % 7), "1", "1", f"{key}@eksempel.dk", "0", "1",
             f"{ANSWER} {number}" if number % 3 == 0 else ""] for number, key in enumerate(KEYS)]
    return Sample(rows=rows)


def put_texts(config: Config, kind: Kind = "real") -> None:
    path = config.path.with_name("udtraek-som-bliver-hjemme.ndjson")
    path.write_text("".join(json.dumps(each) + "\n" for each in records(kind == "demo")), encoding="utf-8")
    facts = load_facts(config)
    with Store.open(config.store.path, kind=kind) as store:
        import_archive(store, path, facts, format=None, query=SECRET_QUERY, window=None, outlets=())
        read_new(store, config, facts)


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


@pytest.mark.parametrize("indicator", ["mentions", "about", "net_tone", "negative_share", "net_tone.full"])
def test_every_figure_of_the_news_has_as_many_rows_as_its_n(database: sqlite3.Connection, indicator: str) -> None:
    rows = ask(database, "nyhedstal", area="Vollsmose", year="2021", indicator=indicator)
    assert len(rows) == figure(database, indicator)["n"]


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
    ("mentions", "all"), ("reach", "about"), ("coverage_share", "feed"), ("net_tone.full", "full"),
    ("net_tone.change", "lead"), ("unsafe_share.news", "lead"),
])
def test_each_indicator_knows_which_mentions_it_is_made_of(indicator: str, basis: str) -> None:
    assert basis_of(indicator) == basis


# ---------------------------------------------------------------- writing


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def test_the_same_store_and_snapshot_give_the_same_rows(config: Config, explored: Explored) -> None:
    before = dump(explored.database)
    explored.database.unlink()
    assert dump(write(config, QUIET).database) == before


def test_what_is_current_is_left_alone_and_what_is_damaged_made_anew(config: Config, explored: Explored) -> None:
    written = explored.database.stat()
    assert write(config, QUIET).database.stat().st_ino == written.st_ino
    explored.database.write_bytes(b"no database" * 99)
    write(config, QUIET)
    assert dump(explored.database)
    assert sorted(path.name for path in explored.database.parent.iterdir()) == ["explore.db", "metadata.json"]


def test_a_name_that_is_listed_later_is_masked_at_the_next_run(
    small: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = write(small, QUIET).database.stat().st_ino
    names = tmp_path / "names.toml"
    names.write_bytes(explore.NAMES.read_bytes() + b"\n# one more\n")
    monkeypatch.setattr(explore, "NAMES", names)
    assert write(small, QUIET).database.stat().st_ino != before


def test_a_run_that_fails_leaves_the_file_as_it_was(
    config: Config, explored: Explored, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explore, "_is_current", lambda *_: False)
    monkeypatch.setattr(explore, "fill", lambda *_: (_ for _ in ()).throw(ZeroDivisionError))
    before = explored.database.read_bytes()
    with pytest.raises(ZeroDivisionError):
        write(config, QUIET)
    assert explored.database.read_bytes() == before
    assert sorted(path.name for path in explored.database.parent.iterdir()) == ["explore.db", "metadata.json"]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stocked")
    (folder / "config.toml").touch()
    config = load_config(folder / "config.toml")
    put_texts(config)
    write(config, QUIET)
    return folder


@pytest.fixture
def small(stocked: Path, tmp_path: Path) -> Config:
    """A store of texts and its snapshot, to be changed at will."""
    shutil.copytree(stocked, tmp_path / "own")
    return load_config(tmp_path / "own" / "config.toml")


def test_a_store_that_has_moved_on_since_its_snapshot_is_told_of(
    small: Config, capsys: pytest.CaptureFixture[str],
) -> None:
    write(small, Console())
    assert "has changed since" not in capsys.readouterr().err
    with Store.open(small.store.path) as store:
        store.execute("INSERT INTO outlets (id, name) VALUES ('nyt', 'Nyt Blad')")
    write(small, Console())
    assert "has changed since snapshot" in capsys.readouterr().err


def test_a_store_that_never_rests_is_given_up_on(small: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore, "TRIES", 2)
    states = iter(range(99))
    monkeypatch.setattr(snapshot, "inputs_digest", lambda *_: str(next(states)))
    with pytest.raises(StoreUnusable, match="keeps writing"):
        write(small, QUIET)


def test_a_demonstration_says_so_in_the_file_and_in_the_title(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    config = load_config(tmp_path / "config.toml")
    put_texts(config, "demo")
    explored = write(config, QUIET)
    said = json.loads(explored.metadata.read_text(encoding="utf-8"))
    assert said["title"].startswith("DEMODATA")
    assert said["databases"]["explore"]["title"].startswith("DEMODATA")
    with closing(sqlite3.connect(explored.database)) as database:
        assert "DEMODATA" in database.execute("SELECT value FROM about WHERE key = 'data'").fetchone()[0]


def test_names_that_are_meant_to_hurt_are_not_printed_as_names(small: Config) -> None:
    facts = load_facts(small)
    area, alias = next((area.id, alias.name) for area in facts.areas for alias in area.aliases
                       if alias.kind == "nickname")
    with Store.open(small.store.path) as store:
        store.execute("PRAGMA foreign_keys = OFF")  # its reading stays with the other area
        store.execute("UPDATE mentions SET area_id = ?, alias = ? WHERE area_id = 'taastrupgaard'", [area, alias])
    (small.path.parent / "build/explore/explore.db").unlink()
    with closing(sqlite3.connect(write(small, QUIET).database)) as database:
        assert database.execute("SELECT alias FROM mentions WHERE area = ?", [area]).fetchall() == [(None,)]


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


# ---------------------------------------------------------------- the command


@pytest.fixture
def run(small: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.chdir(small.path.parent)
    return small


def test_without_datasette_the_file_is_written_and_the_command_done(
    run: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert run_command(["--quiet", "explore"]) == 0
    said = capsys.readouterr()
    assert said.out == f"{run.path.parent.resolve() / 'build/explore/explore.db'}\n"
    assert said.err.count("\n") == 1
    assert "pip install 'reputation[explore]'" in said.err
    assert (run.path.parent / "build/explore/explore.db").exists()


def test_datasette_serves_on_this_machine_only(run: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def served(command: list[str], **_: object) -> SimpleNamespace:
        commands.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setattr(explore, "subprocess", SimpleNamespace(run=served))
    assert run_command(["--quiet", "explore"]) == 0
    words = " ".join(commands[0])
    assert words.startswith(f"{sys.executable} -m datasette serve --immutable ")
    for each in ("--host 127.0.0.1", "--setting default_allow_sql off", "--setting allow_download off"):
        assert each in words


def test_stopping_datasette_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(explore, "subprocess", SimpleNamespace(run=stopped))
    assert explore.serve(Explored(tmp_path / "a", tmp_path / "b")) == 0


def test_a_port_that_is_taken_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(explore.socket.socket()) as other:
        other.bind((explore.HOST, 0))
        other.listen()
        monkeypatch.setattr(explore, "PORT", other.getsockname()[1])
        assert explore._port() not in (0, explore.PORT)
