"""Say in sentences what the figures say, and never more.

Every number in a sentence is written by the function that writes it in its table (:mod:`reputation.lookup`).
A change is called a change only where method.md allows a test: corrected tone, comparable waves, adjusted p < .05.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reputation.alarms import tell_alarms
from reputation.changes import has_moved, level_of
from reputation.content import AreaFacts, Estimate, WaveFacts
from reputation.language import Language
from reputation.lookup import (
    SHOWN,
    Figures,
    detail,
    is_shown,
    is_uncorrected,
    write_interval,
    write_value,
)
from reputation.tabulate import break_words, bridge_words, correction_word, since_words, status_word

INDICATORS = ("net_tone", "safe_share")
NEWS_BREAKS = ("break reader", "break text level", "break correction")
"""breaks in a series of tone that have a sentence of their own"""


@dataclass(frozen=True)
class Sentence:
    """A sentence, the indicator it is of, and the area it is about (empty: several)."""

    indicator: str
    area: str
    name: str
    text: str


@dataclass(frozen=True)
class Summary:
    """The first page: what moved, what did not, what cannot be told."""

    moved: tuple[Sentence, ...]
    steady: tuple[Sentence, ...]
    unknown: tuple[Sentence, ...]


@dataclass(frozen=True)
class Change:
    """A change of one indicator in one area: the figure, or why there is none."""

    area: AreaFacts
    indicator: str
    latest: Estimate | None
    change: Estimate | None
    since: str
    before: Estimate | None
    at: str
    reason: str
    """empty where the change may be told; ``uncorrected``, ``baseline``, ``untested`` or a status otherwise"""

    @property
    def moved(self) -> bool:
        """Tell whether the change is one after adjusting for the number of tests."""
        return not self.reason and has_moved(self.change)


def summarise(figures: Figures, language: Language) -> Summary:
    """Say what moved, what did not and what cannot be told, area by area in the order given."""
    moved: list[Sentence] = []
    steady: list[Sentence] = []
    unknown: list[Sentence] = []
    for indicator in INDICATORS:
        reasons: dict[str, list[AreaFacts]] = {}
        for area in figures.evaluated:
            each = change_of(figures, language, area, indicator)
            if each.reason:
                reasons.setdefault(each.reason, []).append(area)
            else:
                (moved if each.moved else steady).append(
                    Sentence(indicator, area.id, area.name, tell_change(each, language))
                )
        for reason, areas in reasons.items():
            unknown.append(
                Sentence(
                    indicator,
                    "",
                    language.say(f"indicator.{indicator}"),
                    language.count(
                        "unknown.areas",
                        len(areas),
                        reason=language.say(f"reason.{reason}"),
                        names=language.names([area.name for area in areas]),
                        all=len(figures.evaluated),
                    ),
                )
            )
    unknown += [
        Sentence(
            "safe_share",
            "",
            language.say("unknown.wave", wave=figures.wave_names[wave.id]),
            language.say("unknown.break", reason=break_words(language, wave.break_reason)),
        )
        for wave in figures.waves
        if figures.is_broken(wave)
    ]
    unknown += [
        Sentence("net_tone", "", language.say("unknown.sources"), each) for each in tell_alarms(figures, language)
    ]
    return Summary(tuple(moved), tuple(steady), tuple(unknown))


def tell_now(figures: Figures, language: Language) -> tuple[str, ...]:
    """Say how many areas lie on either side of nought, and which year is not over; counts, never an order."""
    told = []
    if figures.unfinished:
        told.append(
            language.say(
                "now.unfinished", window=language.window(*figures.window), day=language.day(figures.content.made_from)
            )
        )
    tones = [figures.news(area.id, "net_tone", figures.window) for area in figures.evaluated]
    shown = [
        each for each in tones if each is not None and is_shown(each) and each.low is not None and each.high is not None
    ]
    if shown:
        parts = {kind: [each for each in shown if is_uncorrected(each) == (kind == "uncorrected")]
                 for kind in ("corrected", "uncorrected")}
        way = "part" if all(parts.values()) else "tone"
        told += [_sides(language, f"now.{way}_{kind}", figures.window, part) for kind, part in parts.items() if part]
        if len(shown) < len(tones):
            told.append(language.count("now.hidden", len(tones) - len(shown)))
    return tuple(told)


def _sides(language: Language, key: str, window: tuple[str, str], tones: Sequence[Estimate]) -> str:
    below = sum(each.high < 0 for each in tones if each.high is not None)
    above = sum(each.low > 0 for each in tones if each.low is not None)
    return language.count(
        key, len(tones), window=language.window(*window), below=language.number(below), above=language.number(above),
        around=language.number(len(tones) - below - above),
    )


def change_of(figures: Figures, language: Language, area: AreaFacts, indicator: str) -> Change:
    """Return the change of an indicator up to the report's window, or the reason why none may be told."""
    if indicator == "net_tone":
        latest = figures.news(area.id, indicator, figures.window)
        change = figures.news(area.id, f"{indicator}.change", figures.window)
        start = figures.labelled(str(change.details.get("since") or "")) if change else None
        since = language.window(*start) if start else ""
        before = figures.news(area.id, indicator, start) if start else None
        at = language.window(*figures.window)
        is_first = len(figures.windows) == 1
        missing = "not collected"
    else:
        wave = latest_wave(figures)
        latest = figures.survey(area.id, indicator, wave.id) if wave else None
        change = figures.survey(area.id, f"{indicator}.change", wave.id) if wave else None
        since = since_words(figures, language, change) if change else ""
        before = figures.survey(area.id, indicator, str(change.details.get("first_wave") or "")) if change else None
        at = figures.wave_names[wave.id] if wave else ""
        is_first = wave is not None and wave == figures.waves[0]
        missing = "no survey"
    return Change(area, indicator, latest, change, since, before, at, _reason(latest, change, is_first, missing))


