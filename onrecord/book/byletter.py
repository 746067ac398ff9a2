"""The bibliography by letter: ``{works-by-letter}`` makes a section for each, and the works go into theirs.

The sections are there when the page is read, so that the contents have them; the works come later, when all pages
have been read, and are sorted by what they are called on a page.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .citing import short_name
from .listings import section


def plain_letters(name: str) -> str:
    """A name without accents and in small letters, so that Béatrice stands beside Beatrice."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def letter_of(name: str) -> str:
    """The letter under which a name stands: its first, in capitals; a digit or sign has none, and gives ``#``."""
    first = plain_letters(name)[:1].upper()
    return first if "A" <= first <= "Z" else "#"


def letter_section(what: str, letter: str, *children: nodes.Node) -> nodes.section:
    """The section of what stands under a letter; ``what``: ``works``, ``people``, with which its id begins."""
    return section(letter, f"{what}-{letter.lower() if letter != '#' else 'other'}", *children)


class WorksByLetter(SphinxDirective):
    """An empty section for every letter under which a work stands."""

    def run(self) -> list[nodes.Node]:
        """The sections, in the order of the alphabet."""
        cite: Any = self.env.domains["cite"]
        letters = {letter_of(short_name(entry)) for entry in cite.bibdata.data.entries.values()}
        return [self._section(letter) for letter in sorted(letters)]

    @staticmethod
    def _section(letter: str) -> nodes.section:
        made = letter_section("works", letter)
        made["letter"] = letter
        return made


class PlaceWorks(SphinxPostTransform):
    """Put each work into the section of its letter."""

    default_priority = 6  # after the works are there, before links to them are made

    def run(self, **kwargs: Any) -> None:
        """One pass over the page that has such sections."""
        places = {part["letter"]: part for part in self.document.findall(nodes.section) if "letter" in part}
        if not places:
            return
        works = list(self.document.findall(nodes.citation))
        for work in sorted(works, key=lambda work: plain_letters(work[0].astext())):
            work.parent.remove(work)
            places[letter_of(work[0].astext())] += work


def _stable_ids(app: Sphinx, config: Config) -> None:
    """The id of a work is made of its key, not of its place in a list."""
    config.bibtex_cite_id = "work-{key}"


def connect(app: Sphinx) -> None:
    """The directive and what fills its sections."""
    app.add_directive("works-by-letter", WorksByLetter)
    app.add_post_transform(PlaceWorks)
    app.connect("config-inited", _stable_ids)
