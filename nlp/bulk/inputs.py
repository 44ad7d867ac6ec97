"""Read articles from Parquet, NDJSON and CSV files in parts of bounded size."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from store.errors import WrongFile

if TYPE_CHECKING:
    import pyarrow

Format = Literal["parquet", "ndjson", "csv"]

COLUMNS = ("id", "title", "text", "published", "outlet")
REQUIRED = ("id", "text", "published")

ROWS = 4096
"""Articles held at a time: some ten megabytes."""

PART_BYTES = 64 << 20
"""A file is read in partitions of about this size where it can be divided: the step of a resumed job."""

BLOCK = 4 << 20
LONGEST_LINE = 64 << 20
"""A longer line, or CSV field, is refused: a file without line ends must not fill the memory."""

_FORMATS: Mapping[str, Format] = {".parquet": "parquet", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv"}
_PACKED = {".gz": "gzip", ".zst": "zstd"}
_DO = "Use .parquet, .ndjson, .jsonl or .csv; the last three also as .gz or .zst"


@dataclass(frozen=True, slots=True)
class Source:
    """One input file and how it is read; ``packed`` is a compression that Arrow knows."""

    path: str
    format: Format
    packed: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a file: row groups ``first`` to ``last`` of Parquet, bytes of NDJSON; ``last`` not included.

    A packed file or a CSV file can't be divided: its span is the whole. ``bytes`` is its share of the file.
    """

    first: int
    last: int | None
    bytes: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that can't be used; ``row`` counts from 1, ``offset`` is in (unpacked) bytes, absent for Parquet."""

    row: int
    offset: int | None
    reason: str


@dataclass(slots=True)
class Chunk:
    """Some rows of a partition, by column as Arrow arrays, with what could not be parsed between them."""

    columns: dict[str, pyarrow.Array]
    rows: Sequence[int]
    offsets: Sequence[int] | None
    refused: list[Refusal] = field(default_factory=list)
    passed_over: int = 0


def source(path: Path) -> Source:
    """Recognise a file by its name. Raises :class:`WrongFile`."""
    if not path.is_file():
        kind = "is a folder" if path.is_dir() else "does not exist"
        raise WrongFile(f"the file {kind}", where=path, do="Name the files themselves, for example archive/*.parquet")
    packed = _PACKED.get(path.suffix.lower())
    inner = Path(path.stem).suffix.lower() if packed else path.suffix.lower()
    known = _FORMATS.get(inner)
    if known is None or (packed and known == "parquet"):
        raise WrongFile(f"'{path.name}' is of no known format", where=path, do=_DO)
    return Source(str(path), known, packed)


def spans(given: Source) -> tuple[Span, ...]:
    """Divide a file into partitions, checking that it can be opened. Raises :class:`WrongFile`."""
    size = Path(given.path).stat().st_size
    if given.format == "parquet":
        return _row_groups(given)
    if given.format == "csv":
        with _opened(given) as stream:
            _header(_Lines(stream), given)
    if given.format == "csv" or given.packed or size <= PART_BYTES:
        return (Span(0, None, size),)
    edges = [*range(0, size, PART_BYTES), size]
    return tuple(Span(first, last, last - first) for first, last in pairwise(edges))


def chunks(given: Source, span: Span) -> Iterator[Chunk]:
    """Read one partition. A file that breaks off gives what came before and one refusal."""
    if given.format == "parquet":
        yield from _parquet_chunks(given, span)
    else:
        yield from (_ndjson if given.format == "ndjson" else _csv)(given, span)


# ---------------------------------------------------------------- Parquet


def _parquet(given: Source) -> Any:
    import pyarrow.parquet as parquet
    from pyarrow import ArrowException

    try:  # no buffering ahead: a row group may be larger than the memory
        return parquet.ParquetFile(given.path, pre_buffer=False, buffer_size=1 << 20)
    except (ArrowException, OSError) as error:
        raise WrongFile(f"not a Parquet file ({_short(error)})", where=given.path, do="Export it again") from None


def _row_groups(given: Source) -> tuple[Span, ...]:
    with _parquet(given) as opened:
        _check_columns(opened.schema_arrow.names, given)
        about = opened.metadata
        sizes = [sum(about.row_group(group).column(column).total_compressed_size
                     for column in range(about.num_columns)) for group in range(about.num_row_groups)]
    found: list[Span] = []
    for group, size in enumerate(sizes):
        if found and found[-1].bytes + size <= PART_BYTES:
            found[-1] = Span(found[-1].first, group + 1, found[-1].bytes + size)
        else:
            found.append(Span(group, group + 1, size))
    return tuple(found) or (Span(0, 0, 0),)


