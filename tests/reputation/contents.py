"""Build a whole Content with every status in it; all figures and texts are invented."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import cache

from reputation.content import (
    Agreement,
    AnalysisLine,
    AreaFacts,
    Association,
    BenchmarkLine,
    Content,
    Detail,
    ErrorLine,
    ErrorTest,
    Estimate,
    Quote,
)
from tests.reputation.contents_beside import (
    AREAS,
    WAVES,
    YEARS,
    counts,
    events,
    fieldwork,
    goals,
    provenance,
    waves,
    words,
)
from tests.reputation.contents_moving import moving

CORRECTED = "dsl n=600 alpha=0.81"


TESTS = (
    ErrorTest("area", 0.0115, 12, (ErrorLine("vollsmose", 310, 0.35, -0.21), ErrorLine("munkebo", 290, 0.21, 0.01))),
    ErrorTest("outlet", 0.38, 0, (ErrorLine("avisen", 410, 0.27, -0.1), ErrorLine("bladet", 190, 0.31, -0.13))),
    ErrorTest("year", None, 600, ()),
)
"""whether the reader errs alike: over areas it does not, over outlets it may, over years it can't be told"""


@cache
def content(*, demo: bool = True, corrected: bool = False, surveys: bool = True, seed: int = 7) -> Content:
    """Build a content of fifteen areas and two comparison areas, 2018–2025."""
    dice = random.Random(seed)
    areas = tuple(_areas())
    correction = CORRECTED if corrected else "uncorrected"
    return Content(
        demo=demo,
        first="2018-01-01",
        last="2025-12-31",
        years=YEARS,
        baseline_year=2018,
        made_from="2025-12-30",
        areas=areas,
        estimates=(*_news(dice, areas, correction), *(_survey(dice, areas) if surveys else ())),
        goals=tuple(goals(areas, corrected)),
        events=tuple(events(areas)),
        counts=tuple(counts(dice, areas)),
        quotes=(
            Quote("vollsmose", "2025-bo", "hvorfor", "Jeg hilser på alle i opgangen, og børnene leger ude til sent."),
            Quote("vollsmose", "2025-bo", "hvorfor", "=Der mangler lys på stien bag [sted]."),
        )
        if surveys
        else (),
        waves=tuple(waves()) if surveys else (),
        fieldwork=tuple(fieldwork(areas)) if surveys else (),
        agreement=(Agreement("s1", ("vollsmose", "munkebo"), 600, 2, 300, 0.81, 0.76, 0.85, 0.72, -0.11, TESTS),)
        if corrected
        else (),
        associations=(
            Association("between", 0.42, -0.11, 0.77, 15, 15, "ok"),
            Association("within", -0.08, -0.31, 0.16, 60, 15, "ok"),
            Association("pooled", None, None, None, 8, 3, "few"),
        ),
        benchmarks=(
            BenchmarkLine("jm", "Danmark", 2021, 2021, "safe_share", 88.1, "%", False, 27510, "jm.example"),
            BenchmarkLine("jm", "SUB", 2022, 2022, "safe_share", 72.0, "%", False, None, "x"),
        ),
        analyses=(
            AnalysisLine(
                "tingbjerg",
                "2019-07-01",
                "2020-06-30",
                '(Tingbjerg OR "Utterslevhuse")',
                120,
                "",
                "negative",
                66,
                "Prøverapport s. 4",
                117,
                61,
            ),
        ),
        provenance=provenance(areas, demo),
        words=words(),
        **moving(correction),
    )


def estimate(
    indicator: str,
    area: str,
    value: float | None,
    *,
    first: str = "2025-01-01",
    last: str = "2025-12-31",
    wave: str = "",
    status: str = "ok",
    half: float = 0.1,
    n: int | None = 80,
    correction: str = "uncorrected",
    details: Mapping[str, Detail] | None = None,
) -> Estimate:
    """Build one figure with a symmetric interval."""
    shown = value is not None
    return Estimate(
        indicator,
        area,
        first,
        last,
        wave,
        value,
        half / 2 if shown else None,
        round(value - half, 4) if value is not None else None,
        round(value + half, 4) if value is not None else None,
        n,
        status,
        correction,
        "1",
        details or {},
    )


def _areas() -> Iterator[AreaFacts]:
    lists = ("H", "p", "u", "n", "-", "?")
    for number, (key, (name, municipality)) in enumerate(AREAS.items()):
        yield AreaFacts(
            key,
            name,
            "evaluated",
            municipality,
            (municipality,),
            ("Boligforeningen Prøve",),
            ("Grønneparken|2021-09-27|", "Vangkvarteret||") if key == "agervang" else (),
            {str(year): ("H" if year < 2020 else lists[(number + year) % 6]) for year in range(2018, 2025)},
            35.0 if key == "vollsmose" else 40.0,
            key != "vollsmose",
            "plan" if key == "vollsmose" else "",
            76.0 if key == "vollsmose" else None,
        )
    for key, name in (("prove1", "Havrebakken"), ("prove2", "Østerlunden")):
        yield AreaFacts(key, name, "comparison", "Prøvekommune", (), (), (), {}, 40.0, True, "", None)


