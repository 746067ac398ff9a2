"""January 2026: the joint papers, what each side said, and the people whom the article names."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import pandas as pd

from ..drawing import blank, by_room, drawing
from ..facts import Amount, fact
from ..look import PALETTE
from ..marks import a_row, lead
from ..tables import first_day, in_words, labels, table, whole_years
from .intimidation import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTER_DAY = "2026-01-09"


# How a kind of event is drawn: words of the key, colour, marker, whether it is a step in the case itself.
KINDS = {
    "detained": ("detained, taken or sought", "canada", "s", True),
    "court": ("court, or change of sentence", "china", "D", True),
    "states": ("taken up by states or the UN", "benefit", "^", False),
    "china_said": ("said by officials of China", "criticism", "v", False),
    "coalition": ("named by the coalition", "justification", "o", False),
    "organizations": ("taken up by others", "ink", "X", False),
}
# The years after which the second part of the figure begins, month by month.
CLOSE_UP = "2025-06-01"


def case_events() -> pd.DataFrame:
    """Dated events of the six people named: person, day (Timestamp), date, kind, event, event_id.

    Which, the table says.
    """
    rows = table("person_events")
    rows = rows[rows["left_out"].isna()]
    names = labels("people", "name")
    order = {person: n for n, person in enumerate(_named())}
    rows = rows.assign(
        person=rows["person_id"].map(names), day=rows["date"].map(first_day), kind=rows["kind"].astype(str)
    )
    rows = rows.sort_values(["person_id", "day"], key=lambda c: c.map(order) if c.name == "person_id" else c)
    return rows[["person", "day", "date", "kind", "event", "event_id"]].reset_index(drop=True)


def _named() -> list[str]:
    """The people whom the article of 2026 names as cases, in its order."""
    rows = table("person_mentions")
    return rows.loc[(rows["passage_id"] == "epoch2026:T.9") & (rows["capacity"] == "case"), "person_id"].tolist()


@drawing
def case_lanes(events: pd.DataFrame) -> Figure:
    """One lane a person, one mark an event, its kind told by shape; the months about the letter of 2026 apart.

    What happened in a case stands on the line of the lane, what others did above it.
    """
    from matplotlib.dates import DateFormatter, MonthLocator, YearLocator

    people = list(dict.fromkeys(events["person"]))
    figure = blank(0.62 * len(people) + 3.1)
    far, near = figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.1])
    close = first_day(CLOSE_UP)
    for axes, part in ((far, events[events["day"] < close]), (near, events[events["day"] >= close])):
        _lanes(axes, part, people)
    far.set_xlim(first_day("1994"), first_day("2027-06"))  # room for marks at the edge
    far.xaxis.set_major_locator(YearLocator(10))
    far.xaxis.set_major_formatter(DateFormatter("%Y"))
    near.set_xlim(close, first_day("2026-04-15"))
    near.xaxis.set_major_locator(MonthLocator(bymonth=(7, 10, 1, 4)))
    near.xaxis.set_major_formatter(DateFormatter("%b\n%Y"))
    near.axvline(first_day(LETTER_DAY), color=PALETTE["ink"], lw=1.1, ls="--", zorder=0)
    near.set_title("letter of January 2026", fontsize=13, loc="right")
    far.set_yticks(range(len(people)), [fill(name, 12, break_on_hyphens=False) for name in people], fontsize=13)
    far.set_ylim(len(people) - 0.5, -0.8)
    keys, words = far.get_legend_handles_labels()
    figure.legend(
        keys, words, loc="outside lower center", ncols=by_room(2, 1), fontsize=13, handletextpad=0.2, columnspacing=0.8
    )
    return figure


def _lanes(axes: Axes, events: pd.DataFrame, people: list[str]) -> None:
    for y in range(len(people)):
        axes.axhline(y, color=PALETTE["rule"], lw=0.8, zorder=0)
    for kind, (words, colour, marker, step) in KINDS.items():
        part = events[events["kind"] == kind]
        face = PALETTE[colour] if step else "none"
        y = part["person"].map(people.index).astype(float) - (0 if step else 0.33)
        axes.scatter(part["day"], y, s=70, color=face, edgecolor=PALETTE[colour], marker=marker, lw=1.6, label=words)
        for at, event in zip(y, part.itertuples(), strict=True):
            told = f"{event.person}, {in_words(event.date)}: {event.event}"
            lead(axes, told, [a_row("person_events", event.event_id)], (event.day, at), size=9)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=13)
    axes.spines["left"].set_visible(False)


def joint_papers() -> pd.DataFrame:
    """What the governments issued together at visits since 2005: day, paper, who led, human rights, what it says."""
    rows = table("joint_documents")
    rows["day"] = rows["date"].map(in_words)
    rows["named"] = rows["rights"].astype(str).map({"yes": "named", "not_seen": "not in the part seen"})
    return rows[["day", "title", "prime_minister", "named", "says"]]


def accounts() -> pd.DataFrame:
    """What each government said in January 2026, in order of time."""
    words = {
        "yes": "named",
        "not_seen": "not in the part seen",
        "not_on_own_initiative": "named: not on his own initiative",
    }
    rows = table("january_accounts")
    rows["day"] = rows["date"].map(in_words)
    rows["rights"] = rows["rights"].astype(str).map(words)
    return rows[["day", "who", "says", "rights", "grade"]]


@fact("rows of letter_counts with low and high 10", "letter_counts")
def reset_counts_ten() -> int:
    rows = table("letter_counts")
    return int(((rows["low"] == 10) & (rows["high"] == 10)).sum())


@fact("rows of letter_counts with low and high 9", "letter_counts")
def reset_counts_nine() -> int:
    rows = table("letter_counts")
    return int(((rows["low"] == 9) & (rows["high"] == 9)).sum())


@fact("low of report_id cchrc", "letter_counts")
def reset_own_count() -> int:
    return int(table("letter_counts").set_index("report_id").at["cchrc", "low"])


@fact("low of report_id epoch", "letter_counts")
def reset_article_count() -> int:
    return int(table("letter_counts").set_index("report_id").at["epoch", "low"])


@fact("organizations of document_id cchrc_letter_2015", "coalition_documents")
def reset_count_before() -> int:
    return int(table("coalition_documents").set_index("document_id").at["cchrc_letter_2015", "organizations"])


def _joint(named: bool) -> pd.DataFrame:
    rows = table("joint_documents")
    return rows[(rows["date"] < LETTER_DAY) & ((rows["rights"] == "yes") | (not named))]


@fact("papers of joint_documents dated before 2026-01-09", "joint_documents")
def reset_joint_before() -> int:
    return len(_joint(named=False))


@fact("papers of joint_documents dated before 2026-01-09 with rights yes", "joint_documents")
def reset_joint_named() -> int:
    return len(_joint(named=True))


@fact("rows of january_accounts", "january_accounts")
def reset_accounts() -> int:
    return len(table("january_accounts"))


def _rights(name: str) -> int:
    return int((table("january_accounts")["rights"] == name).sum())


@fact("rows of january_accounts with rights not_in_part_seen", "january_accounts")
def reset_accounts_silent() -> int:
    return _rights("not_seen")


@fact("rows of january_accounts with rights other than not_in_part_seen", "january_accounts")
def reset_accounts_named() -> int:
    return len(table("january_accounts")) - _rights("not_seen")


@fact("different person_id with passage_id epoch2026:T.9 and capacity case", "person_mentions")
def reset_people() -> int:
    return len(_named())


def changed(events: pd.DataFrame) -> list[str]:
    """People in whose case itself something happened after the letter of 2026; an appeal of others is no such step."""
    steps = [kind for kind, (*_, is_step) in KINDS.items() if is_step]
    after = (events["day"] > first_day(LETTER_DAY)) & events["kind"].isin(steps)
    return list(dict.fromkeys(events.loc[after, "person"]))


@fact("people named as cases with an event of kind detained or court after 2026-01-09 and no left_out", "person_events")
def reset_people_after() -> int:
    return len(changed(case_events()))


@fact("people named as cases without an event of kind detained or court after 2026-01-09", "person_events")
def reset_people_unchanged() -> int:
    return len(_named()) - len(changed(case_events()))


@fact("rows of person_events with an empty left_out", "person_events")
def reset_events() -> int:
    return len(case_events())


@fact("whole years from the date of event panchen_1995_taken to 2026-01-09", "person_events")
def reset_years_longest() -> int:
    return whole_years(table("person_events").set_index("event_id").at["panchen_1995_taken", "date"], LETTER_DAY)


@fact("years of the sentence of Jimmy Lai", "later_numbers")
def reset_lai_years() -> int | Amount:
    return number("lai_years")


@fact("years of the longest sentence that Chow Hang-tung faces", "later_numbers")
def reset_chow_years() -> int | Amount:
    return number("chow_years")


@fact("years of the term of Huseyin Celil, as a party official gave it", "later_numbers")
def reset_celil_years() -> int | Amount:
    return number("celil_years")
