"""List the report's sentences with the conditions under which they are said, as docs/sentences.md shows them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reputation.language import LANGUAGES, TEMPLATES, texts

CONDITIONS = TEMPLATES / "conditions.toml"
DOCS = Path(__file__).parents[1] / "docs" / "sentences.md"


@dataclass(frozen=True)
class Section:
    """Sentences of one kind: their keys in the language files are ``name.key``."""

    name: str
    title: str
    intro: str
    said_when: Mapping[str, str]

    @property
    def conditions(self) -> Mapping[str, str]:
        """Return full key → condition."""
        return {f"{self.name}.{key}": condition for key, condition in self.said_when.items()}


_FILE = tomllib.loads(CONDITIONS.read_text(encoding="utf-8"))
SECTIONS = tuple(
    Section(each["name"], each["title"], each.get("intro", "").strip(), each["conditions"])
    for each in _FILE["sections"]
)


def sentence_keys() -> frozenset[str]:
    """Return the keys of every sentence template, singular and plural apart."""
    names = {section.name for section in SECTIONS}
    return frozenset(key for key in texts(LANGUAGES[0]) if key.partition(".")[0] in names)


def listed() -> str:
    """Return docs/sentences.md."""
    parts = ["# What the report says, and when", _FILE["intro"].strip(), *(_section(each) for each in SECTIONS)]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    lines = [f"## {section.title}: `{section.name}.…`", *([section.intro] if section.intro else [])]
    for key, condition in section.conditions.items():
        lines.append(f"**`{key}`** – {condition}\n\n" + "\n".join(f"- {text}" for text in _templates(key)))
    return "\n\n".join(lines)


def _templates(key: str) -> Iterator[str]:
    for code in LANGUAGES:
        known = texts(code)
        found = [known[each] for each in (key, f"{key}.one", f"{key}.other") if each in known]
        yield f"{code}: " + " / ".join(each.strip().replace("\N{NO-BREAK SPACE}", " ") for each in dict.fromkeys(found))


if __name__ == "__main__":
    DOCS.write_text(listed(), encoding="utf-8")
