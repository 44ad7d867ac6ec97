"""Say how safe residents feel, per area and wave: published cells only, and where a series breaks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

from reputation.changes import adjust
from reputation.content import Count, Detail, Estimate, FieldworkLine, ItemFacts, Quote, WaveFacts
from reputation.figures import VALUE_DECIMALS, figure, rounded
from reputation.shrunken import shrunken
from reputation.written import told_in_words, who_answered
from store.config import DisclosureConfig
from store.database import Store
from store.days import Window
from store.expiry import expired_waves
from store.goals import Status
from surveys.area_figures import (
    CONCEPT,
    INDICATORS,
    METHOD_VERSION,
    STANDARDISED,
    AreaWave,
    Change,
    Figure,
    Registry,
    WaveData,
    WaveLine,
    compare,
    earliest,
    estimate_wave,
    hide_companions,
    load_wave,
    registry_of,
    standardised_figures,
    wave_lines,
)
from surveys.change import change
from surveys.items import Item, Reason
from surveys.registry import items_of_wave
from surveys.wave_scale import wave_scale

NOTHING: Mapping[str, Mapping[str, Detail]] = {}


@dataclass(frozen=True)
class Perceived:
    """Everything a report says of the surveys."""

    estimates: tuple[Estimate, ...]
    waves: tuple[WaveFacts, ...]
    fieldwork: tuple[FieldworkLine, ...]
    quotes: tuple[Quote, ...]
    counts: tuple[Count, ...]


def perceived(
    store: Store, disclosure: DisclosureConfig, areas: Sequence[str], evaluated: Sequence[str], window: Window,
    windows: Sequence[Window], backend: str,
) -> Perceived:
    """Gather the waves whose fieldwork ends in ``window``; a window of the series without one is *no survey*.

    ``backend``: whose reading of the open answers is published.
    """
    known = wave_lines(store)
    lines = [line for line in known if window.first.isoformat() <= line.fieldwork_to <= window.last.isoformat()]
    waves = {line.id: data for line in lines if (data := load_wave(store, line.id, [CONCEPT])) is not None}
    found = hide_companions(
        [estimate_wave(waves[line.id], area, disclosure) for line in lines for area in areas], disclosure
    )
    by_wave = {(each.wave, each.area): each for each in found}
    expired = expired_waves(store)
    scales = {wave: scale_details(data, [each.id for each in data.indexes[CONCEPT][1]], disclosure.min_n)
              for wave, data in waves.items()}
    dots = shrunken(found)
    beside = {(each.wave, each.area): {"safety_index": scales[each.wave],
                                       "safe_share": dots.get((each.wave, each.area), {})} for each in found}
    estimates = [one for each in found
                 for one in wave_estimates(each, expired.get(each.wave), beside[each.wave, each.area])]
    estimates += _without_survey(areas, lines, windows)
    changes = _changes(waves, registry_of(store, CONCEPT), known, by_wave, areas, disclosure.min_n)
    estimates += adjust(changes, evaluated)
    written, counts = told_in_words(store, lines, waves, areas, disclosure, backend, by_wave)
    estimates += [*written, *who_answered(store, lines, areas, disclosure, by_wave)]
    bridged = {(each.area, each.wave) for each in changes if each.details.get("bridge")}
    estimates += adjust(_standardised(waves, known, by_wave, areas, bridged, disclosure), evaluated)
    return Perceived(
        tuple(estimates), tuple(wave_facts(line, items_of_wave(store, line.id)) for line in lines),
        tuple(_fieldwork(each) for each in found if each.respondents),
        tuple(quotes(store, [line.id for line in lines], areas, disclosure)),
        tuple(counts),
    )


def _window(wave: AreaWave | WaveLine) -> Window:
    return Window.parse(f"{wave.fieldwork_from}:{wave.fieldwork_to}")


def wave_estimates(wave: AreaWave, expired: str | None = None, beside: Mapping[str, Mapping[str, Detail]] = NOTHING
                   ) -> list[Estimate]:
    """Turn the published cells of an area and a wave into figures, with what stands beside them (method.md C3).

    ``expired`` is the day on which the wave's answers were deleted: then that is why there is no figure. ``beside``:
    indicator → more details.
    """
    weighting = wave.weighting
    bounds = wave.dont_know_bounds
    result = []
    for indicator in INDICATORS:
        cell: Figure = wave.figures[indicator]
        fpc = "yes" if cell.fpc else "no"
        details: dict[str, Detail] = {
            "invited": wave.invited, "population": wave.population, "response_rate": wave.response_rate,
            "n_eff": cell.n_eff, "deff": cell.deff, "df": cell.df, "interval": cell.interval or None,
            "variance": cell.variance or None, "fpc": fpc if Status(cell.status).shown else None,
            "weights": weighting.method if weighting else None,
            "margins": ", ".join(weighting.margins) if weighting else None,
            "margins_dropped": ", ".join(weighting.dropped) or None if weighting else None,
            "trimmed": weighting.trimmed if weighting else None,
            "margin_error": weighting.margin_error if weighting and weighting.trimmed else None,
            "weight_shift": cell.shift, "se_without_fpc": cell.se_endless if cell.fpc else None,
            "item": ", ".join(wave.index_items) if indicator == "safety_index" else wave.item,
            "mode": ", ".join(wave.mode), "institute": wave.institute, "instrument": wave.instrument,
            "reason": cell.reason or (f"answers deleted {expired}" if expired and not wave.respondents else None),
        }
        if indicator == "safe_share" and bounds is not None:
            details |= {"if_dont_know_unsafe": bounds[0], "if_dont_know_safe": bounds[1]}
        if Status(cell.status).shown:
            details |= beside.get(indicator, {})
        ends = None if cell.low is None or cell.high is None else (cell.low, cell.high)
        result.append(figure(
            indicator, wave.area, _window(wave), Status(cell.status), wave=wave.wave, value=cell.value, se=cell.se,
            interval=ends, n=cell.n, method=METHOD_VERSION, details=details,
        ))
    return result


def scale_details(wave: WaveData, items: Sequence[str], least: int) -> Mapping[str, Detail]:
    """Say how well the items of an index hold together in a wave; nothing where it is of one, or of few persons."""
    found = wave_scale(wave, CONCEPT, items)
    if found is None or found.n < least:
        return {}
    weak = [items[place] for place in found.suspicious]
    flags = [*(["alpha"] if found.low_alpha else []), *(f"item-rest: {each}" for each in weak)]
    return {
        "alpha": found.alpha, "alpha_low": found.low, "alpha_high": found.high, "alpha_n": found.n,
        "omega": None if isnan(found.omega) else found.omega, "scale_flag": "; ".join(flags) or None,
    }


def _without_survey(areas: Sequence[str], lines: Sequence[WaveLine], windows: Sequence[Window]) -> list[Estimate]:
    ends = [line.fieldwork_to for line in lines]
    empty = [window for window in windows
             if not any(window.first.isoformat() <= end <= window.last.isoformat() for end in ends)]
    return [figure(indicator, area, window, Status.NO_SURVEY, method=METHOD_VERSION)
            for area in areas for window in empty for indicator in INDICATORS]


def _changes(waves: Mapping[str, WaveData], registry: Registry, lines: Sequence[WaveLine],
             found: Mapping[tuple[str, str], AreaWave], areas: Sequence[str], least: int) -> list[Estimate]:
    """Compare each wave with the first comparable one of the area, else with the first, which says why not."""
    result: list[Estimate] = []
    alphas: dict[tuple[str, str, tuple[str, ...]], Mapping[str, Detail]] = {}
    for area in areas:
        present = [line.id for line in lines if line.id in waves and found[(line.id, area)].respondents]
        for at, wave in enumerate(present[1:], 1):
            first = earliest(lines, wave, area)
            start = first if first in present[:at] else present[0]
            moved = compare(waves[start], waves[wave], found[(start, area)], found[(wave, area)], registry)
            common = moved["safety_index"].items
            if common and (start, wave, common) not in alphas:
                of_both = [scale_details(waves[each], common, least) for each in (start, wave)]
                alphas[start, wave, common] = {"items": ", ".join(common), "alpha_first": of_both[0].get("alpha"),
                                               "alpha": of_both[1].get("alpha")}
            result += [_change(moved[name], found[(start, area)], found[(wave, area)],
                               alphas.get((start, wave, moved[name].items), {})) for name in INDICATORS]
    return result


def _standardised(waves: Mapping[str, WaveData], lines: Sequence[WaveLine], found: Mapping[tuple[str, str], AreaWave],
                  areas: Sequence[str], bridged: Collection[tuple[str, str]], disclosure: DisclosureConfig
                  ) -> list[Estimate]:
    """Give each wave that may be compared with the area's first one at that one's mix of residents, and its change.

    Where the raw figure is hidden, so is this; what the two waves share of people is not reckoned with. Across a
    bridge there is no such figure: the bridge holds for the raw one.
    """
    result: list[Estimate] = []
    for area in areas:
        present = [line.id for line in lines if line.id in waves and found[(line.id, area)].respondents]
        for wave in present[1:]:
            first = earliest(lines, wave, area)
            if first is None or first not in present or first == wave or (area, wave) in bridged:
                continue
            figures = standardised_figures(waves[wave], waves[first], area, disclosure)
            for name in STANDARDISED:
                result += _at_first_mix(name, found[(first, area)], found[(wave, area)],
                                        figures[name] if figures else None)
    return result


def _at_first_mix(name: str, first: AreaWave, later: AreaWave, cell: Figure | None) -> list[Estimate]:
    window, raw, start = _window(later), later.figures[name], first.figures[name]
    details: dict[str, Detail] = {"since": first.fieldwork_to[:4], "first_wave": first.wave, "mix": first.wave}
    status = raw.status if not raw.status.shown or cell is None else cell.status
    if raw.status.shown and cell is None:
        status, details["reason"] = Status.NOT_COLLECTED, "margins"
    shown = cell is not None and status.shown
    ends = None if cell is None or cell.low is None or cell.high is None else (cell.low, cell.high)
    made = [figure(
        f"{name}.mix", later.area, window, status, wave=later.wave, value=cell.value if cell else None,
        se=cell.se if cell else None, interval=ends, n=raw.n, method=METHOD_VERSION, details=details,
    )]
    if not shown or not start.status.shown or cell is None or None in (cell.value, cell.se, start.value, start.se):
        moved = status if not shown else start.status
        return [*made, figure(f"{name}.mix.change", later.area, window, moved, wave=later.wave, n=raw.n,
                              method=METHOD_VERSION, details=details)]
    moved_by = change(start.value or 0.0, (start.se or 0.0) ** 2, cell.value or 0.0, (cell.se or 0.0) ** 2)
    return [*made, figure(
        f"{name}.mix.change", later.area, window, status, wave=later.wave, value=moved_by.value, se=moved_by.se,
        interval=(moved_by.low, moved_by.high), n=raw.n, method=METHOD_VERSION,
        details={**details, "p": moved_by.p, "detectable": moved_by.detectable, "covariance": "independent"},
    )]


def _change(moved: Change, first: AreaWave, later: AreaWave, scale: Mapping[str, Detail]) -> Estimate:
    shown = Status(moved.status).shown
    details: dict[str, Detail] = {
        "since": first.fieldwork_to[:4], "first_wave": first.wave, "reason": reasons(moved.reasons) or None,
        "covariance": moved.covariance or None, "bridge": _bridges(moved) or None, "invited": later.invited,
        "response_rate": later.response_rate,
    }
    if shown:
        details |= {"p": moved.p, "detectable": moved.detectable, "n_first": moved.n_first, "n_both": moved.n_both,
                    "interval": moved.interval, **scale}
    ends = None if moved.low is None or moved.high is None else (moved.low, moved.high)
    return figure(
        f"{moved.indicator}.change", moved.area, _window(later), Status(moved.status), wave=moved.wave,
        value=moved.value, se=moved.se, interval=ends, n=moved.n if shown else None, method=METHOD_VERSION,
        details=details,
    )


def reasons(found: Sequence[Reason]) -> str:
    """Write reasons as ``mode: web → phone; wording``: keys the report translates, wordings left out for length.

    A bridge is written ``bridge: SOURCE``: what leads over the differences before it.
    """
    return "; ".join(_reason(each) for each in found)


def _reason(each: Reason) -> str:
    if each.key == "wording":
        return each.key
    return f"bridge: {_plain(each.after)}" if each.key == "bridge" else f"{each.key}: {each.before} → {each.after}"


def _bridges(moved: Change) -> str:
    """Say what a change was carried over, and what that cost: ``break −1.2 (SE 0.8): SOURCE``."""
    told = []
    for each in moved.bridges:
        found = each.evidence[moved.indicator]
        size = f" {found.difference:+.1f} (SE {found.se:.1f})" if each.kind == "break" else ""
        told.append(f"{each.kind}{size}: {_plain(each.source)}")
    return "; ".join(told)


def _plain(source: str) -> str:
    return source.replace(";", ",")


def wave_facts(line: WaveLine, items: Sequence[Item] = ()) -> WaveFacts:
    """Say what a wave is, what it asked, and what it may be compared with."""
    return WaveFacts(
        id=line.id, instrument=line.instrument, institute=line.institute, mode=line.mode, language=line.language,
        fieldwork_from=line.fieldwork_from, fieldwork_to=line.fieldwork_to, item=line.item, wording=line.wording,
        scale=line.scale, cut=line.cut, comparable_with=line.comparable_with, break_reason=reasons(line.break_reasons),
        items=tuple(ItemFacts(each.id, each.concept, each.wording, each.min, each.max, each.safe_pole, each.safe,
                              each.unsafe) for each in items),
    )


def _fieldwork(wave: AreaWave) -> FieldworkLine:
    weighting = wave.weighting
    return FieldworkLine(
        area=wave.area, wave=wave.wave, population=wave.population, invited=wave.invited, answered=wave.answered,
        response_rate=rounded(wave.response_rate, VALUE_DECIMALS), weights=weighting.method if weighting else "none",
        margins=weighting.margins if weighting else (),
        collapsed=tuple(f"{variable}: {level} → {into}" for variable, level, into in weighting.collapsed)
        if weighting else (),
        trimmed=weighting.trimmed if weighting else 0,
        deff=rounded(weighting.kish_deff, VALUE_DECIMALS) if weighting else None,
    )


def quotes(store: Store, waves: Sequence[str], areas: Sequence[str], disclosure: DisclosureConfig) -> list[Quote]:
    """Read the answers that a person released, from areas with enough respondents in the wave to hide one."""
    sizes = _respondents(store)
    return [
        Quote(row["area_id"], row["wave_id"], row["text_id"], row["text"])
        for row in store.rows(
            "SELECT r.area_id, t.wave_id, t.text_id, t.text FROM text_answers t"
            " JOIN respondents r ON r.wave_id = t.wave_id AND r.id = t.respondent_id"
            " WHERE t.released IS NOT NULL ORDER BY r.area_id, t.wave_id, t.text_id, t.text"
        )
        if row["wave_id"] in waves and row["area_id"] in areas
        and sizes[(row["wave_id"], row["area_id"])] >= disclosure.min_n
    ]


def _respondents(store: Store) -> dict[tuple[str, str], int]:
    return {(row[0], row[1]): int(row[2]) for row in store.rows(
        "SELECT wave_id, area_id, count(*) FROM respondents GROUP BY wave_id, area_id")}
