"""Mask what could tell who somebody is in an open answer (design.md, rule 6)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from store.errors import WrongFacts
from store.facts import FOLDER, Facts

NAMES = FOLDER / "names.toml"

NAME, PHONE, MAIL, LINK, CPR, ADDRESS = "[navn]", "[telefon]", "[e-mail]", "[link]", "[cpr]", "[adresse]"

DICTIONARIES = frozenset({"da", "en", "nb", "sv", "de", "tr", "pl"})
"""Languages of questionnaires that there is a dictionary for."""

SHORT = 2
"""Letters of a part of a word that no dictionary need know: ``tv-avisen``."""

_MAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:dk|com|net|org|no|se|eu)\b(?:/\S*)?", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@])@\w[\w.]*")
_CPR = re.compile(r"(?<!\d)[0-3]\d[ .]?[01]\d[ .]?\d\d[ ]?[-–./ ]?[ ]?\d{4}(?!\d)")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)?(?:\(?\d{2,3}\)?[ .-]?)?\d(?:[ .-]?\d){7}(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .-]?\d){5,}(?!\d)")
_STREET_END = (r"(?:vej|vejen|gade|gaden|allé|alle|alléen|stræde|strædet|parken|park|toften|vænget|gården|gård|plads|"
               r"pladsen|torv|torvet|have|haven|haverne|bakken|bakke|stien|sti|boulevard|engen|vang|vangen|ager|lunden)")
_ADDRESS = re.compile(
    rf"\b(?:[A-ZÆØÅ][\w.]*\s+){{0,2}}(?i:\w*{_STREET_END}s?\s+(?:nr\.?\s*|nummer\s*)?\d+\s?[a-z]?\b"
    r"(?:\s*,?\s*(?:st|kl|\d{1,2})\.?\s*(?:sal)?\s*,?\s*(?:tv|th|mf|\d{1,3})\b\.?)?)"
)
_NUMBERED = re.compile(r"\b(?:opgang|lejlighed|lejl\.?|nr\.?|nummer|blok|hus)\s*\d+\s*[A-Za-z]?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?<!\.)[.!?][\"'”»)]?\s+[\"'”“»«(–-]*\s*$")
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:\w|bl\.? ?a|f\.? ?eks|fx|hr|fr|frk|dr|nr|ca|kl|osv|m\.? ?fl|m\.? ?m|m\.? ?v|inkl|evt|pga|mht|vedr|skt"
    r"|tlf)\.\s+$", re.IGNORECASE,
)
"""A full stop after one of these ends no sentence: ``bl.a.`` is followed by names."""
_PLACEHOLDER = re.compile(r"\[(?:navn|telefon|e-mail|link|cpr|adresse)\]")


@dataclass(frozen=True)
class Names:
    """Lists of names, casefolded."""

    people: frozenset[str]
    common: frozenset[str]
    """names that are plain words too"""
    words: frozenset[str]
    """capitalised words that tell of no person"""


@lru_cache(maxsize=4)
def load_names(path: Path = NAMES) -> Names:
    """Read the name lists. Raises :class:`WrongFacts`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        lists = {key: frozenset(str(each).casefold() for each in table[key])
                 for key in ("given", "family", "common", "words")}
    except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongFacts(f"the name lists can't be used ({error})", where=path, do="Restore the file") from error
    return Names((lists["given"] | lists["family"]) - lists["common"], lists["common"], lists["words"])


