"""Count what the texts about an area hold: roles, outlets, themes, voices, words of stigma, and the largest events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from nlp.unique import ABOUT, PORTION, frame_of
from reputation.composition import classes_of
from reputation.content import Count, EventLine
from reputation.coverage import text_list
from reputation.figures import VALUE_DECIMALS, Drawn, rounded
from reputation.index import News
from store.database import Store
from store.goals import Status

LARGEST = 5
"""Events shown for an area and window."""

COUNTED_BY = ["area", "window", "role", "class_", "level", "genre", "reading", "lead_tone", "voices", "stigma"]

LINKS = 3
"""Articles linked from an event."""


def news_counts(store: Store, news: News, backend: str) -> list[Count]:
    """Count, per area and window, what the texts about the area hold, copies once.

    Roles are of all texts that name the area; outlet classes and text levels of those about it; themes, voices, genres
    and words of stigma of those whose title or lead names it, as read there. What occurs in no text has no line.
    """
    themes = frame_of(store.portions(
        "SELECT t.reading_id, t.theme_id FROM reading_themes t JOIN readings r ON r.id = t.reading_id"
        " WHERE r.basis = 'lead' AND r.article_id IS NOT NULL"
        " AND (r.backend = ? OR r.article_id IN (SELECT article_id FROM features))", [backend], size=PORTION,
    ), {"reading": "float64", "what": "str"})
    inside = news.mentions.loc[news.mentions["window"] >= 0, COUNTED_BY]
    about = inside[inside["role"].isin(ABOUT)]
    read = about[about["lead_tone"].notna()]
    read_size = read.groupby(["area", "window"]).size()
    result = [
        *_counted("role", inside.assign(what=inside["role"]), inside.groupby(["area", "window"]).size(), news),
        *_counted("outlet_class", about.assign(what=classes_of(about)), about.groupby(["area", "window"]).size(), news),
        *_counted("text_level", about.assign(what=about["level"]), about.groupby(["area", "window"]).size(), news),
        *_counted("genre", read.assign(what=read["genre"])[read["genre"].notna()], read_size, news),
        *_counted("theme", read[["area", "window", "reading"]].merge(themes, on="reading"), read_size, news),
    ]
    for kind, column in (("voice", "voices"), ("stigma", "stigma")):
        known = {text: sorted(set(text_list(text))) for text in read[column].dropna().unique()}
        held = read[["area", "window"]].assign(what=read[column].map(known))
        result += _counted(kind, held.explode("what").dropna(subset=["what"]), read_size, news)
    return result


def _counted(kind: str, rows: pd.DataFrame, sizes: pd.Series[int], news: News) -> Iterable[Count]:
    if rows.empty:
        return
    table = rows.groupby(["area", "window", "what"], sort=True).size().reset_index(name="n")
    for row in table.to_dict("records"):
        if row["area"] in news.areas:
            window = news.windows[row["window"]]
            yield Count(kind, row["area"], window.first.isoformat(), window.last.isoformat(), "", str(row["what"]),
                        row["n"], int(sizes.loc[(row["area"], row["window"])]))


def event_lines(store: Store, news: News, drawn: Mapping[tuple[str, str], Sequence[Drawn]]) -> list[EventLine]:
    """List the largest events of each area and window, the most texts first, and how far each moves net tone."""
    about = news.mentions[
        news.mentions["role"].isin(ABOUT) & (news.mentions["window"] >= 0) & news.mentions["event"].notna()
        & news.mentions["area"].isin(news.areas)
    ]
    if about.empty:
        return []
    keys = ["area", "window", "event"]
    signs = {"negative": -1, "neutral": 0, "positive": 1}
    about = about.assign(**{name: (about["lead_tone"] == sign).astype(int) for name, sign in signs.items()})
    table = about.groupby(keys, sort=True).agg(
        articles=("article", "size"), reach=("copies", "sum"), code=("code", "first"), title=("event_title", "first"),
        first_day=("event_first", "first"), last_day=("event_last", "first"), outlets=("outlet", "nunique"),
        **{name: (name, "sum") for name in signs},
    ).reset_index()
    table = table.sort_values(["area", "window", "articles", "reach", "first_day", "event"],
                              ascending=[True, True, False, False, True, True], kind="stable")
    table = table.groupby(["area", "window"], sort=False).head(LARGEST)
    articles = about.merge(table[keys], on=keys).groupby(keys)["article"].agg(list).to_dict()
    links = article_links(store, {article for rows in articles.values() for article in rows})
    result = []
    for row in table.to_dict("records"):
        window = news.windows[row["window"]]
        series = drawn.get(("net_tone", row["area"]), ())
        names = articles[(row["area"], row["window"], row["event"])]
        result.append(EventLine(
            area=row["area"], first=window.first.isoformat(), last=window.last.isoformat(), event=row["event"],
            title=row["title"], first_day=row["first_day"], last_day=row["last_day"], articles=row["articles"],
            copies=row["reach"] - row["articles"], outlets=row["outlets"], negative=row["negative"],
            neutral=row["neutral"], positive=row["positive"],
            influence=influence(series[row["window"]], row["code"]) if series else None,
            links=tuple(links[name] for name in names if name in links)[:LINKS],
        ))
    return result


def influence(net_tone: Drawn, event: int) -> float | None:
    """Give net tone minus net tone without one event; ``None`` where net tone is hidden or the event is not in it."""
    if net_tone.mean is None or not Status(net_tone.estimate.status).shown:
        return None
    at = int(np.searchsorted(net_tone.mean.keys, event))
    if at >= net_tone.mean.keys.size or net_tone.mean.keys[at] != event:
        return None
    return rounded(net_tone.mean.value - float(net_tone.mean.without[at]), VALUE_DECIMALS)


def article_links(store: Store, articles: set[str]) -> dict[str, tuple[str, str]]:
    """Return outlet and address of each article that has one."""
    result: dict[str, tuple[str, str]] = {}
    wanted = sorted(articles)
    for start in range(0, len(wanted), 500):
        some = wanted[start:start + 500]
        marks = ",".join("?" * len(some))
        for row in store.rows(
            "SELECT a.id, o.name, a.url FROM articles a JOIN outlets o ON o.id = a.outlet_id"  # noqa: S608
            f" WHERE a.url LIKE 'http%' AND a.id IN ({marks})", some,
        ):
            result[row[0]] = (row[1], row[2])
    return result

