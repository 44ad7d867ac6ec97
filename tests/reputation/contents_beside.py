"""Build what stands beside the figures of an invented content: goals, events, counts, waves, provenance, words."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from reputation.content import (
    AreaFacts,
    Count,
    EventLine,
    FeedLine,
    FieldworkLine,
    GoalLine,
    ImportLine,
    LevelLine,
    OutletLine,
    Provenance,
    WaveFacts,
)

AREAS = {
    "agervang": ("Agervang", "Holbæk"),
    "bispehaven": ("Bispehaven", "Aarhus"),
    "finlandsparken": ("Finlandsparken", "Vejle"),
    "gadehavegaard": ("Gadehavegård", "Høje-Taastrup"),
    "gellerup": ("Gellerupparken/Toveshøj", "Aarhus"),
    "mjolnerparken": ("Mjølnerparken", "København"),
    "motalavej": ("Motalavej", "Slagelse"),
    "munkebo": ("Munkebo", "Kolding"),
    "ringparken": ("Ringparken", "Slagelse"),
    "skovparken": ("Skovvejen/Skovparken", "Kolding"),
    "stengaardsvej": ("Stengårdsvej", "Esbjerg"),
    "sundparken": ("Sundparken", "Horsens"),
    "tingbjerg": ("Tingbjerg/Utterslevhuse", "København"),
    "taastrupgaard": ("Tåstrupgård", "Høje-Taastrup"),
    "vollsmose": ("Vollsmose", "Odense"),
}
STATUSES = {
    "ok": ("vises", "shown"),
    "footnoted": ("vises med forbehold", "shown with a caveat"),
    "few": ("for få", "too few"),
    "imprecise": ("for usikkert", "too imprecise"),
    "disclosive": ("skjult af hensyn til beboerne", "hidden to protect residents"),
    "no survey": ("ingen måling", "no survey"),
    "not collected": ("ikke indsamlet", "not collected"),
    "break": ("databrud", "break in series"),
    "no baseline": ("intet udgangspunkt", "no baseline"),
    "no target": ("intet måltal", "no target"),
    "unreliable reading": ("upålidelig aflæsning", "unreliable reading"),
}
THEMES = {
    "goal:tryghed": ("Attraktive boligområder med høj grad af tryghed", "Attractive housing areas, safe to live in"),
    "goal:faellesskab": ("Stærke fællesskaber, ejerskab og naboskab", "Strong communities"),
    "plan:nedrivning": ("Fysisk nedrivning og omdannelse", "Demolition and conversion"),
    "topic:kriminalitet-bande": ("Kriminalitet og bander", "Crime and gangs"),
    "topic:skole-dagtilbud": ("Skole og dagtilbud", "School and day care"),
    "topic:kultur-arkitektur": ("Kultur og arkitektur", "Culture and architecture"),
}
YEARS = tuple((f"{year}-01-01", f"{year}-12-31") for year in range(2018, 2026))
WAVES = {"2018-bo": 2018, "2020-bo": 2020, "2022-bo": 2022, "2025-bo": 2025, "2023-kort": 2023}


def goals(areas: tuple[AreaFacts, ...], corrected: bool) -> Iterator[GoalLine]:
    for number, area in enumerate(each for each in areas if each.kind == "evaluated"):
        yield GoalLine(
            "net_tone",
            area.id,
            "2018",
            -0.2,
            -0.1 if corrected else None,
            "2025",
            None,
            None,
            "",
            False,
            None,
            None,
            None,
            "",
            "no target",
        )
        if number == 5:
            yield GoalLine(
                "safe_share",
                area.id,
                "2018",
                0.61,
                0.72,
                "2025",
                0.74,
                2030,
                "Prøvesektor 2023, 74 %",
                False,
                0.68,
                0.04,
                0.94,
                "on track",
                "ok",
            )
        elif number == 6:
            yield GoalLine(
                "safe_share", area.id, "", None, None, "", None, None, "", False, None, None, None, "", "no baseline"
            )
        else:
            yield GoalLine(
                "safe_share",
                area.id,
                "2018",
                0.6,
                0.65,
                "2025",
                None,
                None,
                "",
                False,
                None,
                None,
                None,
                "",
                "no target",
            )
        verdict = ("on track", "off track", "cannot tell")[number % 3]
        yield GoalLine(
            "family_housing_share",
            area.id,
            "2018",
            96.0,
            70.5,
            "2024",
            40.0,
            2030,
            "lov",
            True,
            65.0,
            -5.5,
            None,
            verdict,
            "ok",
        )
        yield GoalLine(
            "list_status",
            area.id,
            "2018",
            None,
            None,
            "2024",
            None,
            2030,
            "Ingen ghettoer i 2030",
            True,
            None,
            None,
            None,
            "",
            "not collected" if number % 2 else "no baseline",
        )


def events(areas: tuple[AreaFacts, ...]) -> Iterator[EventLine]:
    titles = ("Beboerhuset i området får nyt tag", "Slagsmål ved stationen", "Ny skolegård indviet", "Blok 7 rives ned")
    for number, area in enumerate(areas):
        for first, last in YEARS[-2:]:
            for rank, title in enumerate(titles[: 4 if number != 3 else 1]):
                yield EventLine(
                    area.id,
                    first,
                    last,
                    f"{area.id}-{first[:4]}-{rank}",
                    title,
                    f"{first[:4]}-0{rank + 2}-03",
                    f"{first[:4]}-0{rank + 2}-0{3 + rank}",
                    14 - 3 * rank,
                    5 - rank,
                    4,
                    8 - 2 * rank,
                    4,
                    2,
                    None if number == 3 else round(-0.05 + 0.03 * rank, 4),
                    (("Fjordposten", "https://fjordposten.example/a?b=1&c=2"), ("Egnens Avis", "javascript:alert(1)")),
                )


def counts(dice: random.Random, areas: tuple[AreaFacts, ...]) -> Iterator[Count]:
    for area in areas:
        for first, last in YEARS:
            of = 90
            for theme in THEMES:
                yield Count("theme", area.id, first, last, "", theme, dice.randint(0, 50), of)
            for kind, things in (
                ("voice", ("beboer", "politi", "politiker", "boligorganisation", "forsker", "erhverv")),
                ("genre", ("nyhed", "debat", "notits", "krimi-notits")),
                ("stigma", ("ghetto", "parallelsamfund", "udsat")),
                ("outlet_class", ("national", "regional", "local")),
                ("role", ("headline", "lead", "focus", "list", "passing")),
                ("text_level", ("title", "teaser", "full")),
            ):
                for what in things:
                    yield Count(kind, area.id, first, last, "", what, dice.randint(0, 40), of)
        yield Count("answer_theme", area.id, "2025-03-01", "2025-05-31", "2025-bo", "goal:tryghed", 21, 60)


def waves() -> Iterator[WaveFacts]:
    earlier: tuple[str, ...] = ()
    for wave, year in WAVES.items():
        broken = wave == "2023-kort"
        yield WaveFacts(
            wave,
            "boligtryghed",
            "Institut Prøve",
            ("web", "phone"),
            "da",
            f"{year}-03-01",
            f"{year}-05-31",
            "tryg",
            "Hvor tryg er du i dit kvarter?",
            "1-7",
            "1-3/4/5-7",
            () if broken else earlier,
            "mode: phone, web → phone; wording" if broken else "",
        )
        earlier = (*earlier, wave)


def fieldwork(areas: tuple[AreaFacts, ...]) -> Iterator[FieldworkLine]:
    for area in areas:
        for wave in WAVES:
            yield FieldworkLine(area.id, wave, 2100, 600, 240, 0.4, "raked", ("sex", "age"), ("age 75+",), 2, 1.2)


def provenance(areas: tuple[AreaFacts, ...], demo: bool) -> Provenance:
    return Provenance(
        "0.1.0",
        "0123abc",
        "3.11",
        {"numpy": "2.4", "spacy": "3.8"},
        "linear",
        "f00d" * 16,
        "1",
        "e1",
        "beef" * 16,
        '[report]\nlanguage = "da"\n',
        4213,
        4380,
        811,
        301,
        640,
        0,
        {"ukendt medie": 3, "dato mangler": 1},
        (
            ImportLine(
                "archive",
                "arkiv-2018.ndjson",
                "infomedia",
                '(Vollsmose OR "Birkeparken")',
                "2018-01-01",
                "2018-12-31",
                520,
                515,
                5,
                ("utf-8",),
            ),
            ImportLine("survey", "2018.csv", "surveyxact", "", "", "", 3000, 2990, 10, ("droppet: navn",)),
        ),
        (
            FeedLine("fjord", "fjordposten", "svarer", "2025-12-30", "2025-12-29", False),
            FeedLine("egn", "egnensavis", "tavs siden 2025-08-01", "2025-08-01", "2025-08-01", True),
        ),
        (
            OutletLine("fjordposten", "Fjordposten", "regional", "print", {first[:4]: 40 for first, _ in YEARS}),
            OutletLine("egnensavis", "Egnens Avis", "local", "web", {"2018": 12, "2019": 9}),
            OutletLine("riget", "Riget", "national", "print", {first[:4]: 20 for first, _ in YEARS}),
        ),
        {area.id: round(-0.08 + 0.01 * number, 4) for number, area in enumerate(areas)} if demo else {},
        (LevelLine("Fjordposten", "2024-05-06", 41.2, 12.5),),
    )


def words() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {"da": {}, "en": {}}
    for key, (danish, english) in {**{f"status.{key}": words for key, words in STATUSES.items()}, **THEMES}.items():
        found["da"][key], found["en"][key] = danish, english
    found["da"]["milestone.2028"], found["en"]["milestone.2028"] = "Afslutning", "Close"
    found["da"]["status.few.long"], found["en"]["status.few.long"] = "For få til et tal.", "Too few for a figure."
    return found