def latest_wave(figures: Figures) -> WaveFacts | None:
    """Return the latest wave that the first one may be compared with: the series that runs longest."""
    waves = figures.waves
    return next((each for each in reversed(waves) if each == waves[0] or waves[0].id in each.comparable_with), None)


def _reason(latest: Estimate | None, change: Estimate | None, is_first: bool, missing: str) -> str:
    if latest is None:
        return missing
    if latest.status not in SHOWN:
        return latest.status
    if latest.value is None:
        return missing
    if is_uncorrected(latest):
        return "uncorrected"
    if is_first:
        return "baseline"
    if change is None:
        return "no baseline"
    if change.status not in SHOWN:
        cause = f"{change.status} {change.details.get('reason') or ''}"
        return cause if cause in NEWS_BREAKS else change.status
    return "" if is_shown(change) and detail(change, "p_adjusted") is not None else "untested"


def tell_change(each: Change, language: Language) -> str:
    """Say a change, or that none can be shown; the caller has seen that it may be told."""
    change, latest = each.change, each.latest
    assert change is not None
    assert change.value is not None
    assert latest is not None
    assert latest.value is not None
    values = {
        "since": each.since,
        "at": each.at,
        "change": write_value(language, change.indicator, change.value),
        "interval": write_interval(language, change),
        "n": language.number(latest.n or 0),
        "p": language.p_value(detail(change, "p_adjusted") or 0.0),
        "level": language.probability(level_of(change)),
        "family": language.number(detail(change, "family") or 1),
        "latest": write_value(language, each.indicator, latest.value),
        "detectable": _detectable(language, change),
    }
    if not each.moved:
        alone = change.low is not None and change.high is not None and (change.low > 0 or change.high < 0)
        way = "steady_alone" if alone else "steady" if values["detectable"] else "steady_short"
    else:
        way = "up" if change.value > 0 else "down"
        if each.before is not None and is_shown(each.before) and each.before.value is not None:
            values["before"] = write_value(language, each.indicator, each.before.value)
        else:
            way = f"{way}_short"
    return language.say(f"{each.indicator}.{way}", **values) + tell_bridge(language, change)


def tell_bridge(language: Language, change: Estimate) -> str:
    """Say what a change of news was carried over; empty where it crosses nothing."""
    step, texts = detail(change, "bridge_step"), detail(change, "bridge_texts")
    if step is None or texts is None:
        return ""
    key = "bridged" if detail(change, "bridge_se") else "bridged_coded"
    return language.say(f"net_tone.{key}", what=bridge_words(language, change), texts=language.number(texts),
                        step=write_value(language, change.indicator, step))


def _detectable(language: Language, change: Estimate) -> str:
    value = detail(change, "detectable")
    return "" if value is None else write_value(language, change.indicator, value).lstrip("+")


def tell_area(figures: Figures, language: Language, area: AreaFacts) -> tuple[str, ...]:
    """Say volume, tone, safety and change of an area, each with n and interval or the reason why not."""
    told = [*_tell_news(figures, language, area), *_tell_safety(figures, language, area)]
    for indicator in INDICATORS:
        each = change_of(figures, language, area, indicator)
        if not each.reason:
            told.append(tell_change(each, language))
    return tuple(told)


