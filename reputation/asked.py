"""Make the tables of perceived safety and of how people were asked."""

from __future__ import annotations

from reputation.content import Estimate, FieldworkLine
from reputation.language import Language
from reputation.lookup import Figures, detail
from reputation.records import span
from reputation.tables import Column, Table
from reputation.tabulate import AREA, break_words, figure, status_word

WEIGHING = ("margin_error", "weight_shift", "se_without_fpc")


def survey(figures: Figures, language: Language) -> Table:
    """Make the table of perceived safety: area × wave."""
    shares = ("safe_share", "neither_share", "unsafe_share", "dont_know_share")
    columns = (
        *AREA,
        Column("wave_id", page=False),
        Column("wave"),
        Column("instrument", page=False),
        Column("fieldwork_from", "day", page=False),
        Column("fieldwork_to", "day", page=False),
        Column("answers", "count"),
        *(Column(each, "survey share", "figure") for each in shares),
        Column("safety_index", "index", "figure"),
        Column("status"),
        Column("break_reason"),
        Column("method", page=False),
    )
    rows = []
    for area in figures.content.areas:
        for wave in figures.waves:
            safe = figures.survey(area.id, "safe_share", wave.id)
            rows.append(
                (
                    area.id,
                    area.name,
                    wave.id,
                    figures.wave_names[wave.id],
                    wave.instrument,
                    wave.fieldwork_from,
                    wave.fieldwork_to,
                    safe.n if safe else None,
                    *(figure(language, figures.survey(area.id, each, wave.id), "no survey") for each in shares),
                    figure(language, figures.survey(area.id, "safety_index", wave.id), "no survey"),
                    status_word(language, safe.status if safe else "no survey"),
                    break_words(language, wave.break_reason),
                    safe.method if safe else "",
                )
            )
    return Table("survey", columns, tuple(rows), by_area=True)


def fieldwork(figures: Figures, language: Language) -> Table:
    """Make the table of what must stand beside every survey figure (method.md C3)."""
    columns = (
        *AREA,
        Column("wave_id", page=False),
        Column("wave"),
        Column("days"),
        Column("institute"),
        Column("mode"),
        Column("item"),
        Column("population", "count"),
        Column("invited", "count"),
        Column("answered", "count"),
        Column("response_rate", "survey share"),
        Column("n_eff", "ratio"),
        Column("deff", "ratio"),
        Column("weights"),
        Column("trimmed", "count"),
        *(Column(each, "ratio", page=False) for each in WEIGHING),
        Column("interval_method"),
        Column("fpc"),
        Column("answers", "count"),
        Column("dont_know_share", "survey share", "figure"),
        Column("break_reason"),
        Column("family", "count"),
        Column("method"),
    )
    rows = []
    for area in figures.content.areas:
        for wave in figures.waves:
            line = figures.fieldwork(area.id, wave.id)
            safe = figures.survey(area.id, "safe_share", wave.id)
            if line is None and safe is None:
                continue
            fpc = str(safe.details.get("fpc") or "") if safe else ""
            rows.append(
                (
                    area.id,
                    area.name,
                    wave.id,
                    figures.wave_names[wave.id],
                    span(language, wave.fieldwork_from, wave.fieldwork_to),
                    wave.institute,
                    ", ".join(language.word(f"mode.{each}") for each in wave.mode),
                    wave.item,
                    line.population if line else None,
                    line.invited if line else None,
                    line.answered if line else None,
                    line.response_rate if line else None,
                    detail(safe, "n_eff") if safe else None,
                    line.deff if line else None,
                    _weights(language, line, safe) if line else "",
                    line.trimmed if line else None,
                    *(detail(safe, key) if safe else None for key in WEIGHING),
                    str(safe.details.get("interval") or "") if safe else "",
                    language.say(f"word.{fpc}") if fpc in ("yes", "no") else "",
                    safe.n if safe else None,
                    figure(language, figures.survey(area.id, "dont_know_share", wave.id), "no survey"),
                    break_words(language, wave.break_reason),
                    _tests(figures.survey(area.id, "safe_share.change", wave.id)),
                    safe.method if safe else "",
                )
            )
    return Table("fieldwork", columns, tuple(rows), by_area=True)


def _tests(change: Estimate | None) -> int | None:
    """Return how many areas were tested at once for the change up to this wave."""
    family = detail(change, "family") if change else None
    return None if family is None else int(family)


def _weights(language: Language, line: FieldworkLine, safe: Estimate | None) -> str:
    parts = [language.word(f"weights.{line.weights}")] if line.weights else []
    if line.margins:
        parts.append(", ".join(language.word(f"margin.{each}") for each in line.margins))
    if line.collapsed:
        levels = (each.partition(": ") for each in line.collapsed)
        told = (f"{language.word(f'margin.{variable}')}: {rest}" if rest else variable for variable, _, rest in levels)
        parts.append(language.say("table.collapsed", levels=", ".join(told)))
    dropped = str(safe.details.get("margins_dropped") or "") if safe else ""
    if dropped:
        parts.append(language.say("table.dropped", margins=", ".join(
            language.word(f"margin.{each}") for each in dropped.split(", "))))
    shift = detail(safe, "weight_shift") if safe else None
    if shift is not None:
        parts.append(language.say("table.shifted", points=language.number(100 * shift, 1, sign=True)))
    return "; ".join(parts)
