"""Is an answer to an exercise on data right? ``check("rounds", answer)`` tells, and ``hint("rounds")`` helps.

The exercises stand in the chapters (*Work with this chapter*). What is right is computed here from the tables, by
another way than the solution that the chapter prints, and never typed: when a table is corrected, so is the answer.
A wrong answer is told what differs, not what is right; usual mistakes are made here too, so that one who has made
them is told which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .tables import first_day, record, table

Compute = Callable[[], Any]


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and what to tell the one who gave it. True in a condition where it is right."""

    right: bool
    told: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'Right' if self.right else 'Not yet'}. {self.told}"


@dataclass(frozen=True)
class Exercise:
    """What is right, and what helps. ``within``: by how much a number may differ, half a unit of its last place."""

    right: Compute
    hint: str
    mistakes: tuple[tuple[Compute, str], ...] = ()
    within: float = 0.0


def plain(answer: Any) -> Any:
    """An answer without pandas or NumPy: dictionaries, tuples for pairs, frozen sets for what has no order."""
    if isinstance(answer, pd.DataFrame | pd.Series):
        answer = answer.to_dict()
    if isinstance(answer, Mapping):
        return {plain(key): plain(value) for key, value in answer.items()}
    if isinstance(answer, tuple):
        return tuple(plain(part) for part in answer)
    if isinstance(answer, list | set | frozenset | np.ndarray | pd.Index | pd.api.extensions.ExtensionArray):
        return frozenset(plain(part) for part in answer)
    return answer.item() if isinstance(answer, np.generic) else answer


def flat(answer: Any, at: tuple = ()) -> dict[tuple, Any]:
    """A dictionary, however deep, as {path of keys: value}."""
    if not isinstance(answer, dict):
        return {at: answer}
    return {path: value for key, part in answer.items() for path, value in flat(part, (*at, key)).items()}


def same(given: Any, right: Any, within: float) -> bool:
    """Whether two plain values are equal; numbers may differ by ``within``, and a missing one equals a missing one."""
    if isinstance(right, tuple):
        return isinstance(given, tuple) and len(given) == len(right) and all(map(same, given, right, [within] * 9))
    if not isinstance(right, int | float) or isinstance(right, bool):
        return type(given) is type(right) and bool(given == right)
    if not isinstance(given, int | float) or isinstance(given, bool):
        return False
    return bool(pd.isna(given)) if pd.isna(right) else abs(given - right) <= within + 1e-9


def differences(given: Any, right: Any, within: float) -> str:
    """What is wrong with a plain answer, without what would be right; empty where nothing is."""
    kinds = {dict: "a dictionary or a Series", frozenset: "a list or a set"}
    for kind, called in kinds.items():
        if isinstance(right, kind) and not isinstance(given, kind):
            return f"Expected {called}; this is of the type {type(given).__name__}."
    if isinstance(right, frozenset):
        counted = {"lacking": len(right - given), "too many": len(given - right)}
        return f"Entries: {', '.join(f'{n} {what}' for what, n in counted.items())}." if any(counted.values()) else ""
    wanted, found = flat(right), flat(given)
    if wanted.keys() != found.keys():
        lacking, extra = len(wanted.keys() - found.keys()), len(found.keys() - wanted.keys())
        return f"Keys: {lacking} lacking, {extra} that are not asked for, of {len(wanted)} expected."
    wrong = sum(not same(found[key], value, within) for key, value in wanted.items())
    return f"Of {len(wanted)} values, {wrong} are not what the tables give." if wrong else ""


def check(chapter: str, answer: Any) -> Verdict:
    """Whether ``answer`` is right for the exercise on data of a ``chapter`` (the name of its page).

    Raises :class:`KeyError`, which names the exercises there are, for a chapter without one.
    """
    exercise, given = _of(chapter), plain(answer)
    found = differences(given, plain(exercise.right()), exercise.within)
    if not found:
        return Verdict(True, "This is what the tables give.")
    for made, told in exercise.mistakes:
        if not differences(given, plain(made()), exercise.within):
            return Verdict(False, told)
    return Verdict(False, f'{found} For a hint: hint("{chapter}").')


def hint(chapter: str) -> str:
    """A hint for the exercise on data of a ``chapter``; raises :class:`KeyError` as :func:`check` does."""
    return _of(chapter).hint


