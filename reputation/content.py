"""Hold everything a report prints: published figures and the facts beside them, nothing of any person.

A report is rendered from a :class:`Content` alone, so the same content gives the same bytes. All figures are
disclosed and rounded before they enter it; days are ISO dates; a missing value is ``None`` and has a status.
"""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

Detail = str | float | int | None


@dataclass(frozen=True)
class Estimate:
    """One figure: indicator × area × window (and wave).

    Indicators of news (wave empty; shares in 0..1, net tone in -1..1):
    ``mentions`` (all roles, deduplicated), ``about`` (deduplicated articles about the area), ``events``, ``reach``
    (copies included), ``coverage_share``, ``net_tone``, ``negative_share``, ``neutral_share``, ``positive_share``,
    ``stigma_share``, ``unsafe_share.news``; and the sensitivities ``net_tone.events`` (event-weighted),
    ``net_tone.full`` (full-text series), ``net_tone.panel`` (fixed outlet panel), ``net_tone.mix`` (standardised to the
    baseline's outlet mix), ``net_tone.roles`` (3 headline, 2 lead), and the other formulas of
    :data:`reputation.sensitivities.FORMULAS`; ``safe_share.news``.
    Indicators of surveys (wave given; index 0..100): ``safe_share``, ``neither_share``, ``unsafe_share``,
    ``dont_know_share``, ``safety_index``; ``safe_share.mix``, ``safety_index.mix``: standardised to the first
    wave's mix of residents. A change since the first comparable measurement carries ``.change``;
    ``….compared.change`` is the change here minus that of the comparison areas.
    """

    indicator: str
    area: str
    first: str
    last: str
    wave: str
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int | None
    status: str
    correction: str
    method: str
    details: Mapping[str, Detail]
    """What method.md C3 wants printed beside it: news: copies, outlets, events, g_eff, leave_out_low, leave_out_high,
    one_event (0/1), teaser_share, formula, as_read (before correction), until (the data end inside the window), break
    (what makes it another series than the window before), reason (of a status that hides: full text, reader, text
    level, correction …); surveys: invited, population, response_rate, n_eff, deff, dont_know, interval, fpc, weights,
    item …; changes: since, p, p_adjusted, level, family, detectable, bridge …"""


@dataclass(frozen=True)
class AreaFacts:
    """What the report says of an area from the fact files."""

    id: str
    name: str
    kind: str
    municipality: str
    cities: tuple[str, ...]
    housing_organisations: tuple[str, ...]
    names: tuple[str, ...]
    """Other names it is read under, with their days: ``Grønneparken (fra 27.09.2021)`` is built by the report from
    ``name|from|to``."""
    list_status: Mapping[str, str]
    target_share: float
    target_is_default: bool
    target_source: str
    baseline_share: float | None


@dataclass(frozen=True)
class EventLine:
    """One of the largest events of an area and a window."""

    area: str
    first: str
    last: str
    """the window"""
    event: str
    title: str
    first_day: str
    last_day: str
    articles: int
    copies: int
    outlets: int
    negative: int
    neutral: int
    positive: int
    influence: float | None
    """net tone of the window minus net tone without this event; ``None`` where net tone is not shown"""
    links: tuple[tuple[str, str], ...]
    """(outlet name, address) of up to three of its articles"""


@dataclass(frozen=True)
class Count:
    """How many of the articles about an area (or answers) have something: a theme, a voice, an outlet class, a role."""

    kind: str
    """theme, voice, genre, stigma, outlet_class, role, text_level, answer_theme"""
    area: str
    first: str
    last: str
    wave: str
    what: str
    n: int
    of: int


@dataclass(frozen=True)
class Quote:
    """An open answer that a person released for quotation, masked."""

    area: str
    wave: str
    text_id: str
    text: str


@dataclass(frozen=True)
class GoalLine:
    """An indicator of an area held against its goal (method.md C2)."""

    indicator: str
    area: str
    since: str
    """first comparable measurement: year, or empty"""
    baseline: float | None
    latest: float | None
    latest_at: str
    goal: float | None
    target_year: int | None
    source: str
    """source of the target or of the user's *valgt sammenligningsniveau*; empty without one"""
    official: bool
    required: float | None
    gap: float | None
    p_on_track: float | None
    verdict: str
    """on track, off track, cannot tell, or empty where status forbids one"""
    status: str
    direction: str = ""
    """at least, at most: the side of the goal that is wanted; empty without a goal"""
    baseline_se: float | None = None
    latest_se: float | None = None
    covariance: str = ""
    """panel where people in both waves narrow the error of the gap; independent"""


