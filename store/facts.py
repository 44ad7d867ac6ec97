"""Load all facts: those shipped in data/ and those of the folder the config adds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from store.areas import Area, context_words, load_areas
from store.benchmarks import Benchmark, load_benchmarks
from store.breaks import SeriesBreak, load_breaks
from store.config import Config
from store.dates import RecordDate, load_dates
from store.errors import WrongFacts
from store.factfile import Entry, FactFile, source_reader
from store.goals import Goals, load_goals
from store.outlets import Outlet, folded_outlet, load_outlets, outlet_names
from store.themes import Theme, load_themes

FOLDER = Path(__file__).resolve().parents[1] / "data"
"""Where the shipped facts stand."""

_SHIPPED = ("sources.toml", "areas.toml", "outlets.toml", "goals.toml", "themes.toml", "breaks.toml", "dates.toml",
            "benchmarks.csv")
_EXTRA = ("areas.toml", "outlets.toml", "dates.toml")


@dataclass(frozen=True)
class Facts:
    """Everything known beforehand, checked."""

    areas: tuple[Area, ...]
    outlets: tuple[Outlet, ...]
    goals: Goals
    themes: tuple[Theme, ...]
    benchmarks: tuple[Benchmark, ...]
    digest: str
    """SHA-256 over the bytes of all fact files"""
    breaks: tuple[SeriesBreak, ...] = ()
    dates: tuple[RecordDate, ...] = ()
    """days of record that series are held against"""
    context_words: tuple[str, ...] = ()
    """words that place an ambiguous area name among the housing areas; ``*`` ends a stem"""
    sources: Mapping[str, str] = field(default_factory=dict)
    """key → address"""

    def area(self, id: str) -> Area:
        """Return the area with this id. Raises :class:`KeyError`."""
        return self._areas[id]

    def outlet(self, id: str) -> Outlet:
        """Return the outlet with this id. Raises :class:`KeyError`."""
        return self._outlets[id]

    def outlet_named(self, name: str) -> Outlet | None:
        """Return the outlet with this id, name or other name, whatever its case, hyphens, å or aa; None if unknown."""
        return self._outlet_names.get(folded_outlet(name))

    def theme(self, id: str) -> Theme:
        """Return the theme with this id. Raises :class:`KeyError`."""
        return self._themes[id]

    def evaluated(self) -> tuple[Area, ...]:
        """Return the fifteen."""
        return tuple(area for area in self.areas if area.kind == "evaluated")

    @cached_property
    def _areas(self) -> dict[str, Area]:
        return {area.id: area for area in self.areas}

    @cached_property
    def _outlets(self) -> dict[str, Outlet]:
        return {outlet.id: outlet for outlet in self.outlets}

    @cached_property
    def _outlet_names(self) -> dict[str, Outlet]:
        return {folded_outlet(name): outlet for outlet in self.outlets for name in outlet_names(outlet)}

    @cached_property
    def _themes(self) -> dict[str, Theme]:
        return {theme.id: theme for theme in self.themes}


def load_facts(config: Config, folder: Path = FOLDER) -> Facts:
    """Read and check the fact files of ``folder`` and of the config's ``[facts] extra``.

    Raises :class:`WrongFacts` naming file, line and reason.
    """
    shipped = {name: FactFile.read(folder / name) for name in _SHIPPED}
    extra = _extra_files(config.facts.extra)
    sources = _sources(shipped["sources.toml"].root(), *(file.root() for file in extra.values()))
    resolve = source_reader(sources)
    outlet_roots = [shipped["outlets.toml"].root(), *_roots(extra, "outlets.toml")]
    area_roots = [shipped["areas.toml"].root(), *_roots(extra, "areas.toml")]
    outlets = load_outlets([entry for root in outlet_roots for entry in _listed(root, "outlets")])
    themes = load_themes(shipped["themes.toml"].root())
    goals = load_goals(shipped["goals.toml"].root(), resolve)
    _check_goal_themes(shipped["themes.toml"], themes, goals)
    breaks = shipped["breaks.toml"].root()
    breaks.only("breaks")
    areas = load_areas(
        _listed(area_roots[0], "areas", "context"),
        [entry for root in area_roots[1:] for entry in _listed(root, "areas")],
        {outlet.id for outlet in outlets},
        resolve,
    )
    date_roots = [shipped["dates.toml"].root(), *_roots(extra, "dates.toml")]
    return Facts(
        areas=areas,
        outlets=outlets,
        goals=goals,
        themes=themes,
        benchmarks=load_benchmarks(shipped["benchmarks.csv"], sources),
        digest=_digest([*shipped.items(), *((f"extra/{name}", file) for name, file in extra.items())]),
        breaks=load_breaks(breaks.entries("breaks"), resolve),
        dates=load_dates([entry for root in date_roots for entry in _listed(root, "dates")],
                         {area.id for area in areas}),
        context_words=context_words(area_roots[0]),
        sources=sources,
    )


def _extra_files(folder: Path | None) -> dict[str, FactFile]:
    if folder is None:
        return {}
    if not folder.is_dir():
        raise WrongFacts("there is no such folder", where=folder, do="Mend [facts] extra in config.toml")
    return {name: FactFile.read(folder / name) for name in _EXTRA if (folder / name).exists()}


def _roots(files: Mapping[str, FactFile], name: str) -> list[Entry]:
    return [files[name].root()] if name in files else []


def _listed(root: Entry, key: str, *others: str) -> tuple[Entry, ...]:
    root.only(key, "sources", *others)
    return root.entries(key)


def _sources(*roots: Entry) -> dict[str, str]:
    roots[0].only("sources")
    found: dict[str, str] = {}
    for root in roots:
        table = root.at("sources")
        for key in table.table if table else ():
            assert table is not None
            if key in found:
                raise table.wrong(f"the source '{key}' is given twice", "Give it another key", key=key)
            if key.split() != [key]:
                raise table.wrong(f"the source key '{key}' has a space", "Write it as one word", key=key)
            found[key] = table.text(key)
    return found


def _check_goal_themes(file: FactFile, themes: Iterable[Theme], goals: Goals) -> None:
    """Refuse focus goals and plan themes without a theme, and themes of goals that do not exist."""
    wanted = {f"goal:{goal.id}" for goal in goals.focus} | {f"plan:{theme.id}" for theme in goals.plan}
    given = {theme.id for theme in themes if theme.kind != "topic"}
    for id in sorted(wanted - given):
        raise file.wrong(1, f"the theme '{id}' of goals.toml is missing", "Add it with its words")
    for id in sorted(given - wanted):
        line = next((n for n, text in enumerate(file.lines, 1) if f'"{id}"' in text), 1)
        raise file.wrong(line, f"the theme '{id}' is no goal of goals.toml", "Add it there or take it out here")


def _digest(files: Iterable[tuple[str, FactFile]]) -> str:
    digest = hashlib.sha256()
    for name, file in files:
        digest.update(f"{name} {len(file.content)}\n".encode())
        digest.update(file.content)
    return digest.hexdigest()