def _of(chapter: str) -> Exercise:
    if chapter not in EXERCISES:
        raise KeyError(f"no exercise {chapter!r}; there are {', '.join(EXERCISES)}")
    return EXERCISES[chapter]


def _links(accepted: dict[str, str]) -> dict[str, list[str]]:
    from .topics.question import thesis

    weakest = thesis()["weakest"].astype(str)
    return {name: [link for link, grade in weakest.items() if grade in grades] for name, grades in accepted.items()}


def _margins(until: int, least: int) -> dict[int, int]:
    from .topics.origins import margins

    found = margins()
    return {year: margin for year, margin in found.items() if year <= until and margin >= found[1997] + least}


def _topics(of: Callable[[set, set], set]) -> dict[int, int]:
    """For each round but the last: the number of topics in the set made ``of`` those up to it and those after it."""
    from .analysis import topic_lists

    lists = [set(topics) for topics in topic_lists()]
    return {n: len(of(set().union(*lists[:n]), set().union(*lists[n:]))) for n in range(1, len(lists))}


_LAW = ("cn_ministry_of_public_security", "cn_ministry_of_justice", "supreme_peoples_procuratorate")
_WOMEN = ("all_china_womens_federation",)


def _rounds(with_topics: bool, law: tuple[str, ...] = _LAW) -> dict[str, list[int]]:
    from .analysis import item_topics

    topics, remits = item_topics(), table("remits")
    every, found = set(topics["round"]), {}
    for name, bodies in (("law", law), ("women and children", _WOMEN)):
        theirs = set(remits.loc[remits["organisation_id"].isin(bodies), "topic_id"])
        held = set(topics.loc[topics["topic_id"].isin(theirs), "round"])
        found[name] = sorted(held if with_topics else every - held)
    return found


def _on_foreigners(share: bool) -> dict[str, float]:
    from .topics.chinese_voices import voices

    found: dict[str, list[bool]] = {}
    for row in voices().itertuples():
        foreign = row.about_group == "governments" or row.about_id in ("foreign_partners", "ca_ngos")
        found.setdefault(str(row.speaker_group), []).append(foreign)
    return {group: sum(about) / (len(about) if share else 1) for group, about in found.items()}


def _shared_criticism(coder: str, either: bool = False) -> set[str]:
    from .topics.western_voices import names_of, voice_of_actor

    rows, voice = record(), voice_of_actor()
    rows = rows[(rows["source_id"].astype(str) == "burton2006") & (rows[f"stance{coder}"] == "criticism")]
    themes: dict[str, set[str]] = {side: set() for side in ("governments", "organizations")}
    for speaker, theme in zip(rows[f"speaker_id{coder}"], rows[f"theme_id{coder}"], strict=True):
        for side, of_side in themes.items():
            if voice.get(speaker) in names_of(side):
                of_side.add(str(theme))
    first, second = themes.values()
    return first ^ second if either else first & second


def _praised(stance: str = "benefit", every_source: bool = False, all_voices: bool = False) -> set[str]:
    rows = record()
    side = rows["speaker_group"].astype(str).map(table("groups").set_index("group_id")["side"].astype(str).to_dict())
    chosen = rows["stance"].astype(str) == stance
    chosen &= every_source | (rows["source_id"].astype(str) == "burton2006")
    chosen &= all_voices | ~rows["speaker_group"].astype(str).isin(["press", "consultant"])
    china, west = (set(rows.loc[chosen & (side == name), "theme_id"]) for name in ("China", "Canada and West"))
    return {str(theme) for theme in china & west}


def _classes(other: bool) -> dict[str, dict[str, str]]:
    from .topics.effects import TEXT_SEEN, timings

    acts = table("milestones")
    parts = {level: acts[acts["level_id"].astype(str) == level] for level in ("statute", "court")}
    parts["text seen"] = acts[acts["text_seen"].isin(TEXT_SEEN)]
    found = {name: timings(part).astype(str).to_dict() for name, part in parts.items()}
    return {name: {key: c for key, c in classes.items() if other or key != "other"} for name, classes in found.items()}


def _shifts(every: bool) -> dict[str, float]:
    """For each way in which the article names a source: how many statements shift the speaker, or all of them."""
    from .topics.headline import traced

    rows = traced()
    rows = rows[rows["relation"].astype(str) != "not_found"]
    names = rows["named_as"].astype(str)
    return {name: len(part) if every else int(part["who"].sum()) for name, part in rows.groupby(names)}


