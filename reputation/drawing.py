"""Draw plain SVG: scales, axes, points with intervals, bars; nothing of what the figures mean.

Written by hand rather than through Vega: a chart takes well under a millisecond and 2–5 kB instead of 90 ms and 12 kB,
needs no font to be measured, and every shape carries its own title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

TITLE_ROOM = 54
"""height that title and notes take in a file of its own"""


@dataclass(frozen=True)
class Drawing:
    """A chart: its parts, and the words that tell what it shows."""

    id: str
    title: str
    description: str
    width: float
    height: float
    parts: tuple[str, ...]
    note: str = ""
    mark: str = ""
    """printed in the corner: DEMODATA"""

    def inline(self) -> str:
        """Return the ``<svg>`` for a page that carries the style sheet."""
        return self._svg(0, "", ())

    def standalone(self, style: str) -> str:
        """Return an SVG file with its own style, title, note and mark."""
        heading = (text(0, -TITLE_ROOM + 18, self.title, "heading"), text(0, -TITLE_ROOM + 36, self.note, "small"))
        room = (
            f'<rect class="paper" x="-12" y="{-TITLE_ROOM - 4}" width="{number(self.width + 24)}" '
            f'height="{number(self.height + TITLE_ROOM + 12)}"/>'
        )
        style = f"<style>{style}</style>"
        return self._svg(TITLE_ROOM, style + HATCH + room, heading) + "\n"

    def _svg(self, above: float, before: str, more: tuple[str, ...]) -> str:
        margin = 12 if above else 0
        box = (
            f"{-margin} {number(-above - margin / 3)} {number(self.width + 2 * margin)} "
            f"{number(self.height + above + margin)}"
        )
        size = (
            f' width="{number(self.width + 2 * margin)}" height="{number(self.height + above + margin)}"'
            if above
            else ""
        )
        mark = text(self.width, 10, self.mark, "mark end") if self.mark else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="{box}"{size} role="img" '
            f'aria-labelledby="{self.id}-t {self.id}-d"><title id="{self.id}-t">{escape(self.title)}</title>'
            f'<desc id="{self.id}-d">{escape(self.description)}</desc>{before}'
            f"{''.join((*more, *self.parts))}{mark}</svg>"
        )

    def renamed(self, key: str) -> Drawing:
        """Return the same chart under another id."""
        return replace(self, id=key)


HATCH = (
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0V5" stroke="#9a9587" stroke-width="1.4"/></pattern></defs>'
)
"""the pattern of what is not shown and of negative tone; once in a page, once in a file"""


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def text(x: float, y: float, words: str, class_: str = "") -> str:
    """Return a text; class ``mid`` centres it, ``end`` aligns it right."""
    return f'<text x="{number(x)}" y="{number(y)}" class="{class_}">{escape(words)}</text>' if words else ""


def line(points: Iterable[tuple[float, float]], class_: str) -> str:
    """Return a line through points."""
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f'<path class="{class_}" d="M{path}"/>'


def rect(x: float, y: float, width: float, height: float, class_: str, title: str = "") -> str:
    """Return a rectangle, with a title that says its value."""
    inner = f"><title>{escape(title)}</title></rect>" if title else "/>"
    return (
        f'<rect class="{class_}" x="{number(x)}" y="{number(y)}" width="{number(width)}" '
        f'height="{number(max(0.0, height))}"{inner}'
    )


def dot(x: float, y: float, shape: int, class_: str, title: str = "", size: float = 3.4) -> str:
    """Return a point: shape 0 is a circle, 1 a diamond, 2 a square, so that series differ without colour."""
    shapes = (
        f"M{number(x - size)} {number(y)}a{size} {size} 0 1 0 {2 * size} 0a{size} {size} 0 1 0 {-2 * size} 0z",
        f"M{number(x)} {number(y - size - 1)}l{size + 1} {size + 1}l{-size - 1} {size + 1}l{-size - 1} {-size - 1}z",
        f"M{number(x - size)} {number(y - size)}h{2 * size}v{2 * size}h{-2 * size}z",
    )
    inner = f"><title>{escape(title)}</title></path>" if title else "/>"
    return f'<path class="{class_}" d="{shapes[shape % 3]}"{inner}'


@dataclass(frozen=True)
class Scale:
    """Map values from ``low``..``high`` to pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value; what lies outside is held at the edge."""
        held = min(max(value, self.low), self.high)
        return self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True)
class Years:
    """A time axis of whole years, both included."""

    first: int
    last: int
    left: float
    right: float

    @property
    def band(self) -> float:
        """Return the width of a year."""
        return (self.right - self.left) / (self.last - self.first + 1)

    def __call__(self, at: float) -> float:
        """Return the pixel of a decimal year."""
        return Scale(self.first, self.last + 1, self.left, self.right)(at)


@dataclass(frozen=True)
class Point:
    """A figure in time, or the place where one is missing."""

    at: float
    label: str
    title: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: str = ""
    shape: int = 0
    hollow: bool = False
    joined: int | None = None
    """number of the earlier point it is joined to by a line"""
    break_before: bool = False


def axes(
    years: Years, scale: Scale, ticks: Sequence[tuple[float, str]], *, every: int, heavy: float | None = None
) -> list[str]:
    """Draw the grid, its labels and the years."""
    parts: list[str] = []
    for value, label in ticks:
        y = scale(value)
        parts.append(line(((years.left, y), (years.right, y)), "axis" if value == heavy else "grid"))
        parts.append(text(years.left - 5, y + 3.5, label, "end tick"))
    for year in range(years.first, years.last + 1):
        if (year - years.first) % every == 0:
            parts.append(text(years(year + 0.5), scale.start + 14, str(year), "mid tick"))
    return parts


def series(points: Sequence[Point], years: Years, scale: Scale, *, break_word: str, n_at: float | None) -> list[str]:
    """Draw points with intervals, lines between the joined, hatching where a figure is missing, and breaks."""
    under: list[str] = []
    over: list[str] = []
    for place, each in enumerate(points):
        x = years(each.at)
        if each.break_before:
            before = years(points[place - 1].at) if place else years.left
            at = max((before + x) / 2, x - years.band / 2)
            under.append(line(((at, scale.end), (at, scale.start)), "break"))
            under.append(text(at + 2, scale.end + 8, break_word, "small"))
        if n_at is not None:
            over.append(text(x, n_at, each.n, "mid n"))
        if each.value is None:
            half = min(years.band * 0.42, 9)
            under.append(rect(x - half, scale.end, 2 * half, scale.start - scale.end, "missing", each.title))
            continue
        y = scale(each.value)
        if each.joined is not None:
            other = points[each.joined]
            if other.value is not None:
                under.append(line(((years(other.at), scale(other.value)), (x, y)), "line"))
        if each.low is not None and each.high is not None:
            over.append(line(((x, scale(each.low)), (x, scale(each.high))), "whisker"))
        over.append(dot(x, y, each.shape, "dot hollow" if each.hollow else "dot", each.title))
    return under + over


def stacked(at: float, width: float, scale: Scale, pieces: Sequence[tuple[float, str, str, str]]) -> list[str]:
    """Draw one bar of pieces (value, class, label, title) from the bottom up."""
    parts: list[str] = []
    below = 0.0
    for value, class_, label, title in pieces:
        bottom, top = scale(below), scale(below + value)
        parts.append(rect(at - width / 2, top, width, bottom - top, f"bar {class_}", title))
        if label and bottom - top >= 12:
            parts.append(text(at, (bottom + top) / 2 + 3.6, label, f"mid on-{class_}"))
        below += value
    return parts


LETTER, LINE = 5.6, 12.0
"""width of a letter and height of a line of a small label, px: rough, since no font is measured"""


def beside(points: Sequence[tuple[float, float]], names: Sequence[str], left: float, right: float) -> list[str]:
    """Write a name beside each point where it covers no other name and no point; the first free place of twelve."""
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in points]
    parts: list[str] = []
    for (x, y), name in zip(points, names, strict=True):
        width = LETTER * len(name)
        starts = [
            (at, base)
            for up, down in ((-6, 13), (-18, 25))
            for at, base in (
                (x + 5, y + up),
                (x - 5 - width, y + up),
                (x + 5, y + down),
                (x - 5 - width, y + down),
                (x - width / 2, y + up - 2),
                (x - width / 2, y + down + 2),
            )
        ]
        boxes = [(at, base - LINE + 3, at + width, base + 2) for at, base in starts]
        free = [
            box
            for box in boxes
            if left <= box[0] and box[2] <= right and not any(_overlap(box, other) for other in taken)
        ]
        box = free[0] if free else boxes[0]
        taken.append(box)
        parts.append(text(box[0], box[3] - 2, name, "small halo"))
    return parts


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def grid(
    drawings: Sequence[tuple[str, Drawing]], key: str, title: str, description: str, columns: int, note: str, mark: str
) -> Drawing:
    """Put small drawings, each under its name, into one."""
    gap, head = 18.0, 20.0
    width, height = drawings[0][1].width, drawings[0][1].height
    parts: list[str] = []
    for place, (name, each) in enumerate(drawings):
        x, y = (place % columns) * (width + gap), (place // columns) * (height + gap + head)
        inner = "".join(each.parts)
        parts.append(
            f'<g transform="translate({number(x)} {number(y)})">{text(0, 13, name, "name")}'
            f'<g transform="translate(0 {number(head)})">{inner}</g></g>'
        )
    rows = -(-len(drawings) // columns)
    return Drawing(
        key, title, description, columns * (width + gap) - gap, rows * (height + gap + head), tuple(parts), note, mark
    )
