"""Finding names: what more areas cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.articles import Bank, articles, load_bank
from benchmarks.harness import Row, Run, fastest
from nlp.bulk.prefilter import passing, pattern
from nlp.folding import fold
from nlp.gazetteer import Gazetteer
from nlp.mentions import find_names
from store.areas import Alias, Area
from store.facts import load_facts

SIZES = (15, 200, 2_000)
ARTICLES = 2_000


def measure(run: Run) -> Sequence[Row]:
    """Areas: finding names where 15, 200 and 2,000 areas are known."""
    import pyarrow

    facts = load_facts(run.config)
    own = [area for area in facts.areas if area.kind == "evaluated"]
    bank = load_bank(Gazetteer(own, facts.context_words))
    texts = [f"{row['title']}\n\n{row['text']}" for row in articles(bank, run.count(ARTICLES, 100))]
    column = pyarrow.array(texts)
    amounts = {"articles": len(texts), "characters each": sum(map(len, texts)) // len(texts)}
    rows: list[Row] = []
    for size in SIZES:
        gazetteer = Gazetteer([*own, *_made(own[0], bank, size - len(own))], facts.context_words)
        names = [alias.name for area in gazetteer.areas.values() for alias in area.aliases]
        expression = pattern(names)
        seconds = fastest(lambda known=gazetteer: [known.names(fold(text), None) for text in texts]).processor
        rows.append(Row(f"names-{size}", f"automaton, {size} areas", amounts | {"areas": size, "names": len(names)},
                        seconds, "names-15" if rows else ""))
        seconds = fastest(lambda known=gazetteer: [find_names(text, known) for text in texts]).processor
        rows.append(Row(f"decided-{size}", f"names found and decided on, {size} areas", amounts, seconds,
                        "decided-15" if size > SIZES[0] else ""))
        if expression is not None:
            seconds = fastest(lambda known=expression: passing([column], known)).processor
            rows.append(Row(f"prefilter-{size}", f"RE2 over a column, {size} areas", amounts, seconds,
                            "prefilter-15" if size > SIZES[0] else ""))
    return rows


def _made(like: Area, bank: Bank, count: int) -> list[Area]:
    """Make areas with two names each that no text has, put together as names of housing areas are."""
    made = []
    for number in range(max(count, 0)):
        half = bank.halves[number % len(bank.halves)].capitalize()
        names = (f"{half}parken {number}", f"{half}gård {number}")
        aliases = tuple(Alias(name, "spelling", needs_context=True, unit="official", valid_from=None, valid_to=None)
                        for name in names)
        made.append(replace(like, id=f"made-{number}", name=names[0], aliases=aliases, recognition_words=(),
                            false_friends=()))
    return made
