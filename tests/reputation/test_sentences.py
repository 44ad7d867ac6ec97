"""Every sentence template is said in some case below, and every number in a sentence stands in its table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reputation import report
from reputation.alarms import tell_alarms
from reputation.content import AreaFacts, Content, Estimate, LevelLine, OutletLine, PartingLine
from reputation.errors_apart import tell_errors, tell_unequal
from reputation.language import Language, texts
from reputation.lookup import Figures
from reputation.parting import tell_partings
from reputation.sentences import SECTIONS, listed, sentence_keys
from reputation.spread import spread_of, spread_table, tell_spread
from reputation.tables import Table, view
from reputation.wording import summarise, tell_area, tell_limits, tell_now
from tests.reputation.contents import CORRECTED, content, estimate

NUMBER = re.compile(r"[−+]?\d(?:[\d.,]*\d)?")
CONSTANT = {"95", "0", "0,00", "0.00"}
"""the level of the intervals, and nought"""

UNTOLD = ("counts", "events", "analyses", "benchmarks")
"""tables that no sentence is made from: they hold so many numbers that any would be found"""


# ---------------------------------------------------------------- cases


def few(made: Content, keep: int) -> Content:
    """Hide the tone of all areas but some."""
    known = {area.id for area in made.areas[:keep]}
    return replace(made, estimates=tuple(
        replace(each, value=None, low=None, high=None, status="few")
        if each.area not in known and each.indicator in ("net_tone", "negative_share") else each
        for each in made.estimates
    ))


def with_figures(made: Content, *figures: Estimate) -> Content:
    return replace(made, estimates=figures)


def changed(value: float, p: float, *, before: bool = True, detectable: bool = True, low: float | None = None
            ) -> Iterator[Estimate]:
    """Give Agervang's tone and safety of the latest window and wave, and their change."""
    details = {"p": p, "p_adjusted": p, "family": 4, **({"detectable": 0.3} if detectable else {})}
    for indicator, times in (
        ("net_tone", ({"first": "2018-01-01", "last": "2018-12-31"}, {})),
        ("safe_share", ({"first": "2018-03-01", "last": "2018-05-31", "wave": "2018-bo"},
                        {"first": "2025-03-01", "last": "2025-05-31", "wave": "2025-bo"})),
    ):
        correction = CORRECTED if indicator == "net_tone" else ""
        earlier, later = times
        if before:
            yield estimate(indicator, "agervang", 0.4, correction=correction, **earlier)
        yield estimate(indicator, "agervang", round(0.4 + value, 4), correction=correction, **later)
        moved = estimate(f"{indicator}.change", "agervang", value, correction=correction, half=0.2,
                         details={"since": "2018", "first_wave": "2018-bo", **details}, **later)
        yield moved if low is None else replace(moved, low=low)


def bridged(kind: str, step: float, se: float) -> Iterator[Estimate]:
    """Give Agervang's tone and a change of it that a bridge carries."""
    yield from (replace(each, details={**each.details, "bridge": kind, "bridge_texts": 412, "bridge_step": step,
                                       "bridge_se": se}) if each.indicator == "net_tone.change" else each
                for each in changed(-0.2, 0.01))


def shares(made: Content, *values: float) -> Content:
    found = [estimate(name, area.id, value, correction=CORRECTED, details={"n_eff": 100.0})
             for area, value in zip(made.areas, values, strict=False) for name in ("net_tone", "negative_share")]
    return replace(made, estimates=tuple(found))


def outlets(made: Content, *numbers: tuple[int, int], failing: int = 0) -> Content:
    lines = tuple(OutletLine(f"o{at}", f"Avis {'ABC'[at]}", "local", "web", {"2024": before, "2025": now})
                  for at, (before, now) in enumerate(numbers))
    feeds = tuple(replace(made.provenance.feeds[0], id=f"strøm-{'ab'[at]}", failing=True) for at in range(failing))
    return replace(made, provenance=replace(made.provenance, outlets=lines, feeds=feeds))


def parted(made: Content, *findings: str) -> Content:
    """Give the first areas these findings."""
    lines = tuple(
        PartingLine(area.id, "2018", "2024", 0.31, 0.12, 0.5, True, -0.061, -0.1, -0.022, True, finding, CORRECTED,
                    "ok" if finding else "few")
        for area, finding in zip(made.areas, findings, strict=False)
    )
    return replace(with_figures(made), partings=lines)


def hidden_change(status: str, reason: str = "", *, latest: str = "ok") -> tuple[Estimate, ...]:
    return (
        estimate("net_tone", "agervang", 0.1 if latest in ("ok", "footnoted") else None, status=latest,
                 correction=CORRECTED),
        estimate("net_tone.change", "agervang", None, status=status, correction=CORRECTED,
                 details={"since": "2018", "reason": reason} if reason else {"since": "2018"}),
    )


