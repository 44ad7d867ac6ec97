"""Measure a window: put everything a report prints into one content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from nlp.unique import backend_of, read_otherwise, unique_mentions
from nlp.validate import SampleAgreement, coded_texts, sample_agreements
from reputation.analyses import analysis_lines
from reputation.changes import compared_changes, news_changes, with_levels, with_selected
from reputation.composition import class_shares, composition_figures
from reputation.content import (
    Agreement,
    AreaFacts,
    BenchmarkLine,
    Content,
    ErrorLine,
    ErrorTest,
    Estimate,
    OfficialLine,
    WaveFacts,
)
from reputation.correction import RELIABLE
from reputation.counts import event_lines, news_counts
from reputation.coverage import spans
from reputation.discovered import sought_topics, topic_lines
from reputation.figures import VALUE_DECIMALS, rounded
from reputation.index import News, arrange, estimates_of, news_figures
from reputation.milestones import milestone_of
from reputation.movements import attribution_lines, happenings, interruption_lines, turn_lines
from reputation.newsbridge import Bridges, marked
from reputation.perceived import perceived
from reputation.periods import MONTHS, Period, Points, points, quarter_figures, whole_series
from reputation.progress import goal_lines, outlook_lines
from reputation.provenance import provenance
from reputation.seeking import APART, Asked, seeker
from reputation.stories import covered
from reputation.together import associations, comparable_waves, partings
from store.areas import Area
from store.collation import danish_sort_key
from store.config import Config
from store.database import Store
from store.days import Window
from store.facts import Facts
from store.goals import Status
from store.texts import last_day

NAMES_SHOWN = ("official", "renamed", "wider")
"""Kinds of other names a reader may know an area by. Nicknames are read but not printed: some are meant to hurt."""


def measure(store: Store, config: Config, facts: Facts, window: Window) -> Content:
    """Measure every area over ``window`` and return the report's content, rounded and disclosed.

    The series has a figure a calendar year where ``window`` starts and ends with the year, else a figure for each
    twelve months counted back from its last day; years after the newest day in the data are left out.
    """
    newest = newest_day(store)
    windows = series(window, newest)
    areas = sorted(facts.areas, key=lambda area: (area.kind != "evaluated", danish_sort_key(area.name), area.id))
    names = tuple(area.id for area in areas)
    backend = backend_of(config)
    agreements = sample_agreements(store, backend, seed=config.report.seed)
    with seeker(int(store.value("SELECT count(*) FROM (SELECT 1 FROM mentions LIMIT ?)", [APART]))) as ask:
        news = _news(store, config, facts, windows, names, newest, backend, agreements)
        topics = ask(sought_topics(store, config, facts, news))
        return _content(store, config, facts, window, areas, news, agreements, topics)


def _content(
    store: Store, config: Config, facts: Facts, window: Window, areas: Sequence[Area], news: News,
    agreements: Sequence[SampleAgreement], found_topics: Asked,
) -> Content:
    names, windows, newest, backend = news.areas, news.windows, news.newest, backend_of(config)
    evaluated = tuple(area.id for area in areas if area.kind == "evaluated")
    drawn = marked(news_figures(news))
    baseline = next((each for each in windows if each.first.year == config.report.baseline_year), None)
    drawn += composition_figures(news, drawn, class_shares(news, baseline, evaluated))
    of_series = estimates_of(drawn)
    surveys = perceived(store, config.disclosure, names, evaluated, window, windows, backend)
    bridges = Bridges(news.mentions, lambda: read_otherwise(store, backend), names)
    moved = with_levels([*news_changes(of_series, windows, evaluated, bridges), *surveys.estimates],
                        _told(windows, surveys.waves))
    moved = with_selected(moved)
    moved += compared_changes(moved, evaluated, [name for name in names if name not in evaluated])
    estimates = _ordered((*(each.estimate for each in drawn), *moved), names)
    goals = goal_lines(store, config, facts, areas, estimates)
    whole = list(whole_series(news))
    events = happenings(store, news)
    by_period: dict[Period, list[Points]] = {period: points(whole, news, period) for period in MONTHS}
    content = Content(
        demo=store.kind == "demo", first=window.first.isoformat(), last=window.last.isoformat(),
        years=tuple((each.first.isoformat(), each.last.isoformat()) for each in windows),
        baseline_year=config.report.baseline_year, made_from=newest.isoformat() if newest else "",
        areas=tuple(area_facts(area, facts) for area in areas), estimates=estimates,
        goals=tuple(goals),
        events=tuple(event_lines(store, news, of_series)),
        counts=(*news_counts(store, news, backend), *surveys.counts),
        quotes=surveys.quotes, waves=surveys.waves, fieldwork=surveys.fieldwork,
        agreement=tuple(_agreement(each) for each in agreements),
        associations=tuple(associations(estimates, evaluated, surveys.waves, windows, seed=config.report.seed)),
        benchmarks=tuple(
            BenchmarkLine(each.instrument, each.population, each.year_from, each.year_to, each.indicator, each.value,
                          each.unit, each.about, each.n, each.source) for each in facts.benchmarks),
        analyses=tuple(analysis_lines(store, backend, news)),
        provenance=provenance(store, config, facts, backend, news.mentions, windows, estimates),
        words=words(facts), milestone=milestone_of(facts, config.report.baseline_year, window),
        quarters=_ordered((each.estimate for each in quarter_figures(news, whole)), names),
        turns=tuple(turn_lines([each for period in MONTHS for each in by_period[period]], events)),
        interruptions=tuple(interruption_lines(facts.dates, by_period,
                                               [name for name in names if name not in evaluated])),
        attributions=tuple(attribution_lines(of_series, news, events)),
        outlooks=tuple(outlook_lines(facts, areas, estimates, goals)),
        partings=tuple(partings(estimates, evaluated, surveys.waves, windows)), official=official_lines(store),
        bridges=bridges.lines(),
    )
    topics, sought = topic_lines(found_topics(), news)  # last: what looks for them is busy meanwhile
    return replace(content, discovered=topics, topics_sought=sought)


def _told(windows: Sequence[Window], waves: Sequence[WaveFacts]) -> list[tuple[str, str, str, str]]:
    """Name the families of changes that the first page tells of: net tone now, and the latest comparable wave."""
    last = windows[-1]
    found = [("net_tone.change", last.first.isoformat(), last.last.isoformat(), "")]
    comparable = comparable_waves(waves)
    wave = next((each for each in reversed(waves) if each.id in comparable), None)
    if wave is not None:
        found.append(("safe_share.change", wave.fieldwork_from, wave.fieldwork_to, wave.id))
    return found


def official_lines(store: Store) -> tuple[OfficialLine, ...]:
    """List every imported yearly figure."""
    return tuple(OfficialLine(*row) for row in store.rows(
        "SELECT area_id, year, indicator, value, unit, source FROM figures ORDER BY 1, 3, 2, 6"))


def newest_day(store: Store) -> date | None:
    """Return the newest day in the data: of an article, or the end of a wave's fieldwork."""
    fieldwork = store.value("SELECT max(fieldwork_to) FROM waves")
    return max(filter(None, (last_day(store), date.fromisoformat(fieldwork) if fieldwork else None)), default=None)


