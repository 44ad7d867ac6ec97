"""Write the demonstration's inputs: what real users would bring, invented, in the real formats."""

from __future__ import annotations

import json
from pathlib import Path

from reputation.demonstration.archives import deliveries, searches
from reputation.demonstration.bank import Banks, load_banks
from reputation.demonstration.cases import COMPARISONS, TOLD_YEARS, Cases, demonstration_truth
from reputation.demonstration.coding import analysis_table, codes_table, draw, drawn_table, figures_table
from reputation.demonstration.fieldwork import wave_files
from reputation.demonstration.newsdesk import gather
from reputation.demonstration.polls import poll_bodies
from reputation.demonstration.process import Truth
from reputation.demonstration.questionnaire import wave_id
from store.demonstration import MARK

FEED_ADDRESS = "http://127.0.0.1:8018"
"""Where config.toml says the feeds are; filling the store serves them on any free port."""

POLL_NAME = "%Y-%m-%dT%H%MZ"
"""How a poll's file is named after its moment."""


def write_inputs(folder: Path, seed: int = 2018) -> None:
    """Write the demonstration's inputs into ``folder``; the same seed gives the same bytes.

    Files that are already as they should be are left alone, and others in the folder are never touched. Every file
    carries DEMODATA inside itself, but for the key file, whose bytes spell it.
    """
    banks = load_banks()
    truth, cases = demonstration_truth(banks, seed)
    news = gather(truth, cases, banks)
    _put(folder / "config.toml", _config(banks))
    _put(folder / "demo.key", f"{MARK.encode().hex()}{seed:048x}\n", mode=0o600)
    _put(folder / "facts/areas.toml", _areas(banks))
    _put(folder / "facts/outlets.toml", _outlets(banks))
    made = list(deliveries(news.archive, banks, cases, seed))
    for each in made:
        _put(folder / "archives" / each.name, each.content)
        if each.totals:
            _put(folder / "archives" / each.totals_name, each.totals)
    _put(folder / "archives/searches.toml", searches(made))
    for feed, moment, body in poll_bodies(news.feeds, banks, seed):
        _put(folder / "feeds" / feed / f"{moment.strftime(POLL_NAME)}.xml", body)
    for wave in truth.waves:
        for name, content in wave_files(truth, cases, banks, wave):
            _put(folder / "surveys" / wave_id(wave) / name, content)
    drawn = draw(news.archive, cases, seed)
    _put(folder / "codes/drawn.csv", drawn_table(drawn))
    _put(folder / "codes/codes.csv", codes_table(drawn, truth, cases, seed))
    evaluated = [area for area in truth.areas if area not in COMPARISONS]
    _put(folder / "figures.csv", figures_table(evaluated, cases, seed))
    _put(folder / "analyses.csv", analysis_table(news.archive, cases, banks))
    _put(folder / "truth.json", _truth(truth, cases))


def _put(path: Path, content: bytes | str, *, mode: int | None = None) -> None:
    content = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != content:
        path.touch(mode=mode or 0o666)
        path.write_bytes(content)
    if mode is not None and path.stat().st_mode & 0o777 != mode:
        path.chmod(mode)


def _config(banks: Banks) -> str:
    lines = [
        f"# {MARK}. Demonstrationens egen opsætning: eget lager, opdigtede medier, intet netværk.",
        "[store]", 'path = "data/reputation.db"', "",
        "[facts]", 'extra = "facts"', "",
        "[harvest]", f'user_agent = "reputation demonstration ({MARK})"', "host_interval_s = 0",
        "min_poll_interval_s = 0", "allow_private_addresses = true", "",
        "[pages]", 'fetch = "none"', "",
        "[surveys]", 'inbox = "data/inbox"', 'key_file = "demo.key"', "",
    ]
    for medium in banks.media:
        if medium.feed:
            areas = [place.id for place in banks.places.values() if medium.covers(place, 2025)]
            lines += ["[[feeds]]", f'id = "{medium.feed}"', f'outlet = "{medium.id}"',
                      f'url = "{FEED_ADDRESS}/{medium.feed}.xml"', f"areas = {json.dumps(areas)}", ""]
    return "\n".join(lines)


def _areas(banks: Banks) -> str:
    lines = [f"# {MARK}. To opdigtede områder til sammenligning i opdigtede byer.", ""]
    for number, area in enumerate(COMPARISONS):
        place = banks.places[area]
        aliases = ", ".join(
            f'{{name = "{name.name}", kind = "{"spelling" if other else "official"}", needs_context = false}}'
            for other, name in enumerate(place.names)
        )
        lines += [
            "[[areas]]", f'id = "{area}"', f'name = "{place.names[0].name}"', 'kind = "comparison"',
            f'municipality = "{place.town}"', f"municipality_code = {998 + number}", f'cities = ["{place.town}"]',
            f'housing_organisations = ["{place.town} Boligforening"]', f"aliases = [{aliases}]",
            f"outlets = {json.dumps([each.id for each in banks.media if each.covers(place, 2025)])}", "",
        ]
    return "\n".join(lines)


def _outlets(banks: Banks) -> str:
    lines = [f"# {MARK}. Opdigtede medier.", ""]
    for medium in banks.media:
        paywall = "partly" if medium.paywall else "free"
        lines += [
            "[[outlets]]", f'id = "{medium.id}"', f'name = "{medium.name}"',
            f"names = {json.dumps(medium.names, ensure_ascii=False)}", f'class = "{medium.class_}"',
            f'medium = "{medium.medium}"', f'paywall = "{paywall}"', "",
        ]
    return "\n".join(lines)


def _truth(truth: Truth, cases: Cases) -> str:
    years = {"net_tone": truth.net_tone, "negative_share": truth.negative_share}
    waves = {"safe_share": truth.safe_share, "unsafe_share": truth.unsafe_share, "safety_index": truth.safety_index}
    told: dict[str, object] = {
        "kind": MARK,
        "about": "Parameters of the process that made the demonstration, dealt at random; not of the real areas.",
        "seed": truth.seed,
    }
    for name, value in years.items():
        told[name] = {area: {str(year): round(value(area, year), 6) for year in TOLD_YEARS} for area in truth.areas}
    for name, share in waves.items():
        told[name] = {
            area: {wave_id(wave): round(share(area, wave), 6) for wave in truth.waves} for area in truth.areas
        }
    told["cases"] = {
        "few (news)": list(cases.few_news), "few (answers)": [cases.few_answers.area, wave_id(cases.few_answers.wave)],
        "disclosive": [cases.disclosive.area, wave_id(cases.disclosive.wave)],
        "imprecise": [cases.imprecise.area, wave_id(cases.imprecise.wave)],
        "footnoted": [cases.footnoted.area, wave_id(cases.footnoted.wave)], "no baseline": cases.no_baseline,
        "not collected": cases.uncollected, "unreliable reading": cases.unreliable, "corrected": list(cases.coded),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
