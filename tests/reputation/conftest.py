"""Draw no pixels in the tests of other things: a report has a hundred pictures, and they have tests of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reputation import report
from reputation.picture import png, words_of

TINY = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@contextmanager
def _draw_tiny(folder: Path) -> Iterator[None]:
    for each in folder.glob("*.svg"):
        comment = words_of(each.read_text(encoding="utf-8")).get("Comment", "")
        mark = f'<text class="mark end">{comment}</text>'
        each.with_suffix(".png").write_bytes(png(TINY.replace("/>", f">{mark}</svg>")))
    yield


@pytest.fixture(autouse=True, scope="session")
def _pictures_are_tiny() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "draw_all", _draw_tiny)
        yield
