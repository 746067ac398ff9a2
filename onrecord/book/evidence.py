"""``{ev}`` marks a claim and ``{said}`` prints a quotation; both open the evidence.

    The agenda came from Canada {ev}`burton2006:6A.1a`.
    The ministry called the dialogue {said}`burton2006:4C.2c`.

On the site the marker is a button that opens a card without JavaScript
(``popover``). Where a browser does not know popovers, the cards stand at the
end of the page. Other builders find the records in the marker's ``records``.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

import pandas as pd
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import make_refnode

from ..agreement import coded_once
from ..quotes import in_quotation_marks
from ..reads import cache
from ..tables import labels, record
from . import made
from .decks import is_deck
from .kept import Kept

logger = logging.getLogger(__name__)
LISTING = "reference/evidence"  # the page that lists every statement
LEDGER = "reference/discrepancies"  # the page that lists every discrepancy
DOSSIERS = "seeds/"  # + source_id: the page that lists every passage


class Use(NamedTuple):
    """One place in the book that rests on a statement."""

    docname: str
    anchor: str


class evidence_marker(nodes.Inline, nodes.Element):
    """The mark after a claim. ``records``: evidence ids; ``number``: its place on the page."""


class evidence_card(nodes.General, nodes.Element):
    """What a marker opens: ``number`` as the marker's, records as children."""


class uses_placeholder(nodes.General, nodes.Element):
    """Where the links back to the claims go, once all pages are read."""


@cache
def records() -> dict[str, Any]:
    """Every coded statement by its id."""
    return {row.evidence_id: row for row in record().itertuples()}


@cache
def names() -> dict[str, dict[str, str]]:
    """What a reader calls actors, themes, sources and sections, by their ids."""
    return {
        "actor": labels("actors", "name"),
        "theme": labels("themes"),
        "source": labels("sources", "short_title"),
        "section": labels("sections"),
    }


@cache
def _marked() -> set[str]:
    return in_quotation_marks()


def printed(quote: str) -> str:
    """A quotation as it is printed between double marks: marks inside it become single."""
    return re.sub(r"[\"“]([^\"“”]*)[\"”]", r"‘\1’", quote)


def anchor_of(identifier: str) -> str:
    """An HTML id for an evidence or passage id."""
    return re.sub(r"[^A-Za-z0-9]+", "-", identifier)


def locator(row: Any) -> str:
    """Where a statement stands, in words: source, section, passage and sentence."""
    passage = row.passage_id.split(":")[1]
    many = "sentences" if "-" in row.sentences else "sentence"
    return f"{names()['source'][row.source_id]}, passage {passage}, {many} {row.sentences.replace('-', '–')}"


def place(identifier: str) -> str:
    """Where a statement or passage stands, short: ``The assessment (2006), § 6A.1d``."""
    source, _, where = identifier.partition(":")
    return f"{names()['source'][source]}, § {where}"


def places(identifiers: list[str]) -> list[str]:
    """The same for several in their order; a source is named once for those that follow each other."""
    before = ["", *(one.partition(":")[0] for one in identifiers)]
    return [
        f"§ {one.partition(':')[2]}" if one.startswith(f"{source}:") else place(one)
        for source, one in zip(before, identifiers, strict=False)
    ]


def whose(row: Any) -> str:
    """Whose words the quotation of a statement is."""
    return "in quotation marks in the source" if row.evidence_id in _marked() else "in the words of the source's author"


def xref(kind: str, target: str, text: str) -> pending_xref:
    """A link to a statement (``evidence``), a ``passage``, a ``discrepancy`` or a ``dossier``."""
    inner = nodes.inline(text, text)
    return pending_xref("", inner, refdomain="", reftype=kind, reftarget=target, refexplicit=True, refwarn=True)


def _paragraph(css: str, *parts: nodes.Node | str) -> nodes.paragraph:
    children = [nodes.Text(part) if isinstance(part, str) else part for part in parts]
    return nodes.paragraph("", "", *children, classes=[css])


def _coding(row: Any) -> str:
    """What the second coder made of the same statement, in words; that there was none yet, where there was none."""
    known, differs = names(), []
    if coded_once(row):
        return f"Confidence {row.confidence}. Not yet coded twice."
    for variable, kind in (("speaker_id", "actor"), ("about_id", "actor"), ("theme_id", "theme"), ("stance", "")):
        second = getattr(row, f"{variable}_b")
        if second != getattr(row, variable):
            label = known[kind][second] if kind else second
            differs.append(f"{variable.removesuffix('_id')}: {label}")
    verdict = "the same" if not differs else "; ".join(differs)
    return f"Confidence {row.confidence}. Second coder: {verdict}."


