"""Read config.toml: every key has a default, every unknown key is an error."""

from __future__ import annotations

import difflib
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal

from store.errors import WrongConfig


@dataclass(frozen=True)
class StoreConfig:
    """``[store]``"""

    path: Path = Path("data/reputation.db")


@dataclass(frozen=True)
class FactsConfig:
    """``[facts]``"""

    extra: Path | None = None
    """Folder whose ``areas.toml`` and ``outlets.toml`` add to those in ``data/`` (comparison areas, local media)."""


@dataclass(frozen=True)
class HarvestConfig:
    """``[harvest]``"""

    user_agent: str = "reputation/0.1 (research on Danish housing areas; contact: set [harvest] user_agent)"
    host_interval_s: float = 5
    min_poll_interval_s: float = 900
    allow_private_addresses: bool = False


@dataclass(frozen=True)
class NewOutlet:
    """An outlet that data/outlets.toml does not have, described in config.toml."""

    name: str
    class_: Literal["national", "regional", "local", "press release"]
    medium: Literal["print", "web", "tv", "radio", "agency"]


@dataclass(frozen=True)
class FeedConfig:
    """One of ``[[feeds]]``"""

    id: str
    outlet: str | NewOutlet
    url: str
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class PagesConfig:
    """``[pages]``"""

    fetch: Literal["all", "none", "mentions"] = "mentions"
    keep_text_days: int = 3650
    keep_raw_days: int = 30


@dataclass(frozen=True)
class PressConfig:
    """``[press]``"""

    publishers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class SurveysConfig:
    """``[surveys]``"""

    inbox: Path = Path("data/inbox")
    key_file: Path = Path("~/.reputation.key")
    keep_exports_days: int = 30
    keep_answers_days: int = 5475


@dataclass(frozen=True)
class DisclosureConfig:
    """``[disclosure]``"""

    min_cell: int = 5
    min_n: int = 30


@dataclass(frozen=True)
class NlpConfig:
    """``[nlp]``"""

    backend: str = "default"
    spacy_model: str = "auto"


@dataclass(frozen=True)
class ReportConfig:
    """``[report]``"""

    language: Literal["da", "en"] = "da"
    baseline_year: int = 2018
    on_track: float = 0.90
    seed: int = 2018


@dataclass(frozen=True)
class Config:
    """The whole of config.toml, with paths made absolute."""

    path: Path
    store: StoreConfig = field(default_factory=StoreConfig)
    facts: FactsConfig = field(default_factory=FactsConfig)
    harvest: HarvestConfig = field(default_factory=HarvestConfig)
    feeds: tuple[FeedConfig, ...] = ()
    pages: PagesConfig = field(default_factory=PagesConfig)
    press: PressConfig = field(default_factory=PressConfig)
    surveys: SurveysConfig = field(default_factory=SurveysConfig)
    disclosure: DisclosureConfig = field(default_factory=DisclosureConfig)
    nlp: NlpConfig = field(default_factory=NlpConfig)
    report: ReportConfig = field(default_factory=ReportConfig)


