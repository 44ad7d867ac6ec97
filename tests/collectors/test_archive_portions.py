"""A large archive comes in portion by portion: it goes on after a kill, and no figure sees it before it is whole."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from collectors.archives import intake, takeback
from collectors.archives.intake import import_archive, portions
from collectors.archives.record import Record, Refused
from collectors.copies import group_copies
from nlp.read import read_new
from reputation.coverage import spans
from reputation.measure import newest_day
from reputation.undo import undo_import
from store.config import Config, load_config
from store.database import Store
from store.days import Window
from store.errors import AlreadyRunning, OtherKind, StoreUnusable, WrongFile, WrongUse
from store.facts import Facts
from store.imports import imports_under_way
from store.readings import Backing, unread_count
from tests.collectors.test_archives import infomedia_record, ndjson

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WINDOW = Window.parse("2021-01-01:2021-12-31")


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PORTION", 3)
    monkeypatch.setattr(takeback, "PORTION", 2)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(tmp_path / "config.toml")


def story(number: int, **more: object) -> dict[str, object]:
    return infomedia_record(
        Heading=f"Torv nr. {number} i Vollsmose", ArticleId=str(number),
        BodyText=f"Beboerne på torv {number} har malet en mur, og mange kom forbi for at se de nye farver.", **more,
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return ndjson(tmp_path / "a.ndjson", *(story(each) for each in range(8)), story(9, Source=""))


@pytest.fixture
def take(store: Store, facts: Facts) -> Callable[..., intake.ArchiveSummary]:
    def take(path: Path, **given: Any) -> intake.ArchiveSummary:
        return import_archive(store, path, facts, **({"now": NOW, "query": "Vollsmose", "window": WINDOW} | given))

    return take


class Cut(BaseException):
    """The process ends here."""


def cut_after(rows: int) -> Callable[[int], None]:
    def progress(done: int) -> None:
        if done >= rows:
            raise Cut

    return progress


def dump(store: Store) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.rows(
        "SELECT a.id, version, copy_group, title, text, import_id FROM articles a"
        " JOIN versions v ON v.article_id = a.id ORDER BY 1")]


def unread(store: Store) -> int:
    return unread_count(store, Backing("lexicon", "v"))


def test_what_is_under_way_is_in_no_figure_and_a_second_run_goes_on(
    take, store: Store, file: Path, facts: Facts, config: Config, tmp_path: Path
) -> None:
    with pytest.raises(Cut):
        take(file, progress=cut_after(6))
    (begun,) = imports_under_way(store)
    assert (begun.number, begun.name, begun.taken) == (1, "a.ndjson", 6)
    assert store.value("SELECT count(*) FROM articles") == 6
    assert store.value("SELECT notes FROM imports") == '["not complete: 6 records so far, in no figure yet"]'
    assert unread(store) == 0
    read_new(store, config, facts)
    assert store.value("SELECT count(*) FROM read_texts") == 0
    assert spans(store, config, facts.areas) == ()
    assert group_copies(store) == 0
    assert newest_day(store) is None

    told: list[int] = []
    summary = take(file, progress=told.append)
    assert told == [9]
    assert summary.line() == "a.ndjson: 9 records, 8 added, 0 edited, 0 known, 1 refused (import 1)"
    assert imports_under_way(store) == []
    assert unread(store) == 8
    assert [str(each.window) for each in spans(store, config, facts.areas)] == [str(WINDOW)]
    assert store.value("SELECT rows || ' ' || added || ' ' || notes FROM imports") == '9 8 ["encoding: utf-8"]'
    assert take(file).line() == "a.ndjson: already imported (number 1); nothing added"

    with Store.open(tmp_path / "anew.db") as anew:
        import_archive(anew, file, facts, now=NOW, query="Vollsmose", window=WINDOW)
        assert dump(store) == dump(anew)


def test_others_write_between_two_portions(take, store: Store, file: Path, facts: Facts, tmp_path: Path) -> None:
    waited: list[int] = []

    def other(done: int) -> None:
        with Store.open(store.path) as second:
            second._connection.execute("PRAGMA busy_timeout = 0")
            with second.transaction():
                second.execute("INSERT INTO outlets (id, name) VALUES (?, ?)", [f"o{done}", "O"])
        waited.append(done)

    take(file, progress=other)
    assert waited == [3, 6, 9]


def test_an_article_that_a_whole_import_brought_too_is_not_hidden(
    take, store: Store, file: Path, tmp_path: Path
) -> None:
    with pytest.raises(Cut):
        take(file, progress=cut_after(3))
    take(ndjson(tmp_path / "b.ndjson", story(0), story(20)))
    assert unread(store) == 2
    with pytest.raises(Cut):
        take(ndjson(tmp_path / "c.ndjson", story(20), *(story(each) for each in range(30, 35))), progress=cut_after(3))
    assert unread(store) == 2


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_order_of_files_and_a_stop_in_between_change_nothing(
    take, store: Store, facts: Facts, tmp_path: Path, names: str
) -> None:
    a = ndjson(tmp_path / "a.ndjson", *(story(each) for each in range(7)))
    b = ndjson(tmp_path / "b.ndjson", *(story(each, Source="Bydelsbladet") for each in range(3, 9)), story(1))
    for name in names:
        path = {"a": a, "b": b}[name]
        with pytest.raises(Cut):
            take(path, progress=cut_after(3))
        group_copies(store)
        take(path)
    found = [(id, group, title) for id, _, group, title, _, _ in dump(store)]
    assert len(found) == 13
    with Store.open(tmp_path / "anew.db") as anew:
        for path in (b, a):
            import_archive(anew, path, facts, now=NOW)
        assert found == [(id, group, title) for id, _, group, title, _, _ in dump(anew)]


def test_an_import_under_way_is_taken_back_whole(take, store: Store, file: Path) -> None:
    before = dump(store)
    with pytest.raises(Cut):
        take(file, progress=cut_after(6))
    assert undo_import(store, 1) == "import 1 (a.ndjson) is taken back: 6 articles"
    assert dump(store) == before
    assert imports_under_way(store) == []
    assert take(file).added == 8


def test_a_taking_back_that_was_cut_short_hides_the_import_and_either_way_leads_on(
    take, store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(file)
    whole = dump(store)
    for way in ("again", "undo"):
        with monkeypatch.context() as patch:
            patch.setattr(takeback, "undo_archive", lambda *_: (_ for _ in ()).throw(Cut))
            with pytest.raises(Cut):
                undo_import(store, 1)
        assert unread(store) == 0
        assert len(imports_under_way(store)) == 1
        if way == "again":
            assert take(file).rows == 9
            assert dump(store) == whole
        else:
            undo_import(store, 1)
            assert dump(store) == []


@pytest.mark.parametrize(
    ("last", "error"),
    [('{"Heading": "Ægte", "Source": "A", "PublishDate": "2021-03-04", "Demo": "DEMODATA"}', OtherKind)],
)
def test_a_fault_far_down_in_the_file_takes_all_of_it_back(
    take, store: Store, tmp_path: Path, last: str, error: type[Exception]
) -> None:
    # The mark stands behind the start of the file that is looked at first.
    path = ndjson(tmp_path / "a.ndjson", *(story(each, Captions="x" * 20_000) for each in range(7)), last)
    with pytest.raises(error):
        take(path)
    assert dump(store) == []
    assert imports_under_way(store) == []


def test_a_quote_left_open_far_down_takes_all_of_it_back(take, store: Store, tmp_path: Path) -> None:
    rows = "".join(f"Fjordposten,2021-03-0{each},Torv nr. {each}\n" for each in range(1, 9))
    (tmp_path / "a.csv").write_text(f'outlet,published,title\n{rows}Fjordposten,2021-03-09,"åben\nog videre\n')
    with pytest.raises(WrongFile, match="not closed"):
        take(tmp_path / "a.csv")
    assert dump(store) == []


def test_a_full_disk_leaves_what_is_there_and_the_next_run_goes_on(take, store: Store, file: Path) -> None:
    calls: list[int] = []

    def full(done: int) -> None:
        calls.append(done)
        if done == 3:
            store.execute(f"PRAGMA max_page_count = {store.value('PRAGMA page_count')}")

    big = [story(each, Captions="") | {"BodyText": f"{each} " + "ord " * 20_000} for each in range(8)]
    path = ndjson(file.with_name("b.ndjson"), *big)
    with pytest.raises(StoreUnusable, match="free some space"):
        take(path, progress=full)
    (begun,) = imports_under_way(store)
    assert begun.taken == 3
    store.execute("PRAGMA max_page_count = 1000000")
    assert take(path).added == 8


def test_going_on_with_another_query_or_window_is_refused(take, file: Path) -> None:
    with pytest.raises(Cut):
        take(file, progress=cut_after(3))
    for given in ({"query": "Bispehaven"}, {"window": None}):
        with pytest.raises(WrongUse, match="import 1, with another query or window"):
            take(file, **given)


def test_one_archive_at_a_time(take, store: Store, file: Path) -> None:
    take(ndjson(file.with_name("b.ndjson"), story(20)))
    with FileLock(store.path.with_name("store.db.import.lock")):
        for work in (lambda: take(file), lambda: undo_import(store, 1)):
            with pytest.raises(AlreadyRunning) as caught:
                work()
            assert caught.value.exit_code == 75
    undo_import(store, 1)


def record(number: int, text: str = "") -> Record:
    return Record(number, "A", NOW, "T", "", text)


@pytest.mark.parametrize(("count", "sizes"), [(0, [0]), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_portions_hold_everything_in_order_and_name_the_last(count: int, sizes: list[int]) -> None:
    items = [record(each) if each % 2 else Refused(each, "", "") for each in range(count)]
    found = list(portions(iter(items)))
    assert [len(portion) for portion, _ in found] == sizes
    assert [last for _, last in found] == [False] * (len(sizes) - 1) + [True]
    assert [each for portion, _ in found for each in portion] == items


def test_a_portion_of_long_texts_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PORTION_TEXT", 10)
    assert [len(portion) for portion, _ in portions(iter([record(1, "x" * 11), record(2), record(3)]))] == [1, 2]


def test_memory_does_not_grow_with_the_file(take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PORTION", 20)

    def peak(count: int, name: str) -> int:
        lines: Iterator[dict[str, object]] = (
            story(each) | {"BodyText": f"{name}{each} " + f"ord{each} " * 300} for each in range(count))
        path = ndjson(tmp_path / name, *lines)
        tracemalloc.start()
        take(path)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(20, "warm.ndjson")
    small, large = peak(40, "small.ndjson"), peak(200, "large.ndjson")
    assert large < 1.5 * small