def record_nodes(row: Any) -> nodes.container:
    """One statement as a reader sees it, on its card and in the listing."""
    known = names()
    box = nodes.container(classes=["ev-record"])
    box += _paragraph(
        "ev-head",
        nodes.strong("", known["actor"][row.speaker_id]),
        f" on {known['actor'][row.about_id]}",
        nodes.inline("", f"{known['theme'][row.theme_id]} · {row.stance}", classes=["ev-codes"]),
    )
    box += _paragraph("ev-paraphrase", row.paraphrase)
    if not pd.isna(row.quote):
        note = nodes.inline("", f" {whose(row)}", classes=["ev-whose"])
        box += _paragraph("ev-quote", f"“{printed(row.quote)}”", note)
    box += _paragraph("ev-where", xref("passage", row.passage_id, locator(row)))
    box += _paragraph("ev-note", nodes.emphasis("", "Why it is read so: "), row.analytic_note)
    box += _paragraph("ev-coding", _coding(row))
    return box


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


class EvidenceRole(SphinxRole):
    """``{ev}`` with one or more evidence ids, divided by commas."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The marker, or a warning (which fails the build) for an unknown id."""
        wanted = _split(self.text)
        unknown = [e for e in wanted if e not in records()]
        if unknown or not wanted:
            logger.warning("no such evidence: %s", ", ".join(unknown) or "(none given)", location=self.get_location())
            return [], []
        marker = evidence_marker(records=wanted, number=0)
        self.set_source_info(marker)
        return [marker], []


class SaidRole(EvidenceRole):
    """``{said}`` with one evidence id: its quotation in quotation marks, and the marker."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The words as they are locked; a row without a quotation fails the build."""
        marker, messages = super().run()
        if not marker:
            return marker, messages
        row = records()[marker[0]["records"][0]]
        if pd.isna(row.quote) or len(marker[0]["records"]) != 1:
            logger.warning("%s has no quotation to print", self.text, location=self.get_location())
            return [], []
        words = nodes.inline(row.quote, printed(row.quote), classes=["said"])
        return [nodes.Text("“"), words, nodes.Text("”"), *marker], messages


class NumberMarkers(SphinxTransform):
    """Number the markers of a page in reading order and put their cards at its end."""

    default_priority = 880

    def apply(self, **kwargs: Any) -> None:
        """Add the cards."""
        cards = []
        named: Counter[str] = Counter()
        for number, marker in enumerate(list(self.document.findall(evidence_marker)), start=1):
            marker["number"] = number
            marker["claim"] = _claim(marker["records"][0], named)
            _settle(marker)
            card = evidence_card(number=number)
            card += [record_nodes(records()[e]) for e in marker["records"]]
            cards.append(card)
        if cards:
            box = nodes.container(classes=["ev-cards"])
            box += cards
            self.document += box


def _claim(first: str, named: Counter[str]) -> str:
    """The id by which a claim can be linked: of its first statement, with a number if that comes again."""
    name = f"claim-{anchor_of(first)}"
    named[name] += 1
    return name if named[name] == 1 else f"{name}-{named[name]}"


_CLOSING = re.compile(r"[.,;:)]+")


def _settle(marker: evidence_marker) -> None:
    """Put the marker after the punctuation that closes the claim, without a space before it.

    Markers that follow each other move together: the first takes the punctuation.
    """
    parent: Any = marker.parent  # a marker always stands in a paragraph, a caption or the like
    place = parent.index(marker)
    if place and isinstance(parent[place - 1], nodes.Text):
        parent[place - 1] = nodes.Text(parent[place - 1].rstrip())
    after = place + 1
    while after < len(parent) and (isinstance(parent[after], evidence_marker) or parent[after].astext().isspace()):
        after += 1
    closing = (
        _CLOSING.match(str(parent[after])) if after < len(parent) and isinstance(parent[after], nodes.Text) else None
    )
    if closing:
        parent[after] = nodes.Text(str(parent[after])[closing.end() :])
        parent.insert(place, nodes.Text(closing.group()))


_HELD = "</button></span>"  # the end of a word and the marks that it holds


def _hold(body: list[str]) -> None:
    """Let the last word hold the mark that follows, so that it never begins a line.

    A joiner between them would be one more character: links to words of the page, and searches in it, would stop there.
    """
    before = body.pop() if body else ""
    if before.endswith(_HELD):
        body.append(before.removesuffix("</span>"))
        return
    word = re.search(r"[^\s<>]*$", before)
    at = word.start() if word else len(before)
    body += [before[:at], f'<span class="ev-hold">{before[at:]}']


