"""What a PDF says, for the tests of prints, slides and papers."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pypdfium2


def squeezed(text: str) -> str:
    """Letters and figures alone: print breaks lines and words where the site does not."""
    return re.sub(r"[^\w]|_", "", text)


def words_of(pdf: Path) -> list[str]:
    """The text of each page, squeezed, in the order in which it is read: a cell of a table after the other."""
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        return [squeezed(page.get_textpage().get_text_range()) for page in opened]
