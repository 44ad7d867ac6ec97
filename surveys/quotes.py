"""List the open answers that a person may choose quotations from."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Store
from surveys.intake import LEAST_FOR_QUOTES


@dataclass(frozen=True)
class OpenAnswer:
    """An open answer, masked."""

    number: int
    """that it is released by"""
    area: str
    wave: str
    question: str
    text: str

    def line(self) -> str:
        """Say it in one line; characters that would steer a terminal are left out."""
        text = "".join(each if each.isprintable() else " " for each in self.text)
        return f"{self.number}  {self.area}  {self.wave}  {self.question}: {' '.join(text.split())}"


def releasable(store: Store) -> tuple[OpenAnswer, ...]:
    """Return the unreleased open answers of areas with enough respondents in the wave, by area, wave and question.

    The order within a question is that of the numbers, which follow the pseudonyms and tell nothing of who came when.
    """
    rows = store.rows(
        "SELECT t.id, r.area_id, t.wave_id, t.text_id, t.text FROM text_answers t"
        " JOIN respondents r ON r.wave_id = t.wave_id AND r.id = t.respondent_id"
        " JOIN (SELECT wave_id, area_id FROM respondents GROUP BY wave_id, area_id HAVING count(*) >= ?) enough"
        " ON enough.wave_id = r.wave_id AND enough.area_id = r.area_id"
        " WHERE t.released IS NULL ORDER BY r.area_id, t.wave_id, t.text_id, t.id", [LEAST_FOR_QUOTES],
    )
    return tuple(OpenAnswer(*row) for row in rows)