def _visit_marker(self: Any, node: evidence_marker) -> None:
    where = "; ".join(locator(records()[e]) for e in node["records"])
    n = node["number"]
    _hold(self.body)
    # The number is drawn by the style sheet: it is no word of the sentence, to be found or copied with it.
    self.body.append(
        f'<button type="button" class="ev-marker" id="ev-ref-{n}" popovertarget="ev-card-{n}" '
        f'aria-label="Evidence {n}: {self.attval(where)}"><span id="{node["claim"]}" data-number="{n}" '
        f'data-claim="{self.attval(" ".join(node["records"]))}"></span>{_HELD}'
    )


def _visit_card(self: Any, node: evidence_card) -> None:
    n = node["number"]
    self.body.append(
        f'<div class="ev-card" id="ev-card-{n}" popover role="dialog" aria-label="Evidence {n}">'
        f'<p class="ev-title"><span>Evidence {n}</span>'
        f'<button type="button" class="ev-close" popovertarget="ev-card-{n}" '
        'popovertargetaction="hide">Close</button></p>\n'
    )


def _depart_card(self: Any, node: evidence_card) -> None:
    self.body.append("</div>\n")


def _nothing(self: Any, node: nodes.Node) -> None:
    pass


def _used(env: BuildEnvironment, page: nodes.document) -> list[tuple[str, Use]]:
    """Which statements a page uses, and where. Slides rest on what the chapters rest on: nothing leads back to them."""
    markers = [] if is_deck(env.docname) else page.findall(evidence_marker)
    return [(e, Use(env.docname, f"ev-ref-{marker['number']}")) for marker in markers for e in marker["records"]]


USED = Kept("uses", _used)


def _uses(env: BuildEnvironment) -> dict[str, list[Use]]:
    """The uses of each statement, in the order of the pages."""
    found: dict[str, list[Use]] = {}
    for e, use in sorted(pair for used in USED.of(env).values() for pair in used):
        found.setdefault(e, []).append(use)
    return found


def _rewrite_listing(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The listing shows where each statement is used, so any page may change it."""
    uses = _uses(env)
    titles = {use.docname: env.titles[use.docname].astext() for found in uses.values() for use in found}
    return made.drawn(app, LISTING, uses, sorted(titles.items()))


def _resolve(app: Sphinx, env: BuildEnvironment, node: pending_xref, inner: nodes.Element) -> nodes.Node | None:
    """Links into the record, by what they name (see :func:`xref`)."""
    target = node["reftarget"]
    if node["reftype"] == "evidence":
        page = LISTING
    elif node["reftype"] == "discrepancy":
        page = LEDGER
    elif node["reftype"] == "dossier":
        return make_refnode(app.builder, node.get("refdoc") or env.docname, DOSSIERS + target, None, inner)
    elif node["reftype"] == "passage":
        page = DOSSIERS + target.split(":")[0]
    else:
        return None
    return make_refnode(app.builder, node.get("refdoc") or env.docname, page, anchor_of(target), inner)


def _fill_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each placeholder by links to the claims that rest on the statement."""
    places = list(doctree.findall(uses_placeholder))
    uses = _uses(app.env) if places else {}
    for place in places:
        if place["record"] not in uses:
            place.replace_self(_paragraph("ev-uses", "Not used in a chapter."))
            continue
        parts: list[nodes.Node | str] = ["Used in: "]
        for use in uses[place["record"]]:
            title = app.env.titles[use.docname].astext()
            link = make_refnode(app.builder, docname, use.docname, use.anchor, nodes.inline(title, title))
            parts += [link, "; "]
        place.replace_self(_paragraph("ev-uses", *parts[:-1], "."))


def connect(app: Sphinx) -> None:
    """Roles, nodes and links of the evidence."""
    nothing = (_nothing, _nothing)
    app.add_node(evidence_marker, html=(_visit_marker, _nothing))
    app.add_node(evidence_card, html=(_visit_card, _depart_card))
    app.add_node(uses_placeholder, html=nothing)
    app.add_role("ev", EvidenceRole())
    app.add_role("said", SaidRole())
    app.add_transform(NumberMarkers)
    USED.connect(app)
    app.connect("env-updated", _rewrite_listing)
    app.connect("missing-reference", _resolve)
    app.connect("doctree-resolved", _fill_uses)
