"""An answer to an exercise on data is told right from wrong, and a wrong one why; the page asks for what is checked."""

from __future__ import annotations

import contextlib
import io
import re

import numpy as np
import pandas as pd
import pytest
from project import chapters, markdown

from onrecord import exercises
from onrecord.exercises import EXERCISES, check, flat, hint, plain

every_exercise = pytest.mark.parametrize("name", list(EXERCISES))


def part(name: str, title: str) -> str:
    (found,) = re.findall(rf"^:::\{{dropdown\}} {title}$\n(.*?)^:::$", markdown(f"chapters/{name}"), flags=re.M | re.S)
    return found


def spoilt(right):
    """Three answers that are wrong: one entry lacking, one too many, and one changed or of another kind."""
    if isinstance(right, frozenset):
        some = sorted(right)
        return [some[1:], [*some, "another"], ", ".join(some)]
    whole = dict(right)
    first = next(iter(whole))
    less = {key: value for key, value in whole.items() if key != first}
    path, value = next(iter(flat(whole).items()))
    return [less, {**whole, "another": value}, changed(whole, path)]


def changed(whole: dict, path: tuple) -> dict:
    """The dictionary with the value at ``path`` made another."""
    first, *rest = path
    value = whole[first]
    if rest:
        return {**whole, first: changed(value, tuple(rest))}
    if isinstance(value, frozenset):
        return {**whole, first: value | {"another"}}
    if isinstance(value, tuple):
        return {**whole, first: (value[0] + 2, *value[1:])}
    return {**whole, first: "another" if isinstance(value, str) else value + 2}


def test_every_chapter_has_an_exercise_that_is_checked():
    assert sorted(EXERCISES) == sorted(chapter.split("/")[1] for chapter in chapters())


@every_exercise
def test_the_solution_that_the_chapter_prints_gives_the_answer_that_is_right(name):
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", part(name, "Solution of the exercise on data"), re.M | re.S))
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        exec(code, {"__name__": "__main__"})
    assert told.getvalue().endswith(f"{check(name, EXERCISES[name].right())}\n")
    assert told.getvalue().rstrip().splitlines()[-1].startswith("Right. ")


@every_exercise
def test_three_wrong_answers_are_told_to_be_wrong_and_not_what_is_right(name):
    right = plain(EXERCISES[name].right())
    for wrong in spoilt(right):
        verdict = check(name, wrong)
        assert not verdict and repr(verdict).startswith("Not yet. ") and "hint(" in repr(verdict)
        assert not any(word in repr(verdict) for word in map(str, flat(right).values()) if len(word) > 4)


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name, exercise in EXERCISES.items() for n in range(len(exercise.mistakes))]
)
def test_a_usual_mistake_is_named(name, number):
    made, told = EXERCISES[name].mistakes[number]
    verdict = check(name, made())
    assert not verdict and verdict.told == told


@every_exercise
def test_the_page_asks_for_the_answer_and_names_check_and_hint(name):
    asked = part(name, "Exercise on data")
    assert "*Answer.* Let `answer` be " in asked
    assert f'`check("{name}", answer)`' in asked and f'`hint("{name}")`' in asked
    assert len(hint(name).split()) >= 8


@pytest.mark.parametrize("answer", [None, 3, "a word", [], {}, np.nan, pd.Series(dtype=float)])
@every_exercise
def test_what_is_no_answer_at_all_is_wrong_and_breaks_nothing(name, answer):
    assert not check(name, answer)


def test_the_words_of_the_download_are_not_those_of_the_table_and_that_is_noticed():
    """A reader mapped *in part, or disputed* to a half: what no word matched became a gap, and nothing told."""
    gaps = dict.fromkeys(plain(EXERCISES["lessons"].right()), np.nan)
    assert "are not what the tables give" in check("lessons", gaps).told


def test_how_an_answer_is_held_does_not_matter():
    right = EXERCISES["rounds"].right()
    assert check("rounds", pd.Series(right)) and check("rounds", {np.int64(k): float(v) for k, v in right.items()})
    assert check("coalition", pd.Index(EXERCISES["coalition"].right()))


def test_a_right_answer_changes_with_the_table(monkeypatch):
    before = EXERCISES["lessons"].right()
    real = exercises.table
    monkeypatch.setattr(exercises, "table", lambda name: real(name).iloc[1:])
    assert check("lessons", before).right is False


def test_an_unknown_exercise_names_those_there_are():
    with pytest.raises(KeyError, match="rounds"):
        check("round", {})
