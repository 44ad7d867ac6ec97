"""Write stories as media archives deliver them: Infomedia NDJSON and Retriever TXT, with what was searched for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reputation.demonstration.bank import Banks
from reputation.demonstration.cases import UNCOLLECTED_YEARS, Cases
from reputation.demonstration.dice import Dice
from reputation.demonstration.story import Story
from store.days import COPENHAGEN, Window
from store.demonstration import MARK

PERIODS = ((2018, 2019), (2020, 2021), (2022, 2023), (2024, 2025))
_REORDERED = 60
"""Records ordered twice from the archive: importing them again adds nothing."""
_LINE = "=" * 78
_NOTICE = {
    "sv": "Alla artiklar är skyddade av upphovsrättslagen och får inte spridas vidare. Texten är påhittad.",
    "da": "Alle artikler er beskyttet af lov om ophavsret og må ikke spredes. Teksten er opdigtet.",
}


@dataclass(frozen=True)
class Delivery:
    """A file from an archive and the search behind it."""

    name: str
    content: bytes
    query: str
    window: Window
    outlets: tuple[str, ...]
    totals: str = ""
    """a table of how many articles each outlet had in all, where the archive says so"""

    @property
    def totals_name(self) -> str:
        """The table's file name."""
        return f"{self.name.partition('.')[0]}.medier.csv" if self.totals else ""


def deliveries(stories: Sequence[Story], banks: Banks, cases: Cases, seed: int) -> Iterator[Delivery]:
    """Yield the archive files, one a period and archive; every fourth period speaks Swedish like the archive's menu."""
    for number, (first, last) in enumerate(PERIODS):
        window = Window(date(first, 1, 1), date(last, 12, 31))
        query = archive_query(banks, cases, first)
        for archive in ("infomedia", "retriever"):
            searched = tuple(
                each.name for each in banks.media
                if each.archive == archive and each.first <= last and each.last >= first
            )
            chosen = [story for story in stories if story.outlet.archive == archive and story.day in window]
            if archive == "infomedia":
                content, suffix = infomedia(chosen, Dice(seed, 9, number)), "ndjson"
            else:
                content, suffix = retriever(chosen, query, "sv" if number == 0 else "da"), "txt"
            totals = outlet_totals(banks, archive, (first, last), Dice(seed, 11, number)) if suffix == "ndjson" else ""
            yield Delivery(f"{archive}-{first}-{last}.{suffix}", content, query, window, searched, totals)
    window = Window(date(2019, 1, 1), date(2019, 12, 31))
    again = [story for story in stories if story.outlet.archive == "infomedia" and story.day in window]
    dice = Dice(seed, 10)
    yield Delivery(
        "infomedia-2019-genbestilt.ndjson", infomedia(dice.some(again, _REORDERED), dice),
        archive_query(banks, cases, 2019), window,
        tuple(each.name for each in banks.media if each.archive == "infomedia" and each.first <= 2019),
    )


def outlet_totals(banks: Banks, archive: str, years: tuple[int, int], dice: Dice) -> str:
    """Return, as an operator would write it down, how many articles an archive has of each outlet in each month."""
    lines = [f"# {MARK}. Alle artikler i mediet, uanset emne.", "medie;måned;artikler"]
    for medium in banks.media:
        usual = dice.number(400, 1600)
        lines += [
            f"{medium.name};{year}-{month:02d};{usual + dice.number(-usual // 8, usual // 8)}"
            for year in range(max(years[0], medium.first), min(years[1], medium.last) + 1) for month in range(1, 13)
            if medium.archive == archive
        ]
    return "\n".join(lines) + "\n"


def archive_query(banks: Banks, cases: Cases, year: int) -> str:
    """Return the search words of a period: every area's names, but for the one nobody searched for at first."""
    names = [
        name.name for place in banks.places.values() for name in place.names
        if not (place.id == cases.uncollected and year in UNCOLLECTED_YEARS)
    ]
    return f"({' OR '.join(json.dumps(name, ensure_ascii=False) for name in names)})"


def infomedia(stories: Sequence[Story], dice: Dice) -> bytes:
    """Write stories as NDJSON; now and then two records share an ``ArticleId``, as they do in the archive."""
    lines: list[str] = []
    number = dice.number(10_000_000, 80_000_000)
    for story in stories:
        if not dice.chance(0.03):
            number += dice.number(1, 90)
        words = len(" ".join((story.title, story.lead, *story.body)).split())
        record = {
            "Demo": MARK,
            "ArticleUrl": address(story),
            "Heading": story.title,
            "SubHeading": "",
            "Lead": story.lead,
            "Paragraph": "",
            "PublishDate": story.moment.astimezone(COPENHAGEN).isoformat(timespec="seconds"),
            "BodyText": "\n\n".join(story.body),
            "Captions": "",
            "Authors": "",
            "Source": (*story.outlet.names, story.outlet.name)[0] if number % 3 else story.outlet.name,
            "WordCount": words,
            "ArticleId": f"e{number:08x}",
            "PageIds": [],
            "Section": "Debat" if story.title.startswith(("Debat", "Læserbrev")) else "Nyheder",
        }
        lines.append(json.dumps(record, ensure_ascii=False))
    return ("\n".join(lines) + "\n").encode()


def address(story: Story) -> str:
    """Return the invented address of a story: ``.example`` leads nowhere."""
    return f"https://{story.outlet.site}/{story.day.year}/{story.id[:12]}"


def retriever(stories: Sequence[Story], query: str, language: str) -> bytes:
    """Write stories as Retriever's TXT, its own words in Swedish or Danish."""
    swedish = language == "sv"
    head = [
        "Nyhetsarkivet" if swedish else "Nyhedsarkivet",
        f"{MARK}: opdigtede artikler fra opdigtede medier",
        f"{'Sökning' if swedish else 'Søgning'}: {query}",
        "",
    ]
    contents = [f"> {story.title}, {story.outlet.name}, {_time(story)}" for story in stories]
    parts = ["\n".join([*head, *contents, ""])]
    for number, story in enumerate(stories):
        page = f"{'Sida' if swedish else 'Side'} {1 + number % 24}"
        published = "Publicerat i print." if swedish else "Udgivet i print."
        parts.append("\n".join([
            story.title, f"{story.outlet.name}, {_time(story)}", page, published, "",
            story.lead, "", *(line for paragraph in story.body for line in (paragraph, "")),
            f"©{story.outlet.name}", _NOTICE[language],
            f"{'Se webartikeln på' if swedish else 'Se webartiklen på'} {address(story)}", "",
        ]))
    return f"\n{_LINE}\n".join(parts).encode()


def _time(story: Story) -> str:
    return story.moment.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M")


def searches(made: Sequence[Delivery]) -> str:
    """Return what was searched in each file, as TOML: an operator would write it on the command line."""
    lines = [f"# {MARK}. Hvad der blev søgt efter, fil for fil.", ""]
    for each in made:
        lines += [
            "[[searches]]", f'file = "{each.name}"', f"query = '''{each.query}'''", f'window = "{each.window}"',
            f"outlets = {json.dumps(each.outlets, ensure_ascii=False)}",
            *([f'totals = "{each.totals_name}"'] if each.totals else []), "",
        ]
    return "\n".join(lines)
