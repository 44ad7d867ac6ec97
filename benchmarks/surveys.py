"""Measure taking a wave of answers in, against pandas putting the same file into SQLite unchecked."""

from __future__ import annotations

import random
import sqlite3
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

from benchmarks.harness import Row, Run, fastest
from store.config import Config, SurveysConfig
from store.database import Store
from store.facts import Facts, load_facts
from surveys.intake import import_survey

RESPONDENTS = 25_000
ITEMS = 20
AREAS = 15

OPEN = ("Her er godt at bo, og naboerne hilser.", "Der er mørkt ved stien; jeg går en omvej.", "")


def measure(run: Run) -> Sequence[Row]:
    """Survey: a wave taken in, that is read, checked, pseudonymised, masked and stored."""
    facts = load_facts(Config(path=Path("config.toml")))
    respondents = run.count(RESPONDENTS, 200)
    whole, tenth = (_wave(run.folder / name, facts, size) for name, size in (
        ("whole", respondents), ("tenth", respondents // 10)))
    answers, fewer = respondents * ITEMS, respondents // 10 * ITEMS
    work = _Work(run.folder, facts)
    peer = fastest(lambda: work.pandas(whole)).processor
    ours = fastest(lambda: work.ours(whole))
    return [
        Row("pandas", "pandas: read_csv, melt, to_sql; nothing checked", {"answers": answers}, peer),
        Row("import", "import-survey of one wave", {"answers": answers, "respondents": respondents,
                                                    "MB at most": _peak(lambda: work.ours(whole))},
            ours.processor, "pandas"),
        Row("import-tenth", "the same of a tenth", {"answers": fewer, "MB at most": _peak(lambda: work.ours(tenth))},
            fastest(lambda: work.ours(tenth)).processor, "import"),
        Row("import-clock", "import-survey of one wave, by the clock", {"answers": answers}, ours.clock, clock=True),
    ]


class _Work:
    """Does the same file over and over, each time into a store of its own."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        self.folder, self.facts, self.numbers = folder, facts, count()

    def ours(self, wave: Path) -> None:
        path = self.folder / f"store-{next(self.numbers)}.db"
        config = Config(path=self.folder / "config.toml", surveys=SurveysConfig(key_file=self.folder / "key"))
        with Store.open(path) as store:
            summary = import_survey(store, wave / "svar.csv", wave / "kodebog.toml", self.facts, config)
        assert summary.refused == 0
        path.unlink()

    def pandas(self, wave: Path) -> None:
        import pandas

        path = self.folder / f"pandas-{next(self.numbers)}.db"
        frame = pandas.read_csv(wave / "svar.csv", sep=";", dtype=str)
        long = frame.melt(["nr", "område", "køn", "hvorfor"], var_name="item", value_name="value").dropna(
            subset=["value"])
        with closing(sqlite3.connect(path)) as base:
            frame[["nr", "område", "køn", "hvorfor"]].to_sql("respondents", base, index=False)
            long[["nr", "item", "value"]].to_sql("answers", base, index=False)
        path.unlink()


def _peak(work: Callable[[], None]) -> float:
    """Return how many MB Python held at most while it worked."""
    tracemalloc.start()
    try:
        work()
        return round(tracemalloc.get_traced_memory()[1] / 1e6, 1)
    finally:
        tracemalloc.stop()


def _wave(folder: Path, facts: Facts, respondents: int) -> Path:
    """Write an export of so many respondents with its codebook."""
    folder.mkdir()
    dice = random.Random(1)  # noqa: S311 - not a secret
    columns = [f"q{number}" for number in range(1, ITEMS + 1)]
    lines = [";".join(["nr", "område", "køn", *columns, "hvorfor"])]
    for number in range(respondents):
        codes = dice.choices(("1", "2", "3", "4", "5", "6", "7", "8", ""), k=ITEMS)
        lines.append(";".join([f"k{number:07}", str(dice.randint(1, AREAS)), str(dice.randint(1, 2)), *codes,
                               f'"{dice.choice(OPEN)}"']))
    (folder / "svar.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    areas = ", ".join(f'{code} = "{area.id}"' for code, area in enumerate(facts.areas[:AREAS], 1))
    items = "".join(
        f'[[items]]\nid = "{name}"\nconcept = "{name}"\ncolumn = "{name}"\nwording = "Spørgsmål {name}"\nmin = 1\n'
        f'max = 7\nsafe_pole = "low"\nsafe = [1, 2, 3]\nunsafe = [5, 6, 7]\ndont_know = [8]\n\n' for name in columns)
    (folder / "kodebog.toml").write_text(
        '[wave]\nid = "måling"\ninstrument = "prøve"\ninstitute = "Institut Prøve"\nmode = "web"\nlanguage = "da"\n'
        f'fieldwork = [2024-03-01, 2024-05-31]\n\n[area]\ncolumn = "område"\ncodes = {{{areas}}}\n\n'
        f'[respondent]\nid = "nr"\n\n{items}[[texts]]\nid = "hvorfor"\ncolumn = "hvorfor"\n', encoding="utf-8")
    return folder
