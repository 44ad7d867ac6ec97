"""Charts as PNG: drawn with the bundled font alone, marked, and the same bytes each time."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from reputation.charts import Charts
from reputation.language import TEMPLATES, Language
from reputation.lookup import Figures
from reputation.picture import FONTS, ZOOM, draw_all, png, words_of
from tests.reputation.contents import content

STYLE = (TEMPLATES / "chart.css").read_text(encoding="utf-8")
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20">{}</svg>'


def drawn() -> str:
    made = content()
    charts = Charts(Figures(made), Language("da", made.words["da"]), "DEMODATA")
    return charts.tone_chart(made.areas[0]).standalone(STYLE)


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at:at + 4])
        kind, body = data[at + 4:at + 8], data[at + 8:at + 8 + size]
        assert struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0] == zlib.crc32(kind + body)
        found.append((kind, body))
        at += 12 + size
    return found


def pixels(svg: str) -> bytes:
    return zlib.decompress(b"".join(body for kind, body in chunks(png(svg)) if kind == b"IDAT"))


def test_a_picture_is_twice_the_size_of_its_chart_and_a_whole_png() -> None:
    found = chunks(png(SQUARE.format("")))
    assert struct.unpack(">II", found[0][1][:8]) == (30 * ZOOM, 20 * ZOOM)
    assert found[-1] == (b"IEND", b"")


def test_the_words_of_a_chart_travel_with_its_picture() -> None:
    svg = drawn()
    texts = dict(body.split(b"\0\0\0\0\0") for kind, body in chunks(png(svg)) if kind == b"iTXt")
    assert {key.decode(): value.decode() for key, value in texts.items()} == words_of(svg)
    assert words_of(svg)["Title"] == "Nettotone, Agervang"
    assert words_of(svg)["Comment"] == "DEMODATA"
    assert "2018: " in words_of(svg)["Description"]


def test_every_chart_of_a_folder_is_drawn_beside_itself(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.svg").write_text(SQUARE.format(""), encoding="utf-8")
    with draw_all(tmp_path):
        pass
    assert [(tmp_path / f"{name}.png").read_bytes() for name in "abc"] == [png(SQUARE.format(""))] * 3


def test_a_chart_that_cannot_be_drawn_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text("no svg", encoding="utf-8")
    with pytest.raises(OSError, match="ValueError"), draw_all(tmp_path):
        pass


def test_letters_are_drawn_and_nothing_is_asked_of_the_machines_fonts(tmp_path: Path) -> None:
    words = SQUARE.format('<text y="16" style="font-family:Arial,sans-serif">æøå</text>')
    assert pixels(words) != pixels(SQUARE.format(""))
    (tmp_path / "drawn.py").write_text(
        f"import sys\nfrom reputation.picture import png\nsys.stdout.buffer.write(png({words!r}))\n",
        encoding="utf-8",
    )
    elsewhere = subprocess.run(
        [sys.executable, str(tmp_path / "drawn.py")], capture_output=True, check=True,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "FONTCONFIG_PATH": "/nowhere", "HOME": "/nowhere"},
    )
    assert elsewhere.stdout == png(words)


def test_bold_is_another_cut() -> None:
    thin, bold = (SQUARE.format(f'<text y="16" font-family="Source Sans 3" font-weight="{weight}">b</text>')
                  for weight in (400, 700))
    assert pixels(thin) != pixels(bold)
    assert all(Path(each).exists() for each in FONTS)


def test_the_mark_and_the_hatching_are_in_the_picture() -> None:
    svg = drawn()
    assert pixels(svg) != pixels(svg.replace(">DEMODATA<", "><"))
    assert pixels(svg) == pixels(re.sub(r"<desc.*?</desc>", "", svg))


def test_what_is_no_chart_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"(?i)svg|xml|unknown"):
        png("no svg")
