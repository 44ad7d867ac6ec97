"""``archive``: files in, readings by year out; resumable, and the same whoever reads."""

import csv
import gzip
import json
import os
import signal
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.archive import ArchiveSummary, Standing, read_archive
from nlp.bulk import inputs, prefilter
from nlp.bulk.executors import on_dask, on_processes, on_this_process
from nlp.bulk.partition import Counts, Partition, _day
from nlp.document import document
from nlp.folding import fold, spellings
from nlp.read import read_article
from nlp.reader import Reader
from store.config import Config
from store.errors import AlreadyRunning, Exit, MissingExtra, WrongFile, WrongUse
from store.readings import UnreadText

ARTICLES: list[dict[str, Any]] = [
    {"id": "a1", "title": "Fest i Vollsmose", "text": "Mange kom.\n\nBeboerne var glade og trygge.",
     "published": "2019-05-01", "outlet": "avisen"},
    {"id": "a2", "title": "Vejret", "text": "Det regner i hele landet.", "published": "2019-05-02", "outlet": "avisen"},
    {"id": "a3", "title": None, "text": "Byrådet mødtes.\n\nDet gælder Gellerup, Vollsmose og Bispehaven.",
     "published": "2021-01-01T23:30:00Z", "outlet": None},
    {"id": "a4", "title": "Vold", "text": "En mand blev overfaldet i Mjølnerparken. Han er utryg, siger han.",
     "published": "2021-12-31T23:30:00Z", "outlet": "bladet"},
]

Job = Callable[..., ArchiveSummary]


@pytest.fixture
def job(tmp_path: Path, config: Config) -> Job:
    def _job(*files: Path, out: str = "out", **how: Any) -> ArchiveSummary:
        return read_archive(files, tmp_path / out, config, **how)

    return _job


def ndjson(path: Path, rows: Sequence[dict[str, Any] | str]) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n"
                            for row in rows), encoding="utf-8")
    return path


def rows_of(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "readings").rglob("*.parquet"))
    return [row for path in files for row in parquet.ParquetFile(path).read().to_pylist()]


def refusals_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "refusals.ndjson").read_text(encoding="utf-8").splitlines()]


def manifest_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


# ---------------------------------------------------------------- what comes out


def test_one_row_for_each_article_and_area_in_the_folder_of_its_danish_year(job: Job, tmp_path: Path) -> None:
    summary = job(ndjson(tmp_path / "a.ndjson", ARTICLES))
    found = [(row["id"], row["area"], row["role"], row["day"].year) for row in rows_of(tmp_path / "out")]
    assert found == [
        ("a1", "vollsmose", "headline", 2019),
        ("a3", "bispehaven", "list", 2021), ("a3", "gellerup", "list", 2021), ("a3", "vollsmose", "list", 2021),
        ("a4", "mjolnerparken", "lead", 2022),
    ]
    assert sorted(path.name for path in (tmp_path / "out" / "readings").iterdir()) == [
        "year=2019", "year=2021", "year=2022",
    ]
    assert (summary.total.rows, summary.total.named, summary.total.readings, summary.exit_code) == (4, 3, 5, Exit.DONE)


def test_the_readings_are_those_of_reputation_read(job: Job, tmp_path: Path, reader: Reader) -> None:
    job(ndjson(tmp_path / "a.ndjson", ARTICLES))
    for row in rows_of(tmp_path / "out"):
        article = next(each for each in ARTICLES if each["id"] == row["id"])
        text = UnreadText(row["id"], 1, row["day"].isoformat(), "full", article["title"] or "", "", article["text"])
        of_area = [each for each in read_article(reader, text).readings if each.area_id == row["area"]]
        full = next(each for each in of_area if each.basis == "full")
        lead = next((each for each in of_area if each.basis == "lead"), None)
        assert (row["tone"], row["tone_score"], row["safety"]) == (full.tone, full.tone_score, full.safety)
        assert row["lead_tone"] == (lead.tone if lead else None)
        assert [(each["id"], each["score"]) for each in row["themes"]] == list(full.themes)
        assert (row["backend"], row["version"]) == (reader.backend.name, reader.version)


def as_parquet(path: Path) -> Path:
    parquet.write_table(pyarrow.Table.from_pylist(ARTICLES), path, row_group_size=2)
    return path


