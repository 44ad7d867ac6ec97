"""What open answers tell, and who answered, stand in tables and on the page of their area."""

from __future__ import annotations

from dataclasses import replace

from reputation.answered import open_answers, tell_answers, who_answered
from reputation.language import Language
from reputation.lookup import Figures
from tests.reputation.contents import content


def test_open_answers_are_told_weighted_and_what_nobody_wrote_of_is_left_out() -> None:
    made = content()
    figures, language = Figures(made), Language("da", made.words["da"])
    area = made.areas[0]
    heading, text = tell_answers(figures, language, area)[0]
    assert "vægtet andel af dem, der skrev" in heading
    assert "at føle sig utryg: 24,0" in text
    assert "fokusmålet »" in text
    nobody = replace(made, estimates=tuple(replace(each, value=0.0) if each.indicator.startswith("answers.") else each
                                           for each in made.estimates))
    assert tell_answers(Figures(nobody), language, area) == ()


def test_tables_have_a_row_for_every_published_share_and_a_word_where_it_is_hidden() -> None:
    made = content()
    figures, language = Figures(made), Language("da", made.words["da"])
    told, who = open_answers(figures, language), who_answered(figures, language)
    assert len(told.rows) == sum(each.indicator.startswith("answers.") for each in made.estimates)
    assert len(who.rows) == sum(each.indicator.startswith("respondents.") for each in made.estimates)
    shares = {row[who.place("of_residents")] for row in who.rows}
    assert shares == {0.5}
    hidden = [row for row in who.rows if row[who.place("of_respondents")] is None]
    assert hidden
    assert all(row[who.place("status")] for row in hidden)