def _believed() -> dict[str, pd.DataFrame]:
    claims = table("dialogue_breaks")
    return {
        "all claims": claims,
        "without grade C": claims[claims["grade"].astype(str) != "C"],
        "without the partners": claims[claims["who_says"].astype(str) != "partner"],
        "China's own words": claims[claims["who_says"].astype(str) == "china"],
    }


def _by_china(disputed: bool = False) -> dict[str, int]:
    from .comparators import breaks

    sides = ("china", "disputed") if disputed else ("china",)
    return {name: int(breaks(part)["side"].isin(sides).sum()) for name, part in _believed().items()}


def _claims_of_china() -> dict[str, int]:
    return {n: int(((p["claim"] == "side") & (p["side"].astype(str) == "china")).sum()) for n, p in _believed().items()}


def _accounts(firm: bool) -> set[str]:
    from .topics import silence

    rows = silence.accounts()
    return set(rows.loc[~(firm & (rows["grade"].astype(str) == "C")), "account_id"])


def _signed(without: bool) -> list[str]:
    from .topics.coalition import signers

    return [name for name, row in signers().iterrows() if row["2009"] and row["2017"] and not (without and row["2020"])]


def _statuses(at_work: bool, first_step: bool = False) -> dict[str, dict[str, int]]:
    """{reading: {status: how many}}, the statuses of every reading in each, a status that is not given with nothing."""
    from .topics.intimidation import STEP, readings

    rows = readings()
    if at_work:
        rows.loc["rec_2020_1"] = "met"
    rows = rows if first_step else rows.drop(STEP)
    statuses = sorted(set(rows.astype(str).to_numpy().ravel()))
    return {name: {s: int((rows[name].astype(str) == s).sum()) for s in statuses} for name in rows}


def _visible(basis: str) -> dict[int, tuple[float, float]]:
    from .topics import trade

    spread = np.log(trade.canada()[basis]).diff().dropna().std()
    bands = {years: 1.96 * spread * np.sqrt(years) for years in (1, 2, 5)}
    return {years: (100 * (1 - np.exp(-band)), 100 * (np.exp(band) - 1)) for years, band in bands.items()}


def _waited(first: bool) -> dict[str, float]:
    from .topics.reset import LETTER_DAY, case_events

    events = case_events()
    events = events[~events["kind"].astype(str).str.contains("coalition")]
    days = events.groupby("person")["day"].agg("min" if first else "max")
    return {person: (first_day(LETTER_DAY) - day).days / 365.25 for person, day in days.items()}


def _scores(unknown: float | None) -> dict[str, float]:
    points: dict[str, float] = {"shown": 1, "in_part": 0.5, "lacking": 0}
    if unknown is not None:
        points["not_found"] = unknown
    found: dict[str, list[float]] = {}
    for row in table("scorecard_parts").itertuples():
        marks = found.setdefault(str(row.criterion_id), [])
        if str(row.finding) in points:
            marks.append(points[str(row.finding)])
    return {criterion: sum(marks) / len(marks) if marks else np.nan for criterion, marks in found.items()}


