"""Look for topics that nobody asked for in the texts about the areas, and count them by area and window."""

from __future__ import annotations

from spacy.lang.da.stop_words import STOP_WORDS

from nlp.discover import METHOD, Text, discover
from nlp.lemmas import Lemmas, no_names
from nlp.sheets import lead_of
from nlp.unique import ABOUT
from reputation.content import TopicLine, TopicsSought
from reputation.index import News
from store.config import Config
from store.database import Store
from store.facts import Facts
from surveys.masking import load_names

MOST_READ = 8000
"""So many texts are looked at, where there are more: twice as many as topics are found by (nlp/discover.py), and enough
to count them in. Ids are digests, so the first by id are drawn without regard to what they say, and the same again."""


def topic_lines(
    store: Store, config: Config, facts: Facts, news: News
) -> tuple[tuple[TopicLine, ...], TopicsSought]:
    """Find topics in title and lead of the texts about an area, copies once; none where there are too few texts.

    No name of a person or place is a word of a topic (design.md, rule 6). The same store gives the same lines.
    """
    chosen = news.mentions[news.mentions["role"].isin(ABOUT) & (news.mentions["window"] >= 0)]
    if chosen.empty:
        return (), TopicsSought(0, 0, 0.0, METHOD)
    drawn = sorted(set(chosen["article"]))[:MOST_READ]
    chosen, wanted = chosen[chosen["article"].isin(drawn)], set(drawn)
    held = {row[0]: f"{row[1]}.\n\n{lead_of(row[2], row[3])}" for row in store.rows(
        "SELECT a.id, v.title, v.summary, v.text FROM articles a"
        " JOIN versions v ON v.article_id = a.id AND v.number = a.version WHERE a.id <= ? ORDER BY a.id", [drawn[-1]])
        if row[0] in wanted}
    lemmas = Lemmas(config.nlp.spacy_model)
    words = dict(zip(held, no_names(lemmas.of(text) for text in held.values()), strict=True))
    texts = [
        Text(article, str(window), area, words[article])
        for article, area, window in zip(chosen["article"], chosen["area"], chosen["window"], strict=True)
    ]
    found = discover(texts, seed=config.report.seed, stop=STOP_WORDS, names=_names(lemmas, facts))
    lines = tuple(
        TopicLine(number, ", ".join(topic.words), topic.stability, area, news.windows[int(window)].first.isoformat(),
                  news.windows[int(window)].last.isoformat(), count)
        for number, topic in enumerate(found.topics, 1) for area, window, count in topic.course
    )
    return lines, TopicsSought(found.texts, found.sought, found.noise, METHOD)


def _names(lemmas: Lemmas, facts: Facts) -> set[str]:
    """List names of people and places, as they stand and as lemmas: some texts write them small, too."""
    small = {
        name.lower() for area in facts.areas for name in (
            area.name, area.municipality, *area.cities, *(alias.name for alias in area.aliases),
            *area.housing_organisations)
    }
    return {*load_names().people, *small, *(
        each.word for name in sorted(small) if name.isalpha() for each in lemmas.of(name))}
