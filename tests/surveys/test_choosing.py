"""Several answers to one question come out alike, whatever shape the tool gave them; words beside the scale too."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.config import Config
from store.database import Store
from store.errors import WrongCodebook, WrongFile
from store.facts import Facts
from surveys.choosing import SEPARATORS, separator, split_choices
from surveys.codebook import parse_codebook
from surveys.intake import check_survey, import_survey, undo, withdraw
from surveys.questions import folded
from tests.surveys.tool_samples import delimited, write

START = """
[wave]
id = "2024-prøve"
instrument = "prøve"
institute = "Institut Prøve"
mode = "web"
language = "da"
fieldwork = [2024-03-01, 2024-03-31]

[area]
constant = "vollsmose"

[respondent]
id = "nr"
"""

ITEM = """
[[items]]
id = "tryg"
concept = "tryghed"
column = "q"
wording = "Hvor tryg føler du dig?"
min = 1
max = 5
safe_pole = "low"
dont_know = [8]
not_relevant = [10]
"""

COLUMNS = """
[[choices]]
id = "faerdes"
wording = "Hvor færdes du?"
columns = {q_1 = "gade", q_2 = "park"}
"""

CELL = """
[[choices]]
id = "faerdes"
wording = "Hvor færdes du?"
column = "q"
options = {%s}
"""

TEXTS = '"På gaden" = "gade", "I parken, på stien" = "park"'

WANTED = {("1", "gade"): "chosen", ("1", "park"): "chosen", ("2", "gade"): "not chosen", ("2", "park"): "chosen",
          ("3", "gade"): "not asked", ("3", "park"): "not asked"}


def taken(store: Store, facts: Facts, config: Config, folder: Path, rows: list[list[str]], codebook: str,
          delimiter: str = ";") -> list[str]:
    path = write(folder / "svar.csv", delimited(rows, delimiter))
    written = write(folder / "kodebog.toml", START + codebook)
    import_survey(store, path, written, facts, config)
    return [row["reason"] for row in store.rows("SELECT reason FROM refusals ORDER BY row")]


@pytest.mark.parametrize(("header", "rows", "codebook", "delimiter"), [
    (["q_1", "q_2"], [["1", "1"], ["0", "1"], ["", ""]], COLUMNS, ";"),
    (["q_1", "q_2"], [["Y", "Y"], ["", "Y"], ["", ""]], COLUMNS, ";"),
    (["q_1", "q_2"], [["Ja", "ja"], ["Nej", "Valgt"], ["", ""]], COLUMNS, ";"),
    (["q"], [["På gaden;I parken, på stien;"], ["I parken, på stien;"], [""]], CELL % TEXTS, ";"),
    (["q"], [["På gaden, I parken, på stien"], ["I parken, på stien"], [""]], CELL % TEXTS, ","),
    (["q"], [["g p"], ["p"], [""]], CELL % 'g = "gade", p = "park"', ";"),
])
def test_five_shapes_give_the_same_choices(
    tmp_path: Path, store: Store, facts: Facts, config: Config, header: list[str], rows: list[list[str]],
    codebook: str, delimiter: str,
) -> None:
    numbered = [[str(number), *row] for number, row in enumerate(rows, 1)]
    assert not taken(store, facts, config, tmp_path, [["nr", *header], *numbered], codebook, delimiter)
    asked = [tuple(row) for row in store.rows("SELECT option, state FROM choices ORDER BY option, state")]
    assert sorted(asked) == sorted((option, state) for (_, option), state in WANTED.items())
    chosen = store.rows("SELECT respondent_id, count(*) AS n FROM choices WHERE state = 'chosen' GROUP BY 1")
    assert sorted(row["n"] for row in chosen) == [1, 2]
    assert store.value("SELECT options FROM choice_questions") == '["gade", "park"]'


def test_what_no_option_names_is_refused_or_the_other_option(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    rows = [["nr", "q"], ["1", "På gaden;Hos Klumpfort"], ["2", "På gaden;"]]
    assert taken(store, facts, config, tmp_path, rows, CELL % TEXTS) == ["a choice that 'options' does not name"]
    assert store.value("SELECT count(*) FROM choices") == 2
    undo(store, 1)
    other = CELL % TEXTS + 'other = "andet"\n'
    assert not taken(store, facts, config, tmp_path, rows, other)
    assert store.value("SELECT count(*) FROM choices WHERE option = 'andet' AND state = 'chosen'") == 1
    assert "Klumpfort" not in "\n".join(store.db.conn.iterdump())


def test_a_column_that_says_neither_is_refused(tmp_path: Path, store: Store, facts: Facts, config: Config) -> None:
    rows = [["nr", "q_1", "q_2"], ["1", "måske", "1"], ["2", "1", "0"]]
    assert taken(store, facts, config, tmp_path, rows, COLUMNS) == ["neither chosen nor not chosen"]


def test_choices_go_with_their_respondent_and_their_import(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    taken(store, facts, config, tmp_path, [["nr", "q_1", "q_2"], ["1", "1", "0"], ["2", "0", "0"]], COLUMNS)
    assert withdraw(store, "2", config) == 1
    assert store.value("SELECT count(*) FROM choices") == 2
    undo(store, 1)
    assert store.value("SELECT count(*) FROM choices") + store.value("SELECT count(*) FROM choice_questions") == 0


def test_a_look_shows_what_was_chosen(tmp_path: Path, store: Store, facts: Facts) -> None:
    path = write(tmp_path / "svar.csv", delimited([["nr", "q_1", "q_2"], ["1", "1", "0"], ["2", "", ""]], ";"))
    codebook = write(tmp_path / "k.toml", START + COLUMNS)
    text = check_survey(path, codebook, store, facts).text()
    assert "choices faerdes: gade: 1 chosen, 0 not, 1 not asked; park: 0 chosen, 1 not, 1 not asked" in text


NAMES = st.lists(st.text("abcæ, ;", min_size=1, max_size=8).map(lambda text: " ".join(text.split()))
                 .filter(lambda text: text.strip(" ,;") == text and text), min_size=1, max_size=4, unique_by=folded)


@given(NAMES, st.data())
def test_what_was_joined_is_split_again(names: list[str], data: st.DataObject) -> None:
    options = {folded(name): name for name in names}
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    sign = data.draw(st.sampled_from(SEPARATORS[:1]))
    plain = [name for name in chosen if sign not in name]
    found = split_choices(f"{sign} ".join(plain) + sign, options, sign)
    assert found == frozenset(plain)


def test_the_separator_is_the_one_that_lets_most_cells_be_read() -> None:
    assert separator(["a;b", "b;"], ["a", "b"]) == ";"
    assert separator(["a, b, c", "b, c"], ["a", "b, c"]) == ","
    assert separator(["a b"], ["a", "b"]) == " "
    assert separator([], ["a"]) == ";"


@pytest.mark.parametrize(("codebook", "says"), [
    (COLUMNS.replace('columns = {q_1 = "gade", q_2 = "park"}', ""), "needs 'columns', or 'column'"),
    (COLUMNS + 'column = "q"\n', "needs 'columns', or 'column'"),
    (COLUMNS.replace('"park"', '"gade"'), "two columns are the same option"),
    (CELL % '"På gaden" = "gade", "på  gaden" = "park"', "may mean two options"),
    (COLUMNS + COLUMNS, r"two of \[\[choices\]\] are called 'faerdes'"),
    (COLUMNS + CELL.replace('"faerdes"', '"b"').replace('"q"', '"q_1"') % TEXTS, "the column 'q_1' is used twice"),
])
def test_a_wrong_question_with_several_answers_is_told(codebook: str, says: str) -> None:
    with pytest.raises(WrongCodebook, match=says):
        parse_codebook(START + codebook, Path("k.toml"), {"vollsmose"})


# ---------------------------------------------------------------- one answer, in words or in codes


def states(store: Store) -> list[tuple[str, int | None]]:
    return [tuple(row) for row in store.rows("SELECT state, value FROM answers ORDER BY state, value")]


def test_words_beside_the_scale_are_kept_apart_from_blank_without_being_named(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    answers = ["1", "8", "Ved ikke", "Husker ikke", "Ønsker ikke at svare", "Vil ikke svare", "Ikke relevant", "10", ""]
    rows = [["nr", "q"], *([str(number), text] for number, text in enumerate(answers, 1))]
    assert not taken(store, facts, config, tmp_path, rows, ITEM)
    assert states(store) == [("dont_know", None)] * 3 + [("not_relevant", None)] * 2 + [("refused", None)] * 2 + [
        ("valid", 1)]


def test_a_label_that_stands_beside_every_scale_can_not_be_on_one() -> None:
    with pytest.raises(WrongCodebook, match=r"calls 5 'Ved ikke', which is on the scale 1–5"):
        parse_codebook(START + ITEM + 'labels = {1 = "Tryg", 5 = "Ved ikke"}\n', Path("k.toml"), {"vollsmose"})


@pytest.mark.parametrize(("answers", "told", "expected"), [
    (["Meget tryg", "Ved ikke"], "", [("dont_know", None), ("valid", 1)]),
    (["1", "8"], "", [("dont_know", None), ("valid", 1)]),
    (["1", "3"], "", [("dont_know", None), ("valid", 1)]),
    (["1", "3"], 'answers = "number"\n', [("dont_know", None), ("valid", 1)]),
    (["5", "1"], 'answers = "value"\n', [("valid", 1), ("valid", 5)]),
])
def test_enalyzer_writes_texts_values_or_numbers_of_labels(
    tmp_path: Path, store: Store, facts: Facts, config: Config, answers: list[str], told: str,
    expected: list[tuple[str, int | None]],
) -> None:
    labelled = ITEM + 'labels = {1 = "Meget tryg", 5 = "Meget utryg", 8 = "Ved ikke"}\n'
    rows = [["nr", "q"], *([str(number), text] for number, text in enumerate(answers, 1))]
    assert not taken(store, facts, config, tmp_path, rows, f'\n[file]\nformat = "enalyzer"\n{told}{labelled}')
    assert states(store) == expected


def test_numbers_that_may_be_values_or_numbers_of_labels_are_refused_until_somebody_says(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    labelled = ITEM + 'labels = {2 = "Tryg", 1 = "Meget tryg"}\n'
    with pytest.raises(WrongFile, match=r"may be values or numbers of labels.*\[file\] answers"):
        taken(store, facts, config, tmp_path, [["nr", "q"], ["1", "1"], ["2", "2"]],
              f'\n[file]\nformat = "enalyzer"\n{labelled}')
    assert store.value("SELECT count(*) FROM imports") == 0



@pytest.mark.parametrize(("days", "told", "says"), [
    (["02-03-2024", "04-03-2024"], "", "may have the day or the month first"),
    (["02-03-2024", "04-03-2024"], 'dates = "dmy"', None),
    (["02-03-2024", "25-03-2024"], "", None),
])
def test_an_ambiguous_order_of_dates_is_refused_until_somebody_says(
    tmp_path: Path, store: Store, facts: Facts, config: Config, days: list[str], told: str, says: str | None,
) -> None:
    rows = [["nr", "dag", "q"], *([str(number), day, "1"] for number, day in enumerate(days, 1))]
    codebook = f'date = "dag"\n\n[file]\n{told}\n{ITEM}'
    if says:
        with pytest.raises(WrongFile, match=says):
            taken(store, facts, config, tmp_path, rows, codebook)
    else:
        assert not taken(store, facts, config, tmp_path, rows, codebook)


def test_an_answer_from_outside_the_fieldwork_is_refused(
    tmp_path: Path, store: Store, facts: Facts, config: Config,
) -> None:
    rows = [["nr", "dag", "q"], ["1", "2024-03-31", "1"], ["2", "2024-04-01", "1"], ["3", "i går", "1"], ["4", "", "1"]]
    assert taken(store, facts, config, tmp_path, rows, f'date = "dag"\n{ITEM}') == [
        "answered outside the fieldwork", "no date that can be read", "the day of the answer is missing"]
