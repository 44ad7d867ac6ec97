"""Say what is installed, configured, stale or failing, and what to do about it."""

from __future__ import annotations

import importlib.util
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from collectors.press import press_feeds
from nlp.backends import backend as load_backend
from reputation.feedhealth import feeds, unfinished_imports, volumes
from reputation.finding import Finding
from reputation.pagehealth import expiries, gaps, pages
from store.config import Config, HarvestConfig
from store.database import Store
from store.errors import Exit, ReputationError
from store.facts import load_facts
from surveys.inbox import LETTER, REFUSED, shown


@dataclass(frozen=True)
class Findings:
    """All that was looked at."""

    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> Exit:
        """1 when anything needs a person."""
        return Exit.WITH_REFUSALS if any(each.level in ("warning", "failure") for each in self.findings) else Exit.DONE

    def text(self) -> str:
        """One line a finding, what needs a person first."""
        order = {"failure": 0, "warning": 1, "note": 2, "ok": 3}
        lines = []
        for each in sorted(self.findings, key=lambda each: order[each.level]):
            advice = f" → {each.do}" if each.do else ""
            lines.append(f"{each.level:8} {each.about}: {each.what}{advice}")
        return "\n".join(lines)

    def json(self) -> str:
        """The findings as one JSON object, for monitoring."""
        return json.dumps({"exit_code": int(self.exit_code), "findings": [asdict(each) for each in self.findings]},
                          ensure_ascii=False)


def examine(config: Config, now: datetime | None = None) -> Findings:
    """Look at installation, config, facts and store. Writes nothing; never raises for a user's mistake."""
    now = now or datetime.now(UTC)
    return Findings((*_installed(config), *_configured(config), *_stored(config, now)))


def _installed(config: Config) -> Iterator[Finding]:
    models = [name for name in ("da_core_news_lg", "da_core_news_md", "da_core_news_sm")
              if importlib.util.find_spec(name)]
    if models:
        yield Finding("ok", "spaCy model", ", ".join(models))
    else:
        yield Finding("note", "spaCy model", "no da_core_news_* is installed; blank Danish is used")
    if importlib.util.find_spec("pyreadstat"):
        yield Finding("ok", "SPSS", "pyreadstat is installed, so .sav files are read")
    else:
        yield Finding("note", "SPSS", "pyreadstat is not installed, so .sav files are refused",
                      "pip install 'reputation[spss]', if a team exports them")
    try:
        backend = load_backend(config.nlp.backend)
        yield Finding("ok", "backend", f"{backend.name} {backend.version}")
    except ReputationError as error:
        yield Finding("failure", "backend", str(error))


def _configured(config: Config) -> Iterator[Finding]:
    try:
        facts = load_facts(config)
        yield Finding("ok", "facts", f"{len(facts.areas)} areas, {len(facts.outlets)} outlets")
    except ReputationError as error:
        yield Finding("failure", "facts", str(error))
    if not config.feeds and not press_feeds(config.press):
        yield Finding("warning", "feeds", "none are configured", "Add [[feeds]] to config.toml")
    elif config.harvest.user_agent == HarvestConfig().user_agent:
        yield Finding("warning", "[harvest] user_agent", "names no contact",
                      "Write a name and an address where a newspaper can reach you")
    yield from _key_file(config.surveys.key_file)
    yield from _inbox(config.surveys.inbox / REFUSED)


def _key_file(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding("note", "key file", f"{path} is made at the first survey import", "Then back it up")
    elif os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("failure", "key file", f"{path} can be read by others", f"chmod 600 {path}")
    else:
        yield Finding("ok", "key file", str(path))


def _inbox(refused: Path) -> Iterator[Finding]:
    """Name the drops that wait for a person; hidden names, and files beside the folders, are none."""
    try:
        names = sorted(shown(each.name) for each in refused.iterdir() if each.is_dir() and each.name[0] != ".")
    except FileNotFoundError:
        return
    except OSError as error:
        yield Finding("failure", "survey inbox", f"{refused} can't be read ({error.strerror})", "Mend its permissions")
        return
    if names:
        yield Finding("warning", "survey inbox", f"refused: {', '.join(names)}",
                      f"Read {LETTER} in each; then move it back or delete it")


def _stored(config: Config, now: datetime) -> Iterator[Finding]:
    if not config.store.path.exists():
        yield Finding("note", "store", f"there is none at {config.store.path}", "Harvest or import; that makes it")
        return
    try:
        with Store.open(config.store.path, create=False) as store:
            count = store.value("SELECT count(*) FROM articles")
            answers = store.value("SELECT count(*) FROM respondents")
            yield Finding("ok", "store", f"{store.kind}; {count} articles, {answers} respondents")
            yield from feeds(store, replace(config, feeds=(*config.feeds, *press_feeds(config.press))), now)
            yield from gaps(store, now)
            yield from pages(store, config.pages, now)
            yield from volumes(store, now)
            yield from unfinished_imports(store)
            yield from expiries(store, now)
            yield from _unclassified(store)
    except ReputationError as error:
        yield Finding("failure", "store", str(error))


def _unclassified(store: Store) -> Iterator[Finding]:
    for row in store.rows("SELECT id, name FROM outlets WHERE class IS NULL ORDER BY id"):
        yield Finding("warning", f"outlet {row['id']}", f"'{row['name']}' is not classified, so not in the outlet mix",
                      "Add it, or its other name, to data/outlets.toml")
