"""``read -`` as a whole: everything that comes in a day, in order, without failing, in memory that does not grow."""

import io
import json
import random
import sys
import tracemalloc
from collections.abc import Iterator

import pytest

from nlp.stream import read_lines
from store.errors import Exit

MIXED = (
    {"text": "Beboerne i Vollsmose er trygge, siger politiet.\n\nDer er ro i bydelen.", "title": "Ro i Vollsmose"},
    {"text": "Skyderi i Gellerup", "kind": "headline"},
    {"text": "Her er rart at bo", "kind": "answer", "area": "munkebo"},
    {"text": "ved ikke", "kind": "answer", "area": "tingbjerg"}, {"text": ""}, {"text": " \n\t \u00a0"},
    {"text": "The police were called to Vollsmose last night."}, {"text": "في المساء لا أخرج من البيت"},
    {"text": "Jag känner mig trygg här"}, {"text": "Вечером здесь страшно"}, {"text": "夜は怖い 。。。 ！！"},
    {"text": "\U0001f600\U0001f525 Bispehaven \U0001f468\u200d\U0001f469\u200d\U0001f467!!! \u202etrygt\u202c"},
    {"text": "Gadehavegård \u00c3\u00a6ldre utryghed Ã¸Ã¥ â€œskrald\u201d \ufffd\ufffd"},
    {"text": "M\u00e6nd  skudt\x00 i \x07Mj\u00f8lnerparken\x1b[31m"}, {"text": "\ud800 Vollsmose \udfff"},
    {"text": "<p>Vollsmose &amp; <b>tryg</b></p>", "title": "&quot;Tryg&quot;"}, {"text": "VOLLSMOSE ER IKKE TRYG!!!"},
    {"text": "vollsmose " * 400}, {"text": "a" * 100_000}, {"text": "." * 50_000}, {"text": "»" * 3_000 + "Vollsmose"},
    {"text": "- Vollsmose\n- Gellerup\n- Tingbjerg\n" * 50}, {"text": "\u0301" * 5_000 + " Vollsmose"},
)
BROKEN = ("{", "[]", "null", '{"id": 1}', '{"text": "uden id"}', '"tekst"', "\udce6\udcf8", "{'id': 1}", "[" * 5_000)


def test_everything_gets_one_answer_in_its_order_and_nothing_fails(facts, config) -> None:
    lines = [json.dumps({"id": number, **each}) for number, each in enumerate(MIXED)]
    mixed = [*lines[:8], *BROKEN, "", "   ", *lines[8:]]
    out = io.StringIO()
    assert read_lines(mixed, out, facts, config) is Exit.WITH_REFUSALS
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == len(MIXED) + len(BROKEN)
    good = [each for each in answers if "error" not in each]
    assert [each["id"] for each in good] == list(range(len(MIXED)))
    assert [each["line"] for each in answers if "error" in each] == list(range(9, 9 + len(BROKEN)))
    for each in good:
        assert -1 <= each["tone"]["score"] <= 1
        assert -1 <= each["safety"]["score"] <= 1


def test_a_megabyte_is_read(facts, config) -> None:
    draw = random.Random(1)
    said = ("Vollsmose er trygt.", "Der blev sat ild til en container i nat,", "siger politiet,",
            "men beboerne", "er glade.")
    text = " ".join(draw.choices(said, k=60_000))
    assert len(text) > 1_000_000
    out = io.StringIO()
    assert read_lines([json.dumps({"id": 1, "text": text})], out, facts, config) is Exit.DONE
    assert json.loads(out.getvalue())["areas"][0]["id"] == "vollsmose"


class Gone(io.TextIOBase):
    """Takes what is written and keeps nothing."""

    def write(self, text: str) -> int:
        return len(text)


def lines(number: int, seed: int) -> Iterator[str]:
    """Write lines of words that were never seen before: what a reader remembers of words must not grow for ever."""
    draw = random.Random(seed)
    for at in range(number):
        new = " ".join("".join(draw.choices("abdefgiklmnoprstuvy", k=9)) for _ in range(25))
        yield json.dumps({"id": at, "text": f"Beboerne i Vollsmose er trygge. {new}."})


@pytest.mark.skipif(sys.gettrace() is not None, reason="coverage's own memory grows with what it sees")
def test_memory_does_not_grow_with_the_number_of_lines(facts, config, monkeypatch) -> None:
    monkeypatch.setattr("nlp.wordlist.MEMORY", 500)
    monkeypatch.setattr("nlp.cutting.KNOWN", 500)
    read_lines(lines(60, 1), Gone(), facts, config)
    tracemalloc.start()
    try:
        read_lines(lines(40, 2), Gone(), facts, config)
        few = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        read_lines(lines(200, 3), Gone(), facts, config)
        many = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert many < 1.5 * few