def series(window: Window, newest: date | None) -> tuple[Window, ...]:
    """Split ``window`` into the windows of the series.

    Calendar years where it starts on 1 January and ends on 31 December; else twelve months each, counted back from its
    last day; a window shorter than twelve months is one by itself. Windows that begin after ``newest`` are left out.
    """
    whole = (window.first.month, window.first.day) == (1, 1) and (window.last.month, window.last.day) == (12, 31)
    found = tuple(Window.year(year) for year in range(window.first.year, window.last.year + 1)) if whole \
        else window.years() or (window,)
    return tuple(each for each in found if newest is None or each.first <= newest) or found[:1]


def _news(store: Store, config: Config, facts: Facts, windows: tuple[Window, ...], names: tuple[str, ...],
          newest: date | None, backend: str, agreements: Sequence[SampleAgreement]) -> News:
    alphas = {each.sample: each.alpha for each in agreements if each.alpha is not None}
    coded = coded_texts(store)
    coded = coded.assign(alpha=coded["sample"].map(alphas)).dropna(subset=["alpha"])
    good = coded[coded["alpha"] >= RELIABLE]
    poor = coded[~coded["area"].isin(good["area"])].groupby("area")["alpha"].max()
    return News(
        arrange(unique_mentions(store, backend), windows), windows, names, spans(store, config, facts.areas),
        {str(area): rows for area, rows in good.groupby("area")},
        {str(area): float(alpha) for area, alpha in poor.items()}, newest,
        covered(store, facts.areas, windows),
        config.report.seed,
    )


