"""Publish what open answers tell, and who answered, as figures: disclosed, per area and wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reputation.content import Count, Detail, Estimate
from reputation.figures import UNCORRECTED, VALUE_DECIMALS, figure, rounded
from reputation.lookup import OPEN, WHO
from store.config import DisclosureConfig
from store.database import Store
from store.days import Window
from store.goals import Status
from surveys.area_data import WaveData
from surveys.figures import METHOD_VERSION, AreaWave, WaveLine
from surveys.nonresponse import level_shares
from surveys.open_answers import OpenAnswers, open_answers, themes_told

Asked = Mapping[tuple[str, str], AreaWave]
"""(wave, area) → what is published of it"""

NOTHING: Asked = {}


def told_in_words(
    store: Store, lines: Sequence[WaveLine], waves: Mapping[str, WaveData], areas: Sequence[str],
    disclosure: DisclosureConfig, backend: str, asked: Asked = NOTHING,
) -> tuple[list[Estimate], list[Count]]:
    """Return the weighted shares of open answers, and the counts of themes that may be shown.

    ``asked``: the published waves, whose fieldwork stands beside every figure.
    """
    estimates: list[Estimate] = []
    counts: list[Count] = []
    for line in lines:
        themes = themes_told(store, line.id, backend)
        for area in areas:
            found = open_answers(store, waves[line.id], area, themes, disclosure, backend)
            if found:
                estimates += _shares(line, found, asked)
                counts += _counts(line, found)
    return estimates, counts


def _shares(line: WaveLine, found: OpenAnswers, asked: Asked) -> list[Estimate]:
    result = []
    for name, cell in found.figures.items():
        details: dict[str, Detail] = {
            "n_eff": cell.n_eff, "interval": cell.interval or None, "variance": cell.variance or None,
            "reason": cell.reason or None, "base": "respondents who wrote",
            **_fieldwork(asked.get((line.id, found.area))),
        }
        ends = None if cell.low is None or cell.high is None else (cell.low, cell.high)
        result.append(figure(
            name, found.area, _window(line), Status(cell.status), wave=line.id, value=cell.value, se=cell.se,
            interval=ends, n=cell.n, correction=UNCORRECTED, method=METHOD_VERSION, details=details,
        ))
    return result


def _counts(line: WaveLine, found: OpenAnswers) -> list[Count]:
    return [
        Count("answer_theme", found.area, line.fieldwork_from, line.fieldwork_to, line.id,
              name.removeprefix(f"{OPEN}theme."), cell.count, cell.n)
        for name, cell in found.figures.items()
        if name.startswith(f"{OPEN}theme.") and cell.count and cell.n  # a count is hidden for people, not for its width
    ]


def _fieldwork(wave: AreaWave | None) -> dict[str, Detail]:
    """Return what must stand beside every figure of a survey (method.md C3)."""
    if wave is None:
        return {}
    return {"invited": wave.invited, "population": wave.population, "response_rate": wave.response_rate,
            "weights": wave.weighting.method if wave.weighting else None}


def who_answered(store: Store, lines: Sequence[WaveLine], areas: Sequence[str], disclosure: DisclosureConfig,
                 asked: Asked = NOTHING) -> list[Estimate]:
    """Return the share of each level of the known margins among respondents, with that among residents beside it."""
    result = []
    for line in lines:
        for area in areas:
            for each in level_shares(store, line.id, area, disclosure):
                status = Status.OK
                if each.respondents is None:
                    status = Status.FEW if each.n is None or each.n < disclosure.min_n else Status.DISCLOSIVE
                details: dict[str, Detail] = {
                    **_fieldwork(asked.get((line.id, area))), "residents": rounded(each.residents, VALUE_DECIMALS),
                    "weights": "none", "base": "respondents, unweighted",
                }
                result.append(figure(
                    f"{WHO}{each.variable}={each.level}", area, _window(line), status, wave=line.id,
                    value=each.respondents, n=each.n, method=METHOD_VERSION, details=details,
                ))
    return result


def _window(line: WaveLine) -> Window:
    return Window.parse(f"{line.fieldwork_from}:{line.fieldwork_to}")