def _parquet_chunks(given: Source, span: Span) -> Iterator[Chunk]:
    import pyarrow
    from pyarrow import ArrowException

    row = 0
    with _parquet(given) as opened:
        names = [name for name in COLUMNS if name in opened.schema_arrow.names]
        try:
            groups = list(range(span.first, span.last or 0))
            for batch in opened.iter_batches(batch_size=ROWS, row_groups=groups, columns=names, use_threads=False):
                size = batch.num_rows
                columns = {
                    name: _plain(batch.column(name), name) if name in names else pyarrow.nulls(size, pyarrow.string())
                    for name in COLUMNS
                }
                yield Chunk(columns, range(row + 1, row + size + 1), None)
                row += size
        except (ArrowException, OSError) as error:
            yield Chunk({name: _texts([]) for name in COLUMNS}, (), None, [Refusal(row + 1, None, _off(error))])


def _plain(column: Any, name: str) -> Any:
    """Give a column as text, whatever it was stored as; moments stay moments."""
    import pyarrow

    kind = column.type
    if pyarrow.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if name == "published" and (pyarrow.types.is_timestamp(kind) or pyarrow.types.is_date(kind)):
        return column
    column = column if pyarrow.types.is_string(kind) else column.cast(pyarrow.large_string())
    try:
        column.validate(full=True)
    except pyarrow.ArrowInvalid:  # not UTF-8, which the format promises but nobody checks
        raw = column.cast(pyarrow.large_binary()).to_pylist()
        return pyarrow.array([each if each is None else each.decode("utf-8", "replace") for each in raw])
    return column


# ---------------------------------------------------------------- lines


class _Lines:
    """Lines of a stream with their offsets, in bounded memory; a line too long comes as ``None``."""

    def __init__(self, stream: BinaryIO, start: int = 0, stop: int | None = None) -> None:
        self._stream, self._stop, self.offset = stream, stop, start

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        rest = b""
        dropped = 0  # bytes of a line too long that are already forgotten
        while self._stop is None or self.offset < self._stop:
            block = self._stream.read(BLOCK)
            if not block:
                break
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            for line in lines:
                if self._stop is not None and self.offset >= self._stop:
                    return
                at = self.offset
                self.offset += dropped + len(line) + 1
                yield at, None if dropped else line + b"\n"
                dropped = 0
            if len(rest) > LONGEST_LINE:
                dropped, rest = dropped + len(rest), b""
        if (rest or dropped) and (self._stop is None or self.offset < self._stop):
            at = self.offset
            self.offset += dropped + len(rest)
            yield at, None if dropped else rest


@contextmanager
def _opened(given: Source) -> Iterator[BinaryIO]:
    import pyarrow

    if given.packed is None:
        with Path(given.path).open("rb") as plain:
            yield plain
    else:
        with pyarrow.input_stream(given.path, compression=given.packed) as unpacked:
            yield unpacked


def _ndjson(given: Source, span: Span) -> Iterator[Chunk]:
    with _opened(given) as stream:
        start = span.first
        if start:  # the line that reaches over the edge belongs to the partition in which it begins
            stream.seek(start - 1)
            while (piece := stream.readline(BLOCK)) and not piece.endswith(b"\n"):
                pass
            start = stream.tell()
        lines = _Lines(stream, start, span.last)
        gathered = _Gathered()
        number = 0
        try:
            for number, (offset, line) in enumerate(lines, 1):
                if line is not None and not line.strip():
                    gathered.passed_over += 1
                else:
                    gathered.add(number, offset, _json_row(line))
                if gathered.full:
                    yield gathered.chunk()
                    gathered = _Gathered()
        except (OSError, EOFError) as error:
            gathered.refused.append(Refusal(number + 1, lines.offset, _off(error)))
        yield gathered.chunk()


