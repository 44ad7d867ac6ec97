"""Name the query of ``explore.db`` that leads from a figure to what it was made of."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from reputation.content import Estimate
from reputation.lookup import unit_of

_SAFE = ":/.,"
"""what an address may hold as it is, besides letters of any language: it is read by people and pasted by them"""


def year_of(first: str, last: str, wave: str) -> str:
    """Name a window by its year: a calendar year, the year in which a wave's fieldwork ended, else ``FIRST:LAST``."""
    whole = first[:4] == last[:4] and (first[5:], last[5:]) == ("01-01", "12-31")
    return last[:4] if wave or whole else f"{first}:{last}"


def is_of_survey(indicator: str) -> bool:
    """Tell a figure of a survey from one of the news."""
    return unit_of(indicator) in ("survey share", "index")


def query_of(each: Estimate) -> str:
    """Return the query of a figure, as it stands after ``/explore/``: its name and what it asks for."""
    year = year_of(each.first, each.last, each.wave)
    if is_of_survey(each.indicator):
        return written("spoergeskematal", area=each.area, year=year)
    if each.indicator == "reach":
        return written("gengivelser", area=each.area, year=year)
    if each.indicator == "events":
        return written("begivenheder", area=each.area, year=year)
    return written("nyhedstal", area=each.area, year=year, indicator=each.indicator)


def written(query: str, **asked: str) -> str:
    """Write a query with what it asks for."""
    return query + "?" + "&".join(f"{key}={_readable(value)}" for key, value in asked.items())


@lru_cache(maxsize=4096)
def _readable(value: str) -> str:
    return "".join(each if ord(each) > 127 else quote(each, safe=_SAFE) for each in value)