def as_typed_parquet(path: Path) -> Path:
    table = pyarrow.Table.from_pylist(ARTICLES).to_pydict()
    moments = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in table["published"]]
    table["published"] = pyarrow.array(moments, pyarrow.timestamp("us", "UTC"))
    table["outlet"] = pyarrow.array(table["outlet"]).dictionary_encode()
    parquet.write_table(pyarrow.table(table), path)
    return path


def as_csv(path: Path, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["id", "title", "text", "published", "outlet", "more"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ARTICLES)
    return path


def as_packed(path: Path) -> Path:
    plain = ndjson(path.parent / "lines", ARTICLES).read_bytes()
    kind = {".gz": "gzip", ".zst": "zstd"}[path.suffix]
    with pyarrow.output_stream(path, compression=kind) as stream:
        stream.write(plain)
    return path


def as_two_members(path: Path) -> Path:
    lines = ndjson(path.parent / "lines", ARTICLES).read_bytes().splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:2])) + gzip.compress(b"".join(lines[2:])))
    return path


@pytest.mark.parametrize(("name", "write"), [
    ("a.parquet", as_parquet), ("typed.parquet", as_typed_parquet), ("a.csv", as_csv),
    ("semicolon.csv", lambda path: as_csv(path, ";")), ("a.jsonl.gz", as_packed), ("a.ndjson.zst", as_packed),
    ("members.ndjson.gz", as_two_members),
])
def test_every_format_gives_the_same_rows(name: str, write: Callable[[Path], Path], job: Job, tmp_path: Path) -> None:
    summary = job(ndjson(tmp_path / "plain.ndjson", ARTICLES), out="plain")
    other = job(write(tmp_path / name), out="other")
    plain = [row | {"input": "", "outlet": row["outlet"] or ""} for row in rows_of(tmp_path / "plain")]
    assert [row | {"input": "", "outlet": row["outlet"] or ""} for row in rows_of(tmp_path / "other")] == plain
    assert summary.total == other.total


@pytest.mark.parametrize(("written", "day"), [
    ("2021-12-31T23:30:00Z", date(2022, 1, 1)), ("2021-12-31T23:30:00", date(2021, 12, 31)),
    ("2021-12-31", date(2021, 12, 31)), (date(2021, 12, 31), date(2021, 12, 31)), ("31.12.2021", None), ("", None),
    (None, None), ("9999-12-31T23:59:59Z", None),
])
def test_a_moment_with_a_zone_is_turned_into_a_danish_day(written: object, day: date | None) -> None:
    assert _day(written) == day


# ---------------------------------------------------------------- what is refused


def test_broken_rows_are_refused_with_row_offset_and_reason_and_the_rest_is_read(job: Job, tmp_path: Path) -> None:
    good = json.dumps(ARTICLES[0])
    bad = ["{", "[]", '{"id": 3, "text": 1, "published": "2020-01-01"}', '{"id": "x", "published": "2020-01-01"}',
           '{"id": "x", "text": "y"}', '{"id": "x", "text": "y", "published": "i går"}', '{"text": "y"}',
           '{"id": true, "text": "y", "published": "2020-01-01"}', "[" * 100_000]
    file = ndjson(tmp_path / "a.ndjson", [good, "", *bad])
    with file.open("ab") as stream:
        stream.write(b'{"id": "\xff"}\n' + good.encode())
    summary = job(file)
    refused = refusals_of(tmp_path / "out")
    assert [each["row"] for each in refused] == list(range(3, 13))
    assert refused[0]["offset"] == len(good) + 2
    content = file.read_bytes()
    assert all(content[each["offset"] - 1:each["offset"]] == b"\n" for each in refused)
    assert [each["reason"].split(":")[0] for each in refused] == [
        "not valid JSON", "the line must hold one JSON object", "'text' must be text", "'text' is missing",
        "'published' is missing", "'published' is no date like 2024-03-01", "'id' is missing", "'id' must be text",
        "the object is nested too deeply", "the line is not UTF-8",
    ]
    assert summary.exit_code is Exit.WITH_REFUSALS
    assert "10 rows refused" in summary.line()
    assert [row["row"] for row in rows_of(tmp_path / "out")] == [1, 13]


