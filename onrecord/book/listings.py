"""Pages that are made from tables, so that they can never say anything else.

{evidence-list}          every statement of the coded record
{dossier} SOURCE_ID      what a source is, and every passage of it
{codebook}               themes, stances, actors
{data-dictionary}        every table and column
{discrepancies}          where the sources err or disagree
{source-list}            the sources, a row each
{reviews}                what reviewers said, point by point, and what was done
"""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .. import coding, declared, grades, tables
from ..licences import licence
from ..reads import cache
from ..tables import field_of, labels, names, package, parts_of, record, resource, table
from .evidence import LISTING, anchor_of, places, record_nodes, records, uses_placeholder, xref
from .figures import simple_table


def text(value: Any) -> str:
    """A cell as text; a null is empty."""
    return "" if pd.isna(value) else str(value)


def without_brackets(name: str) -> str:
    """A name as running text has it: without what stands in brackets after it."""
    return re.sub(r"\s*\(.*\)$", "", name)


def statements(number: int) -> str:
    """How many statements, in words after the number."""
    return f"{number} statement{'' if number == 1 else 's'}"


def linked(ids: str, kind: str) -> list[nodes.Node]:
    """Links to statements, passages or discrepancies; a source is named once for those that follow each other."""
    targets = parts_of(ids)
    called = targets if kind == "discrepancy" else places(targets)
    links = [xref(kind, target, text) for target, text in zip(targets, called, strict=True)]
    return [part for link in links for part in (link, nodes.Text(", "))][:-1]


def section(title: str, identifier: str, *children: nodes.Node) -> nodes.section:
    """A section of a page with its id."""
    made = nodes.section(ids=[identifier])
    made += nodes.title("", title)
    made += list(children)
    return made


def filtered(what: str, label: str, offered: dict[str, tuple[str, dict[str, str]]]) -> nodes.raw:
    """What the filter of a page (``_static/evidence.js``) offers, as JSON that is no script.

    ``what``: what is listed, in the plural; ``label``: of the form; ``offered``: for the beginning of each class of
    the rows (``theme-``) what a reader calls it, and the names of its values.
    """
    told = {"what": what, "label": label, "kinds": offered}
    return nodes.raw("", f'<script type="application/json" id="ev-names">{json.dumps(told)}</script>', format="html")


class EvidenceList(SphinxDirective):
    """Every statement, by source and section, with links to the claims that rest on it."""

    def run(self) -> list[nodes.Node]:
        """One section a source; every record has its id and the classes the filter reads."""
        sections, section_names = [], labels("sections")
        titles = labels("sources", "short_title")
        for source_id, rows in record().groupby("source_id", sort=False):
            holder = section(f"{titles[source_id]} ({statements(len(rows))})", f"evidence-{anchor_of(source_id)}")
            for section_id, part in rows.groupby("section_id", sort=False):
                block = nodes.container(classes=["ev-section"])
                block += nodes.rubric("", section_names[section_id])
                block += [self._record(records()[e]) for e in part["evidence_id"]]
                holder += block
            sections.append(holder)
        groups = table("groups").query("side != 'none'")
        offered = {
            "source": ("Source", labels("sources", "short_title")),
            "group": ("Speaker", dict(zip(groups["group_id"], groups["label"], strict=True))),
            "theme": ("Theme", labels("themes")),
            "stance": ("Stance", {s: s for s in table("evidence")["stance"].cat.categories}),
        }
        return [*sections, filtered("statements", "Filter the evidence", offered)]

    def _record(self, row: Any) -> nodes.container:
        box = record_nodes(row)
        box["ids"].append(anchor_of(row.evidence_id))
        box["classes"] += [f"source-{row.source_id}", f"group-{row.speaker_group}"]
        box["classes"] += [f"theme-{row.theme_id}", f"stance-{row.stance}"]
        box[0] += nodes.literal("", row.evidence_id, classes=["ev-id"])
        box += uses_placeholder(record=row.evidence_id)
        return box


