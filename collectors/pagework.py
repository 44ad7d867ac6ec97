"""Fetch the article pages that are due, and read kept ones again when the rules changed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from collectors.extract import RULE, Asked, NoPage, Page
from collectors.fetch import HARD, SOFT, TEMPORARY, Answer, Client, Failure
from collectors.pages import ACCESS, HTML, NamesArea, after_answer, after_failure, as_read, decide, in_turn
from collectors.rules import origin_of
from store.config import PagesConfig
from store.database import Kind, Store
from store.demonstration import kind_of
from store.errors import ReputationError
from store.feeds import Permission, save_hosts, save_permissions
from store.pages import (
    Body,
    PageState,
    candidates,
    due_pages,
    load_body,
    load_told,
    outdated_pages,
    save_body,
    save_page,
    settle,
)
from store.texts import save_page_text

log = logging.getLogger(__name__)

BATCH = 500


@dataclass(frozen=True)
class PagesSummary:
    """What a round over article pages came to."""

    due: int = 0
    full: int = 0
    teaser: int = 0
    unknown: int = 0
    failed: int = 0
    blocked: int = 0
    waiting: int = 0
    edited: int = 0
    """articles that got a version"""
    reread: int = 0
    """pages read again from their kept body"""

    def words(self) -> str:
        """Say it as a part of the summary line; nothing where there was nothing to do."""
        parts = []
        if self.due:
            parts.append(
                f"pages: {self.due} due: {self.full} full, {self.teaser} teasers, {self.unknown} unknown, "
                f"{self.failed} failed, {self.blocked} blocked, {self.waiting} waiting"
            )
        if self.reread:
            parts.append(f"{self.reread} kept pages read again")
        return "; ".join(parts)


class PageWork:
    """One round over article pages: the store, the client and the reader it works with."""

    def __init__(
        self, store: Store, config: PagesConfig, client: Client, read: Callable[[Asked], Page | NoPage],
        paywalls: Mapping[str, str], clock: Callable[[], datetime],
    ) -> None:
        self.store, self.config, self.client, self.read = store, config, client, read
        self.paywalls, self.clock = paywalls, clock
        self.kind: Kind = store.kind
        self.counts: Counter[str] = Counter()

    def run(self, names_area: NamesArea, until: datetime) -> PagesSummary:
        """Decide on new articles, read kept pages by new rules, then fetch what is due, one transaction a page.

        No page is begun after ``until``; it stays due. Killed anywhere, a rerun goes on from there; a page that can't
        be fetched or read never ends the round.
        """
        self.choose(names_area)
        for page in outdated_pages(self.store, RULE):
            if self.clock() <= until:
                self._again(page)
        due = in_turn(due_pages(self.store, self.clock())) if self.config.fetch != "none" else []
        for page in due:
            if self.clock() > until:
                self.counts["waiting"] += 1
                continue
            self._fetch(page)
        count = self.counts
        return PagesSummary(len(due), count["full"], count["teaser"], count["unknown"], count["failed"],
                            count["blocked"], count["waiting"], count["edited"], count["reread"])

    def choose(self, names_area: NamesArea) -> None:
        """Decide for every new or changed article whether its page is wanted."""
        while batch := candidates(self.store, BATCH):
            with self.store.transaction():
                for each in batch:
                    settle(self.store, each, decide(each, self.config.fetch, names_area, self.clock()))

    def _fetch(self, page: PageState) -> None:
        try:
            answer = self._asked(page)
            found = None if isinstance(answer, Failure) else self._read(page, answer)
        except ReputationError:
            raise
        except Exception as error:
            # A bug, or a page nobody thought of: the others must not pay for it.
            log.exception("page %s", page.url)
            answer, found = Failure(f"this program failed ({type(error).__name__})", HARD), None
        if isinstance(answer, Failure) or found is None:
            assert isinstance(answer, Failure)
            state = after_failure(page, answer, self.clock())
            self._count("waiting" if answer.waiting else "blocked" if answer.blocked else "failed", state)
            self._write(state)
            return
        state = after_answer(page, answer, found, self.clock())
        if isinstance(found, NoPage):
            self._count("failed", state)
        else:
            self._count("blocked" if found.reserved else found.completeness, state)
        self._write(state, answer, found)

    def _asked(self, page: PageState) -> Answer | Failure:
        answer = self.client.get(page.url, HTML, kind="pages")
        if isinstance(answer, Answer) and not answer.complete:
            return Failure("the answer breaks off", TEMPORARY, answer.status)
        if isinstance(answer, Answer) and answer.status == 304:
            return Failure("not modified, though nothing was held", SOFT, answer.status)
        return answer

    def _read(self, page: PageState, answer: Answer) -> Page | NoPage:
        if kind_of(answer.body) != self.kind:
            return NoPage("demonstration data, and the store is real" if self.kind == "real"
                          else "real data, and the store is a demonstration", lasting=True)
        return self.read(self._as_asked(page, answer.body, answer.url, answer.headers.get("content-type", "")))

    def _as_asked(self, page: PageState, body: bytes, url: str, content_type: str) -> Asked:
        told = load_told(self.store, page.article_id)
        title, summary, outlet = (told.title, told.summary, told.outlet_id) if told else ("", "", "")
        return Asked(body, url, content_type, self.clock(), page.url, title, summary,
                     self.paywalls.get(outlet, "unknown"))

    def _again(self, page: PageState) -> None:
        body = load_body(self.store, page.body_digest or "")
        if body is None:
            return
        found = self.read(self._as_asked(page, body.body, body.url, body.content_type))
        with self.store.transaction():
            if isinstance(found, Page) and found.reserved is None:
                self._save(as_read(page, found), found)
            else:  # what other rules could read stays as they read it
                save_page(self.store, replace(page, rule=RULE))
        self.counts["reread"] += 1

    def _write(self, state: PageState, answer: Answer | None = None, found: Page | NoPage | None = None) -> None:
        now = self.clock()
        if isinstance(found, Page) and found.reserved is not None and answer is not None:
            origin = origin_of(answer.url)
            self.client.learn(Permission(
                origin, "pages", allowed=False, body=found.reserved, source=answer.url, at=now
            ))
        hosts, permissions = self.client.learnt()
        with self.store.transaction():
            if isinstance(found, Page) and found.reserved is None and answer is not None:
                if self.config.keep_raw_days:
                    digest, kind = state.body_digest or "", answer.headers.get("content-type", "")
                    save_body(self.store, Body(digest, answer.url, kind, answer.body), now)
                self._save(state, found)
            else:
                save_page(self.store, state)
            save_hosts(self.store, hosts)
            save_permissions(self.store, permissions)

    def _save(self, state: PageState, found: Page) -> None:
        """Enter a text only where it is whole: a teaser, or what may be one, is never read as the article."""
        save_page(self.store, state)
        text = found.text if found.completeness == "full" else ""
        self.counts["edited"] += save_page_text(
            self.store, state.article_id, found.summary, text, ACCESS[found.completeness], seen=self.clock(),
            published=found.published,
        )

    def _count(self, outcome: str, page: PageState) -> None:
        self.counts[outcome] += 1
        log.info("page %s: %s %s", page.url, outcome, page.reasons)
