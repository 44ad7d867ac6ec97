"""config.toml: all defaults, all checked."""

from pathlib import Path

import pytest

from store.config import Config, NewOutlet, load_config
from store.errors import WrongConfig


@pytest.fixture
def load(tmp_path: Path):
    def load(text: str) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return load


def test_an_empty_file_is_valid_and_paths_start_at_the_file(load, tmp_path: Path) -> None:
    config = load("")
    assert config.store.path == tmp_path / "data/reputation.db"
    assert config.surveys.inbox == tmp_path / "data/inbox"
    assert config.surveys.key_file == Path("~/.reputation.key").expanduser()
    assert config.nlp.backend == "default"


def test_a_missing_file_is_an_empty_one_unless_it_was_named(tmp_path: Path) -> None:
    assert load_config(tmp_path / "none.toml").feeds == ()
    with pytest.raises(WrongConfig, match="no such file"):
        load_config(tmp_path / "none.toml", must_exist=True)


def test_a_feed_names_an_outlet_or_describes_a_new_one(load) -> None:
    config = load(
        '[[feeds]]\nid = "a"\noutlet = "dr"\nurl = "https://a.dk"\n'
        '[[feeds]]\nid = "b"\nurl = "https://b.dk"\nareas = ["vollsmose"]\n'
        'outlet = {name = "B", class = "local", medium = "web"}\n'
    )
    assert config.feeds[0].outlet == "dr"
    assert config.feeds[1].outlet == NewOutlet("B", "local", "web")
    assert config.feeds[1].areas == ("vollsmose",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[harvest]\nuser_agnt = 'x'", "config.toml:2: unknown key 'harvest.user_agnt'. Did you mean"),
        ("[harvst]\n", "config.toml:1: unknown key 'harvst'. Did you mean 'harvest'?"),
        ("[harvest]\nhost_interval_s = 'slow'", "'harvest.host_interval_s' is 'slow'. It must be a number"),
        ("[harvest]\nhost_interval_s = 1", "every 5 seconds"),
        ("[harvest]\nhost_interval_s = -1", "can't be negative"),
        ("[harvest]\nmin_poll_interval_s = 1", "Use 60 or more"),
        ("[pages]\nfetch = 'some'", "Use one of: all, none, mentions"),
        ("[pages]\nkeep_text_days = true", "It must be a whole number"),
        ("[report]\non_track = 1.5", "between 0.5 and 1"),
        ("[disclosure]\nmin_cell = 1", "Use 3 or more"),
        ("[[feeds]]\nid = 'a'", "'feeds[1].outlet' is missing"),
        ("[[feeds]]\nid='a'\noutlet='x'\nurl='u'\n[[feeds]]\nid='a'\noutlet='x'\nurl='u'", "two feeds have the id 'a'"),
        ("feeds = 3", "'feeds' must be a list"),
        ("store = 3", "'store' must be a table"),
        ("[store", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_place_and_remedy(load, text: str, said: str) -> None:
    with pytest.raises(WrongConfig) as caught:
        load(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
