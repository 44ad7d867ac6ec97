"""Write the report of one content: a page, its tables as files, its charts; the same content gives the same bytes."""

from __future__ import annotations

import base64
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jinja2

from reputation import answered, asked, findings, newsbasis, origins, pairs, records, tabulate
from reputation.alarms import tell_alarms
from reputation.areapage import area_page
from reputation.charts import Charts
from reputation.content import AreaFacts, Content
from reputation.ddi import ddi
from reputation.drawing import HATCH, Drawing, grid
from reputation.errors_apart import errors, tell_errors
from reputation.export import (
    danish_csv,
    head_lines,
    long_csv,
    long_parquet,
    parquet_words,
    plain_csv,
    workbook,
)
from reputation.housing import housing_panels, housing_table
from reputation.language import TEMPLATES, Language
from reputation.lookup import SHOWN, STATUSES, Figures
from reputation.parquet import table_parquet
from reputation.parting import tell_partings
from reputation.picture import draw_all
from reputation.queries import written, year_of
from reputation.spread import spread_of, spread_table, tell_spread
from reputation.spreadcharts import caterpillar, funnel
from reputation.stamp import STAMP
from reputation.tables import Table, View, view
from reputation.wording import summarise, tell_now
from store.demonstration import MARK
from store.errors import WrongUse

FONT = Path(__file__).parent / "fonts" / "source-sans-3-latin-wght-normal.woff2"
GENERATOR = "reputation"
ALL_AREAS = ("overview_housing", "goals", "changes", "areas", "bias", "analyses", "pairs")
"""tables by area that the page shows whole, too"""

OWN = frozenset({"index.html", "csv", "ddi", "parquet", "charts", "tables.xlsx", STAMP})
"""what a report's folder holds; a folder with anything else is not replaced"""


