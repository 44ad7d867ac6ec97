"""Reading what is new in the store: once, in batches, all or nothing."""

import json
import sqlite3
from functools import partial

import pytest

import nlp.read
from nlp.read import read_new
from nlp.reader import Reader
from store.errors import Exit
from store.readings import Backing, ReadingRow, record_answers, unread_answers
from store.texts import save_outlet

CRIME = "En mand blev overfaldet i Vollsmose natten til søndag. Politiet søger vidner."


def rows(store, sql: str) -> list[tuple]:
    return [tuple(row) for row in store.rows(sql)]


def put_answer(store, text: str, area: str = "vollsmose") -> None:
    with store.transaction():
        store.execute(
            "INSERT OR IGNORE INTO imports (id, kind, name, digest, format, at, rows, added, notes)"
            " VALUES (1, 'survey', 'w', 'd', 'f', 'now', 1, 1, '[]')"
        )
        store.execute("INSERT OR IGNORE INTO waves"
                      " VALUES ('w', 'i', 'i', '[]', 'da', '2021-01-01', '2021-02-01', '', 1)")
        number = store.value("SELECT count(*) FROM respondents")
        store.execute("INSERT INTO respondents VALUES ('w', ?, NULL, ?)", [str(number), area])
        store.execute("INSERT INTO text_answers (wave_id, respondent_id, text_id, text) VALUES ('w', ?, 'hvorfor', ?)",
                      [str(number), text])


def test_an_article_is_read_on_both_bases(store, put, config, facts) -> None:
    put("a", "Ny park i Vollsmose", "Beboerne i Vollsmose er glade for parken.\n\nEn mand blev overfaldet i Vollsmose.")
    summary = read_new(store, config, facts)
    assert (summary.texts, summary.mentions, summary.exit_code) == (1, 1, Exit.DONE)
    assert rows(store, "SELECT area_id, role, count, alias, unit FROM mentions") == [
        ("vollsmose", "headline", 3, "Vollsmose", "official")]
    found = {row["basis"]: row for row in store.rows("SELECT * FROM readings")}
    assert found["lead"]["tone"] == "positive"
    assert found["full"]["tone_score"] < found["lead"]["tone_score"]
    assert {row["backend"] for row in found.values()} == {"linear"}


def test_a_teaser_is_read_on_its_lead_alone(store, put, config, facts) -> None:
    put("a", "Ny park", "", summary="Vollsmose får en ny park.", level="teaser")
    read_new(store, config, facts)
    assert rows(store, "SELECT basis FROM readings") == [("lead",)]


def test_a_mention_below_the_lead_has_no_lead_reading(store, put, config, facts) -> None:
    put("a", "Byråd", "Byrådet mødtes.\n\nVollsmose er en dejlig bydel. Vollsmose er rar. Vollsmose er sød.")
    read_new(store, config, facts)
    assert rows(store, "SELECT basis, tone FROM readings") == [("full", "positive")]
    assert rows(store, "SELECT role FROM mentions") == [("focus",)]


def test_a_passing_mention_has_no_tone_and_no_event(store, put, config, facts) -> None:
    put("a", "Byråd", "Byrådet mødtes.\n\nEn voldelig mand kom fra Vollsmose.")
    read_new(store, config, facts)
    assert rows(store, "SELECT basis, tone, tone_score FROM readings") == [("full", None, None)]
    assert rows(store, "SELECT role, event_id FROM mentions") == [("passing", None)]


def test_a_text_without_an_area_is_marked_as_read(store, put, config, facts) -> None:
    put("a", "Vejret", "Det regner i hele landet.")
    assert read_new(store, config, facts).texts == 1
    assert rows(store, "SELECT count(*) FROM mentions") == [(0,)]
    assert rows(store, "SELECT article_id, version FROM read_texts") == [("a", 1)]


