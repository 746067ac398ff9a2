"""The exercises of a chapter have numbers and addresses, and lead to their solutions.

In chapter 4 the exercise on data is 4.1, the one on sources 4.2, in every form of the book. On the site and in the
e-book, where a solution is folded or further down, the exercise ends on a link to it; on the site on one to the
notebooks as well.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..paths import DOWNLOADS, EXERCISES
from . import folded
from .beside import beside
from .numbering import section_number

# What the boxes are called in a chapter; what they are called in the book; their anchors. A pair is an exercise.
KINDS = ("data", "sources")
_ASKED, _SOLVED = "Exercise on {}", "Solution of the exercise on {}"
_ASKED_HERE, _SOLVED_HERE = "Exercise {} on {}", "Solution of exercise {} on {}"
LINKED = ("html", "ebook")


def anchors(kind: str) -> tuple[str, str]:
    """Where an exercise and its solution are on a page."""
    return f"exercise-{kind}", f"solution-{kind}"


class NumberExercises(SphinxPostTransform):
    """Number the boxes of a chapter; before sphinx-design makes something else of them (at 199)."""

    default_priority = 150

    def run(self, **kwargs: object) -> None:
        """One pass over the boxes of a page."""
        chapter = section_number(self.env, self.env.docname)
        boxes = folded.of_page(self.document)
        for place, kind in enumerate(KINDS, 1):
            asked, solved = boxes.get(_ASKED.format(kind)), boxes.get(_SOLVED.format(kind))
            if not chapter or asked is None or solved is None:
                continue
            number = f"{chapter}.{place}"
            for box, title, anchor in zip((asked, solved), (_ASKED_HERE, _SOLVED_HERE), anchors(kind), strict=True):
                box[0].clear()
                box[0] += nodes.Text(title.format(number, kind))
                box["ids"].append(anchor)
            asked += self._ways(number, anchors(kind)[1])

    def _ways(self, number: str, solution: str) -> list[nodes.Node]:
        """A link to the solution, where there are links; on the site, one to the exercises as notebooks too."""
        builder, found = self.app.builder.name, []
        if builder in LINKED:
            link = nodes.reference("", f"Solution of exercise {number}", refid=solution, internal=True)
            found.append(nodes.paragraph("", "", link, nodes.Text(".")))
        if builder == "html":
            link = beside("exercises of all chapters (zip)", f"../{DOWNLOADS}/{EXERCISES}.zip")
            ways = [nodes.Text("To answer it in a notebook: "), link, nodes.Text(".")]
            found.append(nodes.paragraph("", "", *ways, classes=["to-notebooks"]))
        return found


def connect(app: Sphinx) -> None:
    """The transform."""
    app.add_post_transform(NumberExercises)
