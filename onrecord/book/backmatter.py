"""Pages at the back that are made from tables and from the build itself.

{chronology}             every dated event, year by year, with its source
{people}                 everybody whom the book names, by letter: why, and what is publicly known
{organizations}          the organizations, and what they signed
{left-out}               facts of the wider record that the book leaves out, and why
{colophon}               which release this is and how this copy was built: versions and hashes
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .. import record_use
from ..paths import CITATION, ROOT
from ..reads import note
from ..release import citation_file
from ..tables import digest_of, labels, names, said, table
from .byletter import letter_of, letter_section, plain_letters
from .figures import simple_table
from .listings import filtered, linked, section, text
from .recorded import TITLES

PEOPLE, ORGANIZATIONS, CHRONOLOGY = "reference/people", "reference/organizations", "reference/chronology"
# The packages that a reader of the colophon may ask about.
NAMED = ("jupyter-book", "sphinx", "myst-nb", "sphinx-book-theme", "pandas", "numpy", "matplotlib", "krippendorff")


class Cited(SphinxDirective):
    """A directive that prints citations of the wider record."""

    def cited(self, keys: Any) -> list[nodes.Node]:
        """Links to the bibliography for keys divided by semicolons; empty for none."""
        if not text(keys):
            return [nodes.Text("")]
        parsed, _ = self.parse_inline(f"{{cite:p}}`{text(keys).replace(';', ',')}`")
        return parsed


class Chronology(Cited):
    """One section a decade, one row an event."""

    def run(self) -> list[nodes.Node]:
        """The events in order of date; rows of grade C are marked."""
        events = table("events").sort_values(["date", "event_id"])
        kinds = said("events", "category")
        decades = events["date"].str[:3] + "0s"
        columns = ["Date", "Kind", "What happened", "Source"]
        found = []
        for decade, part in events.groupby(decades):
            rows = [
                [row.date, kinds[row.category], self._what(row), self.cited(row.source)] for row in part.itertuples()
            ]
            ids = [f"event-{event}" for event in part["event_id"]]
            listed = simple_table(columns, rows, ("chronology",), ids)
            for line, row in zip(listed.findall(nodes.row), [None, *part.itertuples()], strict=True):
                line["classes"] += [f"kind-{row.category}", f"decade-{decade}"] if row else []
            found.append(section(str(decade), f"decade-{decade}", listed))
        offered = {
            "kind": ("Kind", kinds),
            "decade": ("Decade", {decade: decade for decade in decades.unique()}),
        }
        return [*found, filtered("events", "Filter the chronology", offered)]

    @staticmethod
    def _what(row: Any) -> str:
        return row.description if row.grade != "C" else f"{row.description} (Weakly attested.)"


class People(Cited):
    """Everybody whom the book names, one short entry each, under the letter by which they are sorted."""

    def run(self) -> list[nodes.Node]:
        """A section a letter."""
        people = table("people")
        people = people.iloc[people["sort_name"].map(plain_letters).argsort(kind="stable")]
        return [
            letter_section("people", letter, self._entries(part))
            for letter, part in people.groupby(people["sort_name"].map(letter_of))
        ]

    def _entries(self, people: pd.DataFrame) -> nodes.definition_list:
        reasons = said("people", "why_named")
        where = table("person_mentions").groupby("person_id")["passage_id"].agg(";".join)
        events = table("person_events").sort_values("date")
        listed = nodes.definition_list("", classes=["people"])
        for row in people.itertuples():
            name = nodes.term("", "", *_with_zh(row), ids=[f"person-{row.person_id}", f"named-{row.person_id}"])
            role = f"{row.role} ({row.party})" if text(row.party) else row.role
            why = nodes.inline("", f" {reasons[row.why_named]}. ", classes=["why-named"])
            told = nodes.definition("", nodes.paragraph("", "", nodes.Text(f"{role}."), why, *self.cited(row.source)))
            told += self._dated(events[events["person_id"] == row.person_id])
            if row.person_id in where:
                told += nodes.paragraph(
                    "", "", nodes.Text("In the sources: "), *linked(where[row.person_id], "passage")
                )
            listed += nodes.definition_list_item("", name, told)
        return listed

    def _dated(self, mine: pd.DataFrame) -> list[nodes.Node]:
        """What is publicly known of a person, by date; nothing where nothing is."""
        items = [
            nodes.list_item("", nodes.paragraph("", "", nodes.Text(f"{e.date}: {e.event} "), *self.cited(e.source)))
            for e in mine.itertuples()
        ]
        return [nodes.bullet_list("", *items)] if items else []


def _with_zh(row: Any) -> list[nodes.Node]:
    """A name, with the name in Chinese characters after it where it is known."""
    if not text(row.name_zh):
        return [nodes.Text(row.name)]
    chinese = nodes.inline("", row.name_zh.replace(";", ", "), classes=["language-zh-Hans"])
    return [nodes.Text(f"{row.name} "), chinese]


class Organizations(SphinxDirective):
    """The organizations of the sources, with the documents that each signed."""

    def run(self) -> list[nodes.Node]:
        """One row an organization."""
        titles = labels("documents", "title") | labels("coalition_documents", "title")
        signed = pd.concat(
            [table(t)[["document_id", "organisation_id", "role"]] for t in ("signatures", "coalition_signatures")]
        )
        signed = signed.drop_duplicates().sort_values(["organisation_id", "document_id"])
        told = signed.assign(
            told=[f"{titles[d]} ({r})" for d, r in zip(signed["document_id"], signed["role"], strict=True)]
        )
        parts = told.groupby("organisation_id")["told"].agg("; ".join)
        listed, kinds = table("organisations").sort_values("name"), said("organisations", "kind")
        rows = [
            [o.name, kinds[o.kind], text(o.country), parts.get(o.organisation_id, ""), text(o.note)]
            for o in listed.itertuples(index=False)
        ]
        columns = ["Organization", "Kind", "Seat", "Signed, endorsed or member", "Note"]
        return [simple_table(columns, rows, ids=[f"organisation-{key}" for key in listed["organisation_id"]])]


class Colophon(SphinxDirective):
    """Release, versions and hashes, from the files of the project, so that two builds of one state agree."""

    def run(self) -> list[nodes.Node]:
        """The release, packages, sources and tables."""
        self.env.note_dependency(str(CITATION))
        book = citation_file()
        release = [["Version", str(book["version"])], ["Released", f"{book['date-released']:%Y-%m-%d}"]]
        pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M))
        tools = [[name, pinned.get(name, "")] for name in NAMED]
        sources = [[s.short_title, s.sha256] for s in table("sources").itertuples()]
        tables = [[name, digest_of(name)] for name in names()]
        return [
            section("This release", "this-release", simple_table(["Particular", ""], release, ("dossier-facts",))),
            section("Made with", "made-with", simple_table(["Package", "Version"], tools)),
            section(
                "Texts that were read",
                "texts-read",
                simple_table(["Source", "SHA-256 of the text"], sources, ("dossier-facts",)),
            ),
            section("Tables", "tables-hashed", simple_table(["Table", "SHA-256"], tables, ("dossier-facts",))),
        ]


class LeftOut(Cited):
    """How many facts of the wider record are used, by chapter; then those that were left out, with the reason."""

    def run(self) -> list[nodes.Node]:
        """A table of counts, then a section a chapter; facts with the same reason share a row."""
        note(TITLES)
        made: list[nodes.Node] = [self._counts()]
        for chapter, title in record_use.chapters().items():
            rows = [[self._facts(facts), reason] for reason, facts in record_use.left_out(chapter)]
            if rows:
                made.append(section(title, f"left-out-{chapter}", simple_table(["Left out", "Why"], rows)))
        return made

    def _counts(self) -> nodes.table:
        counts = record_use.counts()
        rows = [[self._chapter(row.Index), *map(str, row[1:])] for row in counts.itertuples()]
        rows.append(["All", *map(str, counts.sum())])
        return simple_table(["Nearest chapter", "Told in a chapter", "In a table only", "Left out"], rows)

    def _chapter(self, name: str) -> list[nodes.Node]:
        parsed, _ = self.parse_inline(f"{{doc}}`../chapters/{name}`")
        return parsed

    def _facts(self, facts: pd.DataFrame) -> list[nodes.Node]:
        """Facts one after the other, each with where it was seen."""
        parts: list[nodes.Node] = []
        for fact in facts.itertuples():
            seen = self.cited(fact.works) if text(fact.works) else [nodes.Text(f"({fact.citation})")]
            parts += [nodes.Text(f"{fact.statement} "), *seen, nodes.Text(" ")]
        return parts[:-1]


def connect(app: Sphinx) -> None:
    """The directives."""
    app.add_directive("left-out", LeftOut)
    app.add_directive("chronology", Chronology)
    app.add_directive("people", People)
    app.add_directive("organizations", Organizations)
    app.add_directive("colophon", Colophon)
