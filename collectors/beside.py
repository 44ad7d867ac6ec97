"""Collect what stands beside the feeds, after them and under the same lock: sitemaps of lost stories, article pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors.catchup import CatchUp
from collectors.fetch import Client
from collectors.pages import NamesArea
from collectors.pagework import PageWork
from collectors.reading import PageReader
from store.config import Config
from store.database import Store
from store.facts import Facts

TIME = timedelta(minutes=30)
"""After so long nothing new is begun: an hourly run must be over before the next, whatever the servers do."""


@dataclass(frozen=True)
class Beside:
    """What came of it: parts of the summary line."""

    parts: tuple[str, ...] = ()


def collect_beside(
    store: Store, config: Config, facts: Facts, client: Client, names_area: NamesArea | None,
    clock: Callable[[], datetime],
) -> Beside:
    """Catch up from sitemaps what feeds lost, then fetch the article pages that are wanted and due.

    Without ``names_area`` both are left for another run.
    """
    parts: list[str] = []
    if names_area is not None:
        paywalls = {outlet.id: outlet.paywall for outlet in facts.outlets}
        until = clock() + TIME
        with PageReader() as read:
            parts.append(CatchUp(store, config, client, read, paywalls, clock).run(names_area, until).words())
            parts.append(PageWork(store, config.pages, client, read, paywalls, clock).run(names_area, until).words())
    return Beside(tuple(part for part in parts if part))
