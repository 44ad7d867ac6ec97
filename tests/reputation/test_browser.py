"""The report in Chromium: no violation that axe-core knows, no sideways scrolling, the mark in sight.

``make test-browser``. Needs Chromium, Node and npm; what npm brings is kept under build/browser.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reputation.report import write
from tests.reputation.contents import content

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "browser"
PACKAGES = ("playwright-core@^1.50", "axe-core@^4.10")
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

pytestmark = pytest.mark.browser


def _tools() -> tuple[str, str]:
    browser = next((found for name in NAMES if (found := shutil.which(name))), None)
    node, npm = shutil.which("node"), shutil.which("npm")
    if browser is None or node is None or npm is None:
        missing = [name for name, found in (("Chromium", browser), ("Node", node), ("npm", npm)) if found is None]
        pytest.skip(f"{' and '.join(missing)} not installed: the report is not looked at in a browser")
    if not (MODULES / "node_modules" / "axe-core").exists():
        MODULES.mkdir(parents=True, exist_ok=True)
        (MODULES / "package.json").write_text("{}", encoding="utf-8")
        done = subprocess.run([npm, "install", "--no-audit", "--no-fund", *PACKAGES], cwd=MODULES, capture_output=True,
                              text=True, check=False)
        if done.returncode:
            pytest.skip("npm could not bring axe-core: the report is not looked at in a browser")
    return browser, node


@cache
def _look(kind: str, folder: Path) -> dict[str, Any]:
    browser, node = _tools()
    made = content(corrected=kind == "corrected", surveys=kind != "no surveys")
    page = write(made, folder / kind.replace(" ", "-"), "en" if kind == "en" else "da")
    done = subprocess.run([node, str(Path(__file__).parent / "look.mjs"), browser, str(MODULES), str(page),
                           str(MODULES / f"report-{kind.replace(' ', '-')}")],
                          capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(params=["corrected", "en", "no surveys"])
def seen(request: pytest.FixtureRequest, folder: Path) -> dict[str, Any]:
    return _look(request.param, folder)


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_axe_finds_no_violation(seen: dict[str, Any], width: str) -> None:
    assert seen[width]["violations"] == []


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_the_page_never_scrolls_sideways_and_charts_keep_a_readable_width(seen: dict[str, Any], width: str) -> None:
    assert not seen[width]["scrolls"]
    assert seen[width]["charts"] > 50
    assert seen[width]["small"] == 0


@pytest.mark.parametrize("width", ["wide", "phone"])
def test_the_demonstration_is_marked_in_sight_and_nothing_is_asked_of_the_network(seen: dict[str, Any], width: str
                                                                                  ) -> None:
    assert seen[width]["marks"] >= 20
    assert seen[width]["asked"] == []


def test_the_first_key_leads_past_the_menu(seen: dict[str, Any]) -> None:
    assert seen["wide"]["skip"] == "skip"


def test_print_has_the_mark_on_every_sheet_and_no_menu(seen: dict[str, Any]) -> None:
    assert seen["print"] == {"mark": "block", "nav": "none"}
