"""Wrong fact files: refused with file, line, reason and remedy; nothing is guessed."""

import shutil
from pathlib import Path

import pytest

from store.config import Config
from store.errors import WrongFacts
from store.factfile import FactFile
from store.facts import FOLDER, load_facts

FILES = ("sources.toml", "areas.toml", "outlets.toml", "goals.toml", "themes.toml", "breaks.toml", "dates.toml",
         "benchmarks.csv")

SOURCES = '[sources]\n1 = "https://a.dk/"\n2 = "https://b.dk/"\n'
AREAS = """[context]
words = ["ghetto*"]

[[areas]]
id = "aavang"
name = "Åvang"
municipality = "Åby"
municipality_code = 999
aliases = [
    {name = "Åvang", kind = "official", needs_context = false},
    {name = "Engen", kind = "renamed", valid_from = 2020-01-01, source = "1"},
]
family_housing = {target = 40, target_source = "1"}
list_status = {2018 = "H", 2019 = "–"}
sizes = [
    {value = 500, unit = "homes", day = "2018-12", source = "2"},
]
coordinates = {latitude = 55.1, longitude = 10.1}
outlets = ["avis"]
unverified = ["coordinates", "Engen"]

[[areas]]
id = "eghegn"
name = "Eghegn"
municipality = "Åby"
municipality_code = 999
social_track = true

[[areas.aliases]]
name = "Eghegn"
kind = "official"

[[areas.aliases]]
name = "Hegnet"
kind = "nickname"

[[areas.false_friends]]
name = "Hegnet"
beside = ["Cirkus"]
"""
OUTLETS = """[[outlets]]
id = "avis"
name = "Åby Avis"
class = "local"
medium = "print"
feeds = [{url = "https://aabyavis.dk/rss", state = "works", checked = "2026-09"}]

[[outlets]]
id = "radio"
name = "Åby Radio"
class = "local"
medium = "radio"
"""
YARDSTICK = '[[yardsticks]]\nindicator = "safe_share"\nvalue = 0.7\ndirection = "at least"\nsource = "x"\n'
DATE = '[[dates]]\narea = "aavang"\nday = 2021-03-01\nkind = "demolition begun"\nsource = "referat"\n'
BENCHMARKS = """# published figures
instrument,population,year_from,year_to,indicator,value,unit,about,n,source
jm,Danmark,2021,2021,safe_share,88.1,percent,false,,1 2
jm,Danmark,2021,2021,unsafe_share,7.4,percent,true,100,1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of right facts; goals, themes and breaks are the shipped ones."""
    for name in ("goals.toml", "themes.toml", "breaks.toml", "dates.toml"):
        shutil.copy(FOLDER / name, tmp_path / name)
    (tmp_path / "sources.toml").write_bytes((FOLDER / "sources.toml").read_bytes())
    (tmp_path / "areas.toml").write_text(AREAS, encoding="utf-8")
    (tmp_path / "outlets.toml").write_text(OUTLETS, encoding="utf-8")
    (tmp_path / "benchmarks.csv").write_text(BENCHMARKS, encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(WrongFacts) as caught:
        load_facts(Config(path=folder / "config.toml"), folder)
    said = str(caught.value)
    assert "\n" not in said
    return said.replace(f"{folder}/", "")


def test_the_small_folder_is_right(folder: Path) -> None:
    facts = load_facts(Config(path=folder / "config.toml"), folder)
    assert facts.area("aavang").unverified == ("coordinates", "Engen")
    assert facts.area("eghegn").social_track is True
    assert facts.area("eghegn").false_friends[0].beside == ("Cirkus",)
    assert facts.benchmarks[0].n is None


WRONG_AREAS = [
    ('id = "aavang"', 'idd = "aavang"', "areas.toml:4: 'id' is missing. Add it"),
    ("housing = {", "houses = {", "areas.toml:13: aavang: unknown key 'family_houses'. Did you mean 'family_housing'?"),
    ('id = "eghegn"', 'id = "aavang"', "areas.toml:23: the id 'aavang' is given twice"),
    ('name = "Åvang"', "name = 3", "areas.toml:6: aavang: 'name' is 3. It must be text in quotes"),
    ('name = "Åvang"', 'name = " "', "areas.toml:6: aavang: 'name' is ' '"),
    (
        'name = "Åvang"',
        'name = "Øvang"',
        "areas.toml:9: aavang: the area's own name is not among its aliases. Add {name",
    ),
    ("municipality_code = 999", "municipality_code = 99", "areas.toml:8: aavang: 'municipality_code' is 99"),
    ("municipality_code = 999", "municipality_code = true", "areas.toml:8: aavang: 'municipality_code' is True"),
    (
        'kind = "renamed"',
        'kind = "changed"',
        "areas.toml:11: aavang: 'kind' is 'changed'. Use one of: official, spelling",
    ),
    ('kind = "nickname"', 'kind = "pet"', "areas.toml:35: eghegn: 'kind' is 'pet'"),
    ("valid_from", "valid_form", "areas.toml:11: aavang: unknown key 'valid_form'. Did you mean 'valid_from'?"),
    ("2020-01-01", '"2020-01-01"', "areas.toml:11: aavang: 'valid_from' is '2020-01-01'. It must be a date"),
    ("2020-01-01", "2020-01-01T00:00:00", "areas.toml:11: aavang: 'valid_from' is"),
    ("2020-01-01", "2020-13-01", "areas.toml:11: not valid TOML"),
    (
        "2020-01-01",
        "2020-01-01, valid_to = 2019-12-31",
        "areas.toml:11: aavang: valid_to 2019-12-31 is before valid_from 2020-01-01",
    ),
    (
        "needs_context = false",
        'needs_context = "no"',
        "areas.toml:10: aavang: 'needs_context' is 'no'. It must be true or",
    ),
    (
        'name = "Hegnet"\nkind',
        'name = "Aavang"\nkind',
        "areas.toml:34: eghegn: the alias 'Aavang' is claimed by 'aavang' too",
    ),
    (
        'name = "Hegnet"\nkind',
        'name = "Eghegn"\nkind',
        "areas.toml:34: eghegn: the alias 'Eghegn' is given twice for the same",
    ),
    (
        'target_source = "1"',
        'target_source = "1 999"',
        "areas.toml:13: aavang: the source '999' is not known. Add it to [sources]",
    ),
    ("target = 40", "target = 140", "areas.toml:13: aavang: 'target' is 140. It must be a number from 0 to 100"),
    ("{target = 40,", "{tarket = 40,", "areas.toml:13: aavang: unknown key 'tarket'. Did you mean 'target'?"),
    ('family_housing = {target = 40, target_source = "1"}', "family_housing = 40", "'family_housing' must be a table"),
    (
        '2019 = "–"',
        '2019 = "x"',
        "areas.toml:14: aavang: the list status 'x' of 2019 is not known. Use one of: H p u n – ?",
    ),
    ('2019 = "–"', '1999 = "H"', "areas.toml:14: aavang: '1999' in list_status is no year of a list"),
    ("value = 500", "value = -1", "areas.toml:16: aavang: 'value' is -1"),
    ('day = "2018-12"', 'day = "2018-13"', "areas.toml:16: aavang: 'day' is '2018-13'"),
    (
        "latitude = 55.1",
        "latitude = 10.1",
        "areas.toml:18: aavang: 'latitude' is 10.1. It must be a number from 54 to 58",
    ),
    ('["avis"]', '["avisen"]', "areas.toml:19: aavang: the outlet 'avisen' is not known"),
    ('["avis"]', '["avis", "avis"]', "areas.toml:19: aavang: 'avis' stands twice in 'outlets'. Take one out"),
    ('["avis"]', '"avis"', "areas.toml:19: aavang: 'outlets' must be a list of texts"),
    ('"Engen"]', '"Bakken"]', "areas.toml:20: aavang: 'Bakken' is marked as unverified but not given"),
    ("social_track = true", "social_track = 1", "areas.toml:27: eghegn: 'social_track' is 1. It must be true or false"),
    ('words = ["ghetto*"]', 'word = ["ghetto*"]', "areas.toml:2: unknown key 'word'. Did you mean 'words'?"),
    ("[[areas]]", "[[area]]", "unknown key 'area'. Did you mean 'areas'?"),
    ('[[areas]]\nid = "aavang"', '[areas]\nid = "aavang"', "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG_AREAS)
def test_a_wrong_area_is_refused_on_its_line(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, "areas.toml", old, new)
    assert said in refusal(folder)


def test_two_areas_may_share_a_name_when_both_need_context_or_their_days_do_not_meet(folder: Path) -> None:
    change(folder, "areas.toml", 'name = "Hegnet"\nkind = "nickname"', 'name = "Engen"\nkind = "nickname"')
    load_facts(Config(path=folder / "config.toml"), folder)
    change(folder, "areas.toml", 'kind = "nickname"', 'kind = "nickname"\nneeds_context = false')
    assert "the alias 'Engen' is claimed by 'aavang' too" in refusal(folder)
    change(folder, "areas.toml", 'kind = "nickname"', 'kind = "nickname"\nvalid_to = 2019-12-31')
    load_facts(Config(path=folder / "config.toml"), folder)


def test_tables_inside_inline_tables_do_not_shift_the_lines(folder: Path) -> None:
    change(folder, "areas.toml", '{name = "Åvang",', '{name = "Åvang", more = {a = 1},')
    assert "areas.toml:10: aavang: unknown key 'more'" in refusal(folder)
    change(folder, "areas.toml", ", more = {a = 1}", "")
    change(folder, "areas.toml", 'source = "1"', 'source = "{9"')
    assert "areas.toml:11: aavang: the source '{9' is not known" in refusal(folder)


def test_a_list_written_in_a_way_the_search_for_lines_does_not_know_is_placed_at_the_file(folder: Path) -> None:
    (folder / "areas.toml").write_text('[["are\\u0061s"]]\nid = "x"\n', encoding="utf-8")
    assert "areas.toml:1: x: 'name' is missing" in refusal(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'class = "local"',
            'class = "town"',
            "outlets.toml:4: 'class' is 'town'. Use one of: national, regional, local, press",
        ),
        ('"radio"\nname', '"avis"\nname', "outlets.toml:9: the id 'avis' is given twice"),
        ("Åby Radio", "Aaby avis", "outlets.toml:10: radio: the name 'Aaby avis' belongs to 'avis' too"),
        (
            'url = "https',
            'url = "ftp',
            "outlets.toml:6: avis: 'url' is 'ftp://aabyavis.dk/rss'. It must start with https://",
        ),
        (
            'state = "works"',
            'state = "fine"',
            "outlets.toml:6: avis: 'state' is 'fine'. Use one of: works, uncertain, disc",
        ),
        ('checked = "2026-09"', 'checked = "May"', "outlets.toml:6: avis: 'checked' is 'May'"),
        (
            'medium = "radio"',
            'medium = "radio"\nfeeds = [{url = "https://aabyavis.dk/rss", state = "works"}]',
            "outlets.toml:13: radio: the feed https://aabyavis.dk/rss belongs to 'avis' too",
        ),
        ('medium = "radio"', 'medium = "radio"\nfeeds = "https://a.dk"', "'feeds' must be a list of tables"),
        ('medium = "radio"', 'medium = "radio"\npaywal = "free"', "outlets.toml:13: radio: unknown key 'paywal'"),
    ],
)
def test_a_wrong_outlet_is_refused_on_its_line(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, "outlets.toml", old, new)
    assert said.replace("outlets.toml:4: ", "outlets.toml:4: avis: ") in refusal(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("88.1", "88,1", "benchmarks.csv:3: the row has 11 cells. Give 10 cells"),
        ("88.1", "mange", "benchmarks.csv:3: value is 'mange'. It must be a number with a decimal point"),
        ("88.1", "nan", "benchmarks.csv:3: value is 'nan'. It must be from 0 to 100"),
        ("88.1", "188.1", "benchmarks.csv:3: value is '188.1'. It must be from 0 to 100"),
        (
            "2021,2021,unsafe",
            "2021,2020,unsafe",
            "benchmarks.csv:4: year_to is '2020'. It can't be before year_from (2021)",
        ),
        ("2021,2021,unsafe", "2021.5,2022,unsafe", "benchmarks.csv:4: year_from is '2021.5'"),
        ("percent,true", "percent,circa", "benchmarks.csv:4: about is 'circa'. Write true for circa, else false"),
        ("percent,true", "procent,true", "benchmarks.csv:4: unit is 'procent'. Use one of: percent"),
        (",100,1", ",0,1", "benchmarks.csv:4: n is '0'"),
        (",100,1", ",100,", "benchmarks.csv:4: source is empty. Fill it in"),
        (",100,1", ",100,999", "benchmarks.csv:4: the source '999' is not known"),
        (
            "unsafe_share",
            "safe_share",
            "benchmarks.csv:4: the figure jm · Danmark · safe_share · 2021 · 2021 is given twice",
        ),
        ("indicator", "indicater", "benchmarks.csv:2: unknown column 'indicater'. Did you mean 'indicator'?"),
        ("about,n,", "about,", "benchmarks.csv:2: the column 'n' must stand in the header once"),
        ("about,n,", "about,about,", "benchmarks.csv:2: the column 'about' must stand in the header once"),
        (BENCHMARKS, "", "benchmarks.csv:1: the column 'instrument' must stand in the header once"),
    ],
)
def test_a_wrong_benchmark_is_refused_on_its_row(folder: Path, old: str, new: str, said: str) -> None:
    change(folder, "benchmarks.csv", old, new)
    assert said in refusal(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("goals.toml", '{id = "skala",', '{id = "tryghed",', "goals.toml:14: the id 'tryghed' is given twice"),
        ("goals.toml", '{id = "skala",', '{id = "scale",', "the theme 'goal:scale' of goals.toml is missing"),
        ("goals.toml", "percent = 40", "percent = 400", "goals.toml:36: 'percent' is 400"),
        ("goals.toml", "areas_on_list", "areas_on_lists", "goals.toml:37: unknown key 'areas_on_lists'"),
        ("goals.toml", "areas_on_list", "# areas_on_list", "goals.toml:35: [targets] has no areas_on_list"),
        ("goals.toml", "year = 2019", "year = 2018", "goals.toml:59: the year 2018 is given twice"),
        ("goals.toml", "year = 2019", "year = 1919", "goals.toml:59: 'year' is 1919"),
        ("goals.toml", "report = true", "raport = true", "unknown key 'raport'. Did you mean 'report'?"),
        ("goals.toml", '"few" = {', '"fev" = {', "unknown key 'fev'. Did you mean 'few'?"),
        ("goals.toml", '"few" = {', "# {", "[status] has no words for 'few'"),
        ("goals.toml", '{da = "for få", en', '{da = "", en', "'da' is ''. It must be text in quotes"),
        (
            "goals.toml",
            "[targets]",
            '[[yardsticks]]\nindicator = "safe_share"\nvalue = 0.7\ndirection = "up"\nsource = "x"\n[targets]',
            "goals.toml:38: 'direction' is 'up'. Use one of: at least, at most",
        ),
        (
            "themes.toml",
            '"goal:tryghed"',
            '"gaol:tryghed"',
            "'id' is 'gaol:tryghed'. It must start with goal:, plan: or topic:",
        ),
        ("themes.toml", '"goal:tryghed"', '"goal:"', "'id' is 'goal:'"),
        ("themes.toml", '"goal:medborgerskab"', '"topic:borger"', "the theme 'goal:medborgerskab' of goals"),
        (
            "themes.toml",
            '"topic:kultur-arkitektur"',
            '"goal:kultur"',
            "the theme 'goal:kultur' is no goal of goals.toml",
        ),
        ("themes.toml", 'brings = ["plan:nedrivning"]', 'brings = ["plan:x"]', "'brings' names 'plan:x'. Name another"),
        ("themes.toml", 'brings = ["plan:nedrivning"]', 'brings = ["goal:skala"]', "'brings' names 'goal:skala'"),
        ("themes.toml", '"utryg*"', '"Utryg*"', "the word 'Utryg*' can't be used. Write it in lower case"),
        ("themes.toml", '"utryg*"', '"t*g"', "the word 't*g' can't be used"),
        ("themes.toml", '"utryg*"', '"tryghed*"', "'tryghed*' stands twice in 'words'"),
        ("breaks.toml", "year = 2020\n", "", "breaks.toml:7: jm: a gap needs its year"),
        ("breaks.toml", 'kind = "every year"', 'kind = "every year"\nyear = 2020', "a break of every year has no year"),
        ("breaks.toml", 'kind = "gap"', 'kind = "hole"', "breaks.toml:7: jm: 'kind' is 'hole'. Use one of: gap, break"),
        ("goals.toml", 'name = "delrapport-2020"', 'name = "baseline-2018"', "the name 'baseline-2018' is given twice"),
        ("goals.toml", 'name = "delrapport-2020"\n', "", "a report needs a name for its window"),
        ("goals.toml", '"delrapport-2020"', '"2020"', "a report needs a name for its window"),
        ("goals.toml", "[targets]", YARDSTICK + "year = 1999\n[targets]", "'year' is 1999"),
        ("dates.toml", "# None", DATE.replace("aavang", "avang") + "# None", "'avang' is not an area of areas.toml"),
        ("dates.toml", "# None", DATE.replace("2021-03-01", '"2021"') + "# None", "'day' is no whole day"),
        ("dates.toml", "# None", DATE.replace("begun", "x") + "# None", "Use one of: plan adopted, demolition begun"),
        ("dates.toml", "# None", DATE + DATE + "# None", "aavang 2021-03-01 stands twice"),
        ("sources.toml", '2 = "https', '"a b" = "https', "the source key 'a b' has a space"),
    ],
)
def test_a_wrong_goal_theme_break_or_source_is_refused(folder: Path, name: str, old: str, new: str, said: str) -> None:
    change(folder, name, old, new)
    assert said in refusal(folder)