def test_a_second_run_reads_and_writes_nothing(store, put, config, facts) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    put_answer(store, "Jeg er utryg")
    read_new(store, config, facts)
    before = list(store.db.conn.iterdump())
    summary = read_new(store, config, facts)
    assert (summary.texts, summary.answers, summary.areas) == (0, 0, 0)
    assert "nothing new" in summary.line()
    assert list(store.db.conn.iterdump()) == before


def test_only_what_is_new_is_read(store, put, config, facts) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    read_new(store, config, facts)
    put("b", "Uro i Gellerup", CRIME.replace("Vollsmose", "Gellerup"))
    summary = read_new(store, config, facts)
    assert (summary.texts, summary.areas) == (1, 1)


def test_an_edited_article_is_read_again_and_what_is_gone_goes(store, put, config, facts) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    read_new(store, config, facts)
    put("a", "Uro i Gellerup", CRIME.replace("Vollsmose", "Gellerup"))
    read_new(store, config, facts)
    assert rows(store, "SELECT area_id FROM mentions") == [("gellerup",)]
    assert rows(store, "SELECT DISTINCT area_id FROM readings") == [("gellerup",)]
    assert rows(store, "SELECT area_id FROM events") == [("gellerup",)]


def test_a_new_version_of_the_reader_reads_everything_again(store, put, config, facts, monkeypatch) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    put_answer(store, "Jeg er utryg")
    read_new(store, config, facts)
    monkeypatch.setattr("nlp.backends.linear.code_digest", lambda: "changed")
    summary = read_new(store, config, facts)
    assert (summary.texts, summary.answers) == (1, 1)
    assert rows(store, "SELECT DISTINCT backend_version FROM readings") == [(summary.version,)]


def test_the_order_of_import_changes_no_reading(store, put, config, facts, tmp_path) -> None:
    put("b", "Uro i Vollsmose", CRIME)
    put("a", "Fest i Vollsmose", "Alle er glade i Vollsmose.")
    read_new(store, config, facts)
    one = rows(store, "SELECT article_id, basis, tone_score, safety_score FROM readings ORDER BY 1, 2")
    with store.transaction():
        store.execute("DELETE FROM articles")
    put("a", "Fest i Vollsmose", "Alle er glade i Vollsmose.")
    put("b", "Uro i Vollsmose", CRIME)
    read_new(store, config, facts)
    assert rows(store, "SELECT article_id, basis, tone_score, safety_score FROM readings ORDER BY 1, 2") == one


def test_mentions_of_one_happening_share_an_event(store, put, config, facts) -> None:
    put("a", "Brand i container i Vollsmose", "En container brændte i Vollsmose natten til lørdag.", day="2022-03-01")
    put("b", "Container i brand i Vollsmose", "Natten til lørdag brændte en container i Vollsmose.", day="2022-03-02")
    put("c", "Bibliotek åbner i Vollsmose", "Børnene fejrede det nye bibliotek i Vollsmose.", day="2022-03-02")
    read_new(store, config, facts)
    events = dict(rows(store, "SELECT article_id, event_id FROM mentions"))
    assert events["a"] == events["b"] != events["c"]
    assert rows(store, "SELECT first_day, last_day, title FROM events ORDER BY first_day, title") == [
        ("2022-03-01", "2022-03-02", "Brand i container i Vollsmose"),
        ("2022-03-02", "2022-03-02", "Bibliotek åbner i Vollsmose"),
    ]


def test_an_open_answer_is_read_for_the_area_of_its_respondent(store, config, facts) -> None:
    put_answer(store, "Jeg tør ikke gå ud om aftenen")
    put_answer(store, "Jeg føler mig tryg", area="munkebo")
    assert read_new(store, config, facts).answers == 2
    assert rows(store, "SELECT area_id, basis, safety, genre FROM readings ORDER BY id") == [
        ("vollsmose", "answer", "unsafe", None), ("munkebo", "answer", "safe", None)]


