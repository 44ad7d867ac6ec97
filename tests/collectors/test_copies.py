"""Copy groups: who joins whom, and that neither order nor portions of import matter."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.copies import MIN_WORDS, Order, Text, alike, group_copies, regroup, shingles, text_of
from store.database import Store
from store.identity import article_id
from store.imports import record_import
from store.texts import Article, save_article, save_outlet, undo_archive

DAY = date(2021, 3, 4)
STORY = " ".join(f"ord{number}" for number in range(60))
TITLE = "Beboerne i Solkrogen har fået et nyt torv med bænke og træer"


def text(id: str, *, shift: int = 0, title: str = TITLE, summary: str = "", body: str = STORY, release: bool = False
         ) -> Text:
    return text_of(id, DAY + timedelta(days=shift), title, summary, body, release=release)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (text("b"), True),
        (text("b", body=STORY.upper().replace(" ", "  ") + "!"), True),
        (text("b", body=STORY + " og en sætning til fra redaktionen"), True),
        (text("b", title="En helt anden overskrift"), True),
        (text("b", body=" ".join(STORY.split()[30:]) + " derpå noget helt andet"), False),
        (text("b", shift=14), True),
        (text("b", shift=15), False),
        (text("b", release=True), False),
        (text("b", body=""), False),
    ],
)
def test_two_full_texts_are_copies_by_all_their_words(other: Text, expected: bool) -> None:
    assert alike(text("a"), other) is expected
    assert alike(other, text("a")) is expected


def test_a_teaser_is_a_copy_of_the_full_story_by_title_and_lead() -> None:
    lead = "Borgmesteren klippede snoren til det nye torv lørdag formiddag."
    assert alike(text("a", summary=lead), text("b", summary=lead, body=""))
    assert alike(text("a", body=f"{lead}\n\n{STORY}"), text("b", summary=lead, body=""))
    unlike = text("a", summary="Noget helt andet end i den anden avis, faktisk.")
    assert not alike(unlike, text("b", summary=lead, body=""))


def test_a_short_title_alone_is_no_copy_of_its_like() -> None:
    assert shingles(" ".join(["ord"] * (MIN_WORDS - 1))).size == 0
    assert not alike(text("a", title="Brand i Solkrogen", body=""), text("b", title="Brand i Solkrogen", body=""))


class InMemory:
    def __init__(self, texts: list[Text], groups: dict[str, str]) -> None:
        self.texts = {each.id: each for each in texts}
        self.groups = dict(groups)

    def group(self, id: str) -> str:
        return self.groups[id]

    def followers(self, id: str) -> list[Order]:
        return [self.texts[each].order for each, leader in self.groups.items() if leader == id]

    def near(self, order: Order) -> list[Order]:
        text = self.texts[order[1]]
        return [each.order for each in self.texts.values() if each.id != text.id and alike(text, each)]


def one_pass(texts: list[Text]) -> dict[str, str]:
    """The rule as the module states it."""
    groups: dict[str, str] = {}
    for each in sorted(texts, key=lambda text: text.order):
        leaders = [other for other in texts if groups.get(other.id) == other.id and alike(other, each)]
        groups[each.id] = min(leaders, key=lambda text: text.order).id if leaders else each.id
    return groups


def story(start: int) -> str:
    """Stories that overlap: neighbours are copies, those further apart are not."""
    return " ".join(f"ord{number}" for number in range(start * 4, start * 4 + 60))


STORIES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 6)), min_size=1, max_size=12)


@given(STORIES, st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_groups_do_not_depend_on_order_or_portions(stories: list[tuple[int, int]], random, portion: int) -> None:
    texts = [text(f"{number:02}", shift=day, body=story(start)) for number, (day, start) in enumerate(stories)]
    order = list(texts)
    random.shuffle(order)
    groups: dict[str, str] = {}
    for at in range(0, len(order), portion):
        fresh = [each.order for each in order[at:at + portion]]
        groups |= {id: id for _, id in fresh}
        groups |= regroup(fresh, InMemory(order[:at + portion], groups))
    assert groups == one_pass(texts)


@given(STORIES, STORIES)
@settings(max_examples=100, deadline=None)
def test_an_edited_text_leaves_and_joins_as_if_it_had_always_been_so(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    old = [text(f"{number:02}", shift=day, body=story(start)) for number, (day, start) in enumerate(before)]
    new = [text(each.id, shift=(each.day - DAY).days, body=story(start))
           for each, (_, start) in zip(old, after, strict=False)]
    texts = [*new, *old[len(new):]]
    groups = one_pass(old)
    assert groups | regroup([each.order for each in new], InMemory(texts, groups)) == one_pass(texts)


def save(
    store: Store, outlet: str, day: date, body: str, title: str = TITLE, import_id: int | None = None
) -> str:
    id = article_id(outlet, day=day, text=title + body)
    with store.transaction():
        save_outlet(store, outlet, outlet)
        moment = datetime.combine(day, time(12), UTC)
        save_article(store, Article(id, outlet, title, text=body, published=moment), seen=moment,
                     import_id=import_id)
    return id


def groups_of(store: Store) -> dict[str, str]:
    return {row[0]: row[1] for row in store.rows("SELECT id, copy_group FROM articles")}


def test_the_same_text_in_three_outlets_is_one_group_led_by_the_earliest(store: Store) -> None:
    late = save(store, "a", DAY + timedelta(days=2), STORY)
    other = save(store, "b", DAY, story(90))
    assert group_copies(store) == 0
    first = save(store, "b", DAY, STORY)
    second = save(store, "c", DAY + timedelta(days=1), STORY + " og lidt til")
    assert group_copies(store) == 2
    assert groups_of(store) == {late: first, other: other, first: first, second: first}


@pytest.mark.parametrize("many", [1, 1000])
def test_however_many_are_due_they_are_taken_in_the_order_of_their_days(
    store: Store, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr("collectors.copies.MANY", many)
    monkeypatch.setattr("collectors.copies.PORTION", 2)
    ids = [save(store, f"o{day}", DAY + timedelta(days=day), STORY) for day in (4, 0, 3, 1, 2)]
    assert group_copies(store) == 4
    assert groups_of(store) == dict.fromkeys(ids, ids[1])


def test_nothing_new_is_nothing_to_do(store: Store) -> None:
    save(store, "a", DAY, STORY)
    group_copies(store)
    before = list(store.db.conn.iterdump())
    assert group_copies(store) == 0
    assert list(store.db.conn.iterdump()) == before


@given(STORIES, st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_store_gives_the_groups_of_one_pass(tmp_path_factory, stories: list[tuple[int, int]], random) -> None:
    path: Path = tmp_path_factory.mktemp("copies") / "store.db"
    order = list(enumerate(stories))
    random.shuffle(order)
    with Store.open(path) as store:
        texts = {}
        for number, (day, start) in order:
            id = save(store, f"outlet-{number}", DAY + timedelta(days=day), story(start))
            texts[id] = text(id, shift=day, body=story(start))
            if random.random() < 0.5:
                group_copies(store)
        group_copies(store)
        assert groups_of(store) == one_pass(list(texts.values()))


def save_undated(store: Store, outlet: str, guid: str, body: str, *, seen: date, published: date | None = None) -> None:
    moment = datetime.combine(seen, time(12), UTC)
    with store.transaction():
        save_outlet(store, outlet, outlet)
        save_article(store, Article(guid, outlet, TITLE, body, guid=guid,
                                    published=published and datetime.combine(published, time(12), UTC)),
                     seen=moment, feed_id="feed")


CHANGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(0, 4), st.booleans(), st.booleans()),
    min_size=1, max_size=12,
)


@given(CHANGES)
@settings(max_examples=25, deadline=None)
def test_edits_and_late_dates_lead_to_the_groups_that_a_store_made_anew_would_have(
    tmp_path_factory, changes: list[tuple[int, int, int, bool, bool]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("copies")
    with Store.open(folder / "a.db") as store, Store.open(folder / "b.db") as anew:
        for number, day, start, dated, grouped in changes:
            for each in (store, anew):
                when = DAY + timedelta(days=day)
                save_undated(each, f"outlet-{number}", f"article-{number}", story(start), seen=when,
                             published=when if dated else None)
            if grouped:
                group_copies(store)
        group_copies(store)
        group_copies(anew)
        assert groups_of(store) == groups_of(anew)


def test_a_group_whose_earliest_text_is_taken_back_is_led_by_the_next(store: Store) -> None:
    with store.transaction():
        number = record_import(store, "archive", "a", "digest", "plain")
    first = save(store, "a", DAY, STORY, import_id=number)
    second, third = (save(store, outlet, DAY + timedelta(days=1), STORY) for outlet in "bc")
    group_copies(store)
    assert set(groups_of(store).values()) == {first}
    with store.transaction():
        undo_archive(store, number)
        group_copies(store)
    assert set(groups_of(store).values()) == {min(second, third)}
    assert store.value("SELECT count(DISTINCT version_id) FROM copy_bands") == 2


def test_only_possible_copies_are_read_of_what_is_held(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        save(store, f"outlet-{number}", DAY, story(100 * number))
    group_copies(store)
    made: list[str] = []
    monkeypatch.setattr("collectors.copies.text_of",
                        lambda id, *given, **named: made.append(id) or text_of(id, *given, **named))
    new = save(store, "other", DAY, story(700))
    assert group_copies(store) == 1
    assert set(made) == {new, groups_of(store)[new]}
