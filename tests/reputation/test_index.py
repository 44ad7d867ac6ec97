"""What the news figures of an area and a window are, and what hides them."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from nlp.unique import read_otherwise, unique_mentions
from reputation.changes import news_changes
from reputation.composition import class_shares, composition_figures, panel
from reputation.content import Estimate
from reputation.counts import event_lines, news_counts
from reputation.coverage import areas_in_query, spans
from reputation.index import News, arrange, estimates_of, news_figures
from reputation.newsbridge import Bridges
from reputation.stories import Covered
from store.days import Window
from tests.reputation.build import Newsroom, area, config

YEARS = tuple(Window.year(year) for year in (2018, 2019, 2020))
MIXED = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0] * 2


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2020-12-31")
    return room


def news(room: Newsroom, *names: str, coded: dict[str, pd.DataFrame] | None = None,
         unreliable: dict[str, float] | None = None, windows: tuple[Window, ...] = YEARS, **tables: object) -> News:
    areas = [area(name) for name in names or ("lunden",)]
    found = spans(room.store, config(room.store.path.parent, **tables), areas)
    return News(arrange(unique_mentions(room.store, "linear"), windows), windows, tuple(each.id for each in areas),
                found, coded or {}, unreliable or {}, None, {})


def one(drawn: list, indicator: str, year: int = 2018, place: str = "lunden") -> Estimate:
    return next(each.estimate for each in drawn if each.estimate.indicator == indicator
                and each.estimate.area == place and each.estimate.first == f"{year}-01-01")


def test_net_tone_counts_texts_and_clusters_them_by_event(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)

    tone = one(news_figures(news(room)), "net_tone")

    assert (tone.value, tone.n, tone.status, tone.correction) == (-0.2, 20, "ok", "uncorrected")
    assert tone.low is not None
    assert tone.low < -0.2 < (tone.high or 0)
    assert tone.details["events"] == 20
    assert tone.details["formula"] == "(P-N)/(P+U+N)"


def test_the_shares_of_tone_add_up(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    drawn = news_figures(news(room))

    assert sum(one(drawn, f"{name}_share").value or 0 for name in ("negative", "neutral", "positive")) == 1


def test_a_further_copy_leaves_tone_unchanged_and_is_reach(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    before = one(news_figures(news(room)), "net_tone")
    room.article("lunden", "2018-02-01", -1, event="lunden-2018-0", outlet="bladet", copy_of="t00001", name="z")
    drawn = news_figures(news(room))

    assert one(drawn, "net_tone").value == before.value
    assert one(drawn, "net_tone").se == before.se
    assert (one(drawn, "about").value, one(drawn, "reach").value) == (20, 21)
    assert one(drawn, "net_tone").details["copies"] == 1


def test_a_copy_group_counts_in_the_year_of_its_earliest_text(room: Newsroom) -> None:
    room.article("lunden", "2018-12-31", -1, name="a")
    room.article("lunden", "2019-01-02", -1, name="b", copy_of="a", outlet="bladet")

    drawn = news_figures(news(room))

    assert one(drawn, "about", 2018).value == 1
    assert one(drawn, "about", 2019).value == 0


def test_a_press_release_never_counts_but_the_newspaper_that_prints_it_does(room: Newsroom) -> None:
    room.article("lunden", "2018-12-30", 1, name="release", outlet="via", class_="press release")
    room.article("lunden", "2019-01-02", 1, name="print", copy_of="release")

    drawn = news_figures(news(room))

    assert one(drawn, "about", 2018).value == 0
    assert one(drawn, "about", 2019).value == 1


def test_list_mentions_count_in_volume_and_not_in_tone(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    room.article("lunden", "2018-03-01", None, role="list")
    room.article("lunden", "2018-03-02", -1, role="focus")

    drawn = news_figures(news(room))

    assert one(drawn, "mentions").value == 22
    assert one(drawn, "about").value == 21
    assert one(drawn, "net_tone").n == 20  # title and lead of the focus text don't name the area


def test_fourteen_events_show_counts_and_no_tone(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED[:14] * 2, per_event=2)

    drawn = news_figures(news(room))

    for name in ("net_tone", "negative_share", "stigma_share", "net_tone.events"):
        assert (one(drawn, name).status, one(drawn, name).value, one(drawn, name).n) == ("few", None, 28)
    assert one(drawn, "events").value == 14
    assert one(drawn, "about").value == 28


def test_an_area_year_that_nothing_was_collected_for_is_no_good_news(room: Newsroom) -> None:
    drawn = news_figures(news(room, windows=(*YEARS, Window.year(2021))))

    assert one(drawn, "about", 2020).status == "ok"
    assert one(drawn, "about", 2020).value == 0
    assert one(drawn, "net_tone", 2020).status == "few"
    assert {each.estimate.status for each in drawn if each.estimate.first == "2021-01-01"} == {"not collected"}


def test_a_query_that_names_other_areas_collects_nothing_for_this_one(tmp_path: Path) -> None:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2018-12-31", query='("Engen" OR engparken)')

    drawn = news_figures(news(room, "lunden", "engen"))

    assert one(drawn, "about", place="engen").status == "ok"
    assert one(drawn, "about", place="lunden").status == "not collected"


def test_a_query_is_read_with_danish_letters_folded() -> None:
    assert areas_in_query("kirkegaarden OR x", [area("kirkegården"), area("lunden")]) == {"kirkegården"}
    assert areas_in_query("", [area("lunden")]) is None


def test_texts_that_all_sound_alike_give_no_interval_and_so_no_figure(room: Newsroom) -> None:
    room.year("lunden", 2018, [0] * 20)

    drawn = news_figures(news(room))

    assert (one(drawn, "net_tone").status, one(drawn, "net_tone").value) == ("imprecise", None)
    assert (one(drawn, "negative_share").value, one(drawn, "negative_share").low) == (0, 0)
    assert (one(drawn, "negative_share").high or 0) > 0.1


def test_the_full_series_needs_four_texts_in_five(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED, full=-1)
    room.year("lunden", 2019, MIXED)
    for at in range(6):
        room.article("lunden", f"2019-03-0{at + 1}", 0, level="teaser")
    room.article("lunden", "2018-04-01", 1, event="lunden-2018-0")

    drawn = news_figures(news(room))

    assert one(drawn, "net_tone.full").value == pytest.approx(-19 / 21, abs=1e-4)
    assert one(drawn, "net_tone.full", 2019).status == "not collected"
    assert one(drawn, "net_tone.full", 2019).details["reason"] == "full text"
    assert one(drawn, "net_tone", 2019).details["teaser_share"] == pytest.approx(6 / 26, abs=1e-4)


def test_one_great_event_widens_the_interval_and_is_flagged(room: Newsroom) -> None:
    room.year("lunden", 2018, [1, 0, 0, 1, 0, -1, 1, 0, 1, 0, 1, 0, 0, -1, 1])
    for _ in range(14):
        room.article("lunden", "2018-06-01", -1, event="brand")

    tone = one(news_figures(news(room)), "net_tone")

    assert tone.details["one_event"] == 1
    assert (tone.details["leave_out_high"], tone.details["events"]) == (pytest.approx(4 / 15, abs=1e-4), 16)
    assert float(tone.details["g_eff"] or 0) < 5


def test_stigma_and_unsafe_shares_are_told(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED[:10], stigma='["ghetto"]')
    room.year("lunden", 2018, MIXED[:10], safety="unsafe")

    drawn = news_figures(news(room))

    assert one(drawn, "stigma_share").n == 20
    assert one(drawn, "stigma_share").status == "few"  # both halves tell of the same ten events


@pytest.mark.parametrize(("known", "status", "value"), [
    (None, "not collected", None), (Covered(1, 2, "2020-03-01", "2020-04-01", 1, 0), "ok", 0.5),
    (Covered(3, 2, "2020-03-01", "2020-04-01", 1, 2), "not collected", None),  # the total is of something else
])
def test_the_share_of_coverage_is_given_where_all_articles_are_known(
    room: Newsroom, known: Covered | None, status: str, value: float | None,
) -> None:
    room.year("lunden", 2020, MIXED)
    made = news(room)
    made = dataclasses.replace(made, stories={("lunden", YEARS[2]): known} if known else {})
    share = one(news_figures(made), "coverage_share", 2020)

    assert (share.status, share.value) == (status, value)
    assert (share.details.get("count"), share.details.get("total")) == ((known.count, known.total) if known else
                                                                       (None, None))


def changes(room: Newsroom) -> list[Estimate]:
    made = news(room)
    bridges = Bridges(made.mentions, lambda: read_otherwise(room.store, "linear"), made.areas)
    return news_changes(estimates_of(news_figures(made)), made.windows, made.areas, bridges)


def changed(found: list[Estimate], indicator: str = "net_tone.change", year: int = 2019, place: str = "lunden"
            ) -> Estimate:
    return next(each for each in found if each.indicator == indicator and each.first == f"{year}-01-01"
                and each.area == place)


def test_an_uncorrected_change_is_a_figure_and_no_test(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    room.year("lunden", 2019, [1, 1, 0, 1, 0] * 4)

    moved = changed(changes(room))

    assert (moved.value, moved.status, moved.correction) == (0.8, "footnoted", "uncorrected")
    assert moved.low is not None
    assert not {"p", "p_adjusted"} & set(moved.details)
    assert moved.details["since"] == "2018"


def test_change_counts_from_the_first_window_that_is_shown(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED[:5])
    room.year("lunden", 2019, MIXED)
    room.year("lunden", 2020, MIXED)

    found = changes(room)

    assert changed(found, year=2020).details["since"] == "2019"
    assert [each.first for each in found if each.indicator == "net_tone.change"] == ["2020-01-01"]


def test_without_any_shown_window_change_has_the_status_of_the_figure(room: Newsroom) -> None:
    room.year("lunden", 2019, MIXED[:5])

    assert changed(changes(room)).status == "few"


@pytest.mark.parametrize(("more", "reason"), [({"version": "v2"}, "reader"), ({"level": "title"}, "text level")])
def test_another_reader_or_text_level_breaks_the_series(room: Newsroom, more: dict[str, str], reason: str) -> None:
    room.year("lunden", 2018, MIXED)
    room.year("lunden", 2019, MIXED, **more)

    moved = changed(changes(room))

    assert (moved.status, moved.value, moved.details["reason"]) == ("break", None, reason)


def composed(made: News) -> list:
    drawn = news_figures(made)
    return composition_figures(made, drawn, class_shares(made, YEARS[0], made.areas))


def test_the_mix_of_the_baseline_undoes_a_new_outlet(room: Newsroom) -> None:
    for year, many in ((2018, 1), (2019, 3)):
        room.year("lunden", year, [-1, -1, 0, -1, -1] * 4, outlet="landsavisen", class_="national")
        for _ in range(many):
            room.year("lunden", year, [1, 0, 1, 1, 1] * 4, outlet="ugebladet", class_="local")

    drawn = news_figures(news(room))
    mix = composed(news(room))

    assert (one(drawn, "net_tone", 2018).value, one(drawn, "net_tone", 2019).value) == (0, 0.4)
    assert (one(mix, "net_tone.mix", 2018).value, one(mix, "net_tone.mix", 2019).value) == (0, 0)
    assert one(mix, "net_tone.mix", 2019).details["mix.local"] == 0.5


def test_a_class_without_texts_is_merged_into_its_neighbour_and_that_is_said(room: Newsroom) -> None:
    for class_, tones in (("national", [-1]), ("regional", [1]), ("local", [0, 1])):
        room.year("lunden", 2018, tones * 10, outlet=class_, class_=class_)
        if class_ != "regional":
            room.year("lunden", 2019, tones * 10, outlet=class_, class_=class_)

    mix = one(composed(news(room)), "net_tone.mix", 2019)

    assert mix.value == pytest.approx(0.25 * -1 + 0.75 * 0.5)
    assert mix.details["collapsed"] == "regional → local"


def test_a_mix_of_which_one_class_is_left_is_refused(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED, outlet="landsavisen", class_="national")
    room.year("lunden", 2018, MIXED)
    room.year("lunden", 2019, MIXED)

    mix = one(composed(news(room)), "net_tone.mix", 2019)

    assert (mix.status, mix.details["reason"]) == ("few", "too few texts in every class but one")


def test_without_a_baseline_or_with_no_spread_there_is_no_mix(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    made = news(room)
    drawn = news_figures(made)

    assert one(composition_figures(made, drawn, {}), "net_tone.mix").status == "no baseline"
    assert class_shares(made, None, made.areas) == {}
    room.year("lunden", 2018, [1] * 10, class_=None, outlet="ukendt")
    made = news(room)
    shares = {"unclassified": 1.0}  # ten texts of ten events
    few = one(composition_figures(made, drawn, shares), "net_tone.mix")
    assert few.details["reason"] == "too few events in the mix"
    room.year("lunden", 2019, [1] * 20, class_=None, outlet="ukendt")
    room.year("lunden", 2019, MIXED)
    made = news(room)
    assert one(composition_figures(made, news_figures(made), shares), "net_tone.mix", 2019).status == "imprecise"


def test_without_any_known_source_there_is_no_panel(tmp_path: Path) -> None:
    room = Newsroom.open(tmp_path)
    room.year("lunden", 2018, MIXED)

    assert one(composed(news(room)), "net_tone.panel").status == "not collected"


def test_the_panel_keeps_outlets_that_were_collected_all_the_time(tmp_path: Path) -> None:
    room = Newsroom.open(tmp_path)
    room.archive("2018-01-01", "2019-12-31", outlets=("avisen",))
    room.archive("2019-01-01", "2019-12-31", query="lunden", outlets=("avisen", "nyt"))
    room.year("lunden", 2018, MIXED)
    room.year("lunden", 2019, MIXED)
    room.year("lunden", 2019, [1] * 20, outlet="nyt")

    made = news(room, windows=YEARS[:2])

    assert one(news_figures(made), "net_tone", 2019).value == 0.4
    panel = one(composed(made), "net_tone.panel", 2019)
    assert (panel.value, panel.details["panel"]) == (-0.2, 1)


def test_a_sensitivity_never_shows_what_the_figure_may_not(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED[:5])

    assert {each.estimate.status for each in composed(news(room)) if each.estimate.first == "2018-01-01"} == {"few"}


def test_counts_name_what_the_texts_hold(room: Newsroom) -> None:
    room.article("lunden", "2018-02-01", 0, themes=("goal:tryghed", "topic:kultur-arkitektur"), voices='["beboer"]')
    room.article("lunden", "2018-02-02", 0, themes=("goal:tryghed",), stigma='["ghetto", "ghetto"]', level="teaser")
    room.article("lunden", "2018-02-03", None, role="list")

    found = {(each.kind, each.what): (each.n, each.of) for each in news_counts(room.store, news(room), "linear")}

    assert found == {
        ("role", "headline"): (2, 3), ("role", "list"): (1, 3), ("outlet_class", "local"): (2, 2),
        ("text_level", "full"): (1, 2), ("text_level", "teaser"): (1, 2), ("genre", "nyhed"): (2, 2),
        ("theme", "goal:tryghed"): (2, 2), ("theme", "topic:kultur-arkitektur"): (1, 2), ("voice", "beboer"): (1, 2),
        ("stigma", "ghetto"): (1, 2),
    }


def test_the_largest_events_say_how_far_they_move_the_tone(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    for at in range(3):
        room.article("lunden", "2018-06-01", -1, event="brand", outlet=f"o{at}")
    made = news(room)

    lines = event_lines(room.store, made, estimates_of(news_figures(made)))

    assert (lines[0].event, lines[0].articles, lines[0].outlets, lines[0].negative) == ("brand", 3, 3, 3)
    assert lines[0].influence == pytest.approx(-7 / 23 + 4 / 20, abs=1e-4)
    assert lines[0].links[0][1].startswith("https://example.org/")
    assert len(lines) == 5


def test_no_text_at_all_makes_no_lines(room: Newsroom) -> None:
    made = news(room)

    assert event_lines(room.store, made, {}) == []
    assert news_counts(room.store, made, "linear") == []


def test_any_twelve_months_are_a_window(room: Newsroom) -> None:
    room.year("lunden", 2018, MIXED)
    window = Window(date(2018, 7, 1), date(2019, 6, 30))

    drawn = news_figures(news(room, windows=(window,)))

    assert next(each.estimate.value for each in drawn if each.estimate.indicator == "about") == 9


@pytest.mark.parametrize(("newest", "said"), [
    (None, None), (date(2020, 12, 1), None), (date(2020, 2, 8), "2020-02-08"),
])
def test_a_year_that_is_not_over_says_until_when(room: Newsroom, newest: date | None, said: str | None) -> None:
    room.year("lunden", 2020, MIXED)
    made = dataclasses.replace(news(room), newest=newest)

    drawn = news_figures(made)

    assert one(drawn, "about", 2020).details.get("until") == said
    assert one(drawn, "net_tone", 2020).details.get("until") == said
    assert "until" not in one(drawn, "about", 2019).details


def test_a_year_that_is_not_over_puts_no_outlet_out_of_the_panel(room: Newsroom) -> None:
    room.archive("2018-01-01", "2019-12-31", query="lunden", outlets=("avisen",))
    room.archive("2020-01-01", "2020-02-08", query="lunden", outlets=("nyt",))

    assert panel(news(room)) == frozenset()
    assert panel(dataclasses.replace(news(room), newest=date(2020, 2, 8))) == {"avisen"}
