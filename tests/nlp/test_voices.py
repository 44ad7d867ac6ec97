"""Whose voice is heard, what kind of text it is, and which label it uses."""

import pytest

from nlp.document import document
from nlp.reader import Reader
from nlp.stigma import generations


def heard(reader: Reader, text: str) -> set[str]:
    return set(reader.read(document(text)).voices)


@pytest.mark.parametrize(("text", "voices"), [
    ("»Her er trygt,« siger en beboer i Vollsmose.", {"beboer"}),
    ("»Vi er trætte af larmen,« siger Grethe, der har boet i Vollsmose i 30 år.", {"beboer"}),
    ("Vagtchefen oplyser, at to er anholdt i Gellerup.", {"politi"}),
    ("Borgmesteren afviser kritikken.", {"politiker"}),
    ("Ministeren lover penge til Tingbjerg.", {"politiker"}),
    ("Fsb forsikrer, at huslejen holdes i ro.", {"boligorganisation"}),
    ("Boligforeningen skriver, at elevatoren er lavet.", {"boligorganisation"}),
    ("Ifølge en forsker er udviklingen vendt.", {"forsker"}),
    ("Bageren på torvet siger, at kunderne kommer igen.", {"erhverv"}),
    ("Politiet siger ét, og beboerne siger noget andet.", {"politi", "beboer"}),
    # named, but not heard
    ("Politiet kørte gennem Vollsmose.", set()), ("Beboerne skal flytte til foråret.", set()),
    ("Byrådet mødes på torsdag.", set()), ("", set()),
])
def test_a_voice_is_one_that_speaks(reader: Reader, text: str, voices: set[str]) -> None:
    assert heard(reader, text) == voices


LONG = "Kommunen og boligforeningen har lagt en plan for kvarteret, og den skal nu i høring hos beboerne. " * 8
OPINION = "Jeg er træt af det. Vi skal høre for meget, og jeg vil have mit kvarter i fred, for vi bor her. " * 7


@pytest.mark.parametrize(("text", "kind", "genre"), [
    (LONG, "article", "nyhed"), ("Der er banko i beboerhuset torsdag.", "article", "notits"),
    ("Læserbrev: " + LONG, "article", "debat"), (OPINION, "article", "debat"),
    ("En 24-årig er sigtet for indbrud, efter at en patrulje fik en anmeldelse natten til fredag.", "article",
     "krimi-notits"),
    ("Her er rart.", "answer", None), ("", "article", None),
])
def test_the_kind_of_text(reader: Reader, text: str, kind, genre: str | None) -> None:
    assert reader.read(document(text, kind=kind)).genre == genre


@pytest.mark.parametrize(("text", "labels", "generation"), [
    ("Vollsmose er på ghettolisten.", ("ghettolisten",), "official_2018"),
    ("Vollsmose er en hård ghetto.", ("hård ghetto",), "official_2018"),
    ("Vollsmose er et omdannelsesområde.", ("omdannelsesområde",), "official_2021"),
    ("Vollsmose er et parallelsamfund.", ("parallelsamfund",), "official_2021"),
    ("Vollsmose er et udsat boligområde.", ("udsat boligområde",), "lasting"),
    ("Vollsmose er en no-go-zone.", ("no-go-zone",), "pejorative"),
    ("Ny by ved Vollsmose.", (), None), ("Spaghettoen findes ikke.", (), None),
])
def test_labels_and_their_generation(reader: Reader, text: str, labels: tuple[str, ...], generation: str | None
                                     ) -> None:
    found = reader.read(document(text)).stigma
    assert found == labels
    assert {generations()[each] for each in found} == ({generation} if generation else set())