def _news(dice: random.Random, areas: tuple[AreaFacts, ...], correction: str) -> Iterator[Estimate]:
    hidden = ("unreliable reading", "not collected", "few")
    for number, area in enumerate(areas):
        level, slope = dice.uniform(-0.5, 0.1), (-0.04, 0, 0.05)[number % 3]
        for step, (first, last) in enumerate(YEARS):
            value = round(level + slope * step + dice.uniform(-0.05, 0.05), 4)
            few = number % 5 == 3 and step in (2, 5)
            status = hidden[step % 3] if few else "footnoted" if number == 4 and step == 3 else "ok"
            n = 9 if few else dice.randint(40, 220)
            events = 6 if few else n // 3
            negative = round((1 - value) / 2 * 0.8, 4)

            def made(
                indicator: str,
                value: float | None,
                half: float = 0.14,
                status: str = status,
                n: int = n,
                details: Mapping[str, Detail] | None = None,
                area: str = area.id,
                first: str = first,
                last: str = last,
                few: bool = few,
            ) -> Estimate:
                hide = few and status not in ("ok", "footnoted")
                return estimate(
                    indicator,
                    area,
                    None if hide else value,
                    first=first,
                    last=last,
                    status=status,
                    half=half,
                    n=n,
                    correction=correction,
                    details=details,
                )

            yield made(
                "net_tone",
                value,
                details={
                    "copies": n // 4,
                    "outlets": 7,
                    "events": events,
                    "g_eff": events * 0.6,
                    "teaser_share": 0.21,
                    "leave_out_low": round(value - 0.06, 4),
                    "leave_out_high": round(value + 0.05, 4),
                    "one_event": int(number == 2 and step == 7),
                    "formula": "(P-N)/(P+U+N)",
                    "negative": 3,
                    "neutral": 3,
                    "positive": 3,
                },
            )
            yield made("negative_share", negative)
            yield made("neutral_share", round(1 - negative - (negative + value), 4))
            yield made("positive_share", round(negative + value, 4))
            for each, count in (("about", n), ("mentions", n * 2), ("events", events), ("reach", n + n // 4)):
                yield made(each, float(count), 0.0, "ok", details={"sources": 9, "gap_days": 0})
            yield made("stigma_share", 0.23, status="ok")
            yield made("unsafe_share.news", 0.31, status="ok")
            if step:
                yield made("coverage_share", None, status="not collected")
            for each in ("net_tone.events", "net_tone.full", "net_tone.panel", "net_tone.mix"):
                yield made(
                    each,
                    value if each != "net_tone.full" else None,
                    status=status if each != "net_tone.full" else "not collected",
                )
            if step and correction != "uncorrected" and not few:
                moved = round(slope * step, 4)
                yield made(
                    "net_tone.change",
                    moved,
                    0.1,
                    details={
                        "since": "2018",
                        "p": 0.004 if moved else 0.62,
                        "p_adjusted": 0.012 if moved else 0.8,
                        "family": 15,
                        "detectable": 0.19,
                    },
                )


def _survey(dice: random.Random, areas: tuple[AreaFacts, ...]) -> Iterator[Estimate]:
    for number, area in enumerate(areas):
        start, slope = dice.uniform(0.5, 0.75), (0.06, -0.07, 0.004)[number % 3]
        for step, (wave, year) in enumerate(WAVES.items()):
            first, last = f"{year}-03-01", f"{year}-05-31"
            status = {
                (3, 1): "few",
                (6, 1): "imprecise",
                (9, 2): "disclosive",
                (12, 2): "no survey",
                (1, 3): "footnoted",
            }.get((number, step), "ok")
            shown, n = status in ("ok", "footnoted"), 12 if status == "few" else dice.randint(110, 420)
            safe = round(start + slope * step, 4)
            details: dict[str, Detail] = {
                "invited": 600,
                "population": 2100,
                "response_rate": round(n / 600, 4),
                "n_eff": round(n / 1.2, 1),
                "deff": 1.2,
                "dont_know": 0.03,
                "interval": "Korn-Graubard",
                "fpc": 1,
                "weights": "raked",
                "item": "tryg",
            }

            def made(
                indicator: str,
                value: float,
                half: float,
                area: str = area.id,
                n: int = n,
                wave: str = wave,
                first: str = first,
                last: str = last,
                status: str = status,
                shown: bool = shown,
                details: dict[str, Detail] = details,
            ) -> Estimate:
                return estimate(
                    indicator,
                    area,
                    value if shown else None,
                    first=first,
                    last=last,
                    wave=wave,
                    status=status,
                    half=half,
                    n=None if status in ("disclosive", "no survey") else n,
                    correction="",
                    details=details,
                )

            yield made("safe_share", safe, 0.05)
            yield made("neither_share", round((1 - safe) * 0.4, 4), 0.03)
            yield made("unsafe_share", round((1 - safe) * 0.6, 4), 0.04)
            yield made("dont_know_share", 0.03, 0.01)
            yield estimate("answers.unsafe", area.id, 0.24 if shown else None, first=first, last=last, wave=wave,
                           status=status, n=n // 2)
            yield estimate("answers.theme.goal:tryghed", area.id, 0.4 if shown else None, first=first, last=last,
                           wave=wave, status=status, n=n // 2)
            yield estimate("respondents.sex=kvinde", area.id, 0.55 if shown else None, first=first, last=last,
                           wave=wave, status=status, n=n, correction="", details={"residents": 0.5})
            yield made("safety_index", round(100 * safe - 3, 2), 3.0)
            for name, unit in (("safe_share.change", 1.0), ("safety_index.change", 100.0)):
                if wave == "2023-kort":
                    yield estimate(
                        name, area.id, None, first=first, last=last, wave=wave, status="break", correction=""
                    )
                elif step and shown:
                    moved = number % 3 != 2
                    yield estimate(
                        name,
                        area.id,
                        round(slope * step * unit, 4),
                        first=first,
                        last=last,
                        wave=wave,
                        status=status,
                        half=0.06 * unit,
                        n=n,
                        correction="",
                        details={
                            "since": "2018",
                            "first_wave": "2018-bo",
                            "p": 0.002 if moved else 0.71,
                            "p_adjusted": 0.006 if moved else 0.71,
                            "family": 15,
                            "detectable": 0.09 * unit,
                        },
                    )
