"""docs/another-city.md: what it shows is a configuration that loads, and hundreds of areas are read."""

import re
from pathlib import Path

from nlp.document import document
from nlp.reader import Reader
from store.config import load_config
from store.facts import load_facts

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "another-city.md").read_text(encoding="utf-8")


def folder(path: Path, areas: str) -> Path:
    config, outlets, _ = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    (path / "facts").mkdir()
    (path / "config.toml").write_text(config, encoding="utf-8")
    (path / "facts" / "outlets.toml").write_text(outlets, encoding="utf-8")
    (path / "facts" / "areas.toml").write_text(areas, encoding="utf-8")
    return path / "config.toml"


def shown() -> str:
    return str(re.findall(r"```toml\n(.*?)```", PAGE, re.S)[2])


def read(path: Path, text: str) -> list[str]:
    config = load_config(path)
    reading = Reader(load_facts(config), config).read(document(text))
    return [each.mention.area for each in reading.areas]


def test_the_areas_of_the_page_are_read_with_their_context(tmp_path: Path) -> None:
    path = folder(tmp_path, shown())
    assert read(path, "Nye haver i Stenparken i Havneby. Lyngbakken venter.") == ["stenparken", "lyngbakken"]
    assert read(path, "Stenparken er ren.") == []


def test_hundreds_of_areas_are_known_at_once(tmp_path: Path) -> None:
    made = "".join(
        f'[[areas]]\nid = "made-{n}"\nname = "Rækken {n}"\nkind = "comparison"\nmunicipality = "Havneby"\n'
        f'municipality_code = 998\ncities = ["Havneby"]\nhousing_organisations = []\noutlets = []\n'
        f'aliases = [{{name = "Rækken {n}", kind = "official", needs_context = false}}]\n\n' for n in range(400))
    path = folder(tmp_path, shown() + "\n" + made)
    assert read(path, "I Rækken 7 og Raekken 399 bygges der.") == ["made-7", "made-399"]
