"""The demonstration's texts: every planted trap is there, no slot is open, no two are near-copies by chance."""

import re
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest

from reputation.demonstration.bank import TONES, Banks, fill, load_banks
from reputation.demonstration.cases import COMPARISONS, UNCOLLECTED_YEARS, Cases, demonstration_truth
from reputation.demonstration.newsdesk import SILENT_FEED, SILENT_FROM, News, gather
from reputation.demonstration.process import Truth
from reputation.demonstration.story import Story

FIFTEEN = 15


@pytest.fixture(scope="module")
def banks() -> Banks:
    return load_banks()


@pytest.fixture(scope="module")
def dealt(banks: Banks) -> tuple[Truth, Cases]:
    return demonstration_truth(banks, 2018)


@pytest.fixture(scope="module")
def news(banks: Banks, dealt: tuple[Truth, Cases]) -> News:
    return gather(*dealt, banks)


def text(story: Story) -> str:
    return "\n".join((story.title, story.lead, *story.body))


def shingles(story: Story) -> frozenset[str]:
    words = re.findall(r"\w+", text(story).lower())
    return frozenset(" ".join(words[at : at + 5]) for at in range(len(words) - 4))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def test_each_happening_has_patterns_and_weights_of_every_tone(banks: Banks) -> None:
    assert len({kind.id for kind in banks.happenings}) == len(banks.happenings) >= 30
    for kind in banks.happenings:
        assert set(kind.headline) == set(kind.lead) == set(kind.weights) == set(TONES)
        assert all(len(kind.headline[tone]) >= 3 and len(kind.lead[tone]) >= 3 for tone in TONES), kind.id


def test_there_are_several_hundred_sentence_patterns(banks: Banks) -> None:
    groups = [group for kind in banks.happenings
              for group in (*kind.headline.values(), *kind.lead.values(), kind.facts)]
    patterns = [each for group in groups for each in group]
    assert len(patterns) > 600
    assert len(set(patterns)) > 0.98 * len(patterns)


def test_a_slot_that_nobody_fills_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("Brand i {sted}", {"by": "Odense"})


def test_a_slot_with_a_capital_gives_a_capital_word() -> None:
    assert fill("{Ting} brændte i {by}", {"ting": "en {slags}", "slags": "scooter", "by": "Odense"}) == (
        "En scooter brændte i Odense"
    )


def test_no_text_has_an_open_slot(news: News) -> None:
    assert not [story.title for story in news.all if "{" in text(story) or "}" in text(story)]


def test_sentences_begin_with_a_capital_and_no_preposition_stands_twice(news: News) -> None:
    for story in news.all:
        for paragraph in (story.title, story.lead, *story.body):
            assert not re.match(r"[a-zæøå]", paragraph), paragraph
            assert not re.search(r"\b(til|fra|mod|af|om) (i|på) [A-ZÆØÅ]", paragraph), paragraph
            assert "  " not in paragraph
            assert not re.search(r"\.\.|,,", paragraph)


def test_several_thousand_articles_cover_every_area_and_year(news: News, dealt: tuple[Truth, Cases]) -> None:
    truth, cases = dealt
    unique = Counter(
        (story.planted[0].area, story.day.year) for story in news.all if story.kind == "about" and not story.original
    )
    assert 4000 <= len(news.all) <= 6500
    for area in truth.areas:
        for year in range(2018, 2026):
            told = unique[area, year]
            assert bool(told) != (area == cases.uncollected and year in UNCOLLECTED_YEARS), (area, year)


def test_uncollected_means_that_not_even_a_passing_word_is_there(news: News, dealt: tuple[Truth, Cases],
                                                                  banks: Banks) -> None:
    names = [name.name for name in banks.places[dealt[1].uncollected].names]
    early = [story for story in news.all if story.day.year in UNCOLLECTED_YEARS]
    assert not [story for story in early if any(name in text(story) for name in names)]


def test_the_news_in_few_news_has_under_fifteen_events(news: News, dealt: tuple[Truth, Cases]) -> None:
    area, year = dealt[1].few_news
    events = {story.event for story in news.all if story.event.startswith(f"{area}-{year}-")}
    assert 0 < len(events) < 15


def test_every_kind_of_story_is_there(news: News) -> None:
    kinds = Counter(story.kind for story in news.all)
    assert min(kinds[kind] for kind in ("about", "list", "passing", "friend", "release", "other")) >= 40


@pytest.mark.parametrize(("name", "beside"), [
    ("Munkebo", ("Kerteminde", "Lindø")), ("Bispeparken", ()), ("Skovgårdsparken", ()), ("Gjellerup", ()),
    ("Skovparken", ("Svendborg",)),
])
def test_each_false_friend_is_told_of(news: News, name: str, beside: tuple[str, ...]) -> None:
    friends = [story for story in news.all if story.kind == "friend" and name in text(story)]
    assert len(friends) >= 8
    assert all(not beside or any(word in text(story) for word in beside) for story in friends)
    assert not any(story.planted for story in friends)


def test_munkebo_is_always_told_of_with_its_town(news: News) -> None:
    about = [story for story in news.all if any(each.area == "munkebo" for each in story.planted)]
    assert about
    assert all("Kolding" in text(story) for story in about)


