"""The metadata of a wave is DDI-Codebook 2.5 in structure, and tells how people were asked but of nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from reputation import report
from reputation.content import FieldworkLine, ItemFacts
from reputation.ddi import NAMESPACE, ddi
from reputation.language import Language
from reputation.perceived import perceived
from store.config import DisclosureConfig
from store.database import Store
from store.days import Window
from tests.reputation.build import add_wave
from tests.reputation.contents import content

ORDER = {
    "codeBook": ["docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"],
    "stdyDscr": ["citation", "studyAuthorization", "stdyInfo", "studyDevelopment", "method", "dataAccs", "othrStdyMat",
                 "notes"],
    "citation": ["titlStmt", "rspStmt", "prodStmt", "distStmt"],
    "titlStmt": ["titl", "subTitl", "altTitl", "parTitl", "IDNo"],
    "stdyInfo": ["studyBudget", "subject", "abstract", "sumDscr", "qualityStatement", "notes"],
    "sumDscr": ["timePrd", "collDate", "nation", "geogCover", "geogUnit", "anlyUnit", "universe", "dataKind"],
    "method": ["dataColl", "notes", "anlyInfo", "stdyClas"],
    "dataColl": ["timeMeth", "dataCollector", "collectorTraining", "frequenc", "sampProc", "sampleFrame",
                 "targetSampleSize", "deviat", "collMode", "resInstru", "sources", "collSitu", "actMin", "ConOps",
                 "weight", "cleanOps"],
    "anlyInfo": ["respRate", "EstSmpErr", "dataAppr"],
    "dataAccs": ["setAvail", "useStmt", "notes"],
    "useStmt": ["confDec", "specPerm", "restrctn"],
    "var": ["location", "labl", "imputation", "security", "embargo", "respUnit", "anlysUnit", "qstn", "valrng",
            "invalrng", "undocCod", "universe", "TotlResp", "sumStat", "txt", "stdCatgry", "catgryGrp", "catgry",
            "codInstr", "verStmt", "concept", "derivation", "varFormat", "geoMap", "catLevel", "notes"],
    "catgry": ["catValu", "labl", "txt", "catStat"],
}
"""The children an element may have, in the order of the schema codebook.xsd 2.5 (those we could write)."""

ITEM = ItemFacts("tryg", "tryghed", "Hvor tryg føler du dig?", 1, 7, "low", (1, 2, 3), (5, 6, 7))


def local(element: Xml.Element) -> str:
    assert element.tag.startswith(f"{{{NAMESPACE}}}")
    return element.tag.split("}")[1]


@pytest.mark.parametrize("code", ["da", "en"])
def test_every_wave_is_a_codebook_in_the_order_of_the_schema(code: str) -> None:
    made = content()
    for wave in made.waves:
        root = Xml.fromstring(ddi(made, replace(wave, items=(ITEM,)), Language(code, made.words[code])))
        assert (local(root), root.get("version")) == ("codeBook", "2.5")
        for element in root.iter():
            if not isinstance(element.tag, str) or local(element) not in ORDER:
                continue
            places = [ORDER[local(element)].index(local(child)) for child in element if isinstance(child.tag, str)]
            assert places == sorted(places), local(element)


def test_it_tells_fieldwork_response_rate_questions_and_scales() -> None:
    made = content()
    text = ddi(made, replace(made.waves[0], items=(ITEM,)), Language("da", made.words["da"])).decode()
    wave = made.waves[0]
    for part in (wave.institute, wave.fieldwork_from, "inviterede har svaret", "Hvor tryg føler du dig?",
                 '<range UNITS="INT" min="1" max="7"', "<catValu>7</catValu>", "<concept>tryghed</concept>"):
        assert part in text
    assert "catStat" not in text
    assert "sumStat" not in text
    assert text == ddi(made, replace(wave, items=(ITEM,)), Language("da", made.words["da"])).decode()


def test_an_area_where_so_few_answered_has_no_number(tmp_path: Path) -> None:
    with Store.open(tmp_path / "s.db") as store:
        add_wave(store, "2018-a", "2018-05-01", {"lunden": [1, 2, 3], "aalborg": [1, 2] * 60})
        found = perceived(store, DisclosureConfig(), ["lunden", "aalborg"], [], Window.parse("2018-01-01:2018-12-31"),
                          [], "linear")
    made = replace(content(), waves=found.waves, fieldwork=found.fieldwork)
    text = ddi(made, found.waves[0], Language("da", made.words["da"])).decode()
    assert "aalborg: 120 af" in text
    assert "lunden: " not in text
    assert found.waves[0].items[0].id == "tryg"


def test_a_report_has_one_for_every_wave_beside_its_exports(tmp_path: Path) -> None:
    made = content()
    folder = report.write(made, tmp_path / "out", "da").parent
    assert sorted(each.stem for each in (folder / "ddi").iterdir()) == sorted(each.id for each in made.waves)
    assert b"DEMODATA" in (folder / "ddi" / f"{made.waves[0].id}.xml").read_bytes()


def test_a_rate_that_is_not_published_is_left_out() -> None:
    made = content()
    line = FieldworkLine("x", made.waves[0].id, 100, None, 40, None, "none", (), (), 0, None)
    assert b"respRate" not in ddi(replace(made, fieldwork=(line,)), made.waves[0], Language("en", {}))