def write(content: Content, out: Path, language: str) -> Path:
    """Write the report of ``content`` into folder ``out`` and return the path of its ``index.html``.

    An earlier report there is replaced as a whole. Raises :class:`WrongUse` where ``out`` holds anything else.
    """
    out = out.resolve()
    _check_out(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        new.chmod(0o755)
        _write_into(new, content, Language(language, content.words.get(language, {})))
        _swap(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return out / "index.html"


def _check_out(out: Path) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise WrongUse("a report is a folder, and this is a file", where=out, do="Name a folder with --out")
    others = sorted(each.name for each in out.iterdir() if each.name not in OWN)
    if others:
        raise WrongUse(
            f"the folder holds other things ({', '.join(others[:3])})",
            where=out,
            do="Name an empty folder with --out, or move them away",
        )


def _swap(new: Path, out: Path) -> None:
    if not out.exists():
        new.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    try:
        out.rename(old / "report")
        try:
            new.rename(out)
        except OSError:
            (old / "report").rename(out)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _write_into(folder: Path, content: Content, language: Language) -> None:
    figures = Figures(content)
    charts = Charts(figures, language, MARK if content.demo else "")
    tables = all_tables(figures, language)
    drawings: list[Drawing] = []
    page = _page(figures, language, charts, {each.id: each for each in tables}, drawings)
    (folder / "index.html").write_text(page, encoding="utf-8")
    style = (TEMPLATES / "chart.css").read_text(encoding="utf-8")
    (folder / "charts").mkdir()
    for drawing in drawings:
        (folder / "charts" / f"{drawing.id}.svg").write_text(drawing.standalone(style), encoding="utf-8")
    with draw_all(folder / "charts"):
        _write_tables(folder, tables, content, language)


def _write_tables(folder: Path, tables: tuple[Table, ...], content: Content, language: Language) -> None:
    for sub in ("csv", "csv/plain", "parquet"):
        (folder / sub).mkdir()
    word = language.say("column.query")
    for table in tables:
        danish = danish_csv(table, language, head_lines(table.id, content, word))
        (folder / "csv" / f"{table.id}.csv").write_bytes(danish)
        plain = plain_csv(table, head_lines(table.id, content))
        (folder / "csv" / "plain" / f"{table.id}.csv").write_bytes(plain)
        parquet = table_parquet(table, parquet_words(table.id, content))
        (folder / "parquet" / f"{table.id}.parquet").write_bytes(parquet)
    if content.waves:
        (folder / "ddi").mkdir()
    for wave in content.waves:
        (folder / "ddi" / f"{wave.id}.xml").write_bytes(ddi(content, wave, language))
    (folder / "csv" / "long.csv").write_bytes(long_csv(content))
    (folder / "parquet" / "long.parquet").write_bytes(long_parquet(content))
    workbook(tables, language, content, folder / "tables.xlsx")


def all_tables(figures: Figures, language: Language) -> tuple[Table, ...]:
    """Make every table of the report, in its order."""
    return (
        tabulate.news(figures, language),
        asked.survey(figures, language),
        tabulate.changes(figures, language),
        tabulate.goals(figures, language),
        newsbasis.volume(figures, language),
        newsbasis.basis(figures, language),
        tabulate.sensitivity(figures, language),
        asked.fieldwork(figures, language),
        answered.who_answered(figures, language),
        answered.open_answers(figures, language),
        records.areas(figures, language),
        records.events(figures, language),
        records.counts(figures, language),
        records.quotes(figures),
        records.waves(figures, language),
        housing_table(figures, language),
        spread_table(figures, language, "tone"),
        spread_table(figures, language, "safe"),
        pairs.pair_table(figures, language),
        records.associations(figures, language),
        records.benchmarks(figures, language),
        records.analyses(figures, language),
        *findings.all_findings(figures, language),
        origins.agreement(figures),
        errors(figures, language),
        origins.mix(figures, language),
        origins.outlets(figures, language),
        origins.feeds(figures, language),
        origins.levels(figures),
        origins.bridges(figures, language),
        origins.imports(figures, language),
        origins.refusals(figures, language),
        origins.bias(figures),
    )


@cache
def _font() -> str:
    return base64.b64encode(FONT.read_bytes()).decode("ascii")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _page(
    figures: Figures, language: Language, charts: Charts, tables: Mapping[str, Table], drawings: list[Drawing]
) -> str:
    content = figures.content
    groups = [
        (key, areas) for key, areas in (("areas", figures.evaluated), ("comparison", figures.comparison)) if areas
    ]
    overviews = {key: _overview(figures, language, charts, areas, key, drawings) for key, areas in groups}
    pages = {
        key: [area_page(figures, language, charts, tables, area, drawings) for area in areas] for key, areas in groups
    }
    spreads = _spreads(figures, language, charts, tables, drawings)
    housing = housing_panels(charts)
    if housing:
        drawings.append(_housing_grid(charts, language, housing))
    together, mix = charts.together_chart(), charts.mix_chart()
    drawings += [each for each in (together, mix) if each is not None]
    corrections = {each.correction for each in content.estimates if each.indicator == "net_tone"}
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            lang=language,
            t=language.say,
            content=content,
            figures=figures,
            now=tell_now(figures, language),
            alarms=tell_alarms(figures, language),
            milestones=sorted(
                (key.partition(".")[2], word) for key, word in language.words.items() if key.startswith("milestone.")
            ),
            summary=summarise(figures, language),
            groups=[key for key, _ in groups],
            queries=_queries(figures),
            parted=tell_partings(figures, language),
            errors=tell_errors(figures, language),
            housing=housing,
            spreads=spreads,
            overviews=overviews,
            pages=pages,
            together=together,
            mix=mix,
            together_wave=_wave_name(figures),
            views={
                key: view(each.lean(*records.SCALE) if key == "waves" else each, language)
                for key, each in tables.items()
                if not each.by_area or key in (*ALL_AREAS, *findings.ON_PAGE)
            },
            goals=_goals(tables["goals"], language),
            tone_note=charts.tone_note(figures.evaluated),
            corrections=corrections,
            mark=MARK,
            css=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
            generator=GENERATOR,
            chart_css=(TEMPLATES / "chart.css").read_text(encoding="utf-8"),
            hatch=HATCH,
            font=_font(),
            statuses=_statuses(language),
            span=records.span,
            libraries=", ".join(f"{name} {version}" for name, version in sorted(content.provenance.libraries.items())),
        )
    )


