"""The ordinary use of the words of the subject is read as anybody reads it."""

import pytest

from nlp.document import document
from nlp.reader import Reader

PLAIN = {
    ("negative", "unsafe"): (
        "Jeg er utryg", "Utryg om aftenen", "Vi er utrygge", "Det er utrygt her", "Jeg føler mig ikke tryg",
        "Jeg er bange", "Der er meget uro om natten", "Bander og narko", "For meget hærværk",
        "Der bliver solgt hash i opgangen",
    ),
    ("positive", "safe"): (
        "Jeg er tryg", "Tryg om aftenen", "Vi føler os trygge", "Her er trygt og roligt", "Jeg er blevet mere tryg",
    ),
    ("neutral", "safe"): ("Jeg er ikke utryg", "Ikke utryg"),
    ("negative", "none"): ("Det er grimt", "Elevatoren er altid i stykker", "Der flyder med skrald"),
    ("positive", "none"): ("Et dejligt sted at bo", "Jeg er glad for at bo her", "Gode naboer", "Flotte haver"),
    ("neutral", "none"): ("Ved ikke", "Jeg har boet her i tolv år", "Jeg bor på tredje sal"),
}
HEADLINES = {
    ("negative", "unsafe"): (
        "Skyderi i Vollsmose", "Mand stukket ned i Gellerup", "Beboere i Tingbjerg er utrygge",
        "Bandekonflikt i Mjølnerparken", "Utrygheden vokser i Vollsmose", "Biler brændt af i Gellerup",
        "Kriminaliteten stiger i Vollsmose",
    ),
    ("positive", "safe"): (
        "Trygheden stiger i Vollsmose", "Færre indbrud i Gellerup", "Beboerne i Tingbjerg føler sig trygge",
        "Kriminaliteten falder i Vollsmose",
    ),
    ("positive", "none"): (
        "Pris til ny park i Gellerup", "Flere i Vollsmose har fået job", "Elever i Tingbjerg klarer sig flot",
    ),
    ("neutral", "none"): (
        "Høring om lokalplan for Tingbjerg", "Kommunen holder møde om Vollsmose", "Blokke i Gellerup rives ned",
    ),
}


@pytest.mark.parametrize(("text", "said"), [(text, said) for said, texts in PLAIN.items() for text in texts])
def test_an_answer(reader: Reader, text: str, said: tuple[str, str]) -> None:
    (area,) = reader.read(document(text, kind="answer"), given="vollsmose").areas
    assert area.tone
    assert (area.tone.label, area.safety.label) == said


@pytest.mark.parametrize(("text", "said"), [(text, said) for said, texts in HEADLINES.items() for text in texts])
def test_a_headline(reader: Reader, text: str, said: tuple[str, str]) -> None:
    (area,) = reader.read(document(text, kind="headline")).areas
    assert area.tone
    assert (area.tone.label, area.safety.label) == said
