"""What is read from an article page, whatever stands in it."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.extract import SIZE_LIMIT, TAG_LIMIT, Asked, NoPage, Page, decoded, extract_page
from tests.collectors.pages import PAYWALL, linked, page, paragraphs

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
URL = "https://www.fjordposten.example/nyt/torv-1"


def read(body: bytes, url: str = URL, kind: str = "text/html; charset=utf-8", **more: str) -> Page | NoPage:
    known = {"title": "Nyt torv i Solkrogen", "summary": "Et torv."} | more
    return extract_page(Asked(body, url, kind, NOW, **known))


def good(body: bytes, **more: str) -> Page:
    found = read(body, **more)
    assert isinstance(found, Page), found
    return found


def test_a_page_gives_text_date_address_and_state() -> None:
    found = good(page(head=linked(wordCount=240) + '<link rel="canonical" href="/nyt/torv-1?utm_source=x#top">'))
    assert found.completeness == "full"
    assert len(found.text.split("\n\n")) == 6
    assert found.text.startswith("Beboerne i Solkrogen har fået et nyt torv")
    assert "Forside" not in found.text
    assert "Kontakt" not in found.text
    assert found.published == datetime(2026, 7, 2, 6, 0, tzinfo=UTC)
    assert found.canonical == URL


def test_a_teaser_behind_a_payment_is_a_teaser() -> None:
    found = good(page(paragraphs(1) + PAYWALL, head=linked(isAccessibleForFree=False, wordCount=700)))
    assert found.completeness == "teaser"


def test_what_is_not_free_is_not_taken_though_the_page_carries_it() -> None:
    hidden = "Den hemmelige slutning handler om en skatkiste under torvet, som ingen havde set før i aftes."
    head = linked(
        isAccessibleForFree=False, articleBody=f"{hidden} " * 40,
        hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".betalt"},
    )
    found = good(page(paragraphs(2) + f'<div class="tekst betalt"><p>{hidden}</p></div>', head=head))
    assert "skatkiste" not in found.text
    assert found.completeness == "teaser"


def test_bylines_go() -> None:
    found = good(page(
        "<p>Af Bo Ibsen</p><p>bo@fjordposten.example</p><p>Foto: Ea Holm</p>" + paragraphs() + "<p>Ida Vind</p>",
        head=linked(author=[{"@type": "Person", "name": "Ida Vind"}]),
    ))
    for name in ("Ibsen", "Holm", "Vind", "@"):
        assert name not in found.text


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<link rel="canonical" href="https://m.fjordposten.example/nyt/torv-1/amp">', URL),
        ('<link rel="canonical" href="https://www.fjordposten.example/">', URL),
        ('<link rel="canonical" href="https://soester.example/nyt/torv-1">', URL),
        ('<link rel="canonical" href="http://[::1">', URL),
        ('<meta property="og:url" content="https://www.fjordposten.example/nyt/2">',
         "https://www.fjordposten.example/nyt/2"),
        ("", URL),
    ],
)
def test_the_address_a_page_gives_itself_counts_on_its_own_site(link: str, expected: str) -> None:
    assert good(page(head=link)).canonical == expected


@pytest.mark.parametrize("meta", [
    '<meta name="tdm-reservation" content="1">', '<meta name="robots" content="noimageai, NOAI">',
])
def test_a_reservation_in_the_page_leaves_nothing_of_it(meta: str) -> None:
    found = good(page(head=meta))
    assert found.reserved is not None
    assert (found.title, found.summary, found.text, found.published) == ("", "", "", None)


def test_other_robots_words_reserve_nothing() -> None:
    assert good(page(head='<meta name="robots" content="noindex, max-image-preview:large">')).reserved is None


@pytest.mark.parametrize(
    ("body", "kind", "url", "said", "lasting"),
    [
        (b"", "text/html", URL, "an empty answer", False),
        (b" \n ", "", URL, "an empty answer", False),
        (b"%PDF-1.7", "application/pdf", URL, "not a page but application/pdf", True),
        (b"\x89PNG\r\n", "", URL, "not an HTML page", True),
        (b'{"fejl": 1}', "application/json", URL, "not a page but application/json", True),
        (page(), "text/html", "https://www.fjordposten.example/", "leads to the front page", False),
        (page("<p>Vi beklager.</p>", title="Siden findes ikke"), "text/html", URL, "an error page", False),
        (page() + b" " * SIZE_LIMIT, "text/html", URL, f"more than {SIZE_LIMIT} bytes", True),
        (b"<html>" + b"<b>" * 2 * TAG_LIMIT, "text/html", URL, f"more than {TAG_LIMIT} tags", True),
    ],
)
def test_what_is_no_article_page(body: bytes, kind: str, url: str, said: str, lasting: bool) -> None:
    found = extract_page(Asked(body, url, kind, NOW, asked_url=URL))
    assert found == NoPage(said, lasting)


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        ("utf-8", "text/html"), ("utf-8", "text/html; charset=iso-8859-1"), ("windows-1252", "text/html"),
        ("iso-8859-1", "text/html; charset=iso-8859-1"), ("utf-16", "text/html"), ("utf-8-sig", "text/html"),
        ("windows-1252", "text/html; charset=vrøvl-9"),
    ],
)
def test_danish_letters_survive_every_declared_and_undeclared_encoding(encoding: str, kind: str) -> None:
    assert "Ærø, Åbenrå, Gødstrup" in decoded("<p>Ærø, Åbenrå, Gødstrup</p>".encode(encoding), kind)


SAID = (
    "Politiet rykkede natten til onsdag ud til Solkrogen, hvor en bil brændte på en parkeringsplads.",
    "Ingen kom noget til, oplyser vagtchefen ved politiet.",
    "– Vi har talt med flere vidner, og vi vil gerne høre fra andre, der har set noget, siger han.",
    "Branden blev slukket ved 3-tiden.",
)


@pytest.mark.parametrize("layout", [
    '<div id="main"><header><h1>{t}</h1><p class="summary">{s}</p></header><div class="byline"><span>Af</span>'
    '<a>Bo Ibsen</a></div><div class="article-body"><div><p>{0}</p></div><div><p>{1}</p></div><div><p>{2}</p></div>'
    "<p>{3}</p></div></div>",
    '<div class="article__content"><h1>{t}</h1><div class="lead"><p>{s}</p></div><div class="richcontent"><p>{0}</p>'
    '<p>{1}</p><aside class="related"><h3>Læs også</h3><a href="/x">En anden historie</a></aside><p>{2}</p><p>{3}</p>'
    "</div></div>",
    '<section class="article"><h1>{t}</h1><div class="article__subtitle">{s}</div><div class="article__body"><div>'
    '<p>{0}</p><p>{1}</p></div><div class="ad">Annonce</div><div><p>{2}</p><p>{3}</p></div></div></section>',
    '<div class="content"><h1>{t}</h1><div class="body">{0}<br><br>{1}<br><br>{2}<br><br>{3}</div></div>',
])
def test_every_paragraph_is_found_however_the_page_is_built_and_nothing_beside_them(layout: str) -> None:
    title, summary = "Bil brændte i Solkrogen", "Ingen kom til skade ved branden."
    inside = layout.format(*SAID, t=title, s=summary)
    head = f"<!doctype html><html><head><title>{title} | Avis</title></head><body><nav><a href=/>Forside</a></nav>"
    foot = "<footer><p>Ansvarshavende: Ea Holm</p></footer></body></html>"
    found = good(f"{head}{inside}{foot}".encode(), title=title, summary=summary, paywall="free")
    assert [each for each in found.text.split("\n\n") if each != summary] == list(SAID)
    assert found.completeness == "full"


def test_the_page_of_another_article_is_never_taken_for_this_one() -> None:
    assert good(page(title="Vi bruger cookies"), title="Sprængning i Kolding skræmte naboer").completeness == "unknown"


def readable(body: bytes) -> None:
    """A page, or a refusal in words: no fault that was caught as the last resort."""
    found = read(body)
    assert isinstance(found, Page) or "can't be read" not in found.reason, found


BITS = st.lists(st.sampled_from([
    "<p>Torv", "</p>", "<article>", "</article>", "<script type='application/ld+json'>", '{"@type": "NewsArticle",',
    '"isAccessibleForFree": [', "</script>", "<div class='paywall'>", "<link rel=canonical href='", "//[", "'>",
    "<meta name=tdm-reservation content=", "1>", "<!--", "-->", "<![CDATA[", "&#0;", "&#xD800;", "\x00", "\ufffe", "…",
    "<template>", "<svg><math>", "<table><tr><td>", "<meta property='article:published_time' content='99-99'>",
    '{"@graph": [[[[', "wordCount\": -1", "<input type=password>", "<title>404", "<html><body>",
]), max_size=60)


@settings(max_examples=60, deadline=None)
@given(BITS)
def test_no_page_raises(bits: list[str]) -> None:
    readable(("<html>" + "".join(bits)).encode("utf-8", "surrogatepass"))


def test_no_mutated_page_raises() -> None:
    whole = page(head=linked(wordCount=240, author={"name": "Ida Vind"}, hasPart=[{"cssSelector": ".a"}]))
    dice = random.Random(2018)
    for _ in range(80):
        body = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            at = dice.randrange(len(body))
            body[at:at + dice.randrange(40)] = dice.randbytes(dice.randrange(8))
        readable(bytes(body))


@pytest.mark.parametrize("bomb", [
    b"<html>" + b"<div>" * 50_000, b"<html>" + b"<p>a" * 29_000, b"<html><p " + b"a=b " * 100_000 + b">",
    b"<html><p>" + b"&amp;" * 500_000, b"<html><p>" + b"x" * 5_000_000,
    b"<html><script type='application/ld+json'>" + b"[" * 500_000 + b"</script>",
])
def test_a_bomb_is_read_or_refused(bomb: bytes) -> None:
    readable(bomb)
