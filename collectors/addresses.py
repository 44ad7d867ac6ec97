"""Bring web addresses into one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from courlan import scrub_url

LENGTH_LIMIT = 2048
"""Characters of an address; longer ones are refused (RFC 9110 asks for 8,000, real ones have 200)."""

# Parameters that say how a reader came, not what is read. Short: a name too many here merges two articles, which is
# why courlan's own list (it has *cid*, *ref* and *keyword*) is not taken over.
_TRACKER = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|igsh|mc_cid|mc_eid|mkt_tok"
    r"|pk_\w+|mtm_\w+|itm_\w+|vero_\w+|oly_\w+|wt_mc|xtor|cmpid|ns_campaign|ns_mchannel|ns_source|at_\w+|_ga|_gl"
    r"|amp|amp_\w+|usqp)",
    re.IGNORECASE,
)
_AMP_OUTPUT = re.compile(r"outputtype=amp", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?<=[^/])/amp/?$|(?<=[^/])\.amp(?=\.html?$|$)", re.IGNORECASE)
_AMP_CACHE = re.compile(
    r"https?://(?:www\.google\.[a-z.]+/amp|[\w-]+\.cdn\.ampproject\.org/[a-z])/(?P<secure>s/)?(?P<inner>[^/]+\..+)",
    re.IGNORECASE,
)
_HANDHELD = re.compile(r"(?:m|mobil|mobile|amp)\.(?=[^.]+\.[^.])", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}

ROUNDS = 8
"""Wrappings that are taken off one address (a cache around a mobile page with a tracker); more is no address."""


def canonical(address: str, base: str = "") -> str | None:
    """Return the address without tracker, fragment and AMP or mobile form, host in small letters; ``None`` for none.

    ``base`` completes a relative address; one that starts with ``//`` takes its scheme. A mobile host becomes the host
    it is a variant of: that of ``base`` where the two differ by no more than ``www.``. Path, ``www.`` and scheme stay
    as they are otherwise: two forms that may differ are not made one. Doing it twice equals once.
    """
    found: str | None = joined(address, base) if base else "".join(address.split())
    home = _host_of(base)
    for _ in range(ROUNDS):
        before = found
        found = _once(before or "", home)
        if found is None or found == before:
            return found
    return None


def joined(address: str, base: str) -> str:
    """Complete a relative address; one that can't be completed comes back empty."""
    try:
        return urljoin(base, "".join(address.split()))
    except ValueError:
        return ""


def site_of(address: str) -> str:
    """Return the host of an address without ``www.`` and mobile labels: what two addresses of one site share."""
    return _plain(_host_of(address))


def _once(address: str, home: str) -> str | None:
    address = scrub_url(address)
    if cached := _AMP_CACHE.match(address):
        address = f"http{'s' if cached['secure'] else ''}://{cached['inner']}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    bare = _plain(host)
    if _HANDHELD.match(host.removeprefix("www.")):
        host = home if _plain(home) == bare and not _HANDHELD.match(home.removeprefix("www.")) else bare
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(
        each for each in parts.query.split("&")
        if each and not _TRACKER.fullmatch(each.partition("=")[0].lstrip("?")) and not _AMP_OUTPUT.fullmatch(each)
    )
    result = urlunsplit((parts.scheme, netloc, _AMP_PATH.sub("", parts.path) or "/", query, ""))
    return result if len(result) <= LENGTH_LIMIT else None


def _plain(host: str) -> str:
    host = host.removeprefix("www.")
    while (rest := _HANDHELD.sub("", host, count=1) if _HANDHELD.match(host) else host) != host:
        host = rest
    return host


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
