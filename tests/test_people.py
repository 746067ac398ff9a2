"""Nobody is named without a reason, and nobody whose name was taken out comes back."""

from __future__ import annotations

import pandas as pd
import pytest
from project import ROOT

from onrecord import people, tables
from onrecord.book.press import index
from onrecord.people import Text, check_index, check_names, check_removed, hashed, known, read_by_readers, unknown


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return list(read_by_readers())


@pytest.fixture(scope="module")
def names(texts):
    return known(texts)


def test_every_name_in_pages_tables_and_figures_is_known(texts):
    assert [str(problem) for problem in check_names(texts)] == []


def test_every_entry_of_the_index_is_known():
    assert [str(problem) for problem in check_index(index.names())] == []


def test_nobody_who_was_taken_out_is_back():
    assert [str(problem) for problem in check_removed()] == []


# Sentences that name somebody or something unknown, and what the message must name.
INVENTED = {
    "The report was written by Dorothy Quillfeather.": "Dorothy Quillfeather",
    "Quillfeather wrote the report.": "Quillfeather",
    "It was Ms Quillfeather who wrote.": "Ms Quillfeather",
    "The minister, J. R. Quillfeather, said so.": "J R Quillfeather",
    "As Zoë Łukasiewicz said, it was late.": "Zoë Łukasiewicz",
    "The witness Jean-Marc d'Aubervilliers spoke.": "Jean-Marc",
    "In Ottawa Victoria Carney spoke.": "Ottawa Victoria Carney",
    "Charles Carney spoke.": "Charles Carney",  # words of two people are no third person
    "the witness Li Mingzhu spoke": "Li Mingzhu",
    "the witness 李明珠 spoke": "李明珠",
    "the witness 约翰·史密斯 spoke": "约翰·史密斯",
    "LETTER FROM QUILLFEATHER": "QUILLFEATHER",
}


@pytest.mark.parametrize("sentence", INVENTED)
def test_an_invented_name_is_refused(sentence, names):
    found = list(unknown(Text("page", 1, None, sentence), names))
    assert any(INVENTED[sentence] in name for name in found), found


@pytest.mark.parametrize(
    "sentence",
    [
        "Prime Minister Mark Carney's visit to China began in January.",
        "Burton told the subcommittee so; Alex Neve agreed.",
        "Gregory T. Chin of York University spoke.",
        "B. Michael Frolic, and Michael Frolic again.",
        "The Canada-China talks of 1997.",
        "Jimmy Lai (黎智英) was sentenced.",
    ],
)
def test_a_known_name_passes(sentence, names):
    assert list(unknown(Text("page", 1, None, sentence), names)) == []


PAGE = """---
myst:
  html_meta:
    description: A page.
---

# A page

HERE

```{code-cell} ipython3
---
tags: [remove-input]
mystnb:
  figure:
    caption: |
      words under it
---
alt = f"A chart of {len([])} people, the last of them."
```
"""


@pytest.mark.parametrize(
    ("mark", "row"),
    [("HERE", 9), ("words under it", 17), ("the last of them", 19), ("A page.", 4)],
    ids=["prose", "caption", "alt", "meta"],
)
def test_a_name_planted_in_a_page_is_refused_with_its_place(tmp_path, monkeypatch, mark, row):
    path = tmp_path / "page.md"
    page = PAGE.replace(mark, "said Dorothy Quillfeather", 1).replace("HERE", "A paragraph.")
    path.write_text(page, "utf-8")
    monkeypatch.setattr(people, "pages", lambda: [path])
    found = [str(problem) for problem in check_names([text for text in read_by_readers() if "page.md" in text.file])]
    assert len(found) == 1
    assert f"page.md:{row}: 'Dorothy Quillfeather'" in found[0], found


@pytest.mark.parametrize(
    ("table", "column"), [("events", "description"), ("organisations", "name"), ("discrepancies", "ground")]
)
def test_a_name_planted_in_a_cell_is_refused_with_its_place(monkeypatch, table, column):
    def changed(name: str) -> pd.DataFrame:
        rows = tables.table(name)
        if name == table:
            rows.loc[2, column] = "Dorothy Quillfeather"
        return rows

    monkeypatch.setattr(people, "table", changed)
    found = [str(problem) for problem in check_names()]
    assert [f for f in found if f"{table}.csv:4 [{column}]: 'Dorothy Quillfeather'" in f], found


def test_a_name_planted_in_the_index_is_refused():
    planted = {**index.names(), "Dorothy Quillfeather": ("people", "Quillfeather, Dorothy")}
    assert [p.value for p in check_index(planted)] == ["Quillfeather, Dorothy"]
    planted = {**index.names(), "Quillfeather Club": ("organizations", "Quillfeather Club")}
    assert [p.value for p in check_index(planted)] == ["Quillfeather Club"]


@pytest.mark.parametrize("line", ["thanks to Dorothy Quillfeather", "dorothy_quillfeather,1", "Dòrothy QUILLFEATHER"])
def test_a_name_that_was_taken_out_is_refused_and_not_repeated(tmp_path, monkeypatch, line):
    gone = pd.DataFrame(
        {"sha256": [hashed("s", ["dorothy", "quillfeather"])], "salt": ["s"], "words": [2], "ground": ["on_request"]}
    )
    monkeypatch.setattr(people, "table", lambda name: gone)
    path = tmp_path / "page.md"
    path.write_text(f"one\ntwo {line}\n", "utf-8")
    (problem,) = check_removed([path])
    assert "page.md:2" in str(problem)
    assert "uillfeather" not in str(problem)


def test_removed_names_are_kept_as_hashes_only():
    rows = tables.table("removed_names")
    assert len(rows) and rows["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    assert rows["salt"].str.fullmatch("[0-9a-f]{32}").all()


def test_everybody_who_testified_or_signed_by_name_is_in_the_table_of_people():
    held = set(tables.table("people")["name"])
    assert set(tables.table("hearings")["witness"].dropna()) <= held
    assert set(tables.table("signatures")["person"].dropna()) <= held


def test_everybody_is_named_for_a_reason_that_a_work_shows():
    rows = tables.table("people")
    cited = (ROOT / "references.bib").read_text("utf-8")
    for row in rows.itertuples():
        assert all(f"{{{key}," in cited for key in row.source.split(";")), row.name
