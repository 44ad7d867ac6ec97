"""Coding in Label Studio and doccano: tasks out without any prediction, codes back by the rules of the sheet."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from typing import Any

import pytest

from nlp.sheets import CODES, import_codes, write_sheet
from nlp.validate import coded_texts
from store.errors import Exit, OtherKind, WrongFile, WrongUse
from store.facts import Facts, load_facts
from tests.reputation.build import Newsroom, config

TONES = [-1, -1, 0, 1, -1, 0, 0, 1, -1, 0]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return load_facts(config(tmp_path_factory.mktemp("facts")))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    room = Newsroom.open(tmp_path)
    room.year("vollsmose", 2018, TONES * 2)
    return room


def written(room: Newsroom, facts: Facts, path: Path) -> str:
    write_sheet(room.store, path, facts, areas=["vollsmose"], per_year=5)
    return path.read_text(encoding="utf-8")


def stored(room: Newsroom) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in room.store.rows("SELECT coder, relevance, tone, safety FROM codes"))


def refusals(room: Newsroom) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in room.store.rows('SELECT row, "column" FROM refusals ORDER BY row, id')]


def annotated(task: dict[str, Any], coder: object, **answers: str) -> dict[str, Any]:
    result = [{"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [word]}}
              for name, word in answers.items()]
    return {**task, "annotations": [{"id": 1, "completed_by": coder, "was_cancelled": False, "result": result}]}


def put(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_tasks_of_label_studio_hold_the_text_and_no_prediction(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    tasks = json.loads(written(room, facts, tmp_path / "ud" / "opgaver.json"))
    assert {frozenset(task) for task in tasks} == {frozenset({"data"})}
    assert {frozenset(task["data"]) for task in tasks} == {
        frozenset({"sample", "article", "area", "date", "title", "lead"})}
    assert "probability" not in json.dumps(tasks)


def test_its_interface_asks_the_three_questions_with_the_words_of_the_sheet(room: Newsroom, facts: Facts,
                                                                            tmp_path: Path) -> None:
    written(room, facts, tmp_path / "opgaver.json")
    view = ET.parse(tmp_path / "opgaver.xml").getroot()
    asked = {each.get("name"): [choice.get("value") for choice in each] for each in view.iter("Choices")}
    assert asked == {question: list(words) for question, words in CODES.items()}
    assert {each.get("toName") for each in view.iter("Choices")} == {each.get("name") for each in view.iter("Text")}
    shown = {each.get("value", "")[1:] for each in view.iter() if each.get("value", "").startswith("$")}
    assert {"title", "lead"} <= shown


def test_codes_come_back_from_label_studio_by_coder(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    tasks = json.loads(written(room, facts, tmp_path / "opgaver.json"))
    one = annotated(tasks[0], 7, relevance="handler om", tone="negativ", safety="utryg")
    other = annotated(tasks[0], {"id": 9, "email": "cd@example.org"}, tone="positiv")
    skipped = annotated(tasks[1], 7, tone="negativ")
    skipped["annotations"][0]["was_cancelled"] = True
    both = {**one, "annotations": one["annotations"] + other["annotations"]}

    summary = import_codes(room.store, put(tmp_path / "eksport.json", [both, skipped, tasks[2]]), facts)

    assert (summary.rows, summary.added, summary.refused, summary.exit_code) == (2, 2, 0, Exit.DONE)
    assert stored(room) == [("7", "about", "negative", "unsafe"), ("9", None, "positive", None)]
    assert list(coded_texts(room.store)["tone"]) == [0.0]
    assert import_codes(room.store, tmp_path / "eksport.json", facts).known


def test_lines_of_doccano_hold_the_text_and_its_labels_every_answer(room: Newsroom, facts: Facts, tmp_path: Path
                                                                    ) -> None:
    lines = [json.loads(line) for line in written(room, facts, tmp_path / "ark.jsonl").splitlines()]
    assert {frozenset(line) for line in lines} == {frozenset({"text", "label", "sample", "article", "area"})}
    assert all(line["label"] == [] and "Vollsmose" in line["text"].title() for line in lines)
    labels = [each["text"] for each in json.loads((tmp_path / "ark-labels.json").read_text(encoding="utf-8"))]
    assert labels[:2] == ["Relevans: handler om", "Relevans: foregår i"]
    assert len(labels) == sum(map(len, CODES.values()))


def coded(line: str, *labels: str, **more: object) -> str:
    return json.dumps({**json.loads(line), "id": 1, "label": list(labels), "Comments": [], **more}, ensure_ascii=False)


def test_codes_come_back_from_doccano_one_file_a_coder(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    lines = written(room, facts, tmp_path / "ark.jsonl").splitlines()
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("ab.jsonl", "\n".join([coded(lines[0], "Tone: negativ", "Tryghed: utryg"), coded(lines[1])]))
        archive.writestr("cd.jsonl", coded(lines[0], "tone: Positiv"))
    summary = import_codes(room.store, tmp_path / "export.zip", facts)
    assert (summary.added, summary.refused) == (2, 0)
    assert stored(room) == [("ab", None, "negative", "unsafe"), ("cd", None, "positive", None)]


def test_a_single_file_of_doccano_is_named_after_its_coder(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    lines = written(room, facts, tmp_path / "ark.jsonl").splitlines()
    (tmp_path / "ef.jsonl").write_text(coded(lines[0], "Tone: neutral"), encoding="utf-8")
    assert import_codes(room.store, tmp_path / "ef.jsonl", facts).added == 1
    assert stored(room)[0][0] == "ef"
    (tmp_path / "all.jsonl").write_text(coded(lines[1], "Tone: neutral"), encoding="utf-8")
    assert import_codes(room.store, tmp_path / "all.jsonl", facts).refused == 1
    assert refusals(room) == [(1, "coder")]


def test_what_is_no_code_is_refused_and_the_rest_taken(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    lines = written(room, facts, tmp_path / "ark.jsonl").splitlines()
    (tmp_path / "ab.jsonl").write_text("\n".join([
        coded(lines[0], "Tone: negativ", "Tone: positiv"), coded(lines[1], "Tone: sur"),
        coded(lines[2], "Tone: neutral", article="andet"), coded(lines[3], "Tone: neutral"),
    ]), encoding="utf-8")
    summary = import_codes(room.store, tmp_path / "ab.jsonl", facts)
    assert (summary.added, summary.refused, summary.exit_code) == (1, 3, Exit.WITH_REFUSALS)
    assert refusals(room) == [(1, "tone"), (2, "tone"), (3, "article")]


def zipped(**members: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.json", b"[{]", "no JSON"), ("a.json", b'[{"tone": "negativ", "annotator": 1}]', "task 1 has no 'data'"),
    ("a.json", b"[1]", "task 1"), ("a.jsonl", b'{"text": "a", "label": []}\n{oops', "line 2 is no JSON"),
    ("a.jsonl", b'{"text": "a"}\n[]', "line 2 is no object"), ("a.json", b"[" * 100_000, "no JSON"),
    ("a.zip", zipped(**{"readme.txt": "hej"}), "workbook"), ("a.jsonl", b'{"text": "\xff"}', "no JSON"),
])
def test_a_damaged_export_is_refused_whole(room: Newsroom, facts: Facts, tmp_path: Path, name: str, content: bytes,
                                           said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongFile, match=said):
        import_codes(room.store, tmp_path / name, facts)
    assert room.store.value("SELECT count(*) FROM imports") == 0


def test_odd_answers_of_label_studio_are_no_answers(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    tasks = json.loads(written(room, facts, tmp_path / "opgaver.json"))
    odd = [{**tasks[0], "annotations": [7, {"completed_by": None, "result": [{"from_name": "tone", "value": 1}]}]},
           {**tasks[1], "annotations": None}]
    summary = import_codes(room.store, put(tmp_path / "e.json", odd), facts)
    assert (summary.rows, summary.added, summary.refused) == (0, 0, 0)


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
def test_the_demonstration_says_so_inside_and_stays_out_of_a_real_store(room: Newsroom, facts: Facts, tmp_path: Path,
                                                                        ending: str) -> None:
    (tmp_path / "demo").mkdir()
    demo = Newsroom.open(tmp_path / "demo", kind="demo")
    demo.year("vollsmose", 2018, TONES)
    text = written(demo, facts, tmp_path / f"a{ending}")
    records = json.loads(text) if ending == ".json" else [json.loads(line) for line in text.splitlines()]
    assert all("DEMODATA" in json.dumps(record) for record in records)
    with pytest.raises(OtherKind):
        import_codes(room.store, tmp_path / f"a{ending}", facts)
    (tmp_path / "a.zip").write_bytes(zipped(**{"ab.jsonl": text}))
    if ending == ".jsonl":
        with pytest.raises(OtherKind):
            import_codes(room.store, tmp_path / "a.zip", facts)


def test_a_zip_that_swells_is_refused(room: Newsroom, facts: Facts, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("nlp.tasks.MOST_UNPACKED", 3)
    (tmp_path / "a.zip").write_bytes(zipped(**{"ab.jsonl": "{}{}"}))
    with pytest.raises(WrongFile, match="larger unpacked"):
        import_codes(room.store, tmp_path / "a.zip", facts)


def test_another_ending_is_refused_before_anything_is_drawn(room: Newsroom, facts: Facts, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"\.xlsx or \.json or \.jsonl"):
        write_sheet(room.store, tmp_path / "ark.docx", facts, areas=["vollsmose"])
    assert room.store.value("SELECT count(*) FROM samples") == 0