def test_themes_stigma_and_voices_stand_with_the_reading(store, put, config, facts) -> None:
    put("a", "Ghettoen Vollsmose",
        "Politiet vil have flere betjente, siger vagtchefen. Der var et indbrud i Vollsmose.")
    read_new(store, config, facts)
    stigma, voices = rows(store, "SELECT stigma, voices FROM readings WHERE basis = 'full'")[0]
    assert json.loads(stigma) == ["ghetto"]
    assert json.loads(voices) == ["politi"]
    assert "plan:politi" in [row[0] for row in rows(store, "SELECT theme_id FROM reading_themes")]


def test_a_crash_in_the_middle_leaves_the_store_as_before(store, put, config, facts, monkeypatch) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    before = list(store.db.conn.iterdump())

    def fails(*_: object, **__: object) -> None:
        raise sqlite3.IntegrityError

    monkeypatch.setattr("store.readings._record_reading", fails)
    with pytest.raises(sqlite3.IntegrityError):
        read_new(store, config, facts)
    assert list(store.db.conn.iterdump()) == before


def test_a_run_that_stopped_between_batches_goes_on(store, put, config, facts, monkeypatch) -> None:
    for name in "abc":
        put(name, "Uro i Vollsmose", CRIME)
    monkeypatch.setattr(nlp.read, "BATCH", 1)
    seen = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_new(store, config, facts, stop)
    assert seen == [(1, 3), (2, 3)]
    assert read_new(store, config, facts).texts == 1
    assert rows(store, "SELECT count(*) FROM mentions WHERE event_id IS NULL") == [(0,)]


def test_an_answer_withdrawn_meanwhile_is_passed_over(store) -> None:
    row = ReadingRow("vollsmose", "answer", None, None, None, None, (), (), None, ())
    record_answers(store, Backing("lexicon", "1"), {7: row})
    assert rows(store, "SELECT count(*) FROM readings") == [(0,)]
    assert list(unread_answers(store, Backing("lexicon", "1"), 10)) == []


def test_a_text_that_changed_while_it_was_read_stays_unread(store, put, config, facts, monkeypatch) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    original = nlp.read.read_article

    def read_and_edit(reader, text):
        if text.version == 1:
            put("a", "Fest i Gellerup", "Alle er glade.")
        return original(reader, text)

    monkeypatch.setattr(nlp.read, "read_article", read_and_edit)
    read_new(store, config, facts)
    assert rows(store, "SELECT count(*) FROM mentions") == [(0,)]
    read_new(store, config, facts)
    assert rows(store, "SELECT area_id FROM mentions") == [("gellerup",)]


def test_press_releases_are_in_no_event_and_leave_it_when_their_outlet_turns_out_to_send_them(
    store, put, config, facts
) -> None:
    put("a", "Uro i Vollsmose", CRIME)
    put("b", "Uro i Vollsmose igen", CRIME, day="2022-03-02")
    read_new(store, config, facts)
    assert store.value("SELECT count(*) FROM mentions WHERE event_id IS NULL") == 0
    with store.transaction():
        save_outlet(store, "avisen", "Avisen", "press release", "agency")
    assert read_new(store, config, facts).areas == 1
    assert rows(store, "SELECT count(*) FROM events") == [(0,)]
    assert rows(store, "SELECT DISTINCT event_id FROM mentions") == [(None,)]
    assert read_new(store, config, facts).areas == 0


def test_a_title_that_names_an_area_is_read_alone_too(store, put, config, facts) -> None:
    put("a", "Ny park i Vollsmose", "", summary="En mand blev overfaldet i Vollsmose.", level="teaser")
    put("b", "Overfald på en mand", "", summary="Det skete i Vollsmose.", level="teaser")
    put("c", "Overfald i Vollsmose", "", level="title")
    read_new(store, config, facts)
    assert rows(store, "SELECT article_id, basis FROM readings ORDER BY 1, 2") == [
        ("a", "lead"), ("a", "title"), ("b", "lead"), ("c", "lead")]
    title, lead = (store.value("SELECT tone_score FROM readings WHERE article_id = 'a' AND basis = ?", [each])
                   for each in ("title", "lead"))
    assert title > lead


