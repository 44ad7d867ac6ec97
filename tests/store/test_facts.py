"""The shipped facts: complete, sourced, and nothing invented."""

from datetime import date
from pathlib import Path

import pytest

from store.config import Config, FactsConfig
from store.errors import WrongFacts
from store.facts import FOLDER, Facts, load_facts
from store.goals import Status
from store.themes import Theme

FIFTEEN = {
    "mjolnerparken", "tingbjerg", "taastrupgaard", "gadehavegaard", "agervang", "ringparken", "motalavej", "vollsmose",
    "stengaardsvej", "sundparken", "munkebo", "skovparken", "finlandsparken", "bispehaven", "gellerup",
}
FOCUS = (
    "tryghed", "skala", "boligudbud", "arkitektur", "service", "infrastruktur", "sammensaetning", "faellesskab",
    "fritid", "medborgerskab",
)
PLAN = ("nedrivning", "udlejning", "politi", "born-unge", "opfolgning")
TOPICS = (
    "kriminalitet-bande", "politi-indsats", "brand-hærværk", "nedrivning-omdannelse", "politik-ghettoliste",
    "genhusning-husleje", "byggeri-investering", "skole-dagtilbud", "beskæftigelse-uddannelse",
    "fællesskab-forening-fritid", "kultur-arkitektur", "sundhed-social", "integration-religion", "tryghed",
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(Config(path=Path("config.toml")))


def test_the_areas_are_the_fifteen(facts: Facts) -> None:
    assert {area.id for area in facts.areas} == FIFTEEN
    assert facts.evaluated() == facts.areas


def test_the_two_areas_of_the_list_of_2020_that_are_not_among_the_fifteen_are_absent(facts: Facts) -> None:
    names = {alias.name for area in facts.areas for alias in area.aliases}
    assert not names & {"Solbakken", "Nørager", "Søstjernevej", "Nørager/Søstjernevej"}


def test_the_themes_are_ten_focus_goals_five_plan_themes_and_fourteen_topics(facts: Facts) -> None:
    wanted = [f"goal:{id}" for id in FOCUS] + [f"plan:{id}" for id in PLAN] + [f"topic:{id}" for id in TOPICS]
    assert [theme.id for theme in facts.themes] == wanted
    assert tuple(goal.id for goal in facts.goals.focus) == FOCUS
    assert tuple(theme.id for theme in facts.goals.plan) == PLAN
    assert all(theme.items for theme in facts.themes if theme.kind == "goal")


def test_the_goals_stand_word_for_word(facts: Facts) -> None:
    assert facts.goals.overall == ("Ingen ghettoer i 2030", "Blandede by- og boligområder", "Øgede livschancer")
    assert facts.goals.focus[0].text == "Attraktive boligområder med høj grad af tryghed"
    assert facts.goals.plan[-1].text == "Regeringen følger op på indsatsen mod parallelsamfund"


def test_every_status_has_words_in_both_languages(facts: Facts) -> None:
    assert set(facts.goals.status_words) == set(Status)
    assert facts.goals.status_words[Status.NO_SURVEY].da == "ingen måling"
    assert {status for status in Status if status.shown} == {Status.OK, Status.FOOTNOTED}


def test_every_status_used_on_a_list_has_words(facts: Facts) -> None:
    assert {status for area in facts.areas for status in area.list_status.values()} <= set(facts.goals.list_words)


def test_reports_are_due_in_even_years_and_in_2021_and_2025(facts: Facts) -> None:
    assert [milestone.year for milestone in facts.goals.milestones] == list(range(2018, 2030))
    assert all(milestone.name.endswith(str(milestone.year)) for milestone in facts.goals.milestones if milestone.report)
    assert facts.dates == ()
    assert facts.goals.report_years() == (2018, 2020, 2021, 2022, 2024, 2025, 2026, 2028)


def test_no_yardstick_is_shipped_and_the_only_targets_are_the_official_ones(facts: Facts) -> None:
    assert facts.goals.yardsticks == ()
    assert (facts.goals.targets.family_housing.value, facts.goals.targets.family_housing.year) == (40, 2030)
    assert (facts.goals.targets.areas_on_list.value, facts.goals.targets.areas_on_list.year) == (0, 2030)


@pytest.mark.parametrize(
    ("id", "share"),
    [
        ("tingbjerg", 40), ("agervang", 56), ("vollsmose", 35), ("sundparken", 60), ("munkebo", 60),
        ("finlandsparken", 68),
    ],
)
def test_six_areas_have_a_target_share_of_their_own_with_its_source(facts: Facts, id: str, share: float) -> None:
    area = facts.area(id)
    assert area.target_share == share
    assert area.target_source is not None
    assert area.target_source.startswith("https://")


def test_the_other_areas_have_the_legal_default(facts: Facts) -> None:
    default = {area.id for area in facts.areas if area.target_is_default}
    assert default == FIFTEEN - {"tingbjerg", "agervang", "vollsmose", "sundparken", "munkebo", "finlandsparken"}


def test_baseline_shares_are_only_the_published_ones(facts: Facts) -> None:
    shares = {area.id: area.baseline_share for area in facts.areas if area.baseline_share is not None}
    assert shares == {"tingbjerg": 96, "motalavej": 100, "vollsmose": 76}


@pytest.mark.parametrize(
    ("id", "statuses"),
    [
        ("mjolnerparken", "HHHHH–?"), ("tingbjerg", "HHHH––?"), ("vollsmose", "HHHHHH?"), ("munkebo", "HHn–––?"),
        ("agervang", "HHnp––?"), ("ringparken", "HHH–––?"), ("motalavej", "HHH––u–"),
    ],
)
def test_the_list_status_of_a_year_is_as_published_and_absent_where_unknown(
    facts: Facts, id: str, statuses: str
) -> None:
    area = facts.area(id)
    assert "".join(area.list_status.get(year, "?") for year in range(2018, 2025)) == statuses
    assert "?" not in area.list_status.values()
    assert 2025 not in area.list_status


def test_all_fifteen_were_hard_ghettos_on_the_first_list(facts: Facts) -> None:
    assert {area.list_status[2018] for area in facts.areas} == {"H"}


def test_which_areas_the_social_track_follows_is_unknown(facts: Facts) -> None:
    assert {area.social_track for area in facts.areas} == {None}


def test_agervang_is_also_groenneparken_since_the_vote(facts: Facts) -> None:
    (renamed,) = (alias for alias in facts.area("agervang").aliases if alias.kind == "renamed")
    assert renamed.name == "Grønneparken"
    assert not renamed.valid(date(2021, 9, 26))
    assert renamed.valid(date(2021, 9, 27))
    assert renamed.valid(None)
    assert renamed not in facts.area("agervang").names(date(2018, 1, 1))


def test_names_safe_alone_are_exactly_those_of_the_rule(facts: Facts) -> None:
    safe = {area.id for area in facts.areas if any(not alias.needs_context for alias in area.aliases)}
    assert safe == {
        "mjolnerparken", "tingbjerg", "taastrupgaard", "gadehavegaard", "motalavej", "vollsmose", "finlandsparken",
        "bispehaven", "gellerup",
    }


@pytest.mark.parametrize("name", ["Fyrreparken", "Birkeparken", "Bøgeparken", "Granparken", "Lærkeparken", "Egeparken"])
def test_the_parks_of_vollsmose_are_parts_that_need_context(facts: Facts, name: str) -> None:
    (part,) = (alias for alias in facts.area("vollsmose").aliases if alias.name == name)
    assert (part.kind, part.needs_context, part.unit) == ("part", True, "official")


@pytest.mark.parametrize("name", ["Tjørnehaven", "Slåenhaven", "Hybenhaven"])
def test_the_gardens_of_vollsmose_mean_the_district_not_the_official_area(facts: Facts, name: str) -> None:
    (garden,) = (alias for alias in facts.area("vollsmose").aliases if alias.name == name)
    assert (garden.kind, garden.needs_context, garden.unit) == ("wider", True, "press")


def test_munkebo_always_needs_kolding(facts: Facts) -> None:
    assert facts.area("munkebo").requires_city == "Kolding"
    assert "Kerteminde" in facts.area("munkebo").false_friends[0].beside


@pytest.mark.parametrize(
    ("id", "name"),
    [("bispehaven", "Bispeparken"), ("gellerup", "Gjellerup"), ("skovparken", "Skovgårdsparken")],
)
def test_a_name_that_only_sounds_alike_is_never_the_area(facts: Facts, id: str, name: str) -> None:
    (friend,) = (friend for friend in facts.area(id).false_friends if friend.name == name)
    assert friend.beside == ()


def test_skovparken_beside_svendborg_is_another_place(facts: Facts) -> None:
    assert facts.area("skovparken").false_friends[0].beside == ("Svendborg",)


def test_every_area_has_expected_coverage_of_a_region_and_coordinates_in_denmark(facts: Facts) -> None:
    for area in facts.areas:
        assert {facts.outlet(id).class_ for id in area.outlets} & {"regional"}
        assert area.latitude is not None


def test_every_figure_has_a_source_with_an_address(facts: Facts) -> None:
    given = [size.source for area in facts.areas for size in area.sizes]
    given += [area.list_source for area in facts.areas]
    given += [benchmark.source for benchmark in facts.benchmarks]
    given += [area.baseline_source or "" for area in facts.areas if area.baseline_share is not None]
    given += [facts.goals.targets.family_housing.source, facts.goals.targets.areas_on_list.source]
    assert all(each.startswith(("https://", "http://")) for cell in given for each in cell.split("; "))


def test_2020_is_a_gap_of_the_national_survey_and_has_no_figure(facts: Facts) -> None:
    assert {each.series for each in facts.breaks if each.kind == "gap" and each.year == 2020} == {"jm", "jm-sub"}
    surveys = [each for each in facts.benchmarks if each.instrument in ("police", "jm")]
    assert not [each for each in surveys if each.year_from <= 2020 <= each.year_to]


def test_circa_figures_say_so(facts: Facts) -> None:
    figures = {(each.instrument, each.population, each.year_from): each for each in facts.benchmarks
               if each.indicator == "safe_share"}
    assert figures["police", "Danmark", 2015].about
    assert figures["police", "SUB", 2018].value == 68.4
    assert not figures["police", "SUB", 2018].about


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("TV 2 FYN", "tv2fyn"), ("tv2fyn", "tv2fyn"), ("https://www.tv2fyn.dk/", "tv2fyn"),
        ("Aarhus Stiftstidende", "stiften"), ("aarhus-stiftstidende", "stiften"),
        ("jyllandsposten", "jyllands-posten"), ("tv2lorry.dk", "tv2kosmopol"),
    ],
)
def test_an_outlet_is_found_by_any_spelling_of_its_names(facts: Facts, name: str, id: str) -> None:
    found = facts.outlet_named(name)
    assert found is not None
    assert found.id == id