@dataclass(frozen=True)
class ItemFacts:
    """A question of a wave as asked; nothing of what was answered."""

    id: str
    concept: str
    wording: str
    min: int
    max: int
    safe_pole: str
    safe: tuple[int, ...]
    unsafe: tuple[int, ...]


@dataclass(frozen=True)
class WaveFacts:
    """One wave of one instrument, and whether it may be compared."""

    id: str
    instrument: str
    institute: str
    mode: tuple[str, ...]
    language: str
    fieldwork_from: str
    fieldwork_to: str
    item: str
    wording: str
    scale: str
    cut: str
    comparable_with: tuple[str, ...]
    """ids of the earlier waves it is comparable with"""
    break_reason: str
    """why it is not comparable with the wave before; empty where it is, or is the first"""
    items: tuple[ItemFacts, ...] = ()
    """every question with one answer, by id"""


@dataclass(frozen=True)
class FieldworkLine:
    """An area in a wave: what stands beside every survey figure."""

    area: str
    wave: str
    population: int | None
    invited: int | None
    answered: int | None
    response_rate: float | None
    weights: str
    """margins used, levels collapsed, number trimmed, Kish design effect, in words of the report's language key"""
    margins: tuple[str, ...]
    collapsed: tuple[str, ...]
    trimmed: int
    deff: float | None


@dataclass(frozen=True)
class ErrorLine:
    """How the reader errs in one area, outlet or year of a hand-coded sample."""

    group: str
    n: int
    wrong: float
    """share read otherwise than coded"""
    bias: float
    """mean of automatic minus hand-coded tone, -2..2"""


@dataclass(frozen=True)
class ErrorTest:
    """Whether the reader errs alike over areas, outlets or years (method.md B6)."""

    by: str
    """area, outlet or year"""
    p: float | None
    """absent where fewer than two groups have enough coded texts"""
    left_out: int
    """coded texts in groups too small to compare"""
    groups: tuple[ErrorLine, ...]


@dataclass(frozen=True)
class Agreement:
    """What hand-coding says of the automatic reading of tone."""

    sample: str
    areas: tuple[str, ...]
    n: int
    coders: int
    doubly_coded: int
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    accuracy: float | None
    bias: float | None
    """mean of automatic minus hand-coded tone, -2..2"""
    tests: tuple[ErrorTest, ...] = ()


@dataclass(frozen=True)
class Association:
    """Net tone and perceived safety side by side (method.md C1)."""

    kind: str
    """between, within, pooled: correlations; slope: two-way fixed effects, change of the safe share (0..1) for one of
    net tone; attenuated: between, as if neither had errors (a sensitivity, without interval)"""
    r: float | None
    low: float | None
    high: float | None
    n: int
    areas: int
    status: str
    p: float | None = None
    """of the slope alone"""
    uncorrected: int = 0
    """pairs whose tone is not corrected for reading error"""


@dataclass(frozen=True)
class BenchmarkLine:
    """A published figure for comparison, drawn beside ours."""

    instrument: str
    population: str
    year_from: int
    year_to: int
    indicator: str
    value: float
    unit: str
    about: bool
    n: int | None
    source: str


@dataclass(frozen=True)
class AnalysisLine:
    """A published hand-made media analysis beside our reading of the same window."""

    area: str
    first: str
    last: str
    search_string: str
    n: int
    theme: str
    tone: str
    count: int
    source: str
    ours_n: int | None
    """our texts of the same window and written media: all, or where a tone or theme is asked for those read for it"""
    ours_count: int | None
    """those of them with the tone and theme, as read"""
    their_share: float | None = None
    share: float | None = None
    """of ours, with its interval; corrected where the hand-coded sample reaches"""
    low: float | None = None
    high: float | None = None
    correction: str = ""
    status: str = "not collected"


@dataclass(frozen=True)
class TopicsSought:
    """What was looked for in the texts about the areas that nobody asked for (:mod:`nlp.discover`)."""

    texts: int
    sought: int
    noise: float
    """how stable the most stable topic of scrambled texts is; none below is shown"""
    method: str


