"""What a class gets besides the chapters: a handout of one page for each, packs to print, slides.

========================  =====================================================================================
``chapters/X-handout``    a chapter on one page: its brief, a figure, aims, questions, how to cite it
``reference/role-play``   the role play, what goes to each group on a page of its own; *One class* likewise
``reference/slides-1``    the slides of a part of the book, with the notes of all of them at the end
========================  =====================================================================================
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from ...paths import HANDOUT
from .. import folded, notes
from ..accessible import picture_size
from ..decks import DRAWN, notes_of, slides
from ..evidence import evidence_card, evidence_marker
from .job import Job
from .markup import array, block, call, label, labels, literal, text
from .translator import CHAPTERS, Translator, Volume, targets

if TYPE_CHECKING:
    from .builder import TypstBuilder

PACKS = ("reference/role-play", "reference/one-class")
ROOM = 0.55  # height by width of the place of a picture on a handout
_UNSAID = (evidence_card, nodes.raw, nodes.comment)


class Classroom:
    """Writes the sources of the papers and slides of a book; ``builder`` has read its pages.

    ``told``: what each slide of each deck says, once the jobs are known; for :mod:`.powerpoint`.
    """

    def __init__(self, builder: TypstBuilder) -> None:
        self.builder = builder
        self.doctrees = builder.doctrees
        self.told: dict[str, list[dict[str, Any]]] = {}

    def jobs(self, decks: Iterable[str]) -> Iterator[Job]:
        """All that is to be compiled."""
        for docname, doctree in self.doctrees.items():
            if docname.startswith(CHAPTERS) and folded.QUESTIONS in folded.of_page(doctree):
                yield self._handout(docname)
        yield from (self._pack(docname) for docname in PACKS if docname in self.doctrees)
        yield from map(self._deck, decks)

    def _translator(self, docname: str, whole: bool = True, **particulars: Any) -> Translator:
        """For a paper on which all of a page stands, so that its links lead somewhere, or a part of it."""
        known = frozenset(targets(docname, self.doctrees[docname])) if whole else frozenset()
        volume: Volume = self.builder.volume(targets=known, cited=True, **particulars)
        return Translator(self.builder.env, docname, 1, volume, self.builder.images)

    def _main(self, target: str, function: str, *arguments: str) -> Job:
        """The job of a source that is one call of a function of the template, with the book's particulars."""
        source = f"class/{target}.typ"
        made = call(function, 'json("/book.json")', *arguments)
        self.builder.put(source, f'#import "/template.typ": *\n#{made}\n')
        return Job(source, target)

    def _title(self, docname: str) -> str:
        return self.builder.env.titles[docname].astext()

    # --- a handout --------------------------------------------------------------------

    def _handout(self, docname: str) -> Job:
        doctree, translator = self.doctrees[docname], self._translator(docname, whole=False, slides=True)
        boxes = folded.of_page(doctree)
        figure = min(doctree.findall(nodes.figure), key=self._out_of_shape, default=None)
        picture, caption = ("none", "none") if figure is None else self._picture(translator, figure)
        brief = next(box for box in doctree.findall(nodes.admonition) if "in-brief" in box["classes"])
        cite = next(box for box in doctree.findall(nodes.admonition) if "cite-chapter" in box["classes"])
        parts = [
            literal(translator.chapter_number(docname)),
            block(text(self._title(docname))),
            translator.body(_without_markers(brief.children[1:])),
            picture,
            caption,
            *(translator.body(_without_markers(_points(boxes[title]))) for title in ("Aims", folded.QUESTIONS)),
            translator.body([child for child in cite.children[1:] if not _is_downloads(child)]),
        ]
        return self._main(f"{docname}{HANDOUT}", "handout", *parts)

    def _out_of_shape(self, figure: nodes.figure) -> float:
        """How far the picture of a figure is from the form of the room that a handout has for one."""
        uri = next(iter(figure.findall(nodes.image)))["uri"]
        size = picture_size(Path(self.builder.srcdir, uri))
        return abs(math.log(size[1] / size[0] / ROOM)) if size else math.inf

    @staticmethod
    def _picture(translator: Translator, figure: nodes.figure) -> tuple[str, str]:
        """The picture of a figure, and its number with the first sentence of its caption."""
        image = next(iter(figure.findall(nodes.image)))
        said = f"{translator.number(figure, 'figure')}. {translator.short(next(iter(figure.findall(nodes.caption))))}."
        return translator.body([image]), block(text(said))

    # --- a pack, a deck ---------------------------------------------------------------

    def _pack(self, docname: str) -> Job:
        translator = self._translator(docname, sheets=True)
        body = block(map(translator.code, self.doctrees[docname].children))
        return self._main(docname, "pack", literal(self._title(docname)), body)

    def _deck(self, docname: str) -> Job:
        translator, found = self._translator(docname, slides=True), _slides(self.doctrees[docname])
        self.told[docname] = [self._told(slide, shown) for slide, shown in found]
        self.builder.put(f"class/{docname}.json", json.dumps(self.told[docname], ensure_ascii=False, indent=1))
        made = [
            call(function, translator.body(slide[0].children), _anchors(docname, slide), translator.body(shown))
            for function, (slide, shown) in zip(chain(["deck-opening"], repeat("slide")), found, strict=False)
        ]
        said = [
            array([literal(slide[0].astext()), translator.body(box.children[1:])])
            for slide, _ in found
            if (box := notes_of(slide)) is not None
        ]
        body = block([*made, call("slide-notes", *said) if said else ""])
        return self._main(docname, "deck", literal(self._title(docname)), body)

    def _told(self, slide: nodes.section, shown: list[nodes.Node]) -> dict[str, Any]:
        box = notes_of(slide)
        pictures = [image for node in shown for image in node.findall(nodes.image)]
        markers = [marker for node in shown for marker in node.findall(evidence_marker)]
        sources = [notes.short(marker["records"], self.builder.sources) for marker in markers]
        sources += [
            _words(one) for node in shown for one in node.findall(nodes.paragraph) if "drawn-from" in one["classes"]
        ]
        return {
            "title": _words(slide[0]),
            "points": [_words(one) for node in shown if not _is_drawn(node) for one in _paragraphs(node)],
            "picture": self.builder.images[pictures[0]["uri"]] if pictures else "",
            "alt": pictures[0]["alt"] if pictures else "",
            "sources": sources,
            "notes": [_words(one) for child in box.children[1:] for one in _paragraphs(child)] if box else [],
        }


