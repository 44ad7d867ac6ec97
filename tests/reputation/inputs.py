"""Write small inputs, texts and answers, that go through the very importers; all of it invented."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random
from typing import Any

from collectors.archives.intake import import_archive
from nlp.read import read_new
from reputation.console import Console
from store.config import Config
from store.database import Kind, Store
from store.facts import load_facts
from tests.surveys.samples import Sample

QUIET = Console(loud=False)
PERSON = "Xerxina Plumbodal"
SECRET_QUERY = "søgestreng-som-bliver-hjemme"
GUID = "guid-som-bliver-hjemme-"
WORDS = [
    "udvalget", "mødes", "igen", "foråret", "planen", "høring", "naboerne", "brev", "tiden", "pengene", "afsat",
    "hvornår", "arbejdet", "går", "formanden", "siger", "skolen", "hallen", "broen", "kanalen", "møllen", "torvet",
    "haven", "stien", "lampen", "bænken", "klubben", "koret", "banen", "åen", "bakken", "porten", "laden", "vognen",
]
KEYS = [f"noegle-{number:05d}" for number in range(80)]
ANSWER = "Lygten på hjørnet er slukket hver eneste aften"


def body(number: int) -> str:
    """Return a body that no other number has, so that no article is taken for a copy."""
    return " ".join(Random(number).choices(WORDS, k=90)).capitalize() + "."


def record(number: int, title: str, lead: str, day: str, source: str = "Bladet", demo: bool = False) -> dict[str, Any]:
    found = {"Heading": title, "BodyText": f"{lead}\n\n{body(number)}", "PublishDate": f"{day}T10:00:00",
             "Source": source, "ArticleUrl": f"https://example.dk/{number}", "ArticleId": f"{GUID}{number}",
             "Byline": PERSON}
    return {**found, "Demo": "DEMODATA"} if demo else found


def records(demo: bool = False) -> list[dict[str, Any]]:
    found = [
        record(number, title, lead, str(date(2021, 1, 3) + timedelta(days=7 * number)), demo=demo)
        for number, (title, lead) in enumerate([
            ("Fest i Vollsmose", "Der var en dejlig og tryg fest i Vollsmose, og alle var glade."),
            ("Hærværk i Vollsmose", "Der var vold og utryghed i Vollsmose i nat, og mange er bange."),
            ("Nye planer på bordet", f"Vollsmose får en ny plan, oplyser {PERSON} fra kommunen."),
        ] * 16)
    ]
    found += [
        record(90, f"Prisen går til {PERSON} fra Vollsmose", "Prisen deles ud i Odense, og hele Vollsmose fejrer den.",
               "2021-05-01", demo=demo),
        record(91, "Fest i Vollsmose", "Der var en dejlig og tryg fest i Vollsmose, og alle var glade.",
               "2021-01-03", source="Tidende", demo=demo),
        record(92, "Naboerne i Tåstrupgård ånder op", "Tåstrupgård får ro, mener naboerne.", "2020-07-07", demo=demo),
    ]
    found[-2]["BodyText"] = found[0]["BodyText"]
    found.append(record(93, "Nytår", "Godt nytår til alle.", "2022-01-01", demo=demo))  # so that 2021 is whole
    return found


def respondents() -> Sample:
    rows = [[key, "1" if number % 2 else "2", str(1 + number % 7), "1", "1", f"{key}@eksempel.dk", "0", "1",
             f"{ANSWER} {number}" if number % 3 == 0 else ""] for number, key in enumerate(KEYS)]
    return Sample(rows=rows)


def put_texts(config: Config, kind: Kind = "real") -> None:
    path = config.path.with_name("udtraek-som-bliver-hjemme.ndjson")
    path.write_text("".join(json.dumps(each) + "\n" for each in records(kind == "demo")), encoding="utf-8")
    facts = load_facts(config)
    with Store.open(config.store.path, kind=kind) as store:
        import_archive(store, path, facts, format=None, query=SECRET_QUERY, window=None, outlets=())
        read_new(store, config, facts)