def test_broken_csv_rows_are_refused(job: Job, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("# udtræk\nid,text,published\n1,Fest i Vollsmose,2020-01-01\n2,kort\n,ingen id,2020-01-01\n"
                     .encode() + b"4,\xff,2020-01-01\n\n5,Igen i Vollsmose,2020-01-01\n")
    job(file)
    refused = [(each["row"], each["reason"]) for each in refusals_of(tmp_path / "out")]
    assert refused == [(2, "2 fields where the header names 3"), (3, "'id' is missing"), (4, "the row is not UTF-8")]
    assert [row["id"] for row in rows_of(tmp_path / "out")] == ["1", "5"]
    at = refusals_of(tmp_path / "out")[0]["offset"]
    assert file.read_bytes()[at:].startswith(b"2,kort")


def test_a_csv_field_longer_than_the_limit_is_refused(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "LONGEST_LINE", 1000)
    limit = csv.field_size_limit()
    file = tmp_path / "a.csv"
    file.write_text(f"id,text,published\n1,{'x' * 1200},2020-01-01\n2,Fest i Vollsmose,2020-01-01\n")
    job(file)
    csv.field_size_limit(limit)
    assert [(each["row"], each["reason"][:13]) for each in refusals_of(tmp_path / "out")] == [(1, "not valid CSV")]
    assert [row["id"] for row in rows_of(tmp_path / "out")] == ["2"]


def test_a_null_in_parquet_is_refused(job: Job, tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.Table.from_pylist([*ARTICLES, ARTICLES[0] | {"text": None}]), file)
    job(file)
    assert refusals_of(tmp_path / "out") == [
        {"file": str(file), "row": 5, "offset": None, "reason": "'text' is missing"},
    ]


def test_a_byte_that_is_no_utf8_in_parquet_is_replaced(job: Job, tmp_path: Path) -> None:
    raw = [None if each["title"] is None else each["title"].encode() + b"\xff" for each in ARTICLES]
    offsets = pyarrow.array(raw, pyarrow.binary()).buffers()
    table = pyarrow.Table.from_pylist(ARTICLES)
    table = table.set_column(1, "title", pyarrow.Array.from_buffers(pyarrow.string(), len(raw), offsets))
    parquet.write_table(table, tmp_path / "a.parquet")
    assert job(tmp_path / "a.parquet").total.readings == 5


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_file_that_breaks_off_gives_what_came_before_and_one_refusal(suffix: str, job: Job, tmp_path: Path) -> None:
    many = [ARTICLES[0] | {"id": f"{number}", "outlet": f"{number * 7919 % 10007}"} for number in range(20_000)]
    ndjson(tmp_path / "plain", many)
    file = tmp_path / f"a.ndjson.{suffix}"
    with pyarrow.output_stream(file, compression={"gz": "gzip", "zst": "zstd"}[suffix]) as stream:
        stream.write(b"\n" * (5 << 20) + json.dumps(ARTICLES[0]).encode() + b"\n" + (tmp_path / "plain").read_bytes())
    file.write_bytes(file.read_bytes()[:4000])
    summary = job(file)
    assert "breaks off" in refusals_of(tmp_path / "out")[-1]["reason"]
    assert summary.total.refusals == 1


def test_a_line_longer_than_the_limit_is_refused_alone(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "BLOCK", 64)
    monkeypatch.setattr(inputs, "LONGEST_LINE", 1000)
    job(ndjson(tmp_path / "a.ndjson", [ARTICLES[0], '"' + "x" * 5000 + '"', ARTICLES[3]]))
    (refused,) = refusals_of(tmp_path / "out")
    assert (refused["row"], refused["offset"]) == (2, len(json.dumps(ARTICLES[0], ensure_ascii=False).encode()) + 1)
    assert "longer than" in refused["reason"]
    assert [row["row"] for row in rows_of(tmp_path / "out")] == [1, 3]


@pytest.mark.parametrize(("name", "content", "said"), [
    ("a.txt", "x", "no known format"), ("a.csv", "id,text\n", "column 'published' is missing"),
    ("b.csv", "", "no header line"), ("a.parquet", "x", "not a Parquet file"), ("a.parquet.gz", "x", "no known format"),
])
def test_a_wrong_file_is_named_before_anything_is_written(
    name: str, content: str, said: str, job: Job, tmp_path: Path
) -> None:
    good = ndjson(tmp_path / "good.ndjson", ARTICLES)
    (tmp_path / name).write_text(content)
    with pytest.raises(WrongFile, match=said):
        job(good, tmp_path / name)
    assert not (tmp_path / "out").exists()


def test_files_that_can_not_be_meant_are_refused(job: Job, tmp_path: Path) -> None:
    good = ndjson(tmp_path / "good.ndjson", ARTICLES)
    with pytest.raises(WrongFile, match="is a folder"):
        job(tmp_path)
    with pytest.raises(WrongFile, match="does not exist"):
        job(tmp_path / "none.csv")
    with pytest.raises(WrongUse, match="named twice"):
        job(good, good)
    with pytest.raises(WrongFile, match="is a file"):
        job(good, out="good.ndjson")


def test_a_foreign_manifest_is_left_alone(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("[1]")
    with pytest.raises(WrongFile, match="not a manifest"):
        job(ndjson(tmp_path / "a.ndjson", ARTICLES))


def test_two_jobs_never_write_to_one_folder(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"), pytest.raises(AlreadyRunning):
        job(ndjson(tmp_path / "a.ndjson", ARTICLES))


# ---------------------------------------------------------------- running again


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "PART_BYTES", 300)


class Killed(Exception):
    """Stands for a kill between two partitions."""


def killed_after(count: int) -> Callable[..., Iterator[tuple[Partition, Counts]]]:
    def run(partitions: Sequence[Partition], config: Config, version: str) -> Iterator[tuple[Partition, Counts]]:
        for number, done in enumerate(on_this_process(partitions, config, version)):
            if number == count:
                raise Killed
            yield done

    return run


class Watched:
    """An executor that remembers what it was given."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, partitions: Sequence[Partition], config: Config, version: str) -> Any:
        self.names += [each.name for each in partitions]
        return on_this_process(partitions, config, version)


@pytest.mark.usefixtures("small_parts")
def test_a_killed_job_goes_on_and_reads_no_finished_partition_again(job: Job, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "a.ndjson", [row | {"id": f"{row['id']}-{n}"} for n in range(6) for row in ARTICLES])
    whole = job(file, out="whole")
    with pytest.raises(Killed):
        job(file, executor=killed_after(2))
    assert manifest_of(tmp_path / "out")["state"] == "reading"
    assert not (tmp_path / "out" / "readings").exists()
    rest = Watched()
    summary = job(file, executor=rest)
    partitions = manifest_of(tmp_path / "out")["inputs"][0]["partitions"]
    assert len(rest.names) == partitions - 3  # two were told of, and the third was read when the kill came
    assert summary.total == whole.total
    assert rows_of(tmp_path / "out") == rows_of(tmp_path / "whole")


@pytest.mark.usefixtures("small_parts")
def test_rows_and_refusals_are_numbered_in_the_file_and_not_in_the_partition(job: Job, tmp_path: Path) -> None:
    job(ndjson(tmp_path / "a.ndjson", [ARTICLES[0], "", "{", ARTICLES[3], ARTICLES[0], "{", ARTICLES[3]]))
    assert manifest_of(tmp_path / "out")["inputs"][0]["partitions"] > 1
    assert sorted(row["row"] for row in rows_of(tmp_path / "out")) == [1, 4, 5, 7]
    assert [each["row"] for each in refusals_of(tmp_path / "out")] == [3, 6]


def test_a_run_with_nothing_new_reads_and_writes_nothing(job: Job, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "a.ndjson", [*ARTICLES, "{"])
    first = job(file)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lock"}
    watched = Watched()
    again = job(file, executor=watched)
    assert not watched.names
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.name != ".lock"} == before
    assert (again.total, again.exit_code) == (first.total, Exit.WITH_REFUSALS)
    assert again.line().startswith("nothing new to read")


def test_only_the_file_that_changed_is_read_again(job: Job, tmp_path: Path) -> None:
    kept, changed = (ndjson(tmp_path / f"{name}.ndjson", ARTICLES[:2]) for name in ("kept", "changed"))
    job(kept, changed)
    ndjson(changed, ARTICLES[3:])
    watched = Watched()
    job(kept, changed, executor=watched)
    assert len(watched.names) == 1
    assert [(row["id"], Path(row["input"]).stem) for row in rows_of(tmp_path / "out")] == [
        ("a1", "kept"), ("a4", "changed"),
    ]
    assert len(list((tmp_path / "out" / "parts").iterdir())) == 2


def test_a_file_that_was_only_touched_is_not_read_again(job: Job, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "a.ndjson", ARTICLES)
    job(file)
    file.touch()
    watched = Watched()
    job(file, executor=watched)
    assert not watched.names


def test_another_version_reads_everything_again(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = ndjson(tmp_path / "a.ndjson", ARTICLES)
    job(file)
    monkeypatch.setattr("nlp.bulk.manifest.FORMAT", 99)
    watched = Watched()
    job(file, executor=watched)
    assert len(watched.names) == 1


def test_a_damaged_part_is_read_again(job: Job, tmp_path: Path) -> None:
    file = ndjson(tmp_path / "a.ndjson", ARTICLES)
    job(file)
    (part,) = (tmp_path / "out" / "parts").glob("*.parquet")
    part.write_bytes(b"PAR1")
    assert job(file).partitions_read == 1
    assert len(rows_of(tmp_path / "out")) == 5


def test_a_file_left_out_leaves_the_readings_and_comes_back_unread(job: Job, tmp_path: Path) -> None:
    one, two = ndjson(tmp_path / "1.ndjson", ARTICLES[:1]), ndjson(tmp_path / "2.ndjson", ARTICLES[3:])
    job(one, two)
    assert job(one).total.readings == 1
    watched = Watched()
    assert job(one, two, executor=watched).total.readings == 2
    assert not watched.names


def test_an_empty_file_gives_an_empty_folder_of_readings(job: Job, tmp_path: Path) -> None:
    empty = pyarrow.Table.from_pylist(ARTICLES).slice(0, 0)
    parquet.write_table(empty, tmp_path / "b.parquet")
    summary = job(ndjson(tmp_path / "a.ndjson", []), tmp_path / "b.parquet")
    assert summary.total == Counts()
    assert list((tmp_path / "out" / "readings").iterdir()) == []


# ---------------------------------------------------------------- who reads


@pytest.mark.usefixtures("small_parts")
def test_one_process_and_two_give_the_same_bytes(job: Job, tmp_path: Path) -> None:
    files = [ndjson(tmp_path / f"{n}.ndjson", [*ARTICLES, "{", *ARTICLES]) for n in range(3)]
    job(*files, out="one")
    job(*files, out="two", executor=on_processes(2))
    for path in (tmp_path / "one").rglob("*"):
        if path.is_file() and path.name != ".lock":
            assert (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() == path.read_bytes()


def test_one_partition_needs_no_second_process(job: Job, tmp_path: Path) -> None:
    assert on_processes(1) is on_this_process
    assert job(ndjson(tmp_path / "a.ndjson", ARTICLES), executor=on_processes(8)).total.readings == 5


class Ends:
    """A progress that ends something at the first partition that is done."""

    def __init__(self, end: Callable[[], None]) -> None:
        self.end, self.times = end, 0

    def __call__(self, standing: Standing) -> None:
        self.times += 1
        if self.times == 1:
            self.end()


def _die() -> None:
    raise Killed


@pytest.mark.filterwarnings("ignore")  # of Dask's own making
def test_a_cluster_gives_the_same_rows_though_its_client_and_then_a_worker_die(job: Job, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed (extra dask)")
    files = [ndjson(tmp_path / f"{n:02}.ndjson", [*ARTICLES, "{"] * 8) for n in range(16)]
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with pytest.raises(Killed):
            job(*files, out="dask", executor=on_dask(cluster.scheduler_address), progress=Ends(_die))
        assert manifest_of(tmp_path / "dask")["state"] == "reading"
        with distributed.Client(cluster) as client:
            workers = list(client.run(os.getpid).values())
        summary = job(*files, out="dask", executor=on_dask(cluster.scheduler_address),
                      progress=Ends(lambda: os.kill(workers[0], signal.SIGKILL)))
    assert 0 < summary.partitions_read < len(files)
    job(*files, out="one")
    assert rows_of(tmp_path / "dask") == rows_of(tmp_path / "one")
    assert refusals_of(tmp_path / "dask") == refusals_of(tmp_path / "one")


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_refused(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("nlp.bulk.executors.PATIENCE", "0.2s")
    with pytest.raises(WrongUse, match="no Dask scheduler answers"):
        job(ndjson(tmp_path / "a.ndjson", ARTICLES), executor=on_dask("tcp://127.0.0.1:1"))


def test_without_dask_the_scheduler_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"pip install 'reputation\[dask\]'"):
        on_dask("tcp://127.0.0.1:1")


def test_a_worker_with_other_facts_is_refused(job: Job, tmp_path: Path) -> None:
    def elsewhere(partitions: Sequence[Partition], config: Config, version: str) -> Any:
        return on_this_process(partitions, config, "another")

    with pytest.raises(WrongUse, match="same installation"):
        job(ndjson(tmp_path / "a.ndjson", ARTICLES), executor=elsewhere)


def test_progress_tells_share_rate_and_time_left(job: Job, tmp_path: Path) -> None:
    said: list[Standing] = []
    job(ndjson(tmp_path / "a.ndjson", ARTICLES), progress=said.append)
    assert said[-1].done_bytes == said[-1].total_bytes
    assert Standing(25, 100, 20, 1000, 10).line() == "25 % · 1,000 articles · 100 a second · 0:38 left"
    assert Standing(0, 0, 0, 0, 0).line() == "100 % · 0 articles · 0 a second · 0:00 left"
    assert Standing(1, 1001, 1, 1, 4).line().endswith("1:06:40 left")


# ---------------------------------------------------------------- the prefilter


def passes(text: str, names: Sequence[str]) -> bool:
    found = prefilter.passing([pyarrow.array([text])], prefilter.pattern(names))
    assert found is not None
    return found[0]


def test_every_spelling_of_every_name_passes(reader: Reader) -> None:
    names = [alias.name for area in reader.gazetteer.areas.values() for alias in area.aliases]
    texts = [f"i {form}." for name in names for each in spellings(name) for form in (each, each.upper(), each.title())]
    expression = prefilter.pattern(names)
    assert expression
    found = prefilter.passing([pyarrow.array(texts)], expression)
    assert found
    assert [text for text, passed in zip(texts, found, strict=True) if not passed] == []


ODDITIES = st.sampled_from(["\u00ad", "\u200b", "\u00a0", "\n", "–", "‑", "´", "", " ", "-", "K", "Å", "s", "x"])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_text_in_which_the_reader_finds_a_name_is_left_out(reader: Reader, data: st.DataObject) -> None:
    names = [alias.name for area in reader.gazetteer.areas.values() for alias in area.aliases]
    name = data.draw(st.sampled_from([each for name in names for each in spellings(name)]))
    at = data.draw(st.integers(0, len(name)))
    text = name[:at] + data.draw(ODDITIES) + name[at + data.draw(st.integers(0, 1)):]
    text = data.draw(st.sampled_from([text, text.upper(), unicodedata.normalize("NFD", text)]))
    if reader.gazetteer.names(fold(document(text).text), None):
        assert passes(text, names)


def test_too_many_names_for_one_expression_are_left_to_the_automaton(reader: Reader) -> None:
    assert prefilter.pattern(f"Navn nummer {number}" for number in range(5000)) is None
    assert prefilter.passing([pyarrow.array(["x"])], None) is None
    assert not passes("ordinær tekst", [])


def test_a_text_without_an_expression_is_read_all_the_same(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp.bulk.partition._held", None)
    monkeypatch.setattr("nlp.bulk.prefilter.LARGEST", 10)
    assert job(ndjson(tmp_path / "a.ndjson", ARTICLES)).total.readings == 5


@pytest.fixture(autouse=True)
def _own_reader(monkeypatch: pytest.MonkeyPatch, reader: Reader, config: Config) -> None:
    """Share one reader among these tests: making one takes most of their time."""
    names = [alias.name for area in reader.gazetteer.areas.values() for alias in area.aliases]
    monkeypatch.setattr("nlp.bulk.partition._held", (config, reader, prefilter.pattern(names)))
