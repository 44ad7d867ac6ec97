"""Build small stores of readings for the tests: no text is read, what a reader would say is written down."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from store.areas import Area
from store.config import Config, config_from
from store.database import Store
from store.imports import record_import

TONES = {-1: "negative", 0: "neutral", 1: "positive"}


def area(name: str, kind: str = "evaluated", **more: object) -> Area:
    """Make an area with nothing but a name."""
    values: dict[str, object] = {
        "id": name, "name": name.title(), "kind": kind, "municipality": "Prøveby", "municipality_code": 999,
        "cities": (), "housing_organisations": (), "aliases": (), "recognition_words": (), "false_friends": (),
        "requires_city": None, "target_share": None, "target_source": None, "baseline_share": None, "list_status": {},
        "social_track": None, "sizes": (), "latitude": None, "longitude": None, "outlets": (), **more,
    }
    return Area(**values)  # type: ignore[arg-type]


def config(folder: Path, **tables: object) -> Config:
    """Make the configuration that an empty file in ``folder`` gives, with ``tables`` in it."""
    return config_from(tables, folder / "config.toml")


@dataclass
class Newsroom:
    """Writes articles, mentions, readings and events straight into a store."""

    store: Store
    number: int = 0
    imports: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, kind: str = "real") -> Newsroom:
        """Open a new store; it is closed when nothing holds it any more."""
        store = Store.open(path / "news.db", kind=kind)  # type: ignore[arg-type]
        weakref.finalize(store, store._connection.close)
        return cls(store)

    def outlet(self, name: str, class_: str | None = "local") -> None:
        """Add an outlet."""
        self.store.execute("INSERT OR IGNORE INTO outlets VALUES (?, ?, ?, 'print')", [name, name.title(), class_])

    def archive(self, first: str, last: str, query: str = "", outlets: tuple[str, ...] = ()) -> int:
        """Note an archive import that searched ``first`` to ``last``."""
        number = record_import(self.store, "archive", f"{first}{query}.ndjson", f"{len(self.imports)}", "infomedia",
                               query or None, first, last)
        for each in outlets:
            self.outlet(each)
            self.store.execute("INSERT INTO import_outlets VALUES (?, ?)", [number, each])
        self.imports[f"{first}{query}"] = number
        return number

    def article(
        self, place: str, day: str, tone: int | None = 0, *, event: str = "", role: str = "headline",
        outlet: str = "avisen", class_: str | None = "local", copy_of: str = "", level: str = "full",
        version: str = "v1", stigma: str = "[]", safety: str = "none", full: int | None = None, name: str = "",
        feed: str | None = None, themes: tuple[str, ...] = (), voices: str = "[]", genre: str = "nyhed",
    ) -> str:
        """Add one article that mentions ``place``, with a lead reading of ``tone`` (and one of the full text)."""
        self.number += 1
        name = name or f"t{self.number:05d}"
        self.outlet(outlet, class_)
        run = self.store.execute
        if not self.store.value("SELECT 1 FROM articles WHERE id = ?", [name]):
            run("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, NULL, ?, 'free', ?, 1, ?, NULL, ?)",
                [name, outlet, name, f"https://example.org/{name}", f"{day}T08:00:00Z", day, f"{day}T08:00:00Z", level,
                 copy_of or name, feed])
            run("INSERT INTO versions (article_id, number, title, summary, text, digest, seen) VALUES"
                " (?, 1, ?, 'Kort fortalt', 'Hele teksten', ?, ?)", [name, f"Overskrift {name}", name, day])
        if event:
            run("INSERT INTO events VALUES (?, ?, ?, ?, ?, 'r1')"
                " ON CONFLICT DO UPDATE SET"
                " first_day = min(first_day, excluded.first_day), last_day = max(last_day, excluded.last_day)",
                [event, place, day, day, f"Hændelse {event}"])
        run("INSERT INTO mentions VALUES (?, ?, ?, 1, ?, 'official', ?)", [name, place, role, place, event or None])
        if role in ("headline", "lead"):
            self._reading(name, place, "lead", tone, version, safety, stigma, voices, genre, themes)
        if level == "full" and role in ("headline", "lead", "focus"):
            self._reading(name, place, "full", tone if full is None else full, version, safety, stigma, voices, genre)
        run("INSERT OR IGNORE INTO read_texts VALUES (?, 1, 'linear', ?, ?)", [name, version, day])
        return name

    def _reading(self, name: str, place: str, basis: str, tone: int | None, version: str, safety: str, stigma: str,
                 voices: str, genre: str, themes: tuple[str, ...] = ()) -> None:
        label = None if tone is None else TONES[tone]
        number = self.store.execute(
            "INSERT INTO readings (article_id, area_id, basis, backend, backend_version, tone, tone_score, safety,"
            " safety_score, stigma, voices, genre) VALUES (?, ?, ?, 'linear', ?, ?, ?, ?, 0, ?, ?, ?)",
            [name, place, basis, version, label, tone, safety, stigma, voices, genre],
        ).lastrowid
        for theme in themes:
            self.store.execute("INSERT INTO reading_themes VALUES (?, ?, 1)", [number, theme])

    def year(self, place: str, year: int, tones: list[int], *, per_event: int = 1, **more: object) -> None:
        """Add a year of articles, ``per_event`` to an event, spread over the year."""
        for at, tone in enumerate(tones):
            day = date.fromordinal(date(year, 1, 5).toordinal() + at * 350 // max(len(tones), 1)).isoformat()
            self.article(place, day, tone, event=f"{place}-{year}-{at // per_event}", **more)  # type: ignore[arg-type]


def add_wave(
    store: Store, wave: str, day: str, answers: dict[str, list[int | None]], *, institute: str = "Instituttet",
    texts: dict[str, list[str]] | None = None, scale: int = 5, population: int = 1000,
) -> None:
    """Add a wave of one item, 1 safest: area → code of each respondent (``None``: ved ikke)."""
    number = record_import(store, "survey", f"{wave}.csv", wave, "surveyxact")
    run = store.execute
    run("INSERT INTO waves VALUES (?, 'vive', ?, '[\"web\"]', 'da', ?, ?, '', ?)", [wave, institute, day, day, number])
    run("INSERT INTO items VALUES (?, 'tryg', 'tryghed', 'Hvor tryg er du?', 1, ?, 'low', '[1, 2]', '[4, 5]')",
        [wave, scale])
    run("INSERT INTO indexes VALUES (?, 'tryghed', '[\"tryg\"]')", [wave])
    for place, codes in answers.items():
        run("INSERT INTO fieldwork VALUES (?, ?, ?, ?, NULL)", [wave, place, population, 3 * len(codes)])
        for at, code in enumerate(codes):
            person = f"{place}{at}"
            run("INSERT INTO respondents VALUES (?, ?, NULL, ?)", [wave, person, place])
            run("INSERT INTO answers VALUES (?, ?, 'tryg', ?, ?)",
                [wave, person, code, "dont_know" if code is None else "valid"])
            if texts and at < len(texts.get(place, [])):
                run("INSERT INTO text_answers (wave_id, respondent_id, text_id, text) VALUES (?, ?, 'hvorfor', ?)",
                    [wave, person, texts[place][at]])
