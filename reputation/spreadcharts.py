"""Draw the areas side by side: a caterpillar of estimates with intervals, and a funnel of shares."""

from __future__ import annotations

import math

from reputation.charts import Charts
from reputation.drawing import Drawing, Scale, beside, dot, line, rect, text
from reputation.lookup import is_shown, write_interval, write_value
from reputation.spread import INNER, OUTER, Spread, Standing, limits
from reputation.tabulate import status_word

ROW = 21.0
"""height of an area in a caterpillar, px"""
NAMES = 168.0
"""width left for the names"""
RIGHT = 500.0
"""where a funnel ends; what its limits hold is written beyond it, px"""
STEPS = 60
"""points of a funnel's curve"""


def caterpillar(charts: Charts, spread: Spread) -> Drawing:
    """Draw each area's estimate with its interval, in the order given and without numbers."""
    tone = spread.name == "tone"
    bottom = 14 + ROW * len(spread.standings)
    ends = charts.points.tone_range if tone else (0.0, 1.0)
    across = Scale(*ends, NAMES, 516)
    ticks = charts.tone_ticks() if tone else charts.percent_ticks(20)
    parts = []
    for value, label in ticks:
        x = across(value)
        parts += [line(((x, 10), (x, bottom)), "axis" if tone and value == 0 else "grid"),
                  text(x, bottom + 15, label, "mid tick")]
    told = []
    for place, each in enumerate(spread.standings):
        y = 10 + ROW * (place + 0.5)
        parts.append(text(NAMES - 12, y + 4, each.area.name, "end"))
        words, drawn = _row(charts, each, across, y)
        told.append(words)
        parts += drawn
    title = charts.language.say(f"chart.caterpillar_{spread.name}", at=spread.at)
    note = charts.tone_note(charts.figures.evaluated) if tone else ""
    return Drawing(f"caterpillar-{spread.name}", title, "; ".join(told) + ".", 540, bottom + 22, tuple(parts), note,
                   charts.mark)


def _row(charts: Charts, standing: Standing, across: Scale, y: float) -> tuple[str, list[str]]:
    each, name = standing.drawn, standing.area.name
    if each is None or not is_shown(each) or each.value is None:
        missing = "not collected" if standing.share is not standing.drawn else "no survey"
        word = status_word(charts.language, missing if each is None or is_shown(each) else each.status)
        return f"{name}: {word}", [rect(NAMES, y - 7, across.end - NAMES, 14, "missing", f"{name}: {word}"),
                                   text((NAMES + across.end) / 2, y + 4, word, "mid plate")]
    value, ends = write_value(charts.language, each.indicator, each.value), write_interval(charts.language, each)
    words = f"{name}: {value}" + (f" ({ends})" if ends else "") + charts.points.apart_words(each)
    parts = []
    if each.low is not None and each.high is not None:
        parts.append(line(((across(each.low), y), (across(each.high), y)), "whisker"))
    hollow = each.status == "footnoted" or charts.points.apart(each)
    parts.append(dot(across(each.value), y, 0, "dot hollow" if hollow else "dot", words))
    return words, parts


def funnel(charts: Charts, spread: Spread) -> Drawing | None:
    """Draw each area's share against what it rests on, with the limits of chance around the common share.

    Nothing where too few areas are shown for a common share.
    """
    centre = spread.centre
    if centre is None:
        return None
    most = max(n for *_, n in spread.held) * 1.08
    low, high = _range([p for _, p, _ in spread.held])
    across, up = Scale(0, most, 52, RIGHT), Scale(low, high, 300, 16)
    parts = []
    for value, label in charts.percent_ticks(10):
        if low <= value <= high:
            parts += [line(((52, up(value)), (RIGHT, up(value))), "grid"), text(47, up(value) + 3.5, label, "end tick")]
    step = _step(most)
    for number in range(0, int(most) + 1, step):
        parts.append(text(across(number), 314, charts.language.number(number), "mid tick"))
    parts.append(text(286, 332, charts.language.say(f"chart.n_eff_{spread.name}"), "mid small"))
    parts.append(line(((52, up(centre)), (RIGHT, up(centre))), "axis"))
    for z, class_, within in ((INNER, "inner", (0.95, 0)), (OUTER, "outer", (0.998, 1))):
        sizes = [most * (number / STEPS) ** 2 for number in range(1, STEPS + 1)]
        for side in (0, 1):
            curve = [(n, limits(centre, z, n)[side]) for n in sizes]
            curve = [(n, p) for n, p in curve if low < p < high]
            if len(curve) > 1:
                parts.append(line([(across(n), up(p)) for n, p in curve], class_))
                parts.append(text(RIGHT + 4, up(curve[-1][1]) + 3.5, charts.language.percent(*within), "small"))
    places, told, dots = [], [], []
    for each, p, n in spread.held:
        words = charts.language.say(
            "chart.held", area=each.area.name, share=charts.language.percent(p, 1), n=charts.language.number(n))
        apart = each.share is not None and charts.points.apart(each.share)
        words += charts.points.apart_words(each.share) if each.share is not None else ""
        places.append((across(n), up(p)))
        dots.append(dot(*places[-1], 0, "dot hollow" if apart else "dot", words))
        told.append(words)
    labels = beside(places, [each.area.name for each, *_ in spread.held], 52, RIGHT + 34)
    title = charts.language.say(f"chart.funnel_{spread.name}", at=spread.at)
    note = charts.tone_note(charts.figures.evaluated) if spread.name == "tone" else ""
    return Drawing(f"funnel-{spread.name}", title, "; ".join(told) + ".", 540, 338, (*parts, *dots, *labels), note,
                   charts.mark)


def _range(shares: list[float]) -> tuple[float, float]:
    """Return the ends of a funnel's axis: whole tenths around every share."""
    low, high = math.floor(10 * min(shares) - 0.5) / 10, math.ceil(10 * max(shares) + 0.5) / 10
    return max(0.0, low), min(1.0, high)


def _step(most: float) -> int:
    """Return a round step that gives at most six ticks."""
    return next(step for step in (5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10**6) if most / step <= 6)