class Dossier(SphinxDirective):
    """What a source is and what it holds: one page a source."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The particulars as a table, then every passage with its statements."""
        source_id = self.arguments[0]
        row = table("sources").set_index("source_id").loc[source_id]
        fields = {f["name"]: f.get("title", f["name"]) for f in resource("sources")["schema"]["fields"]}
        facts: list[list[Any]] = [[fields[k], text(row[k])] for k in row.index if text(row[k]) and k != "errors"]
        facts.append([fields["errors"], linked(row["errors"], "discrepancy") or [nodes.Text("none found")]])
        parts: list[nodes.Node] = [simple_table(["Particular", "What is known"], facts, ("dossier-facts",))]
        parts.append(self._passages(source_id))
        return parts

    def _passages(self, source_id: str) -> nodes.section:
        """The source from beginning to end: a section of the page for each of its sections, a row a passage."""
        passages = table("passages")
        mine = passages[passages["source_id"] == source_id]
        made = section("What it says, passage by passage", "passages", nodes.paragraph("", PASSAGES_ABOUT))
        for section_id, part in mine.groupby("section_id", sort=False):
            rows = [[self._place(row), _measured(row), self._told(row)] for row in part.itertuples()]
            listed = simple_table(["Passage", "What it is", "What it says, in our words"], rows, ("passages",))
            made += section(labels("sections")[section_id], f"section-{anchor_of(str(section_id))}", listed)
        return made

    @staticmethod
    def _place(row: Any) -> nodes.inline:
        return nodes.inline("", row.passage_id.split(":")[1], ids=[anchor_of(row.passage_id)])

    def _told(self, row: Any) -> nodes.container | str:
        """The statements of a passage in their order, each with a link to its card; or why there is none."""
        found = _statements().get(row.passage_id)
        if not found:
            return labels("silent_passages", "reason").get(row.passage_id, "")
        said = nodes.container()
        for one in found:
            link = xref("evidence", one.evidence_id, one.evidence_id.split(":")[1])
            said += nodes.paragraph("", "", nodes.Text(f"{one.paraphrase} ("), link, nodes.Text(")"))
        return said


PASSAGES_ABOUT = (
    "Each row is a passage of the source in its order. What it says is told in our words, statement by statement; the "
    "sign in brackets leads to the card of the statement, with whose words they are and why it is read so. Headings, "
    "tables of contents and page furniture state nothing."
)


@cache
def _statements() -> dict[str, list[Any]]:
    """The coded statements of every passage that has any."""
    found: dict[str, list[Any]] = {}
    for row in record().itertuples():
        found.setdefault(str(row.passage_id), []).append(row)
    return found


def _measured(row: Any) -> str:
    """What a passage is and how long, in a few words."""
    long = f"{row.words} word{'s' if row.words != 1 else ''}"
    return f"{row.kind}, {long}" if row.sentences <= 1 else f"{row.kind}, {row.sentences} sentences, {long}"


class Codebook(SphinxDirective):
    """Themes with definition and examples, stances, groups and actors."""

    def run(self) -> list[nodes.Node]:
        """Everything that a third coder would need."""
        return [self._themes(), self._stances(), self._actors()]

    def _themes(self) -> nodes.section:
        count = record()["theme_id"].value_counts()
        themes = section("Themes", "themes")
        for row in table("themes").itertuples():
            entry = section(row.label, f"theme-{row.theme_id}")
            entry += nodes.paragraph("", f"{row.definition}.")
            facts: list[list[Any]] = [
                ["Use when", f"{row.use_when}."],
                ["Not when", f"{row.not_when}."],
                ["Typical", [xref("evidence", row.typical_evidence_id, self._paraphrase(row.typical_evidence_id))]],
                [
                    "Borderline",
                    [
                        xref("evidence", row.borderline_evidence_id, self._paraphrase(row.borderline_evidence_id)),
                        nodes.Text(f" {row.borderline_note}"),
                    ],
                ],
                ["Statements", str(count.get(row.theme_id, 0))],
            ]
            entry += simple_table(["Code", row.theme_id], facts, ("dossier-facts",))
            themes += entry
        return themes

    def _paraphrase(self, evidence_id: str) -> str:
        return records()[evidence_id].paraphrase

    def _stances(self) -> nodes.section:
        stance = field_of("evidence", "stance")
        count = record()["stance"].value_counts()
        rows = [[s, stance["stances"][s], str(count.get(s, 0))] for s in stance["constraints"]["enum"]]
        return section("Stances", "stances", simple_table(["Stance", "Given when", "Statements"], rows))

    def _actors(self) -> nodes.section:
        groups, said, about = (
            labels("groups"),
            record()["speaker_id"].value_counts(),
            record()["about_id"].value_counts(),
        )
        rows = [
            [a.name, groups[a.group_id], text(a.note), str(said.get(a.actor_id, 0)), str(about.get(a.actor_id, 0))]
            for a in table("actors").itertuples()
        ]
        columns = ["Actor", "Group", "Note", "Speaks", "Spoken of"]
        return section("Actors and their groups", "actors", simple_table(columns, rows))