def test_a_title_reads_as_it_does_where_nothing_else_is_held(store, put, config, facts) -> None:
    titles = ("Ny park i Vollsmose", "Overfald i Vollsmose og Gellerup", "Beboere i Vollsmose: Vi er trygge her")
    for at, title in enumerate(titles):
        put(f"alone{at}", title, level="title")
        put(f"whole{at}", title, "", summary="Kommunen fortalte om det tirsdag.", level="teaser")
    read_new(store, config, facts)
    said = "SELECT area_id, tone, tone_score, safety, safety_score, stigma, voices FROM readings WHERE article_id = ?"
    for at in range(len(titles)):
        alone, whole = ([tuple(row) for row in store.rows(f"{said} AND basis = ? ORDER BY 1", [f"{name}{at}", basis])]
                        for name, basis in (("alone", "lead"), ("whole", "title")))
        assert whole == alone != []


class Renewed(Reader):
    """A reader that expired texts can't be read by, in another version."""

    def __init__(self, facts, config, version: str) -> None:
        super().__init__(facts, config)
        self.version = version
        self.backend = Other(self.backend)


class Other:
    """The default backend under another name."""

    name = "another"

    def __init__(self, backend) -> None:
        self.version, self.knows, self.read = backend.version, backend.knows, backend.read


EARLIER = "SELECT article_id, backend, backend_version FROM earlier_readings ORDER BY 1, 3"


def expire(store, article: str) -> None:
    store.execute("INSERT INTO features (article_id, version, kept, opening, content) VALUES (?, 1, '', '{}', x'00')",
                  [article])


def read_by(store, config, facts, monkeypatch, version: str) -> None:
    monkeypatch.setattr("nlp.read.Reader", partial(Renewed, version=version))
    read_new(store, config, facts)


def test_what_an_earlier_version_said_is_kept_as_long_as_an_expired_text_has_only_that(
    store, put, config, facts, monkeypatch,
) -> None:
    for name in ("a", "b"):
        put(name, "Ny park i Vollsmose", f"Beboerne i Vollsmose er glade for parken {name}.")
    read_by(store, config, facts, monkeypatch, "one")
    expire(store, "a")
    read_by(store, config, facts, monkeypatch, "two")
    assert rows(store, EARLIER) == [("b", "another", "one")]
    assert rows(store, "SELECT article_id, backend_version FROM readings WHERE basis = 'lead' ORDER BY 1") == [
        ("a", "one"), ("b", "two")]
    store.execute("DELETE FROM articles WHERE id = 'a'")
    put("c", "Vejret", "Det regner.")
    read_by(store, config, facts, monkeypatch, "two")
    assert rows(store, EARLIER) == []


def test_an_edited_text_is_no_text_that_two_versions_read(store, put, config, facts, monkeypatch) -> None:
    for name in ("a", "b"):
        put(name, "Ny park i Vollsmose", f"Beboerne i Vollsmose er glade for parken {name}.")
    read_by(store, config, facts, monkeypatch, "one")
    expire(store, "a")
    put("b", "Ny park i Vollsmose", "Overfald i parken i Vollsmose.")
    read_by(store, config, facts, monkeypatch, "two")
    assert rows(store, EARLIER) == []


def test_the_default_reader_reads_every_text_again_and_keeps_nothing(store, put, config, facts, monkeypatch) -> None:
    put("a", "Ny park i Vollsmose", "Beboerne i Vollsmose er glade for parken.")
    read_new(store, config, facts)
    store.execute("UPDATE readings SET backend_version = 'old'")
    store.execute("UPDATE read_texts SET backend_version = 'old'")
    read_new(store, config, facts)
    assert rows(store, EARLIER) == []
