"""The documentation names every command, option, config key and make target."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from reputation.cli import commands
from store.config import Config

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
COMMANDS = sorted(commands.commands.items())


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_is_documented(name: str) -> None:
    assert f"reputation {name}" in DOCS or f"make {name}" in DOCS


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_the_help_of_every_command_has_an_example_and_every_option_help(name: str, command: click.Command) -> None:
    assert command.help
    assert "Example: " in command.help
    assert name in command.help.split("Example: ")[1]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_config_key_is_documented_and_shipped() -> None:
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    for room in fields(Config):
        if room.name in ("path", "feeds"):
            continue
        for key in fields(room.default_factory):  # type: ignore[arg-type]
            assert re.search(rf"`(\[{room.name}\] )?{key.name}`", DOCS), f"{room.name}.{key.name}"
            if room.name != "facts":
                assert re.search(rf"^{key.name} = ", shipped, re.M), f"{room.name}.{key.name}"


def test_every_make_target_that_the_documentation_names_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"(?:^|`|&& )make ([a-z][a-z-]+)", DOCS, re.M))
    assert named <= targets
    assert len(named) > 10


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for path in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_what_the_methods_name_in_the_code_exists() -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|csv))`", text)
    assert len(named) > 8
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "surveys" / name).exists(), name
    for module, name in re.findall(r"`([a-z_]+)\.([a-z_]+)`", text):
        if name not in ("py", "csv"):
            source = (ROOT / "surveys" / f"{module}.py").read_text(encoding="utf-8")
            assert re.search(rf"^def {name}\(", source, re.M), f"{module}.{name}"
