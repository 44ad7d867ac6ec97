"""Measure reading article pages, against trafilatura alone and across processes, and letting texts expire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.articles import articles, load_bank
from benchmarks.harness import Row, Run, fastest
from collectors.extract import Asked, Page, extract_page, load_parsers
from collectors.reading import PageReader
from nlp.reader import Reader
from reputation.expiry import expire
from store.database import Store
from store.facts import load_facts
from store.texts import Article, save_article, save_outlet

PAGES, TEXTS = 200, 2_000
NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)


def measure(run: Run) -> Sequence[Row]:
    """Pages: text and completeness of article pages, beside trafilatura alone; and texts that expire"""
    facts = load_facts(run.config)
    bank = load_bank(Reader(facts, run.config).gazetteer)
    size = run.count(PAGES, 20)
    pages = [_page(row["title"], row["text"]) for row in articles(bank, size)]
    asked = [Asked(body, "https://avis.example/nyt/1", "text/html", NOW) for body in pages]
    amounts = {"pages": size, "bytes each": sum(map(len, pages)) // size}
    load_parsers()
    from trafilatura import extract

    def alone() -> None:
        for body in pages:
            extract(body, include_comments=False, include_tables=False, favor_precision=True)

    def here() -> None:
        for each in asked:
            assert isinstance(extract_page(each), Page)

    peer, own = fastest(alone), fastest(here)
    with PageReader() as read:
        read(asked[0])  # the process is there

        def elsewhere() -> None:
            for each in asked:
                read(each)

        across = fastest(elsewhere)
    texts = run.count(TEXTS, 100)
    return [
        Row("trafilatura", "trafilatura alone: the text", amounts, peer.processor),
        Row("page", "text, date, address, completeness", amounts, own.processor, "trafilatura"),
        Row("clock", "`page` by the clock", amounts, own.clock, clock=True),
        Row("process", "`page` in a process of its own", amounts, across.clock, "clock", clock=True),
        Row("expire", "texts deleted, what reading needs kept", {"texts": texts}, _expired(run, texts)),
    ]


def _page(title: str, text: str) -> bytes:
    """Wrap a text as a news page: scripts, navigation and teasers of others around it."""
    teasers = "".join(f'<li><a href="/nyt/{each}">Læs også nr. {each}</a></li>' for each in range(60))
    body = "".join(f"<p>{each}</p>" for each in text.split("\n\n"))
    return (
        f"<!doctype html><html><head><title>{title}</title><script>{'var a=1;' * 4_000}</script></head><body><nav><ul>"
        f"{teasers}</ul></nav><main><article><h1>{title}</h1>{body}</article><aside><ul>{teasers}</ul></aside></main>"
        "</body></html>"
    ).encode()


def _expired(run: Run, size: int) -> float:
    facts = load_facts(run.config)
    bank = load_bank(Reader(facts, run.config).gazetteer)
    with Store.open(run.folder / "expire.db") as store:
        with store.transaction():
            save_outlet(store, "avis", "Avisen", "local", "web")
            for number, row in enumerate(articles(bank, size)):
                save_article(store, Article(f"a{number}", "avis", row["title"], "", row["text"], NOW), seen=NOW,
                             import_id=None)
        later = NOW + timedelta(days=run.config.pages.keep_text_days + 1)
        spent = fastest(lambda: expire(store, run.config, facts, later), repeats=1)
        assert store.value("SELECT count(*) FROM versions WHERE text <> ''") == 0
    return spent.processor