def load_config(path: Path, *, must_exist: bool = False) -> Config:
    """Read and check ``path``; a missing file is an empty one unless ``must_exist``.

    Raises :class:`WrongConfig` naming the key, its line where known, and the nearest known key.
    """
    if not path.exists():
        if must_exist:
            raise WrongConfig("there is no such file", where=path, do="Name an existing file after --config")
        return config_from({}, path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise WrongConfig(f"the file can't be read ({error})", where=path, do="Save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise WrongConfig(f"not valid TOML: {error}", where=path, do="Mend the line") from error
    try:
        return config_from(table, path)
    except WrongConfig as error:
        line = _line_of(text, str(error.__dict__.get("key", "")))
        raise WrongConfig(error.what, where=f"{path}:{line}" if line else path, do=error.do) from None


def config_from(table: Mapping[str, Any], path: Path) -> Config:
    """Check a parsed config; ``path`` is where relative paths start. Raises :class:`WrongConfig`."""
    config = Config(path=path, **_checked(Config, table, "", skip={"path"}))
    _check_values(config)
    home = path.resolve().parent
    return Config(
        path=path,
        store=StoreConfig(_absolute(config.store.path, home)),
        facts=FactsConfig(config.facts.extra and _absolute(config.facts.extra, home)),
        harvest=config.harvest,
        feeds=config.feeds,
        pages=config.pages,
        press=config.press,
        surveys=SurveysConfig(
            _absolute(config.surveys.inbox, home), _absolute(config.surveys.key_file, home),
            config.surveys.keep_exports_days, config.surveys.keep_answers_days,
        ),
        disclosure=config.disclosure,
        nlp=replace(config.nlp, backend=_backend(config.nlp.backend, home)),
        report=config.report,
    )


def _backend(name: str, home: Path) -> str:
    """Resolve ``transformers:./folder`` against the file; a model of the hub is named ``owner/model``."""
    kind, _, model = name.partition(":")
    if kind == "transformers" and model.startswith((".", "~", "/")):
        return f"{kind}:{_absolute(Path(model), home).resolve()}"
    return name


def _absolute(path: Path, home: Path) -> Path:
    path = path.expanduser()
    return path if path.is_absolute() else home / path


def _wrong(key: str, what: str, do: str) -> WrongConfig:
    error = WrongConfig(what, do=do)
    error.__dict__["key"] = key.rpartition(".")[2]
    return error


def _checked(kind: type[Any], table: Mapping[str, Any], at: str, skip: frozenset[str] | set[str] = frozenset()
             ) -> dict[str, Any]:
    """Return constructor arguments for the dataclass ``kind`` from a TOML table."""
    hints = typing.get_type_hints(kind)
    known = {each.name.rstrip("_"): each for each in fields(kind) if each.name not in skip}
    result: dict[str, Any] = {}
    for key, value in table.items():
        here = f"{at}{key}"
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            raise _wrong(here, f"unknown key '{here}'", f"Did you mean '{at}{near[0]}'?")
        result[known[key].name] = _value(hints[known[key].name], value, here)
    for name, each in known.items():
        required = each.default is each.default_factory  # both MISSING
        if required and each.name not in result:
            raise _wrong(at.rstrip("."), f"'{at}{name}' is missing", "Add it")
    return result


def _value(kind: Any, value: Any, at: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        for each in arguments:
            if each is types.NoneType:
                continue
            if is_dataclass(each) == isinstance(value, dict):
                return _value(each, value, at)
    if origin is tuple:
        if not isinstance(value, list):
            raise _wrong(at, f"'{at}' must be a list", "Write it in square brackets")
        return tuple(_value(arguments[0], each, f"{at}[{number}]") for number, each in enumerate(value, 1))
    if origin is Literal:
        if value not in arguments:
            raise _wrong(at, f"'{at}' is {value!r}", f"Use one of: {', '.join(map(str, arguments))}")
        return value
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, dict):
            raise _wrong(at, f"'{at}' must be a table", f"Write it as [{at}]")
        return kind(**_checked(kind, value, f"{at}."))
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    names = {Path: "a path", float: "a number", int: "a whole number", str: "text in quotes", bool: "true or false"}
    raise _wrong(at, f"'{at}' is {value!r}", f"It must be {names.get(kind, str(kind))}")


def _check_values(config: Config) -> None:
    harvest = config.harvest
    for key, value in {
        "harvest.host_interval_s": harvest.host_interval_s, "harvest.min_poll_interval_s": harvest.min_poll_interval_s,
    }.items():
        if value < 0:
            raise _wrong(key, f"'{key}' is {value:g}", "It can't be negative")
    if not harvest.allow_private_addresses and harvest.host_interval_s < 5:
        raise _wrong("harvest.host_interval_s", f"'harvest.host_interval_s' is {harvest.host_interval_s:g}",
                     "Public hosts are asked at most every 5 seconds: use 5 or more")
    if not harvest.allow_private_addresses and harvest.min_poll_interval_s < 60:
        poll = f"'harvest.min_poll_interval_s' is {harvest.min_poll_interval_s:g}"
        raise _wrong("harvest.min_poll_interval_s", poll, "Use 60 or more")
    seen: set[str] = set()
    for feed in config.feeds:
        if feed.id in seen:
            raise _wrong("feeds", f"two feeds have the id '{feed.id}'", "Give each feed an id of its own")
        seen.add(feed.id)
    whole = {
        # copies are looked for over two weeks, and an event lasts up to three
        "pages.keep_text_days": (config.pages.keep_text_days, 30),
        "pages.keep_raw_days": (config.pages.keep_raw_days, 0),
        "surveys.keep_exports_days": (config.surveys.keep_exports_days, 0),
        "surveys.keep_answers_days": (config.surveys.keep_answers_days, 1),
        "disclosure.min_cell": (config.disclosure.min_cell, 3), "disclosure.min_n": (config.disclosure.min_n, 10),
        "report.baseline_year": (config.report.baseline_year, 2000),
    }
    for key, (number, least) in whole.items():
        if number < least:
            raise _wrong(key, f"'{key}' is {number}", f"Use {least} or more")
    if not 0.5 < config.report.on_track < 1:
        share = f"'report.on_track' is {config.report.on_track}"
        raise _wrong("report.on_track", share, "Use a number between 0.5 and 1")


def _line_of(text: str, key: str) -> int | None:
    bare = key.partition("[")[0]
    for number, line in enumerate(text.splitlines(), 1):
        if bare and line.replace("[", " ").replace("]", " ").split("=")[0].strip().split(".")[-1] == bare:
            return number
    return None
