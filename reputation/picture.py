"""Turn charts into PNGs for slides: the same bytes on every machine, with their words inside.

``python -m reputation.picture A.svg B.svg`` draws each beside its SVG; :func:`draw_all` runs that once a processor,
since the renderer holds Python's lock and a report has a hundred charts.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import resvg_py

FONTS = tuple(
    str(Path(__file__).parent / "fonts" / f"source-sans-3-latin-{weight}-normal.ttf") for weight in (400, 700)
)
"""the static cuts of the page's font, fontsource's WOFF unpacked: the renderer reads neither WOFF nor axes of weight"""

FAMILY = "Source Sans 3"

ZOOM = 2.0
"""a chart of 564 px fills 1,128: sharp on a slide of 1,920"""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = len(_SIGNATURE) + 25
"""signature and IHDR: texts may follow from here"""

_WORDS = {"Title": r"<title[^>]*>(.*?)</title>", "Description": r"<desc[^>]*>(.*?)</desc>",
          "Comment": r'<text[^>]*class="mark end"[^>]*>(.*?)</text>'}
"""PNG keyword → where its text stands in one of our SVGs; the comment is the mark of a demonstration"""


def png(svg: str) -> bytes:
    """Draw a standalone SVG with the bundled font alone; its title, description and mark travel in the PNG.

    Raises :class:`ValueError` for what is no SVG.
    """
    drawn = bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=ZOOM,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=list(FONTS),
            sans_serif_family=FAMILY,
            font_family=FAMILY,
        )
    )
    texts = b"".join(_text(*each) for each in words_of(svg).items())
    return drawn[:_HEADER] + texts + drawn[_HEADER:]


def words_of(svg: str) -> Mapping[str, str]:
    """Return what an SVG of ours says of itself, by PNG keyword; the first of each, since shapes have titles too."""
    found = {keyword: re.search(pattern, svg, re.DOTALL) for keyword, pattern in _WORDS.items()}
    return {keyword: unescape(each[1]) for keyword, each in found.items() if each and each[1]}


def _text(keyword: str, text: str) -> bytes:
    """Return an iTXt chunk: international text, not compressed, so that a search through files finds it."""
    body = b"iTXt" + keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode()
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def draw(svgs: Sequence[Path]) -> None:
    """Draw each SVG file beside itself."""
    for each in svgs:
        each.with_suffix(".png").write_bytes(png(each.read_text(encoding="utf-8")))


@contextmanager
def draw_all(folder: Path) -> Iterator[None]:
    """Draw every SVG of a folder beside itself, shared out over the processors, while something else is done.

    Raises :class:`OSError` where a file can't be drawn or written.
    """
    svgs = sorted(folder.glob("*.svg"))
    shares = [svgs[at::os.cpu_count() or 1] for at in range(min(len(svgs), os.cpu_count() or 1))]
    running = [
        subprocess.Popen(  # noqa: S603  # our own words only
            [sys.executable, "-m", "reputation.picture", *map(str, share)],
            cwd=Path(__file__).parents[1], stderr=subprocess.PIPE, encoding="utf-8",
        )
        for share in shares
    ]
    try:
        yield
    finally:
        said = [each.communicate()[1] for each in running]
    if any(each.returncode for each in running):
        raise OSError("\n".join(filter(None, said)).strip().rpartition("\n")[2] or "charts could not be drawn as PNG")


if __name__ == "__main__":
    draw([Path(each) for each in sys.argv[1:]])
