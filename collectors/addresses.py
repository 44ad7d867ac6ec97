"""Bring web addresses into one form. Pure."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

LENGTH_LIMIT = 2048
"""Characters of an address; longer ones are refused (RFC 9110 asks for 8,000, real ones have 200)."""

# Parameters that say how a reader came, not what is read. Short: a name too many here merges two articles.
_TRACKER = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|igsh|mc_cid|mc_eid|mkt_tok"
    r"|pk_\w+|mtm_\w+|itm_\w+|vero_\w+|oly_\w+|wt_mc|xtor|cmpid|ns_campaign|ns_mchannel|ns_source|at_\w+|_ga|_gl)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}


def canonical(address: str, base: str = "") -> str | None:
    """Return the address without tracker and fragment, host in small letters; ``None`` where it is no web address.

    ``base`` completes a relative address; one that starts with ``//`` takes its scheme. Path, ``www.`` and scheme
    stay as they are: two forms that may differ are not made one. Doing it twice equals once.
    """
    address = "".join(address.split())
    try:
        parts = urlsplit(urljoin(base, address) if base else address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    query = "&".join(
        each for each in parts.query.split("&") if each and not _TRACKER.fullmatch(each.partition("=")[0].lstrip("?"))
    )
    result = urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))
    return result if len(result) <= LENGTH_LIMIT else None