def test_agervang_becomes_groenneparken_on_the_day_of_its_renaming(news: News) -> None:
    told = [story for story in news.all if any(each.area == "agervang" for each in story.planted)]
    named = {name: [story.day for story in told if name in text(story)] for name in ("Agervang", "Grønneparken")}
    assert max(named["Agervang"]) < date(2021, 9, 27) <= min(named["Grønneparken"])


def test_the_laws_words_change_with_the_list_of_2021(news: News) -> None:
    for story in news.all:
        words = text(story).lower()
        late = story.day >= date(2022, 1, 1)
        assert not (late and "ghetto" in words), story.title
        assert not (story.day < date(2021, 11, 1) and "omdannelsesområde" in words), story.title
    assert sum("ghetto" in text(story).lower() for story in news.all) > 100
    assert sum("parallelsamfund" in text(story).lower() for story in news.all) > 100


def test_outlets_come_and_go(news: News, banks: Banks) -> None:
    for medium in banks.media:
        years = {story.day.year for story in news.all if story.outlet == medium}
        assert years <= set(range(medium.first, medium.last + 1))
    assert any(medium.first > 2018 for medium in banks.media)
    assert any(medium.last < 2025 for medium in banks.media)


def test_one_feed_falls_silent_and_the_others_do_not(news: News) -> None:
    last = {feed: max(story.day for story in stories) for feed, stories in news.feeds.items()}
    assert last.pop(SILENT_FEED) < SILENT_FROM
    assert min(last.values()) > date(2026, 1, 15)


def test_some_articles_are_paywalled_teasers(news: News) -> None:
    teasers = [story for story in news.archive if not story.body]
    assert 200 < len(teasers) < 900
    assert all(story.outlet.paywall for story in teasers)


def test_copies_are_copies_and_uniques_are_not(news: News) -> None:
    by_id = {story.id: story for story in news.all}
    copies = [story for story in news.all if story.original]
    assert len(copies) > 800
    alike = [jaccard(shingles(story), shingles(by_id[story.original])) for story in copies if story.original in by_id]
    assert min(alike) >= 0.8
    assert sum(each < 1 for each in alike) > 100


def test_no_two_uniques_are_near_copies(news: News) -> None:
    uniques = [story for story in news.all if not story.original and story.kind != "release"]
    sets = [shingles(story) for story in uniques]
    frequency = Counter(each for one in sets for each in one)
    assert len(sets) > 3000
    index: dict[str, list[int]] = defaultdict(list)
    worst = 0.0
    for number, one in enumerate(sets):
        # A pair above .8 shares a shingle among the rarest quarter of either.
        rare = sorted(one, key=lambda each: (frequency[each], each))[: len(one) // 4 + 1]
        for other in {found for each in rare for found in index[each]}:
            if abs((uniques[other].day - uniques[number].day).days) <= 14:
                worst = max(worst, jaccard(one, sets[other]))
        for each in rare:
            index[each].append(number)
    assert worst < 0.8


def test_teasers_of_one_fortnight_differ_in_title_or_lead(news: News) -> None:
    seen: dict[tuple[str, str], list[date]] = defaultdict(list)
    for story in news.all:
        if story.kind == "about" and not story.original:
            seen[story.title, story.lead].append(story.day)
    for days in seen.values():
        assert all((later - earlier).days > 14 for earlier, later in pairwise(sorted(days)))


def test_stories_of_one_event_share_its_details_and_its_neighbours_are_of_other_kinds(news: News) -> None:
    events: dict[str, list[Story]] = defaultdict(list)
    for story in news.all:
        if story.kind == "about" and not story.original:
            events[story.event].append(story)
    assert sum(len(stories) > 1 for stories in events.values()) > 200
    assert max(len(stories) for stories in events.values()) >= 6


def test_the_planted_tones_are_what_the_truth_says_on_average(news: News, dealt: tuple[Truth, Cases]) -> None:
    truth, _ = dealt
    gaps = []
    for area in truth.areas:
        tones = [story.planted[0].tone or 0 for story in news.all
                 if story.kind == "about" and not story.original and story.planted[0].area == area
                 and story.day.year <= 2025]
        planted = sum(truth.net_tone(area, year) for year in range(2018, 2026)) / 8
        gaps.append(sum(tones) / len(tones) - planted)
    assert abs(sum(gaps) / len(gaps)) < 0.04
    assert max(map(abs, gaps)) < 0.25


def test_lists_name_many_areas_and_none_of_the_comparison(news: News) -> None:
    lists = [story for story in news.all if story.kind == "list"]
    assert all(len(story.planted) >= 5 for story in lists)
    assert not {each.area for story in lists for each in story.planted} & set(COMPARISONS)
    assert len({each.area for story in lists for each in story.planted}) == FIFTEEN


def test_what_is_about_an_area_names_it_in_title_or_lead(news: News, banks: Banks) -> None:
    about = [story for story in news.all if story.kind == "about"]
    for story in about:
        names = [name.name for name in banks.places[story.planted[0].area].names]
        assert any(name in story.title or name in story.lead for name in names), story
        assert (story.planted[0].role == "headline") == any(name in story.title for name in names)
    assert 0.05 < sum(story.planted[0].role == "lead" for story in about) / len(about) < 0.3


def test_no_person_has_a_name_in_the_news(news: News, banks: Banks) -> None:
    named = {word for person in banks.answers["navne"] for word in person.split()}
    assert not [story for story in news.all if named & set(re.findall(r"\w+", text(story)))]
