"""Make article pages as outlets make them: whole, behind a payment, broken."""

from __future__ import annotations

import json
from typing import Any

PARAGRAPH = (
    "Beboerne i Solkrogen har fået et nyt torv, og mange var mødt op, da borgmesteren klippede snoren til nummer {}. "
    "Der var kaffe til alle, og børnene fik lov at prøve de nye gynger først."
)
PAYWALL = '<div class="paywall-box"><p>Log ind for at læse videre, eller køb abonnement.</p></div>'


def paragraphs(number: int = 6) -> str:
    return "".join(f"<p>{PARAGRAPH.format(each)}</p>" for each in range(1, number + 1))


def linked(**more: Any) -> str:
    content = {"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": "2026-07-02T08:00:00+02:00"}
    return f'<script type="application/ld+json">{json.dumps(content | more)}</script>'


def page(
    inside: str | None = None, *, title: str = "Nyt torv i Solkrogen", head: str = "", heading: str | None = None,
) -> bytes:
    body = paragraphs() if inside is None else inside
    return (
        f'<!doctype html><html lang="da"><head><meta charset="utf-8"><title>{title} – Fjordposten</title>{head}</head>'
        f'<body><nav><a href="/">Forside</a> <a href="/login">Log ind</a></nav><main><article>'
        f"<h1>{heading or title}</h1>{body}</article></main><footer>Kontakt redaktionen</footer></body></html>"
    ).encode()
