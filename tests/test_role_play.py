"""The role play: briefs that are drawn from the record and fit a page, and forms whose minutes and players add up."""

from __future__ import annotations

import re

import pytest
from project import markdown, rows

from onrecord import role_play
from onrecord.problems import InputError

PAGE = markdown("reference/role-play")
GROUPS = re.findall(r'role_play\.brief\("(\w+)"\)', PAGE)
RECORD = {row["evidence_id"]: row for row in rows("evidence")}
GROUP_OF = {row["actor_id"]: row["group_id"] for row in rows("actors")}


def test_every_party_to_a_round_has_a_brief():
    assert sorted(GROUPS) == [
        *("cn_agencies", "cn_mfa", "cn_united_front", "governments", "ngos_inside", "ngos_outside"),
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_a_brief_has_what_its_own_group_says_and_fits_a_page(group):
    lines = role_play.brief(group)
    assert {GROUP_OF[RECORD[key]["speaker_id"]] for key in lines["Evidence"]} == {group}
    assert all(
        key.startswith(f"burton2006:{passage}")
        for key, passage in zip(lines["Evidence"], lines["Passage"], strict=True)
    )
    assert set(lines["Kind"]) >= {"Values", "Objects to", "Asks for"}
    assert len(lines) >= 5 and sum(len(text.split()) for text in lines["Statement"]) <= 300


@pytest.mark.parametrize("group", GROUPS)
def test_no_theme_and_no_kind_fills_a_brief(group):
    lines = role_play.brief(group)
    assert lines["Kind"].value_counts().max() <= role_play.MOST
    themes = [(row.Kind, RECORD[row.Evidence]["theme_id"]) for row in lines.itertuples()]
    assert len(themes) == len(set(themes))


def test_ethnic_affairs_sit_with_the_united_front():
    agencies, front = (
        re.search(rf"^### {name}$\n(.*?)^##", PAGE, re.M | re.S)[1]
        for name in (
            "Chinese agencies",
            "United-front bodies",
        )
    )
    assert "ethnic" in front and "ethnic" not in agencies


def test_a_group_that_says_nothing_has_no_brief():
    with pytest.raises(InputError, match="spoken_about"):
        role_play.brief("spoken_about")


@pytest.mark.parametrize("minutes", list(role_play.LENGTHS))
def test_the_minutes_of_a_form_are_those_of_its_name(minutes):
    parts = role_play.LENGTHS[minutes]
    assert len(parts) == len(role_play.PARTS) and sum(parts) == minutes
    assert parts[-1] >= minutes / 6  # without a debrief it is a game


@pytest.mark.parametrize(("players", "form"), list(role_play.CLASSES.items()))
def test_the_roles_of_a_class_are_as_many_as_its_players(players, form):
    room, rooms = form
    assert sum(role_play.ROOMS[room].values()) * rooms == players
    assert int(role_play.casts().set_index("Role").at["Together", f"{players} players"]) == players


def test_the_steps_are_those_of_the_record_in_their_order():
    told = [row["step"] for row in sorted(rows("round_steps"), key=lambda row: int(row["order"]))]
    assert list(role_play.steps()["Step"]) == told


def test_the_observer_marks_every_criterion_of_the_last_chapter():
    assert list(role_play.sheet()["Criterion"]) == [row["label"] for row in rows("criteria_list")]


def test_the_cases_are_invented_and_say_so():
    section = re.search(r"^## A list of cases \(invented\)$\n(.*?)^## ", PAGE, re.M | re.S)[1]
    cases = re.findall(r"^- (.*)$", section, re.M)
    assert len(cases) == 3 and all(case.startswith("*Invented case ") for case in cases)
    names = {row["name"] for row in rows("people")}
    assert names and not [name for name in names if name in PAGE]