def _points(box: nodes.container) -> list[nodes.Node]:
    return [child for child in box.children[1:] if isinstance(child, nodes.bullet_list)]


def _without_markers(found: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Copies without the marks of evidence: a handout has no room for notes, and says where the chapter is."""
    copies = [node.deepcopy() for node in found]
    for copy in copies:
        for marker in list(copy.findall(evidence_marker)):
            marker.parent.remove(marker)
    return copies


def _is_downloads(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and node.astext().startswith("Downloads")


def _slides(deck: nodes.document) -> list[tuple[nodes.section, list[nodes.Node]]]:
    """Every slide, that with the title of the deck first, and what stands on it: all but its title and its notes."""
    inner = slides(deck)
    top = next(iter(deck.findall(nodes.section)))
    unshown = [*inner, *map(notes_of, inner)]
    return [(slide, [child for child in slide.children[1:] if child not in unshown]) for slide in [top, *inner]]


def _anchors(docname: str, slide: nodes.section) -> str:
    """The labels of a slide; the first is that of its heading."""
    return labels(label(docname, name) for name in slide["ids"])


def _is_drawn(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and DRAWN in node["classes"]


def _paragraphs(node: nodes.Node) -> list[nodes.Node]:
    return [node] if isinstance(node, nodes.paragraph) else list(node.findall(nodes.paragraph))


def _words(node: nodes.Node) -> str:
    """The words of a node as one line, without what no reader of a slide sees."""
    copy = node.deepcopy()
    for unsaid in [part for part in copy.findall() if isinstance(part, _UNSAID)]:
        unsaid.parent.remove(unsaid)
    return " ".join(copy.astext().split())