EXERCISES: dict[str, Exercise] = {
    "question": Exercise(
        lambda: _links({"AB": "AB", "A": "A"}),
        "A link is as strong as the weakest evidence under it: look at the column `weakest`.",
        ((lambda: _links({"AB": "B", "A": "A"}), "Who accepts grade B accepts grade A as well."),),
    ),
    "origins": Exercise(
        lambda: _margins(1997, 1),
        "`origins.margins()` has a margin for each year. Which years up to 1997 have a wider one than 1997?",
        (
            (lambda: _margins(9999, 1), "Years after 1997 are in it, of which the newspaper could not know."),
            (lambda: _margins(1997, 0), "Wider than in 1997 is asked for, and 1997 itself is in it."),
        ),
    ),
    "rounds": Exercise(
        lambda: _topics(set.intersection),
        "`topic_lists()` of `onrecord.analysis` has a list a round. A topic counts once, however often it comes back.",
        (
            (lambda: _topics(set.symmetric_difference), "These are the topics on one side only."),
            (lambda: _topics(set.union), "These are the topics on either side, which are the same for every line."),
        ),
    ),
    "machinery": Exercise(
        lambda: _rounds(with_topics=True),
        "Join the topics of the rounds with the table `remits`, which says whose a topic is, and look for rounds.",
        (
            (lambda: _rounds(with_topics=False), "These are the rounds that had nothing for the field."),
            (lambda: _rounds(True, _LAW[:1]), "The bodies of the law are more than the police."),
        ),
    ),
    "chinese-voices": Exercise(
        lambda: _on_foreigners(share=True),
        "In proportion: divide by all statements of the group. The mean of a column of true and false does that.",
        ((lambda: _on_foreigners(share=False), "These are counts; shares of all statements of the group are asked."),),
        within=0.005,
    ),
    "western-voices": Exercise(
        lambda: _shared_criticism("_b"),
        "The second coder's codes are in the columns that end in `_b`: stance, speaker and theme, all three.",
        (
            (lambda: _shared_criticism(""), "These are the themes by the codes of the first coder."),
            (lambda: _shared_criticism("_b", either=True), "These are the themes of one side only."),
        ),
    ),
    "common-ground": Exercise(
        _praised,
        "Keep to the assessment (`source_id`), and leave out the press and the consultant, who are no party to it.",
        (
            (lambda: _praised(every_source=True, all_voices=True), "Other sources, and the consultant, are in it."),
            (lambda: _praised(all_voices=True), "The consultant is in it, who is neither side."),
            (lambda: _praised(every_source=True), "Other sources than the assessment are in it."),
            (lambda: _praised("criticism"), "These are the themes that both sides criticize."),
        ),
    ),
    "effects": Exercise(
        lambda: _classes(other=False),
        "`timings()` takes a part of the table of acts. Leave out the row `other`, which is no effect.",
        ((lambda: _classes(other=True), "The row `other` is in it, which is no effect."),),
    ),
    "headline": Exercise(
        lambda: _shifts(every=False),
        "`traced()` has a row a statement; `who` is true where the speaker shifted. Leave out what is `not_found`.",
        ((lambda: _shifts(every=True), "These are all statements; those that shift the speaker are asked for."),),
    ),
    "elsewhere": Exercise(
        _by_china,
        "Count breaks, by `breaks()` of `onrecord.comparators`, and not claims: several may be made of one break.",
        (
            (_claims_of_china, "These are claims; several may be made of one break."),
            (lambda: _by_china(disputed=True), "A break whose side is disputed is in it."),
        ),
    ),
    "silence": Exercise(
        lambda: _accounts(firm=True),
        "The grade is in the table; `silence.firm()` leaves out grade C.",
        ((lambda: _accounts(firm=False), "Accounts of grade C are in it."),),
    ),
    "coalition": Exercise(
        lambda: _signed(without=True),
        "`signers()` has a column of true and false for each document: `&` is and, `~` is not.",
        ((lambda: _signed(without=False), "Endorsers of 2020 are in it."),),
    ),
    "intimidation": Exercise(
        lambda: _statuses(at_work=True),
        "Drop the row `STEP`, set the row of the registry to met, and count each column; a status may occur nowhere.",
        (
            (lambda: _statuses(at_work=False), "These are the counts before the registry is supposed to be at work."),
            (lambda: _statuses(at_work=True, first_step=True), "The first step is in it."),
        ),
    ),
    "trade": Exercise(
        lambda: _visible("B"),
        "With Hong Kong and Macao is basis B. The spread over several years grows with the square root of the years.",
        ((lambda: _visible("A"), "This is another basis than the one with Hong Kong and Macao."),),
        within=0.51,
    ),
    "reset": Exercise(
        lambda: _waited(first=True),
        "Leave out the kinds of event with *coalition* in their name; then take each person's first day.",
        ((lambda: _waited(first=False), "This counts from the last event of a person; the first is asked for."),),
        within=0.06,
    ),
    "lessons": Exercise(
        lambda: _scores(None),
        "The words of the column `finding` are shown, in_part, lacking, not_found; `map` makes any other word a gap.",
        (
            (lambda: _scores(0), "Parts on which nothing was found are counted as lacking; leave them out."),
            (lambda: _scores(1), "Parts on which nothing was found are counted as shown; leave them out."),
        ),
        within=0.006,
    ),
}
