"""The index leads to a section for a name that stands there, and not for a part of somebody else's."""

from __future__ import annotations

from collections import Counter

import pytest

from onrecord.book import register
from onrecord.book.register import Heading, Place, Sections, Told


def heading(printed: str, *written: str) -> Heading:
    return Heading(printed, printed, Place("people", printed, "entry"), written)


def index_of(headings: list[Heading], *texts: str) -> dict[str, list[str]]:
    """The numbers of the texts to which each heading leads."""
    parts = [Told(Place("page", str(at), str(at)), text, Counter()) for at, text in enumerate(texts)]
    return {
        printed: [place.said for place in places[1:]] for printed, places in register._named(headings, Sections(parts))
    }


def test_a_family_name_within_another_name_is_not_a_name():
    people = [heading("Wang, Maya", "Maya Wang", "Wang"), heading("Wang Yi", "Wang Yi")]
    found = index_of(people, "Maya Wang spoke.", "Wang Yi answered.", "Wang spoke again.", "Wangs are many.")
    assert found == {"Wang, Maya": ["0", "2"], "Wang Yi": ["1"]}


def test_a_name_that_two_have_leads_to_neither_or_to_the_one_who_is_printed_with_it():
    people = [heading("Chong, Denise", "Denise Chong", "Chong"), heading("Chong, Michael", "Michael Chong", "Chong")]
    assert index_of(people, "Denise Chong wrote.", "Chong spoke.", "Michael Chong rose.") == {
        "Chong, Denise": ["0"],
        "Chong, Michael": ["2"],
    }
    bodies = [heading("Chinese Ministry", "Chinese Ministry", "Ministry"), heading("Department", "Ministry", "DFAIT")]
    assert index_of(bodies, "China's Ministry said so.", "DFAIT did not.") == {
        "Chinese Ministry": ["0"],
        "Department": ["1"],
    }


@pytest.mark.parametrize("text", ["The People's Daily wrote.", "The People’s Daily wrote."])
def test_an_apostrophe_is_found_in_either_form(text):
    assert index_of([heading("People's Daily", "People's Daily")], text, "Nobody wrote.") == {"People's Daily": ["0"]}


def test_only_a_section_that_changed_is_counted_again(monkeypatch: pytest.MonkeyPatch):
    """And nothing is counted where all that was asked has been counted before."""
    texts = ["Maya Wang and Wang Yi.", "Wang Yi and Wang Yi.", "Nobody."]
    parts = [Told(Place("page", str(at), str(at)), text, Counter()) for at, text in enumerate(texts)]
    first = Sections(parts)
    assert first.times(["Wang Yi"], ["Wang"]) == [1, 2, 0]
    changed = [*parts[:2], parts[2]._replace(words="Wang Yi.")]
    asked: list[set[str]] = []
    compiled = register._pattern

    def pattern(names: set[str]) -> register.re.Pattern[str]:
        asked.append(names)
        return compiled(names)

    monkeypatch.setattr(register, "_pattern", pattern)
    again, other = Sections(parts, first.counted), Sections(changed, first.counted)
    assert again.times(["Wang Yi"], ["Wang"]) == [1, 2, 0] and not asked
    assert other.times(["Wang Yi"], ["Wang"]) == [1, 2, 1] and asked == [{"Wang Yi"}]
    assert again.counted == first.counted and len(other.counted) == len(first.counted) + 1
