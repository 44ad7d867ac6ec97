"""Hide, over all areas and waves of a report, what would let a hidden count be solved for (method.md A8)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from store.config import DisclosureConfig
from store.goals import Status
from surveys.disclosure import Cell, Relation, companions
from surveys.figures import AreaWave, Figure

SHARES = ("safe_share", "neither_share", "unsafe_share")

_RELUCTANCE = {"coded": 0, "index": 1, "valid": 9}
"""Which companion is missed least: the base of *ved ikke* before the index, the index before a share, n last."""

_CODE_SCORES = {"safe_share": 2.0, "neither_share": 1.0, "unsafe_share": 0.0}


def hide_companions(
    waves: Sequence[AreaWave], disclosure: DisclosureConfig, *, with_totals: bool = False,
) -> tuple[AreaWave, ...]:
    """Hide what would let a hidden count be solved for; same order, and nothing hidden is shown.

    Known to a reader of one area and wave: the three shares make up all valid answers; valid answers and *ved ikke*
    make up everyone who gave a code; on a three-point scale the index follows from the shares. ``with_totals``: a
    total over all areas is published beside them.
    """
    cells: list[Cell] = []
    relations: list[Relation] = []
    hidden: set[Hashable] = set()
    for each in waves:
        found, known, gone = _of_area(each)
        cells += found
        relations += known
        hidden |= gone
    if with_totals:
        totals, known = _totals(waves)
        cells += totals
        relations += known
    gone_now = companions(cells, frozenset(hidden), relations, disclosure.min_cell)
    return tuple(_without(each, gone_now, disclosure) for each in waves)


def _of_area(wave: AreaWave) -> tuple[list[Cell], list[Relation], set[Hashable]]:
    """Return the counts of one area, how they hang together, and which are hidden by a rule of their own."""
    figures = {name: figure for name, figure in wave.figures.items() if figure.count is not None}
    hidden: set[Hashable] = {
        (wave.wave, wave.area, name) for name, figure in figures.items() if figure.status is Status.DISCLOSIVE
    }
    if not figures or not hidden:
        return [], [], set()

    def key(name: str) -> Hashable:
        return wave.wave, wave.area, name

    def cell(name: str, count: float) -> Cell:
        return Cell(key(name), count, _RELUCTANCE.get(name, 2))

    cells: list[Cell] = []
    relations: list[Relation] = []
    if all(name in figures for name in SHARES):
        valid = sum(figures[name].count or 0 for name in SHARES)
        cells += [cell(name, figures[name].count or 0) for name in SHARES]
        cells.append(cell("valid", valid))
        relations.append({**{key(name): 1.0 for name in SHARES}, key("valid"): -1.0})
        if "dont_know_share" in figures:
            unsure = figures["dont_know_share"].count or 0
            cells += [cell("dont_know_share", unsure), cell("coded", valid + unsure)]
            relations.append({key("valid"): 1.0, key("dont_know_share"): 1.0, key("coded"): -1.0})
        if wave.scale[1] - wave.scale[0] == 2 and len(wave.index_items) == 1:
            score = sum(_CODE_SCORES[name] * (figures[name].count or 0) for name in SHARES)
            cells.append(cell("index", score))
            relations.append({**{key(name): _CODE_SCORES[name] for name in SHARES}, key("index"): -1.0})
    known = {each.key for each in cells}
    return cells, relations, hidden & known


def _totals(waves: Sequence[AreaWave]) -> tuple[list[Cell], list[Relation]]:
    cells: list[Cell] = []
    relations: list[Relation] = []
    for wave in sorted({each.wave for each in waves}):
        for name in (*SHARES, "dont_know_share"):
            counts = {(wave, each.area, name): each.figures[name].count or 0 for each in waves
                      if each.wave == wave and name in each.figures and each.figures[name].count is not None}
            known = {key for each in waves if each.wave == wave for key in [(wave, each.area, name)] if key in counts}
            total = (wave, "", name)
            cells += [Cell(key, counts[key]) for key in sorted(known)]
            cells.append(Cell(total, sum(counts.values()), 9))
            relations.append({**dict.fromkeys(known, 1.0), total: -1.0})
    return list({cell.key: cell for cell in cells}.values()), relations


def _without(wave: AreaWave, gone: frozenset[Hashable], disclosure: DisclosureConfig) -> AreaWave:
    def lost(name: str) -> bool:
        return (wave.wave, wave.area, name) in gone

    figures: dict[str, Figure] = {}
    for name, figure in wave.figures.items():
        companion = lost("index" if name == "safety_index" else name) and figure.status.shown
        base_gone = lost("coded") if name == "dont_know_share" else lost("valid")
        tiny = figure.n is not None and figure.n < disclosure.min_cell
        changed = _hide(figure) if companion else figure
        figures[name] = replace(changed, count=None, n=None if base_gone or tiny else changed.n)
    bounds_kept = figures["safe_share"].status.shown and figures["dont_know_share"].status.shown
    tiny = 0 < wave.respondents < disclosure.min_cell
    return replace(
        wave, figures=figures, dont_know_bounds=wave.dont_know_bounds if bounds_kept else None,
        answered=None if tiny else wave.answered, response_rate=None if tiny else wave.response_rate,
    )


def _hide(figure: Figure) -> Figure:
    return replace(figure, value=None, se=None, low=None, high=None, n_eff=None, df=None, interval="", deff=None,
                   variance="", fpc=False, status=Status.DISCLOSIVE, reason="companion")