@dataclass(frozen=True)
class TopicLine:
    """A topic nobody asked for: its words, how stable it is (0 to 1), and its texts about an area in a window."""

    topic: int
    words: str
    stability: float
    area: str
    first: str
    last: str
    texts: int


@dataclass(frozen=True)
class EventRef:
    """An event named beside a finding."""

    event: str
    title: str
    first_day: str
    last_day: str
    articles: int
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Turn:
    """A place where the mean of a series turns."""

    at: str
    """first day of the period it turns in"""
    before: float
    """mean of the segment that ends there, -1..1"""
    after: float
    events: tuple[EventRef, ...]
    """largest events of that period"""


@dataclass(frozen=True)
class TurnLine:
    """Net tone of an area by month or quarter, searched for turns at days nobody named (method.md B7)."""

    area: str
    period: str
    """month, quarter"""
    first: str
    last: str
    points: int
    """periods with a figure"""
    missing: int
    cusum: float | None
    cusum_p: float | None
    """of no change at all; absent where the series is not tested"""
    turns: tuple[Turn, ...]
    correction: str
    status: str
    """ok; footnoted: uncorrected, so not tested; few: too few points; break; unreliable reading"""


@dataclass(frozen=True)
class InterruptionLine:
    """Net tone of an area before and after a day of record (method.md B7)."""

    area: str
    day: str
    kind: str
    """plan adopted, demolition begun"""
    source: str
    controlled: bool
    """whether it is the difference to the comparison areas' mean"""
    period: str
    points: int
    before: int
    after: int
    level: float | None
    level_low: float | None
    level_high: float | None
    level_p: float | None
    slope: float | None
    """change of the slope, per year"""
    slope_low: float | None
    slope_high: float | None
    slope_p: float | None
    method: str
    """newey-west, L=n; ols: under twelve points, intervals too narrow"""
    correction: str
    status: str


@dataclass(frozen=True)
class AttributionLine:
    """An event's part in the change of net tone since the first window, the largest part first."""

    area: str
    first: str
    last: str
    since: str
    change: float
    rank: int
    part: float
    """change minus the change without this event"""
    share: float | None
    """share of the change that goes when this event and those ranked before it are left out; absent where the change
    is smaller than its error"""
    event: EventRef
    correction: str


@dataclass(frozen=True)
class OutlookLine:
    """Where the line through all comparable measurements is in the goal year (method.md C2)."""

    indicator: str
    area: str
    year: int
    measurements: int
    first: str
    last: str
    goal: float | None
    fixed: float | None
    fixed_low: float | None
    fixed_high: float | None
    fixed_p: float | None
    """P(reach the goal)"""
    random: float | None
    random_low: float | None
    random_high: float | None
    random_p: float | None
    tau2: float | None
    """variance between measurements beyond their errors (REML), in the squared unit of the indicator"""
    misses: bool
    """the latest measurement is on track while the line misses the goal"""
    status: str


@dataclass(frozen=True)
class PartingLine:
    """Whether the news of an area and what its residents say moved together since the same year."""

    area: str
    since: str
    at: str
    tone_change: float | None
    tone_low: float | None
    tone_high: float | None
    tone_moved: bool
    safe_change: float | None
    safe_low: float | None
    safe_high: float | None
    safe_moved: bool
    finding: str
    """opposite, news only, residents only, together, neither; empty where it can't be told"""
    correction: str
    status: str


@dataclass(frozen=True)
class OfficialLine:
    """A yearly figure that somebody published and a user imported."""

    area: str
    year: int
    indicator: str
    value: str
    unit: str
    source: str


@dataclass(frozen=True)
class FeedLine:
    """A feed and how it has been."""

    id: str
    outlet: str
    status: str
    last_success: str
    last_new: str
    failing: bool


@dataclass(frozen=True)
class ImportLine:
    """A file that was taken in and stands; neither its number nor what was new in it, which hang on the order."""

    kind: str
    name: str
    format: str
    query: str
    first: str
    last: str
    rows: int
    held: int
    """articles, or rows of another kind, that it holds, whether or not another file held them before"""
    refused: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LevelLine:
    """An outlet whose number of new articles a week, any subject, changed its level."""

    outlet: str
    """its name"""
    since: str
    """Monday of the first week of the new level"""
    before: float
    after: float


