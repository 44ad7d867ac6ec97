"""Hide, over all areas and waves of a report, what would let a hidden count be solved for (method.md A8)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from store.config import DisclosureConfig
from store.goals import Status
from surveys.disclosure import Cell, companions
from surveys.figures import AreaWave, Figure
from surveys.solving import Relation

SHARES = ("safe_share", "neither_share", "unsafe_share")

_RELUCTANCE = {"coded": 0, "index": 1, "index spread": 1, "valid": 9}
"""Which companion is missed least: the base of *ved ikke* before the index, the index before a share, n last."""


def hide_companions(
    waves: Sequence[AreaWave], disclosure: DisclosureConfig, *, with_totals: bool = False,
) -> tuple[AreaWave, ...]:
    """Hide what would let a hidden count be solved for; same order, and nothing hidden is shown.

    Known to a reader of one area and wave, taken as if the sample were not weighted, which is the worst case: the
    three shares make up all valid answers; valid answers, *ved ikke* and refusals make up everyone who gave a code, and
    with those who gave none all who answered; the answers by code make up the shares, and the mean and the spread of
    an index of one item. ``with_totals``: a total over all areas is published beside them.
    """
    cells: list[Cell] = []
    relations: list[Relation] = []
    hidden: set[Hashable] = set()
    for each in waves:
        found, known, gone = _of_area(each, disclosure.min_cell)
        cells += found
        relations += known
        hidden |= gone
    if with_totals:
        totals, known = _totals(waves)
        cells = totals + cells  # of a key that stands in both, what the area says of it counts
        relations += known
    gone_now = companions(cells, frozenset(hidden), relations, disclosure.min_cell)
    return tuple(_without(each, gone_now, disclosure) for each in waves)


def _of_area(wave: AreaWave, least: int) -> tuple[list[Cell], list[Relation], set[Hashable]]:
    """Return the counts of one area, how they hang together, and which are hidden by a rule of their own."""
    figures = {name: figure for name, figure in wave.figures.items() if figure.count is not None}
    hidden: set[Hashable] = {
        (wave.wave, wave.area, name) for name, figure in figures.items() if figure.status is Status.DISCLOSIVE
    }
    if not figures or not hidden:
        return [], [], set()

    cells: list[Cell] = []
    relations: list[Relation] = []

    def add(name: str, count: float, parts: Mapping[str, float] | None = None, **kind: Any) -> None:
        """Add a cell, and where it is made up of others the relation."""
        cells.append(Cell((wave.wave, wave.area, name), count, _RELUCTANCE.get(name, 2), **kind))
        if parts is not None:
            relations.append({(wave.wave, wave.area, name): -1.0,
                              **{(wave.wave, wave.area, part): factor for part, factor in parts.items()}})

    codes = wave.code_counts or {}
    valid = sum(codes.values())
    for code, count in codes.items():
        add(f"code {code}", count, published=False)
    shares = [name for name in SHARES if name in figures]
    for name in shares:
        add(name, figures[name].count or 0, {f"code {code}": 1.0 for code in _codes(wave, name)},
            shield=_shield(figures[name].count or 0, valid, least))
    add("valid", valid, dict.fromkeys(shares or [f"code {code}" for code in codes], 1.0))
    unsure = figures.get("dont_know_share")
    if unsure is not None and unsure.n is not None:
        refused = unsure.n - valid - (unsure.count or 0)
        add("refused", refused, published=False)
        add("dont_know_share", unsure.count or 0, shield=(unsure.count or 0, unsure.count or 0),
            beside=((wave.wave, wave.area, "coded"),))
        add("coded", unsure.n, {"valid": 1.0, "dont_know_share": 1.0, "refused": 1.0})
        blank = (wave.answered or 0) - unsure.n
        if blank >= 0:
            add("blank", blank, published=False)
            add("answered", wave.answered or 0, {"coded": 1.0, "blank": 1.0}, fixed=True)
    if len(wave.index_items) == 1:
        for name, power, other in (("index", 1, "index spread"), ("index spread", 2, "index")):
            add(name, sum(code**power * count for code, count in codes.items()),
                {f"code {code}": float(code**power) for code in codes}, beside=((wave.wave, wave.area, other),))
    known = {each.key for each in cells}
    return cells, relations, hidden & known


def _codes(wave: AreaWave, name: str) -> list[int]:
    """Return the codes of a share."""
    of = {"safe_share": wave.safe, "unsafe_share": wave.unsafe}
    neither = [code for code in range(wave.scale[0], wave.scale[1] + 1) if code not in {*wave.safe, *wave.unsafe}]
    return list(of.get(name, neither))


def _shield(count: float, n: float, least: int) -> tuple[float, float] | None:
    """Return what readers must hold possible of all but a few; a small count has its own rule."""
    return (n - least + 1, n - 1) if 0 < n - count < least <= count else None


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
        keys = ("index", "index spread") if name == "safety_index" else (name,)
        companion = any(lost(key) for key in keys) and figure.status.shown
        base_gone = lost("coded") if name == "dont_know_share" else lost("valid")
        tiny = figure.n is not None and figure.n < disclosure.min_cell
        changed = hide(figure) if companion else figure
        if base_gone or tiny:
            changed = replace(changed, n=None, n_eff=None, deff=None)  # the last two would tell the first
        figures[name] = replace(changed, count=None)
    bounds_kept = figures["safe_share"].status.shown and figures["dont_know_share"].status.shown
    tiny = 0 < wave.respondents < disclosure.min_cell
    return replace(
        wave, figures=figures, code_counts=None, dont_know_bounds=wave.dont_know_bounds if bounds_kept else None,
        answered=None if tiny else wave.answered, response_rate=None if tiny else wave.response_rate,
    )


def hide(figure: Figure) -> Figure:
    return replace(figure, value=None, se=None, low=None, high=None, n_eff=None, df=None, interval="", deff=None,
                   variance="", fpc=False, se_endless=None, shift=None, status=Status.DISCLOSIVE, reason="companion")
