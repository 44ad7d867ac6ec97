"""Look for topics that nobody asked for in the texts about the areas, and count them by area and window."""

from __future__ import annotations

import json

from nlp.discover import METHOD, Discovery
from nlp.shown import lead_of
from nlp.unique import ABOUT
from reputation.content import TopicLine, TopicsSought
from reputation.index import News
from reputation.seeking import Sought
from store.config import Config
from store.database import Store
from store.facts import Facts

MOST_READ = 8000
"""So many texts are looked at, where there are more: twice as many as topics are found by (nlp/discover.py), and enough
to count them in. Ids are digests, so the first by id are drawn without regard to what they say, and the same again."""


def sought_topics(store: Store, config: Config, facts: Facts, news: News) -> Sought:
    """Gather title and lead of the texts about the areas, copies once: what topics are looked for in."""
    chosen = news.mentions[news.mentions["role"].isin(ABOUT) & (news.mentions["window"] >= 0)]
    drawn = sorted(chosen["article"].unique())[:MOST_READ]
    chosen = chosen[chosen["article"].isin(drawn)]
    texts = {row[0]: f"{row[1]}.\n\n{lead_of(row[2], row[3])}" for row in store.rows(
        "SELECT a.id, v.title, v.summary, v.text FROM json_each(?) d CROSS JOIN articles a ON a.id = d.value"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version ORDER BY a.id", [json.dumps(drawn)])}
    places = [(article, area, str(window))
              for article, area, window in zip(chosen["article"], chosen["area"], chosen["window"], strict=True)]
    names = {
        name.lower() for area in facts.areas for name in (
            area.name, area.municipality, *area.cities, *(alias.name for alias in area.aliases),
            *area.housing_organisations)
    }
    return Sought(texts, places, sorted(names), config.nlp.spacy_model, config.report.seed)


def topic_lines(found: Discovery, news: News) -> tuple[tuple[TopicLine, ...], TopicsSought]:
    """Lay the topics out by area and window; none where there are too few texts."""
    lines = tuple(
        TopicLine(number, ", ".join(topic.words), topic.stability, area, news.windows[int(window)].first.isoformat(),
                  news.windows[int(window)].last.isoformat(), count)
        for number, topic in enumerate(found.topics, 1) for area, window, count in topic.course
    )
    return lines, TopicsSought(found.texts, found.sought, found.noise, METHOD)
