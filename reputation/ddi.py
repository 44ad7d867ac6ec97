"""Write what a wave was as DDI-Codebook 2.5, a file a wave: how people were asked, never what they answered.

A subset of the standard (ddialliance.org): study, fieldwork, modes, weighting, response rate by area, and the questions
with their scales. It holds published figures only, and no statistics of a category: an area where so few answered
that they are a small cell has no number here either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from reputation.content import Content, FieldworkLine, ItemFacts, WaveFacts
from reputation.language import Language
from reputation.tabulate import break_words
from store.demonstration import MARK

NAMESPACE = "ddi:codebook:2_5"
VERSION = "2.5"


def ddi(content: Content, wave: WaveFacts, language: Language) -> bytes:
    """Return the metadata of a wave as UTF-8 XML; the same content gives the same bytes."""
    Xml.register_namespace("", NAMESPACE)
    root = Xml.Element(_tag("codeBook"), {"version": VERSION})
    if content.demo:
        root.append(Xml.Comment(f" {MARK} "))
    _study(root, content, wave, language)
    described = Xml.SubElement(root, _tag("dataDscr"))
    for item in wave.items:
        _variable(described, item, language)
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _study(root: Xml.Element, content: Content, wave: WaveFacts, language: Language) -> None:
    study = Xml.SubElement(root, _tag("stdyDscr"))
    citation = Xml.SubElement(study, _tag("citation"))
    title = Xml.SubElement(citation, _tag("titlStmt"))
    _text(title, "titl", f"{wave.instrument}, {wave.fieldwork_from[:4]}{f' ({MARK})' if content.demo else ''}")
    _text(title, "IDNo", wave.id)
    _text(Xml.SubElement(citation, _tag("rspStmt")), "AuthEnty", wave.institute)

    about = Xml.SubElement(study, _tag("stdyInfo"))
    subject = Xml.SubElement(about, _tag("subject"))
    for concept in sorted({item.concept for item in wave.items}):
        _text(subject, "keyword", concept)
    summary = Xml.SubElement(about, _tag("sumDscr"))
    for event, day in (("start", wave.fieldwork_from), ("end", wave.fieldwork_to)):
        _text(summary, "collDate", day, event=event, date=day)
    _text(summary, "nation", "Danmark", abbr="DK")
    lines = [each for each in content.fieldwork if each.wave == wave.id]
    names = {area.id: area.name for area in content.areas}
    for line in lines:
        _text(summary, "geogCover", names.get(line.area, line.area))
    _text(summary, "anlyUnit", language.say("ddi.unit"))
    _text(summary, "universe", language.say("ddi.universe"))
    _text(summary, "dataKind", language.say("ddi.kind"))

    method = Xml.SubElement(study, _tag("method"))
    collected = Xml.SubElement(method, _tag("dataColl"))
    _text(collected, "dataCollector", wave.institute)
    for mode in wave.mode:
        _text(collected, "collMode", language.word(f"mode.{mode}"))
    _text(collected, "resInstru", f"{wave.instrument} ({wave.language})")
    for weighting in _weighting(lines, language):
        _text(collected, "weight", weighting)
    rates = [_rate(line, names.get(line.area, line.area), language) for line in lines]
    if any(rates):
        analysis = Xml.SubElement(method, _tag("anlyInfo"))
        for rate in filter(None, rates):
            _text(analysis, "respRate", rate)
    use = Xml.SubElement(Xml.SubElement(study, _tag("dataAccs")), _tag("useStmt"))
    _text(use, "confDec", language.say("ddi.confidential"))
    if wave.break_reason:
        _text(study, "notes", break_words(language, wave.break_reason), subject=language.say("column.break_reason"))


def _weighting(lines: Iterable[FieldworkLine], language: Language) -> list[str]:
    """Say each way of weighting once, in the order of the areas."""
    told = []
    for line in lines:
        margins = ", ".join(language.word(f"margin.{each}") for each in line.margins)
        told.append(f"{language.word(f'weights.{line.weights}')}{f': {margins}' if margins else ''}")
    return list(dict.fromkeys(told))


def _rate(line: FieldworkLine, area: str, language: Language) -> str:
    """Say invited, answered and the rate of an area; empty where they are not published."""
    if line.response_rate is None or line.answered is None or line.invited is None:
        return ""
    return language.say("ddi.rate", area=area, answered=language.number(line.answered),
                        invited=language.number(line.invited), rate=language.percent(line.response_rate, 1))


def _variable(described: Xml.Element, item: ItemFacts, language: Language) -> None:
    id = re.sub(r"[^\w.-]", "_", item.id)
    variable = Xml.SubElement(described, _tag("var"), {"ID": f"item-{id}", "name": item.id, "intrvl": "discrete"})
    _text(variable, "labl", item.wording)
    _text(Xml.SubElement(variable, _tag("qstn")), "qstnLit", item.wording)
    Xml.SubElement(Xml.SubElement(variable, _tag("valrng")), _tag("range"),
                   {"UNITS": "INT", "min": str(item.min), "max": str(item.max)})
    for code in range(item.min, item.max + 1):
        side = "safe" if code in item.safe else "unsafe" if code in item.unsafe else ""
        category = Xml.SubElement(variable, _tag("catgry"))
        _text(category, "catValu", str(code))
        if side:
            _text(category, "labl", language.say(f"column.{side}_share"))
    _text(variable, "concept", item.concept)
    _text(variable, "notes", language.say(f"ddi.pole_{item.safe_pole}"))


def _text(parent: Xml.Element, name: str, text: str, **attributes: str) -> None:
    Xml.SubElement(parent, _tag(name), attributes).text = text


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