def _json_row(line: bytes | None) -> dict[str, Any] | str:
    """Parse one line into its columns, or say why not."""
    if line is None:
        return f"the line is longer than {LONGEST_LINE >> 20} megabytes"
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return "the line is not UTF-8"
    except RecursionError:
        return "the object is nested too deeply"
    except ValueError as error:
        return f"not valid JSON: {error}"
    if not isinstance(row, dict):
        return "the line must hold one JSON object"
    identity = row.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        row["id"] = str(identity)
    wrong = next((name for name in COLUMNS if not isinstance(row.get(name), str | None)), None)
    return f"'{wrong}' must be text" if wrong else row


def _csv(given: Source, span: Span) -> Iterator[Chunk]:
    with _opened(given) as stream:
        lines = _Lines(stream)
        pulled = _Pulled(lines)
        gathered = _Gathered()
        number = 0
        try:
            names, delimiter = _header(pulled, given)
            csv.field_size_limit(LONGEST_LINE)
            records = csv.reader(pulled.text(), delimiter=delimiter)
            while True:
                at = lines.offset
                try:
                    record = next(records)
                except StopIteration:
                    break
                except csv.Error as error:
                    number += 1
                    gathered.add(number, at, f"not valid CSV: {error}")
                    continue
                if record:
                    number += 1
                    gathered.add(number, at, _csv_row(record, names))
                if gathered.full:
                    yield gathered.chunk()
                    gathered = _Gathered()
        except (OSError, EOFError) as error:
            gathered.refused.append(Refusal(number + 1, lines.offset, _off(error)))
        yield gathered.chunk()


class _Pulled:
    """Lines taken one at a time, so that the CSV parser never runs ahead of the offset."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = iter(lines)

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        return self._lines

    def text(self) -> Iterator[str]:
        """Yield lines as text; a byte that is no UTF-8 becomes a surrogate, an overlong line one as well."""
        for _, line in self._lines:
            yield "\udcff\n" if line is None else line.decode("utf-8", "surrogateescape")


def _csv_row(record: list[str], names: list[str]) -> dict[str, Any] | str:
    if len(record) != len(names):
        return f"{len(record)} fields where the header names {len(names)}"
    row = dict(zip(names, record, strict=True))
    try:
        "".join(record).encode()
    except UnicodeEncodeError:
        return "the row is not UTF-8"
    return {name: row.get(name) or (None if name in ("id", "published") else "") for name in COLUMNS}


def _header(lines: _Lines | _Pulled, given: Source) -> tuple[list[str], str]:
    """Read the first line that is no remark. Raises :class:`WrongFile`."""
    for _, line in lines:
        text = (line or b"").decode("utf-8-sig", "replace").strip()
        if text and not text.startswith("#"):
            delimiter = max(",;\t", key=text.count)
            names = [name.strip() for name in next(csv.reader(io.StringIO(text), delimiter=delimiter))]
            _check_columns(names, given)
            return names, delimiter
    raise WrongFile("the file has no header line", where=given.path, do=f"Its columns are: {', '.join(COLUMNS)}")


def _check_columns(names: Sequence[str], given: Source) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise WrongFile(f"column '{missing[0]}' is missing", where=given.path,
                        do=f"Columns that are read: {', '.join(COLUMNS)} (title and outlet may be left out)")


class _Gathered:
    """Rows on their way into a chunk."""

    def __init__(self) -> None:
        self._values: dict[str, list[str | None]] = {name: [] for name in COLUMNS}
        self._rows: list[int] = []
        self._offsets: list[int] = []
        self.refused: list[Refusal] = []
        self.passed_over = 0

    @property
    def full(self) -> bool:
        return len(self._rows) + len(self.refused) >= ROWS

    def add(self, row: int, offset: int, found: Mapping[str, Any] | str) -> None:
        if isinstance(found, str):
            self.refused.append(Refusal(row, offset, found))
            return
        for name, values in self._values.items():
            values.append(found.get(name))
        self._rows.append(row)
        self._offsets.append(offset)

    def chunk(self) -> Chunk:
        columns = {name: _texts(values) for name, values in self._values.items()}
        return Chunk(columns, self._rows, self._offsets, self.refused, self.passed_over)


def _texts(values: list[str | None]) -> Any:
    import pyarrow

    try:
        return pyarrow.array(values, pyarrow.large_string())
    except UnicodeEncodeError:  # a lone surrogate, which is no character
        clean = [None if value is None else value.encode("utf-8", "replace").decode() for value in values]
        return pyarrow.array(clean, pyarrow.large_string())


def _off(error: Exception) -> str:
    return f"the file breaks off or is damaged here: {_short(error)}"


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
