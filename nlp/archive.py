"""Read a national archive in bulk: files in, readings out, on one core or many; a killed job goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nlp.bulk.assemble import READINGS, REFUSALS, assemble
from nlp.bulk.executors import Executor, on_this_process
from nlp.bulk.inputs import source
from nlp.bulk.manifest import (
    Input,
    assembled_before,
    content_digest,
    plan,
    stamps,
    superseded,
    write_manifest,
)
from nlp.bulk.partition import Counts, held_reader
from store.config import Config
from store.errors import AlreadyRunning, Exit, WrongFile, WrongUse

PARTS = "parts"
SAVE_SECONDS = 5.0
"""How often the manifest is written while a job runs; the parts themselves say what is read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job has come: bytes of input done and in all; bytes and articles read in this run, and its seconds."""

    done_bytes: int
    total_bytes: int
    read_bytes: int
    rows: int
    seconds: float

    def line(self) -> str:
        """Say it in one line, with rate and time left."""
        share = 100 * self.done_bytes // self.total_bytes if self.total_bytes else 100
        rate = self.rows / self.seconds if self.seconds else 0.0
        left = (self.total_bytes - self.done_bytes) * self.seconds / self.read_bytes if self.read_bytes else 0.0
        return f"{share} % · {self.rows:,} articles · {rate:,.0f} a second · {_clock(left)} left"


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """What a job came to, and how many partitions this run had to read."""

    out: Path
    files: int
    total: Counts
    partitions_read: int
    backend: str
    version: str

    @property
    def exit_code(self) -> Exit:
        """Refused rows are told of by every run."""
        return Exit.WITH_REFUSALS if self.total.refusals else Exit.DONE

    def line(self) -> str:
        """Say it in one line."""
        refused = f", {self.total.refusals} rows refused ({self.out / REFUSALS})" if self.total.refusals else ""
        news = "" if self.partitions_read else "nothing new to read: "
        return (
            f"{news}{self.files} files, {self.total.rows} articles, {self.total.named} name an area, "
            f"{self.total.readings} readings in {self.out / READINGS}{refused} ({self.backend} {self.version})"
        )


def read_archive(
    files: Sequence[Path], out: Path, config: Config, *, executor: Executor = on_this_process,
    progress: Callable[[Standing], None] | None = None,
) -> ArchiveSummary:
    """Read ``files`` into ``out``: readings by year, refusals, a manifest (docs/archive.md).

    Only what is missing or changed is read: a partition that was read from the same bytes by the same version of facts
    and backend is taken as it stands. ``executor`` runs partitions; every one gives the same rows. Raises
    :class:`WrongFile` before anything is written, :class:`AlreadyRunning` where another job writes to ``out``.
    """
    sources = [source(path) for path in files]
    if len({Path(each.path).resolve() for each in sources}) < len(sources):
        raise WrongUse("a file is named twice", where="reputation archive", do="Name each file once")
    if out.exists() and not out.is_dir():
        raise WrongFile("is a file", where=out, do="Name a folder for --out")
    reader, _ = held_reader(config)
    known = stamps(out)
    parts = (out / PARTS).resolve()
    inputs = [plan(each, parts, reader.version, known.get(each.path)) for each in sources]
    with _locked(out):
        parts.mkdir(exist_ok=True)
        before = assembled_before(out)
        if (out / READINGS).is_dir() and before == content_digest(inputs) and all(not one.missing for one in inputs):
            read = 0
        else:
            job = _Job(out, inputs, reader.backend.name, reader.version, before)
            read = job.run(executor, config, progress)
            inputs = job.inputs
        total = sum((one.counts for one in inputs), Counts())
    return ArchiveSummary(out, len(inputs), total, read, reader.backend.name, reader.version)


class _Job:
    """One run: what is read so far, kept in the manifest."""

    def __init__(self, out: Path, inputs: list[Input], backend: str, version: str, assembled: str) -> None:
        self.inputs = inputs
        self._out, self._backend, self._version, self._assembled = out, backend, version, assembled
        self._saved = 0.0

    def run(self, executor: Executor, config: Config, progress: Callable[[Standing], None] | None) -> int:
        missing = [each for one in self.inputs for each in one.missing]
        owner = {each.name: at for at, one in enumerate(self.inputs) for each in one.partitions}
        total = sum(each.span.bytes for one in self.inputs for each in one.partitions)
        done = total - sum(each.span.bytes for each in missing)
        begun, rows, read = time.monotonic(), 0, 0
        self._save()
        for partition, counts in executor(missing, config, self._version):
            at = owner[partition.name]
            self.inputs[at] = self.inputs[at].with_done(partition.name, counts)
            read += partition.span.bytes
            rows += counts.rows
            if time.monotonic() - self._saved > SAVE_SECONDS:
                self._save()
            if progress:
                progress(Standing(done + read, total, read, rows, time.monotonic() - begun))
        assemble(self._out, self.inputs)
        self._assembled = content_digest(self.inputs)
        self._save()
        for left in superseded(self.inputs, self._out / PARTS):
            left.unlink(missing_ok=True)
        return len(missing)

    def _save(self) -> None:
        write_manifest(self._out, self.inputs, self._backend, self._version, self._assembled)
        self._saved = time.monotonic()


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    out.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise AlreadyRunning("another job writes to this folder", where=out, do="Wait for it to end") from None
    try:
        yield
    finally:
        lock.release()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
