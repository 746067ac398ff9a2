"""A page as Typst code.

Every kind of node has a function below that gives its code. A kind that has
none is an error, so that nothing can fall out of the printed book unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatchmethod
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx_design.shared import PassthroughTextElement
from sphinxcontrib.bibtex.nodes import bibliography

from .. import folded, notes
from ..decks import DRAWN
from ..evidence import LISTING, evidence_card, evidence_marker
from ..figures import data_behind
from ..numbering import called, section_number
from . import index
from .markup import PressError, array, block, call, check_han, label, labels, literal, text
from .widths import columns, reads_better_as_entries

CHAPTERS = "chapters/"
_LANGUAGE = re.compile(r"language-([a-z]{2,3})(?:-([a-z]{4}))?", re.I)
_NUMBER = re.compile(r"[-−+]?[\d.,\s]*\d\s?%?|–|")
# Nodes that put the labels of their ids where they are seen, and not before themselves.
_PLACED = (nodes.section, nodes.figure, nodes.table, nodes.citation)


@dataclass(frozen=True)
class Volume:
    """One PDF.

    ``targets``: the labels that a link in it can reach; ``pages``: the page of the
    book that a label means as a whole; ``elsewhere``: pages that stand in the companion
    of this volume; ``indexed``: whether it has an index; ``code``: whether code is printed
    where it stands; ``cited``: whether a chapter says how to cite it; ``sources``: what a
    note calls each source; ``left_out``: anchors of sections that another volume has; ``sheets``: whether sections
    that are handed out begin a page; ``slides``: whether a picture takes the room that is left; ``solved``: whether
    solutions are printed.
    """

    targets: frozenset[str]
    pages: Mapping[str, str]
    sources: Mapping[str, str]
    elsewhere: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    indexed: bool = False
    code: bool = True
    cited: bool = False
    sheets: bool = False
    slides: bool = False
    solved: bool = True


SHEET = "sheet-"  # how the label of a section begins that is handed out


def targets(docname: str, doctree: nodes.document) -> set[str]:
    """The labels that stand in the print of a page."""
    found = {label(docname)}
    for node in doctree.findall(lambda n: isinstance(n, nodes.Element)):
        if isinstance(node, evidence_marker):
            found.add(label(docname, f"ev-ref-{node['number']}"))
        elif not isinstance(node, nodes.reference):
            found |= {label(docname, anchor) for anchor in node["ids"]}
    return found


def cited(docname: str, doctree: nodes.document, page: str) -> set[str]:
    """The ids on ``page`` to which the text of a doctree links."""
    start = f"%{page}#"
    found = (node.get("refuri", "") for node in doctree.findall(nodes.reference))
    return {uri.removeprefix(start) for uri in found if uri.startswith(start)}


@dataclass
class Translator:
    """Turns the nodes of one page into code, for one volume.

    ``level`` is the heading level of the page's title; ``images`` names the
    file of each picture below the folder of the sources.
    """

    env: BuildEnvironment
    docname: str
    level: int
    volume: Volume
    images: dict[str, str]
    depth: int = 0
    indexing: bool = field(init=False)
    in_table: bool = False

    def __post_init__(self) -> None:
        self.indexing = self.volume.indexed and self.docname.startswith(CHAPTERS)

    # --- what every node goes through -----------------------------------------

    def code(self, node: nodes.Node) -> str:
        """The code of one node, with the labels of its ids before it."""
        made = self.render(node)
        if not isinstance(node, nodes.Element) or isinstance(node, (*_PLACED, nodes.reference)) or not node["ids"]:
            return made
        return f"{self._anchors(node)}\n{made}"

    def body(self, found: Iterable[nodes.Node]) -> str:
        """The code of several nodes as one content block."""
        return block(self.code(node) for node in found)

    def _anchors(self, node: nodes.Element) -> str:
        return call("anchors", self._labels(node))

    def _labels(self, node: nodes.Element) -> str:
        return labels(label(self.docname, anchor) for anchor in node["ids"])

    @singledispatchmethod
    def render(self, node: nodes.Node) -> str:
        """The code of a node of an unknown kind: an error that names kind and page."""
        kind = type(node)
        raise PressError(f"{self.docname}: no rule to print the node {kind.__module__}.{kind.__name__}")

    # --- text ------------------------------------------------------------------

    @render.register
    def _text(self, node: nodes.Text) -> str:
        words = re.sub(r"\s*\n\s*", " ", node.astext())
        return "\n".join(self._words(words))

    def _words(self, words: str) -> list[str]:
        """A text as code, with a mark for the index after each name in it."""
        check_han(words, self.docname)
        if not self.indexing:
            return text(words, breakable=self.in_table)
        code = []
        for piece, entry in index.split(words):
            # The mark follows the first word: before it, a line or page could break between mark and name.
            first, rest = re.match(r"(\S*)(.*)", piece, re.S).groups() if entry else ("", piece)  # type: ignore[union-attr]
            code += [*text(first, breakable=self.in_table), self._mark(entry)] if entry else []
            code += text(rest, breakable=self.in_table) if rest else []
        return code

    def _mark(self, entry: index.Entry) -> str:
        """A mark for the index, with what a sub-entry calls the chapter."""
        chapter = index.chapter_word(self.docname, self.env.titles[self.docname].astext())
        return call("idx", *map(literal, entry), literal(chapter))

    @render.register
    def _emphasis(self, node: nodes.emphasis) -> str:
        return call("emph", self.body(node.children))

    @render.register
    def _strong(self, node: nodes.strong) -> str:
        return call("strong", self.body(node.children))

    @render.register
    def _literal(self, node: nodes.literal) -> str:
        check_han(node.astext(), self.docname)
        return call("raw", literal(node.astext()))

    @render.register
    def _inline(self, node: nodes.inline) -> str:
        return self._in_language(node, self.body(node.children))

    @staticmethod
    def _in_language(node: nodes.Element, made: str) -> str:
        for match in filter(None, map(_LANGUAGE.fullmatch, node["classes"])):
            language, script = match[1].lower(), (match[2] or "").lower()
            region = {"region": literal("CN")} if script == "hans" else {}
            return call("text", made, lang=literal(language), **region)
        return made

    @render.register(nodes.target)
    @render.register(nodes.meta)
    @render.register(nodes.comment)
    @render.register(addnodes.toctree)
    @render.register(addnodes.index)
    @render.register(evidence_card)  # the notes at the foot of the page carry it
    @render.register(data_behind)  # the caption says where it is
    def _left_out(self, node: nodes.Element) -> str:
        return ""

    @render.register(addnodes.glossary)
    @render.register(nodes.compound)
    @render.register(PassthroughTextElement)
    def _through(self, node: nodes.Element) -> str:
        return self.body(node.children)

    # --- blocks ----------------------------------------------------------------

    @render.register
    def _section(self, node: nodes.section) -> str:
        if self.volume.left_out & set(node["ids"]):
            return ""
        self.depth += 1
        title, rest = node[0], node.children[1:]
        made = self._heading(node, title)
        if self.volume.sheets and any(name.startswith(SHEET) for name in node["ids"]):
            made = f"{call('begin-sheet')}\n{made}"
        inside = self.body(rest)
        if self.docname == LISTING and self.depth > 1:
            inside = call("in-columns", inside)
        self.depth -= 1
        return f"{made}\n{inside}"

    def _heading(self, section: nodes.section, title: nodes.Element) -> str:
        indexing, self.indexing = self.indexing, False
        words = self.body(title.children)
        self.indexing = indexing
        names = [label(self.docname, anchor) for anchor in section["ids"]]
        if self.depth > 1:
            number = literal(section_number(self.env, self.docname, f"#{section['ids'][0]}"))
            return call("section", str(self.level + self.depth - 1), str(self.depth), number, words, labels(names))
        number = literal(self.chapter_number(self.docname))
        return call("chapter", str(self.level), number, words, labels([label(self.docname), *names]))

    def chapter_number(self, docname: str) -> str:
        """The number of a chapter, as on the site; empty for a page without one."""
        return section_number(self.env, docname)

    @render.register
    def _paragraph(self, node: nodes.paragraph) -> str:
        inside = self._in_language(node, self.body(node.children))
        if "ev-uses" in node["classes"]:
            return call("par", self._uses(node))
        return call("subtitle", inside) if "subtitle" in node["classes"] else call("par", inside)

    @render.register
    def _rubric(self, node: nodes.rubric) -> str:
        return call("rubric", self.body(node.children))

    @render.register
    def _block_quote(self, node: nodes.block_quote) -> str:
        return call("quote", self.body(node.children), block="true")

    @render.register
    def _bullet_list(self, node: nodes.bullet_list) -> str:
        return call("list", *(self._item(item) for item in node.children))

    @render.register
    def _enumerated_list(self, node: nodes.enumerated_list) -> str:
        return call("enum", *(self._item(item) for item in node.children), start=str(node.get("start", 1)))

    def _item(self, node: nodes.Node) -> str:
        """The inside of a list item, an entry or a definition: a paragraph alone needs none of its space."""
        children = node.children
        if len(children) == 1 and isinstance(children[0], nodes.paragraph) and not children[0]["ids"]:
            return self._in_language(children[0], self.body(children[0].children))
        return self.body(children)

    @render.register
    def _definition_list(self, node: nodes.definition_list) -> str:
        return call("terms", *(self._definition(item) for item in node.children))

    def _definition(self, item: nodes.Node) -> str:
        terms = [child for child in item.children if isinstance(child, nodes.term)]
        (said,) = (child for child in item.children if isinstance(child, nodes.definition))
        named = [part for term in terms for part in (literal(", "), self._anchors(term), self.body(term.children))]
        return call("terms.item", block(named[1:]), self._item(said))

    @render.register
    def _code_block(self, node: nodes.literal_block) -> str:
        check_han(node.astext(), self.docname)
        language = "python" if node.get("language") in ("python", "ipython3") else ""
        if not self.volume.code:
            return call("code-elsewhere")
        return call("code-block", literal(node.astext()), literal(language))

    @render.register
    def _admonition(self, node: nodes.admonition) -> str:
        kinds = [css for css in node["classes"] if not css.startswith("admonition-")]
        if "cite-chapter" in kinds and not self.volume.cited:
            return ""
        title, inside = self.body(node[0].children), self.body(node.children[1:])
        return call("boxed", literal(kinds[0] if kinds else "note"), title, inside)

    @render.register
    def _container(self, node: nodes.container) -> str:
        classes, part = node["classes"], node.get("design_component", "")
        if "ev-cards" in classes:
            return ""
        if "ways" in classes:  # of the site
            return call("about-this-edition")
        if "ev-record" in classes:
            return self._record(node)
        if DRAWN in classes:
            picture, source = node.children
            return call("drawn", self.body([picture]), self.body(source.children))
        if part == "dropdown" and not self.volume.solved and folded.is_solution(node):
            return ""
        if part == "dropdown":
            return call("boxed", literal("dropdown"), self.body(node[0].children), self.body(node.children[1:]))
        if part == "card-title":
            return call("rubric", self.body(node.children))
        if node.get("nb_element") == "cell_code_source" and "tag_hide-input" in node.parent["classes"]:
            return ""
        return self._in_language(node, self.body(node.children))

    @render.register
    def _raw(self, node: nodes.raw) -> str:
        """Raw HTML is not printed, so that it may not hold words for a reader."""
        without_scripts = re.sub(r"<script\b.*?</script>|<[^>]*>", "", node.astext(), flags=re.S)
        if "html" in node["format"].split() and not without_scripts.strip():
            return ""
        raise PressError(f"{self.docname}: raw {node['format']} cannot be printed: {node.astext()[:60]!r}")

    # --- evidence --------------------------------------------------------------

    @render.register
    def _marker(self, node: evidence_marker) -> str:
        place = labels([label(self.docname, f"ev-ref-{node['number']}")])
        said = self._words(notes.short(node["records"], self.volume.sources))
        made = call("note", literal(str(node["number"])), place, block(said))
        # Raised numbers that follow each other are parted.
        return f'super(",")\n{made}' if _follows_marker(node) else made

    def _record(self, node: nodes.container) -> str:
        """A statement of the listing, set close: one call with its parts by name."""
        parts = {child["classes"][0].removeprefix("ev-"): child for child in node.children}
        *who, codes, identifier = parts.pop("head").children
        uses = self._uses(parts.pop("uses"))
        named = {name: self.body(part.children) for name, part in parts.items()}
        name = literal(identifier.astext())
        return call("record", name, self.body(who), self.body(codes.children), uses=uses, **named)

    def _uses(self, node: nodes.Element) -> str:
        """Where a statement is used: by chapter, and the notes that the site and the print number alike."""
        found: dict[str, list[str]] = {}
        for link in node.findall(nodes.reference):
            docname, _, anchor = link.get("refuri", "").removeprefix("%").partition("#")
            where = self.chapter_number(docname)
            called_there = f"chapter {where}" if where else self.env.titles[docname].astext()
            found.setdefault(called_there, []).append(anchor.removeprefix("ev-ref-"))
        if not found:
            return self.body(node.children)
        said = [f"{where}, {'note' if len(n) == 1 else 'notes'} {', '.join(n)}" for where, n in found.items()]
        return literal(f"Used in {'; '.join(said)}.")

    # --- links -----------------------------------------------------------------

    def _target(self, node: nodes.Element) -> str:
        """The label to which a link within the book leads; empty for a link elsewhere."""
        if node.get("refid"):
            return label(self.docname, node["refid"])
        uri = node.get("refuri", "")
        docname, _, anchor = uri.removeprefix("%").partition("#")
        return label(docname, anchor) if uri.startswith("%") else ""

    def _jump(self, target: str, inside: str) -> str:
        """A link to a label, or the words alone where this volume does not have it."""
        return call("jump", literal(target), inside) if target in self.volume.targets else inside

    @render.register
    def _reference(self, node: nodes.reference) -> str:
        indexing, self.indexing = self.indexing, False
        inside = self.body(node.children)
        self.indexing = indexing
        target = self._target(node)
        if target:
            return self._reworded(node, target, inside)
        uri = node.get("refuri", "")
        # A file beside the page on the site is not beside the print.
        return call("link", literal(uri), inside) if re.match(r"[a-z]+:", uri) else inside

    def _reworded(self, node: nodes.reference, target: str, inside: str) -> str:
        """A link to another page of the book says where in print: by chapter, or by page."""
        docname = self.volume.pages.get(target, self.docname)
        if docname == self.docname or self.in_table or not isinstance(node.parent, nodes.paragraph):
            return self._jump(target, inside)
        if docname in self.volume.elsewhere and target not in self.volume.targets:
            return call("in-companion", inside)
        number = self.chapter_number(docname)
        link = self._jump(target, inside)
        if not number:
            return call("with-page", literal(target), link) if target in self.volume.targets else link
        if node.astext() != self.env.titles[docname].astext():
            return call("with-chapter", self._jump(target, literal(f"chapter {number}")), link)
        word = "Chapter" if self._begins_sentence(node) else "chapter"
        return self._jump(target, block([literal(f"{word} {number}, "), call("emph", inside)]))

    @staticmethod
    def _begins_sentence(node: nodes.Element) -> bool:
        before = "".join(child.astext() for child in node.parent.children[: node.parent.index(node)]).rstrip()
        return not before or before.endswith((".", "?", "!"))

    @render.register
    def _download(self, node: addnodes.download_reference) -> str:
        """Words for what the site offers as a file; the data of a figure or table go by its number there."""
        if "data" in node:
            return ""
        name = PurePosixPath(node["reftarget"]).name
        words = node.astext().removesuffix(" (CSV)")
        return literal(words) if words == name else block([literal(f"{words}: "), *text(name, breakable=True)])

    # --- bibliography ----------------------------------------------------------

    @render.register
    def _bibliography(self, node: bibliography) -> str:
        return self.body(node.children)

    @render.register
    def _citation(self, node: nodes.citation) -> str:
        return self.work(node)

    def work(self, node: nodes.citation, in_short: bool = False) -> str:
        """An entry of the bibliography; ``in_short``: without its address, and what was seen of the work."""
        (name,) = node.findall(nodes.label)
        rest = [child for child in node.children if child is not name]
        if in_short:
            rest = [_shortened(child, self._remark(node)) for child in rest]
        inside = block(self._item(child) if isinstance(child, nodes.paragraph) else self.code(child) for child in rest)
        return call("work", self._labels(node), block(text(name.astext())), inside)

    def _remark(self, node: nodes.citation) -> str:
        """What the bibliography adds on a work: a day, a copy that was read."""
        cite: Any = self.env.domains["cite"]
        keys = [one.formatted_entry.key for one in cite.citations if one.citation_id in node["ids"]]
        return "".join(cite.bibdata.data.entries[key].fields.get("note", "") for key in keys)

    # --- figures and tables ----------------------------------------------------

    def number(self, node: nodes.Element, kind: str) -> str:
        """The words and number by which the site calls a figure or table; empty where it has none."""
        return called(self.env, self.docname, kind, node["ids"])

    @staticmethod
    def short(caption: nodes.Element) -> str:
        """The first sentence of a caption, for the list of figures or tables."""
        left_out = (evidence_marker, addnodes.download_reference, nodes.reference)
        words = "".join(child.astext() for child in caption.children if not isinstance(child, left_out))
        return re.split(r"(?<=[.?!])\s", words.strip())[0].rstrip(". ")

    @render.register
    def _image(self, node: nodes.image) -> str:
        alt = node.get("alt", "").strip()
        if not alt:
            raise PressError(f"{self.docname}: a picture has no alternative text: {node['uri']}")
        return call("fitted" if self.volume.slides else "picture", literal(self.images[node["uri"]]), literal(alt))

    @render.register
    def _figure(self, node: nodes.figure) -> str:
        (caption,) = (child for child in node.children if isinstance(child, nodes.caption))
        rest = [child for child in node.children if child is not caption]
        return call(
            "numbered-figure",
            literal(self.number(node, "figure")),
            self._labels(node),
            literal(self.short(caption)),
            self.body(caption.children),
            self.body(rest),
        )

    @render.register
    def _table(self, node: nodes.table) -> str:
        title = next((child for child in node.children if isinstance(child, nodes.title)), None)
        caption = None if title is None else (literal(self.short(title)), self.body(title.children))
        # A row that is broken over pages has its words on the second and its mark on the first.
        indexing, self.indexing = self.indexing, False
        self.in_table = True
        made = self._grid(node)
        self.in_table, self.indexing = False, indexing
        if caption is None:
            return block([self._anchors(node) if node["ids"] else "", call("plain-table", made)])
        return call("numbered-table", literal(self.number(node, "table")), self._labels(node), *caption, made)

    def _grid(self, node: nodes.table) -> str:
        head = [list(row.findall(nodes.entry)) for part in node.findall(nodes.thead) for row in part.children]
        rows = [list(row.findall(nodes.entry)) for part in node.findall(nodes.tbody) for row in part.children]
        for entry in node.findall(nodes.entry):
            if entry.get("morecols") or entry.get("morerows"):
                raise PressError(f"{self.docname}: no rule to print a table cell that spans others")
        texts = [[entry.astext() for entry in row] for row in [*head, *rows]]
        shares = columns(texts)
        if head and shares and reads_better_as_entries(texts, shares):
            return self._entries(texts[0], rows)
        count = len(texts[0])
        widths = [f"{share}fr" for share in shares] if shares else ["auto"] * count
        body = texts[len(head) :]
        numeric = [all(_NUMBER.fullmatch(row[i]) for row in body) and any(row[i] for row in body) for i in range(count)]
        align = array("right" if number else "left" for number in numeric)
        cells = [self._item(entry) for row in rows for entry in row]
        top = call("table.header", *(self._item(entry) for row in head for entry in row))
        return call("grid-of", array(widths), align, top, *cells)

    def _entries(self, names: list[str], rows: list[list[nodes.entry]]) -> str:
        """A table of sentences as a list: the first cell of each row, and the others after what their column says."""
        made = []
        for row in rows:
            told = [
                array([literal(name), self._item(entry)])
                for name, entry in list(zip(names, row, strict=True))[1:]
                if entry.astext().strip()
            ]
            made.append(call("entry", self._item(row[0]), *told))
        return call("entries", literal(names[0]), *made)


def _follows_marker(marker: evidence_marker) -> bool:
    """Whether nothing that is seen stands between a marker and the one before it."""
    before = [
        n for n in marker.parent.children[: marker.parent.index(marker)] if isinstance(n, evidence_marker) or n.astext()
    ]
    return bool(before) and isinstance(before[-1], evidence_marker)


def _shortened(entry: nodes.Element, remark: str) -> nodes.Element:
    """A work without ``remark`` and without its address."""
    kept = entry.deepcopy()
    for child in list(kept.children):
        word = child.astext().strip()
        if isinstance(child, nodes.reference) or word in ("URL:", "doi:") or _letters(word) == _letters(remark) != "":
            kept.remove(child)
    # What stood between and after them.
    while kept.children and not _letters(kept.children[-1].astext()):
        kept.pop()
    if not kept.astext().endswith((".", "?", "!")):
        kept += nodes.Text(".")
    return kept


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", re.sub(r"\\[a-z]+", "", words))


def page_code(translator: Translator, doctree: nodes.document) -> str:
    """A page as a Typst file that another includes."""
    parts: list[Any] = [*map(translator.code, doctree.children)]
    return '#import "/template.typ": *\n#' + block(parts) + "\n"
