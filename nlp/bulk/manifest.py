"""The manifest of a bulk job: which input, in what state, with how many rows, readings and refusals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nlp.bulk.inputs import Source, spans
from nlp.bulk.partition import Counts, Partition, counted, whole
from store.errors import WrongFile

FORMAT = 1
"""Raised when readings get other columns: parts of an older format are read anew."""

NAME = "manifest.json"
State = Literal["waiting", "reading", "done"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is the one that was read: size, time of change, and a digest of all of it."""

    bytes: int
    modified_ns: int
    digest: str


@dataclass(frozen=True)
class Input:
    """One input file of a job: its partitions in order, and what those that are read came to."""

    source: Source
    stamp: Stamp
    partitions: tuple[Partition, ...]
    done: Mapping[str, Counts]

    @property
    def state(self) -> State:
        """How far this file has come."""
        if len(self.done) == len(self.partitions):
            return "done"
        return "reading" if self.done else "waiting"

    @property
    def counts(self) -> Counts:
        """What all partitions read so far came to."""
        return sum(self.done.values(), Counts())

    @property
    def missing(self) -> tuple[Partition, ...]:
        """The partitions still to be read."""
        return tuple(each for each in self.partitions if each.name not in self.done)

    def with_done(self, name: str, counts: Counts) -> Input:
        """Return the input with one more partition read."""
        return replace(self, done={**self.done, name: counts})


def stamps(folder: Path) -> dict[str, Stamp]:
    """Return what the manifest in ``folder`` says of its inputs, by path; nothing where there is none."""
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {each["path"]: Stamp(each["bytes"], each["modified_ns"], each["digest"]) for each in said["inputs"]}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        raise WrongFile("not a manifest of this program", where=folder / NAME,
                        do="Name another folder, or take this file away to read everything anew") from None


def plan(given: Source, folder: Path, version: str, known: Stamp | None) -> Input:
    """Divide one file into partitions and find those already read by ``version``. Raises :class:`WrongFile`.

    A file of the same size and time of change as before is taken to be the same; else its digest decides.
    """
    path = Path(given.path)
    about = path.stat()
    if known and (known.bytes, known.modified_ns) == (about.st_size, about.st_mtime_ns):
        stamp = known
    else:
        stamp = Stamp(about.st_size, about.st_mtime_ns, digest(path))
    prefix = _short(given.path)
    content = _short(FORMAT, version, stamp.digest)
    partitions = tuple(
        Partition(given, span, f"{prefix}-{content}-{number:05}", str(folder))
        for number, span in enumerate(spans(given))
    )
    found = {each.name: counts for each in partitions if (counts := counted(each)) is not None}
    return Input(given, stamp, partitions, found)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def superseded(inputs: Sequence[Input], folder: Path) -> list[Path]:
    """List the parts in ``folder`` of earlier states of these inputs, and what killed runs left half written."""
    kept = {each.name for one in inputs for each in one.partitions}
    prefixes = {name.split("-")[0] for name in kept}
    return [
        path for path in folder.iterdir()
        if path.suffix == ".tmp" or (path.stem not in kept and path.name.split("-")[0] in prefixes)
    ]


def content_digest(inputs: Sequence[Input]) -> str:
    """Digest what readings are made of: the same parts need not be put together twice."""
    return _short(FORMAT, *(each.name for one in inputs for each in one.partitions))


def write_manifest(folder: Path, inputs: Sequence[Input], backend: str, version: str, assembled: str) -> None:
    """Write the manifest. ``assembled``: the content digest of what stands in ``readings``, empty while it is not."""
    total = sum((one.counts for one in inputs), Counts())
    said: dict[str, Any] = {
        "format": FORMAT,
        "state": "done" if assembled and assembled == content_digest(inputs) else "reading",
        "backend": {"name": backend, "version": version},
        "readings_of": assembled,
        "total": _told(total),
        "inputs": [
            {"path": one.source.path, **asdict(one.stamp), "backend_version": version, "state": one.state,
             "partitions": len(one.partitions), "partitions_read": len(one.done), **_told(one.counts)}
            for one in inputs
        ],
    }
    text = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    whole(folder / NAME, lambda path: path.write_text(text, encoding="utf-8"))


def assembled_before(folder: Path) -> str:
    """Return the content digest of the readings in ``folder``; empty where they are not whole."""
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(said.get("readings_of") or "") if isinstance(said, dict) else ""


def _told(counts: Counts) -> dict[str, int]:
    return {"rows": counts.rows, "articles_with_an_area": counts.named, "readings": counts.readings,
            "refusals": counts.refusals}


def _short(*said: object) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
