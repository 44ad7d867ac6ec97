"""Find what the program can say when something is wrong: the texts of errors, failures and refusals in its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PLACE: dict[str, int] = {
    "WrongUse": 0, "WrongConfig": 0, "WrongFacts": 0, "WrongFile": 0, "OtherKind": 0, "NothingCollected": 0,
    "StoreUnusable": 0, "AlreadyRunning": 0, "Failure": 0, "NoFeed": 0, "NoPage": 0, "NoSitemap": 0,
    "Refused": 2, "_wrong": 1,
}
"""What carries a message, and at which place."""

HOLE = "…"
"""Stands for what is filled in."""


@dataclass(frozen=True)
class Message:
    """A text as it stands in the code, holes for what is filled in."""

    text: str
    file: str
    line: int


def messages(*rooms: str) -> list[Message]:
    """List the messages of rooms, each text once."""
    found: dict[str, Message] = {}
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            for each in _messages(ast.parse(path.read_text(encoding="utf-8")), path):
                found.setdefault(each.text, each)
    return list(found.values())


def _messages(tree: ast.AST, path: Path) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLACE:
            at = PLACE[node.func.id]
            for argument in node.args[at:at + 1]:
                for text in _texts(argument):
                    if text.strip(f"{HOLE} "):
                        yield Message(text, str(path.relative_to(ROOT)), node.lineno)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(each.value if isinstance(each, ast.Constant) else HOLE for each in node.values)  # type: ignore[misc]
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for each in node.values:
            yield from _texts(each)