def test_an_unknown_outlet_is_none(facts: Facts) -> None:
    assert facts.outlet_named("Opfundet Avis") is None


def test_both_generations_of_list_words_give_a_name_its_context(facts: Facts) -> None:
    assert {"ghetto*", "parallelsamfund*", "omdannelsesområde*"} <= set(facts.context_words)


def test_a_theme_is_found_by_its_id(facts: Facts) -> None:
    assert isinstance(facts.theme("topic:brand-hærværk"), Theme)


def test_the_digest_follows_every_byte_of_every_file(facts: Facts, tmp_path: Path) -> None:
    for name in ("sources.toml", "areas.toml", "outlets.toml", "goals.toml", "themes.toml", "breaks.toml",
                 "dates.toml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "benchmarks.csv").write_bytes((FOLDER / "benchmarks.csv").read_bytes() + b"# a comment\n")
    changed = load_facts(Config(path=Path("config.toml")), tmp_path)
    assert changed.benchmarks == facts.benchmarks
    assert changed.digest != facts.digest


AREA = """[[areas]]
id = "aavang"
name = "Åvang"
municipality = "Åby"
municipality_code = 999
aliases = [{name = "Åvang", kind = "official"}]
outlets = ["aaby-avis"]
"""
OUTLET = """[[outlets]]
id = "aaby-avis"
name = "Åby Avis"
class = "local"
medium = "print"
"""


def extra(folder: Path, areas: str = AREA, outlets: str = OUTLET) -> Config:
    (folder / "areas.toml").write_text(areas, encoding="utf-8")
    (folder / "outlets.toml").write_text(outlets, encoding="utf-8")
    return Config(path=folder / "config.toml", facts=FactsConfig(folder))


def test_an_extra_folder_adds_comparison_areas_and_outlets(facts: Facts, tmp_path: Path) -> None:
    more = load_facts(extra(tmp_path))
    assert more.area("aavang").kind == "comparison"
    assert len(more.evaluated()) == 15
    assert more.outlet_named("Aaby Avis") == more.outlet("aaby-avis")
    assert more.digest != facts.digest


def test_a_missing_extra_folder_is_refused(tmp_path: Path) -> None:
    config = Config(path=tmp_path / "config.toml", facts=FactsConfig(tmp_path / "none"))
    with pytest.raises(WrongFacts, match=r"no such folder. Mend \[facts\] extra"):
        load_facts(config)


@pytest.mark.parametrize(
    ("areas", "outlets", "said"),
    [
        (AREA.replace('id = "aavang"', 'id = "gellerup"'), OUTLET, "areas.toml:2: the id 'gellerup' is given twice"),
        (AREA, OUTLET.replace('"aaby-avis"', '"dr"'), "the id 'dr' is given twice"),
        (AREA, OUTLET + '[[outlets]]\nid = "x"\nname = "B.T."\nclass = "local"\nmedium = "web"\n',
         "outlets.toml:8: x: the name 'B.T.' belongs to 'bt' too"),
        (AREA + 'kind = "evaluated"\n', OUTLET, "areas.toml:8: aavang: an extra area can't be an evaluated one"),
        (AREA, "", "areas.toml:7: aavang: the outlet 'aaby-avis' is not known"),
        (AREA.replace('name = "Åvang"', 'name = "Vollsmose"'), OUTLET,
         "areas.toml:6: aavang: the alias 'Vollsmose' is claimed by 'vollsmose' too"),
        ("[sources]\n1 = 'x'\n" + AREA, OUTLET, "areas.toml:2: the source '1' is given twice"),
        ("[context]\nwords = ['x']\n" + AREA, OUTLET, "areas.toml:1: unknown key 'context'"),
    ],
)
def test_an_extra_file_that_collides_is_refused(tmp_path: Path, areas: str, outlets: str, said: str) -> None:
    with pytest.raises(WrongFacts) as caught:
        load_facts(extra(tmp_path, areas, outlets))
    assert said in str(caught.value)


def test_no_word_of_a_theme_is_already_found_by_a_stem_of_the_same_theme(facts: Facts) -> None:
    double = [
        (theme.id, word, stem)
        for theme in facts.themes
        for stem in theme.words if stem.endswith("*")
        for word in theme.words if word != stem and " " not in word and word.rstrip("*").startswith(stem[:-1])
    ]
    assert double == []


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("politi", "politik"), ("bande", "bandet"), ("andel", "andelen"), ("hash", "hashtag"), ("brand", "brandt"),
        ("kristen", "kristensen"),
    ],
)
def test_a_word_of_the_subject_is_no_stem_where_its_endings_lead_elsewhere(facts: Facts, word: str, other: str) -> None:
    stems = {stem[:-1] for theme in facts.themes for stem in theme.words if stem.endswith("*")}
    assert not [stem for stem in stems if other.startswith(stem)]
    assert word in other


def test_the_example_of_a_yardstick_is_right_once_its_marks_are_taken_off(tmp_path: Path) -> None:
    for name in ("sources.toml", "areas.toml", "outlets.toml", "themes.toml", "breaks.toml", "dates.toml",
                 "benchmarks.csv"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    text = (FOLDER / "goals.toml").read_text(encoding="utf-8")
    start = text.index("# [[yardsticks]]")
    example, rest = text[start:].split("\n\n", 1)
    plain = "\n".join(line.removeprefix("# ") for line in example.splitlines())
    (tmp_path / "goals.toml").write_text(f"{text[:start]}{plain}\n\n{rest}", encoding="utf-8")
    (yardstick,) = load_facts(Config(path=Path("config.toml")), tmp_path).goals.yardsticks
    assert (yardstick.indicator, yardstick.value, yardstick.direction) == ("safe_share", 0.74, "at least")