def _ordered(estimates: Iterable[Estimate], areas: Sequence[str]) -> tuple[Estimate, ...]:
    place = {area: at for at, area in enumerate(areas)}
    return tuple(sorted(estimates, key=lambda each: (
        place[each.area], each.indicator, each.first, each.last, each.wave)))


def area_facts(area: Area, facts: Facts) -> AreaFacts:
    """Say what the fact files know of an area."""
    default = facts.goals.targets.family_housing
    return AreaFacts(
        id=area.id, name=area.name, kind=area.kind, municipality=area.municipality, cities=area.cities,
        housing_organisations=area.housing_organisations,
        names=tuple(
            f"{each.name}|{each.valid_from.isoformat() if each.valid_from else ''}"
            f"|{each.valid_to.isoformat() if each.valid_to else ''}"
            for each in area.aliases if each.kind in NAMES_SHOWN and each.name != area.name
        ),
        list_status={str(year): status for year, status in sorted(area.list_status.items())},
        target_share=default.value if area.target_share is None else area.target_share,
        target_is_default=area.target_is_default,
        target_source=default.source if area.target_share is None else area.target_source or "",
        baseline_share=area.baseline_share,
    )


def _agreement(found: SampleAgreement) -> Agreement:
    return Agreement(
        sample=found.sample, areas=found.areas, n=found.n, coders=found.coders, doubly_coded=found.doubly_coded,
        alpha=rounded(found.alpha, VALUE_DECIMALS), alpha_low=rounded(found.low, VALUE_DECIMALS),
        alpha_high=rounded(found.high, VALUE_DECIMALS), accuracy=rounded(found.accuracy, VALUE_DECIMALS),
        bias=rounded(found.bias, VALUE_DECIMALS),
        tests=tuple(ErrorTest(each.by, each.p, each.left_out, tuple(
            ErrorLine(one.group, one.n, one.wrong, one.bias) for one in each.groups)) for each in found.differences),
    )


def words(facts: Facts) -> Mapping[str, Mapping[str, str]]:
    """Return the words of the fact files the report speaks with, by language and key.

    Keys: ``status.WORD`` and ``status.WORD.long``, ``list.STATUS``, theme ids, ``milestone.YEAR``.
    """
    goals = facts.goals
    result: dict[str, dict[str, str]] = {"da": {}, "en": {}}
    for status, said in goals.status_words.items():
        key = f"status.{Status(status).value}"
        result["da"] |= {key: said.da, f"{key}.long": said.long_da}
        result["en"] |= {key: said.en, f"{key}.long": said.long_en}
    for letter, said in goals.list_words.items():
        result["da"][f"list.{letter}"], result["en"][f"list.{letter}"] = said.da, said.en
    for theme in facts.themes:
        result["da"][theme.id], result["en"][theme.id] = theme.da, theme.en
    for milestone in goals.milestones:
        result["da"][f"milestone.{milestone.year}"] = milestone.text
        result["en"][f"milestone.{milestone.year}"] = milestone.en or milestone.text
    return result

