"""Build what stands behind the movements of the invented content: turns, days of record, events, outlooks, partings."""

from __future__ import annotations

from typing import Any

from reputation.content import (
    AttributionLine,
    Estimate,
    EventRef,
    InterruptionLine,
    NewsBridgeLine,
    OfficialLine,
    OutlookLine,
    PartingLine,
    TopicLine,
    Turn,
    TurnLine,
)

EVENT = EventRef("e1", "Fest på torvet", "2021-05-02", "2021-05-04", 4, (("Avisen", "https://avisen.example/1"),))


def moving(correction: str) -> dict[str, Any]:
    """Return the fields of a content, by name."""
    def quarter(name: str, value: float | None, status: str, n: int) -> Estimate:
        tone = name in ("net_tone", "negative_share", "unsafe_share.news", "stigma_share")
        return Estimate(name, "vollsmose", "2021-04-01", "2021-06-30", "", value, 0.1, None, None, n, status,
                        correction if tone else "", "1", {})

    tested = correction != "uncorrected"
    return {
        "quarters": (quarter("mentions", 40, "ok", 40), quarter("about", 30, "ok", 30), quarter("events", 12, "ok", 12),
                     *(quarter(name, None, "few", 30)
                       for name in ("net_tone", "negative_share", "unsafe_share.news", "stigma_share"))),
        "turns": (
            TurnLine("vollsmose", "month", "2018-01-01", "2025-12-31", 80, 16, 1.9 if tested else None,
                     0.001 if tested else None, (Turn("2021-05-01", -0.4, -0.1, (EVENT,)),) if tested else (),
                     correction, "ok" if tested else "footnoted"),
            TurnLine("munkebo", "quarter", "2018-01-01", "2025-12-31", 5, 27, None, None, (), correction, "few"),
        ),
        "interruptions": (
            InterruptionLine("vollsmose", "2020-03-01", "plan adopted", "referat", False, "month", 80, 26, 54, 0.1,
                             -0.1, 0.3, 0.3 if tested else None, 0.02, -0.1, 0.14, 0.7 if tested else None,
                             "newey-west, L=3", correction, "ok" if tested else "footnoted"),
            InterruptionLine("vollsmose", "2020-03-01", "plan adopted", "referat", True, "quarter", 4, 0, 0, None,
                             None, None, None, None, None, None, None, "", correction, "few"),
            InterruptionLine("vollsmose", "2021-03-01", "demolition begun", "referat", True, "quarter", 10, 5, 5, 0.1,
                             -0.1, 0.3, None, 0.02, -0.1, 0.14, None, "ols", correction, "footnoted"),
        ),
        "attributions": (
            AttributionLine("vollsmose", "2025-01-01", "2025-12-31", "2018", 0.3, 1, 0.05, 0.17, EVENT, correction),
        ),
        "bridges": (
            NewsBridgeLine("reader", "net_tone", "0f3a", "9c11", tested, 412, True, 0.0 if tested else 0.04,
                           None if tested else 0.02, None if tested else 0.06, 0.0 if tested else 0.01),
            NewsBridgeLine("text level", "negative_share", "title", "", tested, 120, False, None, None, None, None),
        ),
        "outlooks": (
            OutlookLine("safe_share", "vollsmose", 2030, 4, "2018", "2024", 0.8, 0.74, 0.6, 0.88, 0.2, 0.74, 0.55,
                        0.93, 0.27, 0.0004, True, "ok"),
            OutlookLine("net_tone", "munkebo", 2030, 2, "2018", "2024", None, None, None, None, None, None, None, None,
                        None, None, False, "few"),
        ),
        "discovered": (
            TopicLine(1, "legeplads, gynge, sand, barn, bænk", 0.41, "vollsmose", "2021-01-01", "2021-12-31", 12),
            TopicLine(1, "legeplads, gynge, sand, barn, bænk", 0.41, "gellerup", "2022-01-01", "2022-12-31", 7),
        ),
        "partings": (
            PartingLine("munkebo", "", "2024", None, None, None, False, None, None, None, False, "", correction,
                        "no baseline"),
            PartingLine("vollsmose", "2018", "2024", 0.3, 0.1, 0.5, True, -0.06, -0.1, -0.02, True, "opposite",
                        correction, "ok"),
        ),
        "official": (OfficialLine("vollsmose", 2024, "family_housing_share", "55.5", "%", "https://kommune.example/"),),
    }