def _spreads(
    figures: Figures, language: Language, charts: Charts, tables: Mapping[str, Table], drawings: list[Drawing]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for name in ("tone", "safe"):
        spread = spread_of(figures, language, name)
        if spread is not None:
            worm, cone = caterpillar(charts, spread), funnel(charts, spread)
            drawings += [each for each in (worm, cone) if each is not None]
            found[name] = {
                "at": spread.at, "caterpillar": worm, "funnel": cone, "told": tell_spread(spread, language),
                "table": view(tables[f"spread_{name}"].lean("correction") if name == "tone" else tables["spread_safe"],
                              language),
            }
    return found


def _housing_grid(charts: Charts, language: Language, panels: list[tuple[AreaFacts, Drawing]]) -> Drawing:
    told = " ".join(f"{area.name}: {each.description}" for area, each in panels)
    named = [(area.name, each) for area, each in panels]
    return grid(named, "overview-housing", language.say("chart.overview_housing"), told, 3, "", charts.mark)


def _queries(figures: Figures) -> Mapping[str, str]:
    """Name the queries behind the tables of all areas; which area and year, the reader fills in."""
    year = year_of(*figures.window, "")
    wave = figures.waves[-1].fieldwork_to[:4] if figures.waves else year
    return {
        "tone": written("nyhedstal", area="…", year=year, indicator="net_tone"),
        "safe": written("spoergeskematal", area="…", year=wave),
        "all": written("tal", area="…", year=year),
    }


def _goals(goals: Table, language: Language) -> list[tuple[str, View]]:
    place = goals.place("goal_indicator")
    found = []
    for name in dict.fromkeys(str(row[place]) for row in goals.rows):
        of_one = goals.where("goal_indicator", lambda cell, name=name: cell == name).without("goal_indicator")  # type: ignore[misc]
        found.append(
            (
                name,
                view(
                    of_one.lean(
                        "goal", "target_year", "required", "p_on_track", "verdict", "source", "baseline", "latest"
                    ),
                    language,
                ),
            )
        )
    return found


def _statuses(language: Language) -> list[tuple[str, str]]:
    found = []
    for status in STATUSES:
        key = f"status_long.{status}" if status in SHOWN else f"reason.{status}"
        told = language.words.get(f"status.{status}.long") or _sentence(language.say(key).rstrip("."))
        found.append((language.word(f"status.{status}"), told))
    return found


def _wave_name(figures: Figures) -> str:
    found = pairs.paired_wave(figures)
    return figures.wave_names[found[0].id] if found else ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _overview(
    figures: Figures,
    language: Language,
    charts: Charts,
    areas: tuple[AreaFacts, ...],
    group: str,
    drawings: list[Drawing],
) -> dict[str, tuple[list[tuple[AreaFacts, Drawing, str]], View]]:
    found = {}
    for indicator, name, draw in (("net_tone", "tone", charts.tone_panel), ("safe_share", "safe", charts.safety_panel)):
        panels = [(area, draw(area), charts.tone_tag(area) if name == "tone" else "") for area in areas]
        found[name] = (panels, view(tabulate.overview(figures, language, areas, indicator), language))
        if group == "areas":
            told = " ".join(f"{area.name}: {each.description}" for area, each, _ in panels)
            drawings.append(
                grid(
                    [(" – ".join(filter(None, (area.name, tag))), each) for area, each, tag in panels],
                    f"overview-{name}",
                    language.say(f"chart.overview_{name}"),
                    told,
                    3,
                    panels[0][1].note,
                    charts.mark,
                )
            )
    return found