def cases() -> dict[str, Content]:
    plain, corrected, bare = content(), content(corrected=True), content(surveys=False)
    found = {
        "uncorrected": plain,
        "corrected": corrected,
        "no surveys": bare,
        "some corrected": replace(corrected, estimates=tuple(
            replace(each, correction="uncorrected") if each.area == "agervang" else each for each in
            corrected.estimates)),
        "all hidden but one": few(corrected, 14),
        "few areas": few(corrected, 3),
        "not over": replace(plain, made_from="2025-06-01"),
        "first year": replace(corrected, years=corrected.years[-1:], waves=corrected.waves[:1], estimates=tuple(
            each for each in corrected.estimates if not each.indicator.endswith(".change"))),
        "nothing": replace(bare, estimates=()),
        "up": with_figures(corrected, *changed(0.2, 0.01)),
        "down": with_figures(corrected, *changed(-0.2, 0.01)),
        "up, start not in the report": with_figures(corrected, *changed(0.2, 0.01, before=False)),
        "down, start not in the report": with_figures(corrected, *changed(-0.2, 0.01, before=False)),
        "steady": with_figures(corrected, *changed(0.1, 0.6, low=-0.1)),
        "steady, power not known": with_figures(corrected, *changed(0.1, 0.6, low=-0.1, detectable=False)),
        "steady, alone it would not be": with_figures(corrected, *changed(0.3, 0.2, low=0.1)),
        "over a bridge": with_figures(corrected, *bridged("text level", -0.04, 0.01)),
        "over a bridge of readers": with_figures(corrected, *bridged("reader", 0.0, 0.0)),
        "over two bridges": with_figures(corrected, *bridged("reader, text level", 0.03, 0.01)),
        "one article": with_figures(corrected, estimate("about", "agervang", 1.0, n=1),
                                    estimate("events", "agervang", 1.0, n=1)),
        "silent": with_figures(corrected, estimate("about", "agervang", 0.0, n=0)),
        "untested": with_figures(corrected, *(
            replace(each, details={"since": "2018", "first_wave": "2018-bo"}) for each in changed(0.1, 0.6))),
        "safety hidden": with_figures(corrected, estimate("safe_share", "agervang", None, wave="2025-bo", status="few",
                                                          first="2025-03-01", last="2025-05-31", correction="")),
        "no area outside": shares(corrected, 0.3, 0.3, 0.3, 0.3, 0.3),
        "one area outside": shares(corrected, 0.3, 0.3, 0.3, 0.3, 0.9),
        "two areas outside": shares(corrected, 0.0, 0.5, 0.5, 0.5, 0.5, 1.0),
        "one outlet halved, one feed down": outlets(plain, (40, 9), failing=1),
        "a feed on another level": replace(plain, provenance=replace(
            plain.provenance, levels=(LevelLine("Avisen", "2024-05-06", 41.2, 12.5),))),
        "one outlet doubled": outlets(plain, (40, 90)),
        "two outlets doubled": outlets(plain, (40, 90), (30, 99)),
        "two outlets halved, two feeds down": outlets(plain, (40, 9), (30, 0), failing=2),
    }
    last = corrected.years[-1]
    for name, changes in (("uncorrected in one year", {"correction": "uncorrected"}),
                          ("another reader in one year", {"details": {"break": "reader, text level"}})):
        found[name] = replace(corrected, estimates=tuple(
            replace(each, **changes) if (each.indicator, each.first, each.last) == ("net_tone", *last) else each
            for each in corrected.estimates))
    for by in ("outlet", "year"):
        found[f"the reader errs otherwise over {by}"] = replace(corrected, agreement=(replace(
            corrected.agreement[0], tests=(replace(corrected.agreement[0].tests[0], by=by),)),))
    one = corrected.areas[0].id
    found["one area not corrected"] = replace(corrected, estimates=tuple(
        replace(each, correction="uncorrected") if each.area == one else each for each in corrected.estimates))
    found["one area corrected"] = replace(corrected, estimates=tuple(
        replace(each, correction="uncorrected") if each.area != one else each for each in corrected.estimates))
    found["tone in one area"] = few(plain, 1)
    found["corrected tone in one area"] = few(corrected, 1)
    for finding in ("opposite", "news only", "residents only", "together", "neither"):
        found[f"parted: {finding}"] = parted(corrected, finding, "")
    found["parted: several"] = parted(corrected, "neither", "neither", "", "", "together")
    for reason in ("reader", "text level", "correction", ""):
        found[f"break {reason}"] = with_figures(corrected, *hidden_change("break", reason))
    for status in ("few", "imprecise", "disclosive", "no survey", "not collected", "no baseline", "no target",
                   "unreliable reading"):
        found[f"hidden: {status}"] = with_figures(corrected, *hidden_change(status, latest=status))
    return found


CASES = cases()


# ---------------------------------------------------------------- what is said