@dataclass(frozen=True)
class NewsBridgeLine:
    """A step between two ways of reading that a change of a news figure was to cross."""

    kind: str
    """reader or text level"""
    indicator: str
    earlier: str
    """version of the reader, or title"""
    later: str
    """version of the reader, or empty: title and lead"""
    corrected: bool
    """whether it is that of corrected figures"""
    texts: int
    """articles read both ways"""
    bridged: bool
    """whether they are enough"""
    step: float | None
    """later - earlier of the same news; absent where it is not bridged"""
    low: float | None
    high: float | None
    between: float | None
    """standard deviation of the step between areas"""


@dataclass(frozen=True)
class OutletLine:
    """An outlet's deduplicated articles about any area, per year: who is in the series and when."""

    outlet: str
    name: str
    class_: str
    medium: str
    years: Mapping[str, int]


@dataclass(frozen=True)
class Provenance:
    """Where the figures come from."""

    program: str
    revision: str
    python: str
    libraries: Mapping[str, str]
    backend: str
    backend_version: str
    method: str
    event_rule: str
    facts: str
    """digest of the fact files"""
    config: str
    """config.toml as it was in force, TOML; no path that leads out of the project"""
    articles: int
    versions: int
    copies: int
    copy_groups: int
    teasers: int
    unread: int
    refusals: Mapping[str, int]
    """reason → number of refused rows"""
    imports: tuple[ImportLine, ...]
    feeds: tuple[FeedLine, ...]
    outlets: tuple[OutletLine, ...]
    planted_bias: Mapping[str, float]
    """demonstration only: area → mean over years of (uncorrected net tone as read - planted net tone)"""
    levels: tuple[LevelLine, ...] = ()
    """outlets whose feeds changed their level inside the series"""


@dataclass(frozen=True)
class Content:
    """Everything a report prints."""

    demo: bool
    first: str
    last: str
    years: tuple[tuple[str, str], ...]
    """the windows of the series, (first, last) each; future ones are not in it"""
    baseline_year: int
    made_from: str
    """newest day in the data; no clock time enters a report"""
    areas: tuple[AreaFacts, ...]
    """Danish alphabetical order; comparison areas after the fifteen"""
    estimates: tuple[Estimate, ...]
    goals: tuple[GoalLine, ...]
    events: tuple[EventLine, ...]
    counts: tuple[Count, ...]
    quotes: tuple[Quote, ...]
    waves: tuple[WaveFacts, ...]
    fieldwork: tuple[FieldworkLine, ...]
    agreement: tuple[Agreement, ...]
    associations: tuple[Association, ...]
    benchmarks: tuple[BenchmarkLine, ...]
    analyses: tuple[AnalysisLine, ...]
    provenance: Provenance
    words: Mapping[str, Mapping[str, str]]
    """language → word key → word: statuses (``status.few``), themes (``goal:tryghed``), from the fact files"""
    milestone: str = ""
    """name of the evaluation's report whose window this is, or empty"""
    quarters: tuple[Estimate, ...] = ()
    """volume, tone and safety by quarter of each window"""
    turns: tuple[TurnLine, ...] = ()
    interruptions: tuple[InterruptionLine, ...] = ()
    attributions: tuple[AttributionLine, ...] = ()
    outlooks: tuple[OutlookLine, ...] = ()
    partings: tuple[PartingLine, ...] = ()
    official: tuple[OfficialLine, ...] = ()
    discovered: tuple[TopicLine, ...] = ()
    topics_sought: TopicsSought = TopicsSought(0, 0, 0.0, "")
    bridges: tuple[NewsBridgeLine, ...] = ()


def to_json(content: Content) -> str:
    """Write a content as JSON, always the same bytes for the same content."""
    return json.dumps(content, default=vars, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Content:
    """Read what :func:`to_json` wrote."""
    content = _built(Content, json.loads(text))
    assert isinstance(content, Content)
    return content


@functools.cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{each.name: _built(hints[each.name], value[each.name]) for each in fields(kind)})
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_built(arguments[0], each) for each in value)
        return tuple(_built(each, item) for each, item in zip(arguments, value, strict=True))
    if origin in (types.UnionType, typing.Union) or not isinstance(value, dict):
        return value
    return {key: _built(arguments[1], each) for key, each in value.items()} if arguments else value
