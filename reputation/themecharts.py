"""Draw what the articles about an area are about, year by year."""

from __future__ import annotations

from reputation.charts import Charts
from reputation.content import AreaFacts
from reputation.drawing import Drawing, Scale, Years, line, rect, text
from reputation.lookup import mid
from reputation.records import what_word

SHOWN_THEMES = 8
ROW = 37.0
"""height of a theme, px"""
LETTERS = 40
"""letters of a theme's name that have room"""


def themes_by_year(charts: Charts, area: AreaFacts) -> Drawing | None:
    """Draw the topics with most articles over the series, a small column a year; nothing where there are none.

    All columns share one scale; the number of articles stands above each.
    """
    figures, language = charts.figures, charts.language
    counts = [each for window in figures.windows for each in figures.counts(area.id, "theme", window)
              if each.n and each.what.startswith("topic:")]
    totals: dict[str, int] = {}
    for each in counts:
        totals[each.what] = totals.get(each.what, 0) + each.n
    chosen = sorted(totals, key=lambda what: (-totals[what], what))[:SHOWN_THEMES]
    if not chosen:
        return None
    found = {(each.what, (each.first, each.last)): each for each in counts}
    most = max(each.n for each in counts if each.what in chosen)
    years = Years(*charts.points.years, 250, 536)
    width = min(15.0, years.band * 0.7)
    parts: list[str] = []
    told: list[str] = []
    for place, what in enumerate(chosen):
        base = 34 + ROW * place
        name = what_word(language, "theme", what)
        shown = name if len(name) <= LETTERS else name[:LETTERS - 2].rstrip() + " …"
        parts += [text(244, base - 2, shown, "end"), line(((250, base), (536, base)), "grid")]
        scale, said = Scale(0, most, base, base - 22), []
        for window in figures.windows:
            count = found.get((what, window))
            if count is None:
                continue
            words = f"{language.window(*window)}: {language.count('chart.of', count.of, k=language.number(count.n))}"
            x, y = years(mid(*window)), scale(count.n)
            parts += [rect(x - width / 2, y, width, base - y, "volume"),
                      text(x, y - 2.5, language.number(count.n), "mid n")]
            said.append(words)
        told.append(f"{name}: {', '.join(said)}")
    bottom = 34 + ROW * (len(chosen) - 1)
    for year in range(years.first, years.last + 1):
        if (year - years.first) % 3 == 0:
            parts.append(text(years(year + 0.5), bottom + 15, str(year), "mid tick"))
    title = language.say("chart.themes", area=area.name)
    return Drawing(f"themes-{area.id}", title, "; ".join(told) + ".", 540, bottom + 20, tuple(parts), "", charts.mark)