def _tell_news(figures: Figures, language: Language, area: AreaFacts) -> list[str]:
    window = language.window(*figures.window)
    tone = figures.news(area.id, "net_tone", figures.window)
    about = figures.news(area.id, "about", figures.window)
    events = figures.news(area.id, "events", figures.window)
    if about is None or about.value is None:
        word = status_word(language, about.status if about and about.status not in SHOWN else "not collected")
        return [language.say("area.no_volume", window=window, status=word)]
    if not about.value:
        return [language.say("area.silent", window=window, name=area.name)]
    told = [
        language.count(
            "area.volume",
            int(about.value),
            window=window,
            name=area.name,
            events=language.count("area.events", int(events.value if events and events.value is not None else 0)),
        )
    ]
    if tone is None or not is_shown(tone) or tone.value is None:
        word = status_word(language, tone.status if tone and tone.status not in SHOWN else "not collected")
        return [*told, language.say("area.tone_hidden", status=word, n=_n(language, tone))]
    shares = {
        name: figures.news(area.id, f"{name}_share", figures.window) for name in ("negative", "neutral", "positive")
    }
    if all(is_shown(each) for each in shares.values()):
        written = {
            name: write_value(language, each.indicator, each.value)
            for name, each in shares.items()
            if each is not None and each.value is not None
        }
        mix = language.say("area.mix", **written)
    else:
        mix = ""
    told.append(
        language.say(
            "area.tone",
            value=write_value(language, "net_tone", tone.value),
            interval=write_interval(language, tone),
            n=_n(language, tone),
            correction=correction_word(language, tone),
            mix=mix,
        )
    )
    if detail(tone, "one_event"):
        low, high = detail(tone, "leave_out_low"), detail(tone, "leave_out_high")
        ends = (
            ""
            if low is None or high is None
            else language.interval(write_value(language, "net_tone", low), write_value(language, "net_tone", high))
        )
        told.append(language.say("area.one_event", interval=ends))
    return told


def _tell_safety(figures: Figures, language: Language, area: AreaFacts) -> list[str]:
    waves = [each for each in figures.waves if figures.survey(area.id, "safe_share", each.id) is not None]
    if not waves:
        return [language.say("area.no_survey")]
    wave = waves[-1]
    safe = figures.survey(area.id, "safe_share", wave.id)
    if safe is None or not is_shown(safe) or safe.value is None:
        return [
            language.say(
                "area.safety_hidden",
                wave=figures.wave_names[wave.id],
                n=_n(language, safe),
                status=status_word(language, safe.status if safe else "no survey"),
            )
        ]
    line = figures.fieldwork(area.id, wave.id)
    asked = ""
    if line is not None and line.invited and line.response_rate is not None:
        asked = language.say(
            "area.asked", invited=language.number(line.invited), rate=language.percent(line.response_rate, 1)
        )
    return [
        language.say(
            "area.safety",
            wave=figures.wave_names[wave.id],
            value=write_value(language, "safe_share", safe.value),
            interval=write_interval(language, safe),
            n=_n(language, safe),
            asked=asked,
        )
    ]


def _n(language: Language, each: Estimate | None) -> str:
    return language.say("word.not_shown") if each is None or each.n is None else language.number(each.n)


def _tell_series(language: Language, tones: Sequence[tuple[tuple[str, str], Estimate | None]]) -> list[str]:
    """Say which windows of net tone are uncorrected, and where it goes on as another series."""
    shown = [(language.window(*window), each) for window, each in tones if each is not None]
    bare = [when for when, each in shown if is_uncorrected(each)]
    told = []
    if bare:
        told.append(language.say("limit.uncorrected") if len(bare) == len(shown) else
                    language.say("limit.uncorrected_some", when=language.names(bare)))
    for when, each in shown:
        kinds = [kind for kind in str(each.details.get("break") or "").split(", ") if kind]
        if kinds:
            what = language.names([language.word(f"bridge.{kind}") for kind in kinds])
            told.append(language.say("limit.series", when=when, what=what))
    return told


def tell_limits(figures: Figures, language: Language, area: AreaFacts) -> tuple[str, ...]:
    """Say what cannot be said of an area: hidden figures by status, uncorrected tone, missing waves, breaks."""
    told: list[str] = []
    found: dict[str, list[str]] = {}
    tones = [(window, figures.news(area.id, "net_tone", window)) for window in figures.windows]
    for window, each in tones:
        if not is_shown(each):
            found.setdefault(_status(each, "not collected"), []).append(language.window(*window))
    told += [
        language.say("limit.tone", when=language.names(when), status=status_word(language, status))
        for status, when in found.items()
    ]
    told += _tell_series(language, tones)
    missing: dict[str, list[str]] = {}
    for wave in figures.waves:
        each = figures.survey(area.id, "safe_share", wave.id)
        if not is_shown(each):
            missing.setdefault(_status(each, "no survey"), []).append(figures.wave_names[wave.id])
    told += [
        language.say("limit.safety", when=language.names(when), status=status_word(language, status))
        for status, when in missing.items()
    ]
    told += [
        language.say("limit.break", wave=figures.wave_names[wave.id], reason=break_words(language, wave.break_reason))
        for wave in figures.waves
        if figures.is_broken(wave)
    ]
    if not figures.waves:
        told.append(language.say("limit.no_waves"))
    if all(not is_shown(figures.news(area.id, "net_tone.full", window)) for window in figures.windows):
        told.append(language.say("limit.full"))
    return tuple(told)


def _status(each: Estimate | None, missing: str) -> str:
    return missing if each is None or each.status in SHOWN else each.status