def test_a_theme_without_words_is_refused(folder: Path) -> None:
    (folder / "themes.toml").write_text(
        '[[themes]]\nid = "topic:x"\nda = "x"\nen = "x"\nwords = []\n', encoding="utf-8"
    )
    assert "themes.toml:5: topic:x: 'words' has no words. Add at least one" in refusal(folder)


@pytest.mark.parametrize("section", ["targets", "status", "list_status"])
def test_a_missing_section_of_the_goals_is_refused(folder: Path, section: str) -> None:
    text = (folder / "goals.toml").read_text(encoding="utf-8")
    start = text.index(f"[{section}]")
    end = text.find("\n[", start + 1)
    (folder / "goals.toml").write_text(text[:start] + (text[end:] if end > 0 else ""), encoding="utf-8")
    assert f"[{section}] is missing" in refusal(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert f"{name}: there is no such fact file. Restore it from the project" in refusal(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_in_another_encoding_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes("id = 'ø'".encode("latin-1"))
    assert "can't be read" in refusal(folder)


def test_a_byte_order_mark_is_no_mistake(folder: Path) -> None:
    content = (folder / "areas.toml").read_bytes()
    (folder / "areas.toml").write_bytes(b"\xef\xbb\xbf" + content)
    assert len(load_facts(Config(path=folder / "config.toml"), folder).areas) == 2


def test_areas_without_a_context_section_have_no_context_words(folder: Path) -> None:
    change(folder, "areas.toml", '[context]\nwords = ["ghetto*"]\n', "")
    assert load_facts(Config(path=folder / "config.toml"), folder).context_words == ()


def test_a_day_is_read_with_or_without_quotes(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('a = 2018-12-01\nb = "2018"\n', encoding="utf-8")
    entry = FactFile.read(tmp_path / "x.toml").root()
    assert (entry.dated("a"), entry.dated("b"), entry.dated("c")) == ("2018-12-01", "2018", "")


def test_a_day_of_record_stands_with_its_area_and_source(folder: Path) -> None:
    (folder / "dates.toml").write_text(DATE, encoding="utf-8")
    (found,) = load_facts(Config(path=folder / "config.toml"), folder).dates
    assert (found.area, found.day.isoformat(), found.kind, found.source) == (
        "aavang", "2021-03-01", "demolition begun", "referat")
