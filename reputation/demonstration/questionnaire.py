"""Describe the invented questionnaire, wave by wave: wordings, labels and codebook."""

from __future__ import annotations

import json
from collections.abc import Sequence

from reputation.demonstration.cases import BROKEN_WAVE
from reputation.demonstration.process import AGES, DONT_KNOW, ITEMS, REFUSED, SEXES
from store.demonstration import MARK

INSTRUMENT = "naboskab"
_WORDINGS = (
    "Hvor tryg eller utryg føler du dig i dit boligområde?",
    "Hvor tryg eller utryg føler du dig, når du går i dit boligområde efter mørkets frembrud?",
    "Hvor tryg eller utryg føler du dig i din egen opgang og kælder?",
)
_OTHER_WORDINGS = (
    "På en skala fra 1 til 7: I hvilken grad er du tryg ved at bo, hvor du bor?",
    "På en skala fra 1 til 7: I hvilken grad er du tryg udendørs om aftenen?",
    "På en skala fra 1 til 7: I hvilken grad er du tryg i fællesrum som opgang og kælder?",
)
_LABELS = {1: "Meget tryg", 2: "Tryg", 3: "Hverken tryg eller utryg", 4: "Utryg", 5: "Meget utryg"}
_OTHER_LABELS = {1: "1 – helt tryg", **{code: str(code) for code in range(2, 7)}, 7: "7 – helt utryg"}
_CONCEPTS = ("tryghed", "tryghed-moerke", "tryghed-opgang")


def wave_id(wave: int) -> str:
    """Return the id of a wave."""
    return f"{wave}-{INSTRUMENT}"


def questions(wave: int) -> tuple[str, ...]:
    """Return the wordings of the three items."""
    return _OTHER_WORDINGS if wave == BROKEN_WAVE else _WORDINGS


def item_labels(wave: int) -> list[tuple[int, str]]:
    """Return code and label of every choice."""
    labels = _OTHER_LABELS if wave == BROKEN_WAVE else _LABELS
    return [*labels.items(), (DONT_KNOW, "Ved ikke"), (REFUSED, "Ønsker ikke at svare")]


def codebook(wave: int, areas: Sequence[str], scale: int) -> str:
    """Write the codebook of a wave."""
    broken = wave == BROKEN_WAVE
    institute = "Analysehuset Opdigt" if broken else "Institut Fiktiva"
    safe, unsafe = list(range(1, scale // 2 + 1)), list(range((scale + 1) // 2 + 1, scale + 1))
    lines = [
        f"# {MARK}. Kodebog til et opdigtet spørgeskema.", "",
        "[wave]", f'id = "{wave_id(wave)}"', f'instrument = "{INSTRUMENT}"', f'institute = "{institute} ({MARK})"',
        f"mode = {json.dumps(['web'] if broken else ['web', 'phone'])}", 'language = "da"',
        f"fieldwork = [{wave}-03-01, {wave}-04-30]", 'margins = "margins.csv"', 'counts = "counts.csv"', "",
        "[area]", 'column = "b_omraade"', f"codes = {_codes(areas)}", "",
        "[respondent]", 'id = "respondentid"', 'completed = {column = "stato_4", value = 1}', "",
    ]
    for variable, column, levels in (("sex", "b_koen", SEXES), ("age", "b_alder", AGES)):
        lines += ["[[weighting]]", f'variable = "{variable}"', f'column = "{column}"', f"codes = {_codes(levels)}", ""]
    for number, (item, concept, wording) in enumerate(zip(ITEMS, _CONCEPTS, questions(wave), strict=True), 1):
        lines += [
            "[[items]]", f'id = "{item}"', f'concept = "{concept}"', f'column = "s_{number}"', f'wording = "{wording}"',
            "min = 1", f"max = {scale}", 'safe_pole = "low"', f"safe = {safe}", f"unsafe = {unsafe}",
            f"dont_know = [{DONT_KNOW}]", f"refused = [{REFUSED}]", "",
        ]
    lines += ["[index.tryghed]", f"items = {list(ITEMS)}".replace("'", '"'), "", "[[texts]]", 'id = "uddyb"',
              'column = "s_4"', ""]
    return "\n".join(lines)


def _codes(levels: Sequence[str]) -> str:
    return "{" + ", ".join(f'{number} = "{level}"' for number, level in enumerate(levels, 1)) + "}"
