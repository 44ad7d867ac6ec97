"""Code a probability sample of the stories by hand, as two coders with known faults would, and invent published tables.

A coder sees the planted tone with probability one minus the error rate, and else draws a tone from the shares planted
for the area and year. So the expectation of a code is the planted net tone, and alpha is about the square of one minus
the error rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reputation.demonstration.bank import TONES, Banks
from reputation.demonstration.cases import TOLD_YEARS, Cases
from reputation.demonstration.dice import Dice
from reputation.demonstration.process import Truth
from reputation.demonstration.story import ABOUT, Story
from store.demonstration import MARK

CODERS = ("A1", "B2")
ERROR, UNRELIABLE_ERROR = 0.105, 0.36
"""Alpha of about .8, and of about .4 in the area whose coders disagree."""
PER_YEAR = 17
SAMPLE, DISPUTED = "demo-kodning", "demo-kodning-omstridt"
"""The area whose coders disagree is a sample of its own, so that its alpha is its own."""
_MIXED = 0.15
"""Share of neutral codes that are written as *mixed*."""


@dataclass(frozen=True)
class Drawn:
    """A story drawn for coding."""

    sample: str
    article: str
    area: str
    probability: float
    story: Story


def draw(stories: Sequence[Story], cases: Cases, seed: int) -> list[Drawn]:
    """Draw up to :data:`PER_YEAR` stories at random from each coded area and year, of copies the earliest."""
    frame = _frame(stories)
    drawn: list[Drawn] = []
    for area in cases.coded:
        for year in TOLD_YEARS:
            population = frame.get((area, year), [])
            dice = Dice(seed, 13, cases.coded.index(area), year)
            taken = sorted(dice.some(population, PER_YEAR), key=lambda story: story.id)
            sample = DISPUTED if area == cases.unreliable else SAMPLE
            drawn += [Drawn(sample, story.id, area, len(taken) / len(population), story) for story in taken]
    return drawn


def _frame(stories: Sequence[Story]) -> Mapping[tuple[str, int], list[Story]]:
    """Return area and year → the earliest story of every copy group, in order."""
    groups: dict[str, Story] = {}
    for story in sorted(stories, key=lambda each: (each.day, each.id)):
        if story.kind == "about":
            groups.setdefault(story.original or story.id, story)
    cells: dict[tuple[str, int], list[Story]] = {}
    for story in groups.values():
        for planted in story.planted:
            if planted.role in ABOUT:
                cells.setdefault((planted.area, story.day.year), []).append(story)
    return cells


def drawn_table(drawn: Sequence[Drawn]) -> str:
    """Write what was drawn with its probabilities."""
    lines = [f"{each.sample},{each.article},{each.area},{each.probability:.6f}" for each in drawn]
    return "\n".join([f"# {MARK}: stikprøve af opdigtede artikler", "sample,article,area,probability", *lines, ""])


def codes_table(drawn: Sequence[Drawn], truth: Truth, cases: Cases, seed: int) -> str:
    """Write what both coders say."""
    lines = [f"# {MARK}: opdigtede koder", "sample,article,area,coder,relevance,tone,safety"]
    for number, coder in enumerate(CODERS):
        dice = Dice(seed, 14, number)
        for each in drawn:
            lines.append(",".join([each.sample, each.article, each.area, coder, *_codes(each, truth, cases, dice)]))
    return "\n".join([*lines, ""])


def _codes(drawn: Drawn, truth: Truth, cases: Cases, dice: Dice) -> Iterator[str]:
    error = UNRELIABLE_ERROR if drawn.area == cases.unreliable else ERROR
    tone = next(planted.tone for planted in drawn.story.planted if planted.area == drawn.area)
    assert tone is not None
    if dice.chance(error):
        shares = truth.tone[truth.areas.index(drawn.area), truth.years.index(drawn.story.day.year)]
        tone = dice.weighted({-1: float(shares[0]), 0: float(shares[1]), 1: float(shares[2])})
    yield "takes place in" if dice.chance(0.05) else "about"
    yield "mixed" if tone == 0 and dice.chance(_MIXED) else TONES[tone + 1]
    text = f"{drawn.story.title} {drawn.story.lead}".lower()
    if "utryg" in text or "frygt" in text or "bange" in text:
        yield "unsafe"
    else:
        yield "safe" if "tryg" in text else "none"


def figures_table(areas: Sequence[str], cases: Cases, seed: int) -> str:
    """Write a few invented yearly figures: list status and share of family housing.

    Some areas lack a baseline (one figure only), one lacks every share.
    """
    lines = [f"# {MARK}: opdigtede tal, ikke områdernes egne", "area,year,indicator,value,unit,source"]
    for number, area in enumerate(areas):
        dice = Dice(seed, 15, number)
        share = dice.number(78, 100)
        known: tuple[int, ...] = (2018, 2020, 2022, 2024)
        if area in (cases.no_baseline, cases.footnoted.area):
            known = known[-1:]
        for year in () if area == cases.few_answers.area else known:
            lines.append(f"{area},{year},family_housing_share,{share},%,{MARK} opdigtet boligredegørelse")
            share -= dice.number(0, 12)
        status = dice.pick(("H", "p", "u", "–"))
        lines.append(f"{area},2025,list_status,{status},status,{MARK} opdigtet liste")
    return "\n".join([*lines, ""])


def analysis_table(stories: Sequence[Story], cases: Cases, banks: Banks) -> str:
    """Write one published hand-made analysis: twelve months of one area in printed papers, counted by tone.

    Its analyst read the planted tone without error, and only papers.
    """
    area = next(each for each in cases.coded if each != cases.unreliable)
    first, last = "2019-07-01", "2020-06-30"
    counts = dict.fromkeys(TONES, 0)
    for story in _all(_frame(stories), area):
        if first <= story.day.isoformat() <= last and story.outlet.medium == "print":
            tone = next(planted.tone for planted in story.planted if planted.area == area)
            assert tone is not None
            counts[TONES[tone + 1]] += 1
    search = banks.places[area].names[0].name
    total = sum(counts.values())
    header = "area,window_start,window_end,search_string,n,theme,tone,count,source_page"
    lines = [f"{area},{first},{last},{search},{total},,{tone},{count},{MARK} opdigtet medieanalyse s. 12"
             for tone, count in counts.items()]
    return "\n".join([f"# {MARK}: opdigtet medieanalyse", header, *lines, ""])


def _all(frame: Mapping[tuple[str, int], list[Story]], area: str) -> Iterator[Story]:
    for (place, _), stories in frame.items():
        if place == area:
            yield from stories