class Listening(Language):
    """A language that remembers the texts it was asked for."""

    asked: set[str] = set()  # noqa: RUF012  # shared on purpose: the class is frozen

    def say(self, key: str, /, **values: object) -> str:
        self.asked.add(key)
        return super().say(key, **values)


def of_areas(figures: Figures, language: Language) -> Iterator[tuple[AreaFacts, str]]:
    """Give every sentence of one area."""
    named = {area.id: area for area in figures.content.areas}
    summary = summarise(figures, language)
    for each in (*summary.moved, *summary.steady):
        yield named[each.area], each.text
    for area in figures.content.areas:
        for said in (*tell_area(figures, language, area), *tell_limits(figures, language, area)):
            yield area, said


def of_all(figures: Figures, language: Language) -> Iterator[str]:
    """Give every sentence of several areas."""
    yield from tell_now(figures, language)
    yield from tell_alarms(figures, language)
    yield from tell_errors(figures, language)
    yield tell_unequal(figures, language, [area.id for area in figures.evaluated])
    yield from (each.text for each in tell_partings(figures, language))
    for each in summarise(figures, language).unknown:
        yield f"{each.name}: {each.text}"
    for name in ("tone", "safe"):
        spread = spread_of(figures, language, name)
        if spread is not None:
            yield tell_spread(spread, language)
            yield str(spread_table(figures, language, name).rows[-1][1])


@pytest.mark.parametrize("code", ["da", "en"])
def test_every_sentence_template_is_said_in_some_case(code: str) -> None:
    Listening.asked.clear()
    for made in CASES.values():
        figures, language = Figures(made), Listening(code, made.words[code])
        assert list(of_areas(figures, language)) or made.estimates == ()
        assert list(of_all(figures, language))
    never = {"reason.ok", "reason.footnoted"}  # a status that shows is no reason; the words are for the word list
    assert sentence_keys() - Listening.asked - never == set()


# ---------------------------------------------------------------- numbers


def numbers(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def written(tables: Iterator[Table], language: Language) -> set[str]:
    """Give every number that the tables print, with and without its sign."""
    found: set[str] = set()
    for table in tables:
        shown = view(table, language)
        cells = [cell for row in shown.rows for cell in row]
        for text in (*(head for head, _ in shown.heads), *(cell.text for cell in cells), *(cell.sub for cell in cells)):
            found |= numbers(text)
    return found | {each.lstrip("+") for each in found}


@pytest.mark.parametrize("code", ["da", "en"])
@pytest.mark.parametrize("name", CASES)
def test_every_number_in_a_sentence_stands_in_its_table(name: str, code: str) -> None:
    made = CASES[name]
    figures, language = Figures(made), Language(code, made.words[code])
    tables = [each for each in report.all_tables(figures, language) if each.id not in UNTOLD]
    common = written((each for each in tables if not each.by_area), language) | CONSTANT
    of_area = {
        area.id: common | written((each.of(area.id) for each in tables if each.by_area), language)
        for area in made.areas
    }
    windows = [language.window(*each) for each in figures.windows]
    for area, said in of_areas(figures, language):
        bare = without(said, area.name, *windows, *figures.wave_names.values())
        assert numbers(bare) <= of_area[area.id], said
    counts = {str(number) for number in range(len(figures.evaluated) + 1)}
    everything = common | counts | set().union(*of_area.values()) | written(
        (each.where("area_id", lambda cell: cell == "") for each in tables if each.by_area), language)
    for said in of_all(figures, language):
        assert numbers(without(said, language.day(made.made_from))) <= everything, said


def without(said: str, *names: str) -> str:
    for each in names:
        said = said.replace(each, "")
    return said


@pytest.mark.parametrize("code", ["da", "en"])
def test_the_areas_told_of_together_are_as_many_as_are_named(code: str) -> None:
    for made in CASES.values():
        figures, language = Figures(made), Language(code, made.words[code])
        names = [area.name for area in figures.evaluated]
        for each in summarise(figures, language).unknown:
            said = re.match(r"(\d+) (?:af|of) 15 ", each.text)
            if said:
                assert int(said[1]) == sum(name in each.text for name in names)


# ---------------------------------------------------------------- the list


def test_the_list_in_the_docs_is_the_list_of_the_templates() -> None:
    assert (report.TEMPLATES.parents[1] / "docs" / "sentences.md").read_text(encoding="utf-8") == listed()


def test_every_sentence_has_a_condition_and_no_condition_is_left_over() -> None:
    assert {key.removesuffix(".one").removesuffix(".other") for key in sentence_keys()} == {
        each for section in SECTIONS for each in section.conditions}


@pytest.mark.parametrize("code", ["da", "en"])
def test_a_text_in_singular_has_one_in_plural(code: str) -> None:
    known = sentence_keys()
    assert {key.removesuffix(".one") for key in known if key.endswith(".one")} == {
        key.removesuffix(".other") for key in known if key.endswith(".other")}
    assert all(texts(code)[key] for key in known)