class DataDictionary(SphinxDirective):
    """Every table and column, from the data package."""

    def run(self) -> list[nodes.Node]:
        """One section a table."""
        found: list[nodes.Node] = [nodes.paragraph("", package()["description"]), self._missing()]
        for name in names():
            found.append(self._table(name))
        return found

    @staticmethod
    def _missing() -> nodes.section:
        """The words for what is missing, and what an empty cell means."""
        rows = [[m.code, m.label, m.meaning, text(m.formerly)] for m in table("missing_codes").itertuples()]
        columns = ["Word", "Said on a page", "When it stands in a cell", "Words of the first edition"]
        about = nodes.paragraph("", package()["missing"]["empty_cell"])
        return section("What is missing, and why", "missing", about, simple_table(columns, rows, ("dictionary",)))

    @staticmethod
    def _empty(name: str, column: str) -> str:
        """How many cells of a column are empty, of those that may be."""
        cells = table(name)[column]
        return f"may be empty: {cells.isna().sum()} of {len(cells)}"

    def _table(self, name: str) -> nodes.section:
        made = resource(name)
        linked = {(link.table, link.column): link for link in declared.links()}
        rows = []
        for field in made["schema"]["fields"]:
            rule = field.get("constraints", {})
            allowed = ", ".join(map(str, rule["enum"])) if "enum" in rule else ""
            if (name, field["name"]) in linked:
                to = linked[name, field["name"]]
                allowed = f"{to.target_column} of {to.target}" if to.target_column else f"a page in {to.target}"
            if "separator" in field:
                allowed = f"a list, divided by “{field['separator']}”" + (f": {allowed}" if allowed else "")
            if field.get("role") == "date":
                precision = field.get("precision")
                allowed = f"a date, as precise as {precision} says" if precision else "a date, as precise as it is long"
            null = "never empty" if rule.get("required") else self._empty(name, field["name"])
            meaning = f"{field['description']} {coding.said_of(field)}".strip()
            rows.append([field["name"], field["type"], meaning, allowed, null])
        columns = ["Column", "Type", "Meaning", "Allowed", "Nulls"]
        sources = "; ".join(s["title"] for s in made["sources"])
        by = f" Made by the command {made['made_by']}." if made.get("role") == "derived" else ""
        terms = f"{licence(name)} {grades.said(name)}".strip()
        about = f"{made['description']} Rows: {len(table(name))}. Source: {sources}.{by} {terms}"
        return section(name, f"table-{name}", nodes.paragraph("", about), simple_table(columns, rows, ("dictionary",)))


# What the two columns of a discrepancy are headed, by its kind.
SIDES = {
    "within_source": ("One passage says", "Another passage says"),
    "between_sources": ("One source says", "The other says"),
    "source_vs_record": ("The source says", "The wider record says"),
}


