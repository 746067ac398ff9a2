"""The coding kit: passages of short quotation length, a form that asks for nothing, and alpha of what comes back."""

from __future__ import annotations

import csv
import re
import zipfile

import krippendorff
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from project import rows

from onrecord import kit
from onrecord.__main__ import main
from onrecord.problems import InputError

RECORD = {row["evidence_id"]: row for row in rows("evidence")}
UNITS = kit.units()
FORM = BeautifulSoup(kit.form(), "html.parser")


def coding(theme=lambda row: row.theme_id, stance=lambda row: row.stance) -> pd.DataFrame:
    given = {row.evidence_id: {"theme_id": theme(row), "stance": stance(row)} for row in UNITS.itertuples()}
    return pd.DataFrame.from_dict(given, orient="index")


def written(path, content: pd.DataFrame):
    content.rename_axis("evidence_id").to_csv(path)
    return path


def test_there_are_twenty_passages_of_short_quotation_length_of_as_many_themes():
    assert len(UNITS) == kit.PASSAGES == 20 == UNITS["theme_id"].nunique()
    assert all(RECORD[row.evidence_id]["quote"] == row.quote for row in UNITS.itertuples())
    assert UNITS["quote"].str.split().str.len().between(kit.FEWEST_WORDS, 25).all()


def test_the_form_has_every_passage_and_every_code_and_asks_for_nothing():
    parts = FORM.select("fieldset")
    assert [part["data-unit"] for part in parts] == UNITS["evidence_id"].tolist()
    assert [part.blockquote.get_text() for part in parts] == UNITS["quote"].tolist()
    for part in parts:
        for column, allowed in kit.codes().items():
            options = [option["value"] for option in part.select(f"select[name={column}] option")]
            assert options == ["", *allowed]
    assert not FORM.select("[src], [href], [action], iframe, link, img")
    assert "default-src 'none'" in FORM.select_one("meta[http-equiv]")["content"]
    assert not re.search(r"fetch|XMLHttp|localStorage|sessionStorage|cookie|https?:", kit.form())


def test_every_field_of_the_form_has_a_label_and_no_code_of_the_book_is_in_it():
    fields = FORM.select("select")
    assert {field["id"] for field in fields} == {label["for"] for label in FORM.select("label")}
    assert not FORM.select("[selected], [checked]")


def test_a_coding_like_the_books_agrees_wholly_and_one_of_a_single_code_not_at_all():
    same = kit.against(coding(), "theme_id")
    assert (same.alpha, same.same, same.units) == (1, 20, 20)
    flat = kit.against(coding(stance=lambda row: "account"), "stance")
    assert flat.alpha < 0 and flat.same == (UNITS["stance"] == "account").sum()


def test_a_gap_is_left_out():
    given = coding(stance=lambda row: None if row.Index else row.stance)
    assert kit.against(given, "stance").units == 1
    with pytest.raises(InputError, match="at least one code"):
        kit.against(coding(stance=lambda row: None), "stance")


def test_alpha_among_a_class_is_krippendorffs():
    class_of_three = [
        coding(),
        coding(theme=lambda row: "agenda" if row.Index % 3 else row.theme_id),
        coding(theme=lambda row: None if row.Index % 2 else "format"),
    ]
    known = {code: n for n, code in enumerate(kit.codes()["theme_id"])}
    data = [[known.get(code, np.nan) for code in one["theme_id"]] for one in class_of_three]
    wanted = krippendorff.alpha(np.array(data, float), level_of_measurement="nominal")
    assert kit.among(class_of_three, "theme_id") == pytest.approx(wanted)
    assert kit.among([coding(), coding()], "theme_id") == 1
    assert kit.among([coding(stance=lambda row: None)] * 2, "stance") is None


def test_the_confusion_counts_each_code_once_a_coding():
    codings = [coding(), coding(stance=lambda row: "account")]
    table = kit.confusion(codings, "stance")
    assert table.to_numpy().sum() == 40
    criticisms = (UNITS["stance"] == "criticism").sum()
    assert table.at["criticism", "account"] == table.at["criticism", "criticism"] == criticisms
    pairs = kit.confused(codings, "stance")
    assert pairs["times"].sum() == (UNITS["stance"] != "account").sum()
    assert (pairs["book"] != pairs["given"]).all() and pairs["times"].is_monotonic_decreasing


def test_the_command_prints_what_it_finds(tmp_path):
    files = [written(tmp_path / f"{n}.csv", coding()) for n in "ab"]
    told = CliRunner().invoke(main, ["agreement", *map(str, files)])
    assert told.exit_code == 0, told.output
    assert told.output.count("alpha 1.00") == 4 and "Among the 2 codings, alpha: Theme 1.00, Stance 1.00" in told.output
    assert told.output.rstrip().endswith("none")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (lambda rows: rows.rename(columns={"stance": "stances"}), "expected the columns"),
        (lambda rows: rows.assign(stance="praise"), "expected a code of the codebook"),
        (lambda rows: rows.rename(index={rows.index[0]: "burton2006:9.9z"}), "expected a passage of the kit"),
        (lambda rows: pd.concat([rows, rows.head(1)]), "expected a passage of the kit"),
    ],
)
def test_a_coding_that_cannot_be_read_is_refused_with_its_place(tmp_path, fault, told):
    path = written(tmp_path / "coding.csv", fault(coding()))
    with pytest.raises(InputError, match=told) as refused:
        kit.read(path)
    assert "coding.csv" in str(refused.value)


def test_the_blank_table_is_a_coding_without_codes(tmp_path):
    path = tmp_path / "blank.csv"
    path.write_bytes(kit.blank())
    empty = kit.read(path)
    assert empty.index.tolist() == UNITS["evidence_id"].tolist() and empty.isna().all().all()


def test_the_kit_is_whole_and_its_codebook_has_every_code(tmp_path):
    target = tmp_path / "new" / "kit.zip"
    told = CliRunner().invoke(main, ["kit", str(target)])
    assert told.exit_code == 0 and told.output.startswith("20 passages in "), told.output
    with zipfile.ZipFile(target) as packed:
        held = {name.split("/")[1]: packed.read(name).decode() for name in packed.namelist()}
    assert sorted(held) == ["README.md", "blank.csv", "codebook.csv", "form.html"]
    book = list(csv.DictReader(held["codebook.csv"].splitlines()))
    assert [(row["column"], row["code"]) for row in book] == [(c, code) for c in kit.GIVEN for code in kit.codes()[c]]


@pytest.mark.slow
def test_the_form_saves_what_was_chosen_and_the_command_reads_it(tmp_path):
    from browser import browser

    path = tmp_path / "form.html"
    path.write_text(kit.form(), "utf-8")
    with browser() as opened:
        page = opened.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        for number, row in enumerate(UNITS.itertuples(), start=1):
            page.select_option(f"#theme-{number}", row.theme_id)
            page.select_option(f"#stance-{number}", row.stance)
        with page.expect_download() as saved:
            page.click("button")
        saved.value.save_as(tmp_path / "coding.csv")
        assert "20 of 20" in page.text_content("output")
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert kit.against(kit.read(tmp_path / "coding.csv"), "theme_id").alpha == 1