@dataclass(frozen=True)
class Masker:
    """Masks open answers. ``places`` are names of areas, towns and outlets: they may stay."""

    names: Names
    places: tuple[str, ...]
    languages: tuple[str, ...] = ()
    """whose dictionaries tell a word that begins a sentence from a name; none: only a full name is masked there"""

    @classmethod
    def of(cls, facts: Facts, languages: Iterable[str] = ()) -> Masker:
        """Make a masker that knows the places and outlets of the fact files.

        ``languages``: of answers, where nobody must be named. Titles of news need none: they are public.
        """
        places: list[str] = []
        for area in facts.areas:
            places += [area.name, area.municipality, *area.cities, *(alias.name for alias in area.aliases)]
            places += area.housing_organisations
        for outlet in facts.outlets:
            places += [outlet.name, *outlet.names]
        known = tuple(dict.fromkeys(each for each in languages if each in DICTIONARIES))
        return cls(load_names(), tuple(sorted(set(places), key=lambda each: (-len(each), each))), known)

    def mask(self, text: str) -> str:
        """Return ``text`` with mail and web addresses, numbers, street addresses and names replaced by placeholders.

        Every capitalised word that does not begin a sentence is taken for a name unless it is a known place or word;
        one that begins a sentence where no dictionary of ``languages`` has it, or beside another name. A word on the
        name lists is masked wherever it stands. Masking twice changes nothing.
        """
        text, before = unicodedata.normalize("NFC", text), None
        while text != before:  # what stood beside a masked part may now be seen for what it is
            text, before = self._once(text), text
        return text

    def _once(self, text: str) -> str:
        for pattern, placeholder in ((_MAIL, MAIL), (_LINK, LINK), (_HANDLE, LINK), (_CPR, CPR), (_PHONE, PHONE),
                                     (_DIGITS, PHONE), (_ADDRESS, ADDRESS), (_NUMBERED, ADDRESS)):
            text = _outside(pattern, placeholder, text)
        return re.sub(r"\[navn\](?:[ \-]+\[navn\])+", NAME, self._without_names(text))

    def _without_names(self, text: str) -> str:
        kept = [match.span() for match in _PLACEHOLDER.finditer(text)]
        if self._places:
            kept += [match.span() for match in self._places.finditer(text)]
        result, end = [], 0
        for match in _WORD.finditer(text):
            if any(first <= match.start() < last for first, last in kept):
                continue
            if self._is_name(match, text):
                result += [text[end:match.start()], NAME]
                end = match.end()
        return "".join([*result, text[end:]])

    def _is_name(self, match: re.Match[str], text: str) -> bool:
        bare = _bare(match[0])
        if _on(bare, self.names.people):
            return True
        if not match[0][0].isupper():
            return False
        if not _begins_sentence(text, match.start()):
            return not _on(bare, self.names.words)
        if (bare in self.names.common or bare not in self.names.words) and self._name_follows(match, text):
            return True
        return bool(self.languages) and not _on(bare, self.names.words) and not self._in_dictionary(bare)

    def _in_dictionary(self, bare: str) -> bool:
        """Say whether a word, or every part of a hyphenated one, is a word of the languages."""
        return all(_known(part, self.languages) for part in bare.split("-") if len(part) > SHORT)

    def _name_follows(self, match: re.Match[str], text: str) -> bool:
        """Say whether the next word looks like a family name: a first word is a name only beside one."""
        after = re.compile(r" ([^\W\d_]+)").match(text, match.end())
        return bool(
            after and after[1][0].isupper() and not _on(_bare(after[1]), self.names.words)
            and not self._place_at(text, after.start(1))
        )

    def _place_at(self, text: str, place: int) -> bool:
        return bool(self._places and self._places.match(text, place))

    @cached_property
    def _places(self) -> re.Pattern[str] | None:
        if not self.places:
            return None
        names = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in self.places)
        return re.compile(rf"(?<!\w)(?:{names})(?:s|es|[’']s?)?(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=8192)  # answers begin with the same few words
def _known(bare: str, languages: tuple[str, ...]) -> bool:
    from simplemma import is_known  # its dictionaries take a second to load, and only answers need them

    return any(is_known(form, lang=languages) for form in _forms(bare))


def _outside(pattern: re.Pattern[str], placeholder: str, text: str) -> str:
    """Replace matches, leaving what is masked already."""
    parts = re.split(f"({_PLACEHOLDER.pattern})", text)
    return "".join(part if number % 2 else pattern.sub(placeholder, part) for number, part in enumerate(parts))


def _bare(word: str) -> str:
    return word.replace("’", "'").casefold()


def _on(bare: str, names: Collection[str]) -> bool:
    """Say whether a word, its stem before the genitive, or a part of a hyphenated name is listed."""
    return any(form in names for form in _forms(bare))


def _forms(bare: str) -> Iterable[str]:
    yield bare
    for ending in ("'s", "s", "'"):
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            yield bare[: -len(ending)]
    if "-" in bare:
        yield from bare.split("-")


def _begins_sentence(text: str, place: int) -> bool:
    before = text[:place]
    if not before.strip(" \"'”“»«(–-\t\n•*"):
        return True
    return bool(_SENTENCE_END.search(before)) and not _ABBREVIATION.search(before)