class Discrepancies(SphinxDirective):
    """Where a source errs, or two disagree, and how the book reads it."""

    def run(self) -> list[nodes.Node]:
        """One section a discrepancy: what stands against what, side by side, then how it is read and on what ground."""
        return [self._entry(row) for row in table("discrepancies").itertuples()]

    def _entry(self, row: Any) -> nodes.section:
        kinds = tables.said("discrepancies", "kind")
        columns = list(SIDES[row.kind])
        sides = [self._side(row.passage_a, row.says_a), self._side(row.passage_b, row.says_b)]
        parts = [
            simple_table(columns, [sides], ("two-sides",)),
            _led("Read here as", nodes.Text(row.resolution)),
            _led("Ground", nodes.Text(row.ground)),
        ]
        if text(row.evidence_source):
            cited, _ = self.parse_inline(f"{{cite:t}}`{row.evidence_source.replace(';', ',')}`")
            parts.append(_led("Wider record", *cited))
        parts.append(_led(row.discrepancy_id, nodes.Text(f"{kinds[row.kind]}; confidence {row.confidence}")))
        return section(row.topic[0].upper() + row.topic[1:], anchor_of(row.discrepancy_id), *parts)

    @staticmethod
    def _side(passages: Any, says: Any) -> list[nodes.Node]:
        """What one side says, and where."""
        where = linked(text(passages), "passage")
        return [nodes.Text(text(says)), *([nodes.Text(" ("), *where, nodes.Text(")")] if where else [])]


def _led(lead: str, *rest: nodes.Node) -> nodes.paragraph:
    """A paragraph that begins with what it is."""
    return nodes.paragraph("", "", nodes.strong("", f"{lead}: "), *rest)


class SourceList(SphinxDirective):
    """The sources in order of date, each with a link to its dossier."""

    def run(self) -> list[nodes.Node]:
        """One row a source."""
        count, rows = record()["source_id"].value_counts(), []
        for row in table("sources").sort_values("date").itertuples():
            link = xref("dossier", row.source_id, row.short_title)
            author = text(row.author) or "not named in our copy"
            rows.append([[link], author, row.date, row.kind, f"{row.words:,}", str(count[row.source_id])])
        columns = ["Source", "Author", "Date", "Kind", "Words", "Statements coded"]
        return [simple_table(columns, rows)]


REVIEWERS = {
    "historian": "The historian",
    "china": "The scholar of Chinese politics and law",
    "statistics": "The statistician",
    "architecture": "The architect of software",
    "readers": "Two readers with questions",
    "general-reader": "The general reader",
    "clients": "The tester of clients",
    "public-reports": "Reports on other executable books",
    "instructor": "The instructor",
}
DONE = {"mended": "mended", "mended_in_part": "mended in part", "declined": "declined", "later": "later"}


def _slug(point: str) -> str:
    """A point as part of an address; digits stay, since many points are numbers."""
    return re.sub(r"[^a-z0-9]+", "-", point.lower()).strip("-")


class Reviews(SphinxDirective):
    """Every point of the reviews of the first edition, by reviewer, with what was done about it."""

    def run(self) -> list[nodes.Node]:
        """A table of counts, then a section a reviewer with a row a point; each row has an id of its own."""
        rows = table("reviews")
        done = pd.crosstab(rows["review"], rows["done"])
        by = [key for key in REVIEWERS if key in done.index]
        counts = [[REVIEWERS[key], *(str(done.at[key, d]) if d in done else "0" for d in DONE)] for key in by]
        made: list[nodes.Node] = [simple_table(["Reviewer", *(d.capitalize() for d in DONE.values())], counts)]
        for key in by:
            points = rows[rows["review"] == key]
            cells = [[r.point, r.about, str(r.severity), DONE[str(r.done)], r.how] for r in points.itertuples()]
            listed = simple_table(["Point", "What was found", "Severity", "Done", "How, and where"], cells)
            for line, point in zip(listed.findall(nodes.row), ["", *points["point"]], strict=True):
                line["ids"] = [f"review-{key}-{_slug(point)}"] if point else []
            made.append(section(REVIEWERS[key], f"reviews-{key}", listed))
        return made


FILTERED = (LISTING, "reference/chronology")  # the pages with a filter


def _add_filter(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if page in FILTERED:
        source = context["pathto"]("_static/evidence.js", resource=True)
        context["body"] += f'<script defer src="{source}"></script>'


def connect(app: Sphinx) -> None:
    """The directives, and the filter of the pages that have one."""
    app.connect("html-page-context", _add_filter)
    app.add_directive("evidence-list", EvidenceList)
    app.add_directive("dossier", Dossier)
    app.add_directive("codebook", Codebook)
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("discrepancies", Discrepancies)
    app.add_directive("source-list", SourceList)
    app.add_directive("reviews", Reviews)
