"""The guide for survey teams says what the program says: its commands are run and its messages compared."""

from __future__ import annotations

import csv
import io
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reputation.cli import run_command
from reputation.export import plain_csv
from reputation.language import Language
from reputation.lookup import Figures
from reputation.measure import measure
from reputation.publish import years_of
from reputation.report import all_tables
from store.config import load_config
from store.database import Store
from store.facts import load_facts

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "survey-teams.md").read_text(encoding="utf-8")

TRYG = ["1", "2", "3", "1", "5", "2", "8", "6", "1", "4"]
WHERE = ["På gaden, I parken", "I parken", "", "På gaden"]
WHY = ["Her er stille", "", "Der er mørkt ved stien", "", "Naboerne hilser"]


def answers() -> str:
    """The 120 rows of svar.csv, of which the guide shows the first."""
    rows = [["nr", "område", "køn", "tryg", "færdes", "hvorfor", "mail", "afsluttet", "status"]]
    rows += [[f"{n:03}", "1" if n <= 80 else "2", "1" if n % 2 else "2", TRYG[n % 10], WHERE[n % 4], WHY[n % 5],
              f"beboer{n}@eksempel.dk", f"{n % 28 + 1:02}-03-2024", "0" if n % 12 == 0 else "1"] for n in range(1, 121)]
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue()


@dataclass
class Play:
    """A run of the guide, from its top to its end."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    ran: list[str] = field(default_factory=list)

    def file(self, name: str, text: str) -> None:
        if name == "svar.csv":
            assert answers().startswith(text.removesuffix("…\n")), "the guide shows other rows than there are"
            text = answers()
        (self.folder / name).write_text(text, encoding="utf-8")

    def console(self, text: str, change: tuple[str, str, str] | None) -> None:
        before = b""
        if change:
            name, old, new = change
            before = (self.folder / name).read_bytes()
            assert before.decode().count(old) >= 1, f"{name} holds no {old}"
            (self.folder / name).write_text(before.decode().replace(old, new, 1), encoding="utf-8")
        for block in re.split(r"^\$ reputation ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = block.partition("\n")
            self.capture.readouterr()
            run_command(shlex.split(command))
            said = self.capture.readouterr()
            assert same(expected, said.out + said.err), f"{command}\n{said.out}{said.err}"
            self.ran.append(command)
        if change:
            (self.folder / change[0]).write_bytes(before)


def same(expected: str, said: str) -> bool:
    """Say whether the output is as expected, where a line of dots stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in expected.splitlines())
    return bool(re.fullmatch(pattern, said))


PARTS = re.compile(
    r"<!-- change (?P<file>\S+): (?P<old>[^\n]+) → (?P<new>[^\n]+) -->\n"
    r"|```(?P<kind>\w+)(?: (?P<name>\S+))?\n(?P<body>.*?)```", re.DOTALL)


def test_what_the_guide_says_is_what_the_program_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text('[surveys]\nkey_file = "noegle"\n', encoding="utf-8")
    play = Play(tmp_path, capsys)
    change: tuple[str, str, str] | None = None
    for part in PARTS.finditer(GUIDE):
        if part["file"]:
            change = part["file"], part["old"], part["new"]
        elif part["kind"] == "console":
            if "withdraw" in part["body"]:
                check_figures(tmp_path)
            play.console(part["body"], change)
            change = None
        elif part["name"]:
            play.file(part["name"], part["body"])
    assert len(play.ran) >= 20


def check_figures(folder: Path) -> None:
    """Check that a report made now has the figures that the guide names; its charts are tested elsewhere."""
    config = load_config(folder / "config.toml")
    with Store.open(config.store.path, create=False) as store:
        content = measure(store, config, load_facts(config), years_of(store, config, None))
    tables = {each.id: each for each in all_tables(Figures(content), Language("da", content.words["da"]))}
    rows = csv.DictReader(io.StringIO(plain_csv(tables["survey"], ()).decode()))
    row = next(each for each in rows if each["area_id"] == "vollsmose")
    share, low, high, unsafe = (f"{100 * float(row[key]):.1f}" for key in (
        "safe_share", "safe_share_low", "safe_share_high", "unsafe_share"))
    assert f"{share} % feel safe ({low}–{high})" in GUIDE
    assert f"{unsafe} % unsafe, index {float(row['safety_index']):.1f}" in GUIDE
    answered = next(each for each in content.estimates if each.indicator == "respondents.sex=kvinde"
                    and each.area == "vollsmose")
    assert f"{100 * (answered.value or 0):.0f} % of those who answered are women" in " ".join(GUIDE.split())


@pytest.mark.parametrize("block", [part["body"] for part in PARTS.finditer(GUIDE) if part["kind"] == "toml"
                                   and not part["name"]])
def test_every_example_of_a_table_is_read_by_the_codebook(block: str, tmp_path: Path) -> None:
    from surveys.codebook import parse_codebook
    from tests.surveys.samples import CODEBOOK

    text = CODEBOOK.replace('margins = "margins.csv"', "") + block
    parse_codebook(text, tmp_path / "k.toml", {"vollsmose", "gellerup"})
