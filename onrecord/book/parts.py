"""The parts of the extension, in the order in which they are connected.

First ``stopping``. Of those that read tables ``strict`` goes first: it reads them once.
"""

from __future__ import annotations

from types import ModuleType

from . import (
    accessible,
    backmatter,
    beside,
    bundles,
    byletter,
    citing,
    contents,
    decks,
    ebook,
    evidence,
    figures,
    inline,
    languages,
    leads,
    listings,
    made,
    mentions,
    notebooks,
    numbered,
    numbering,
    opening,
    outcomes,
    press,
    prints,
    recorded,
    register,
    rooms,
    running,
    search,
    slim,
    stopping,
    strict,
    swap,
    tablepages,
    typography,
    webfonts,
)
from .publish import address, boxes, claims, downloads, excerpts, head, moved, server

PARTS: tuple[ModuleType, ...] = (
    *(
        stopping,
        address,
        downloads,
        boxes,
        excerpts,
        running,
        strict,
        recorded,
        swap,
        beside,
        citing,
        byletter,
        evidence,
        rooms,
        listings,
        backmatter,
        outcomes,
        numbered,
        numbering,
        decks,
        register,
        mentions,
        opening,
        figures,
        leads,
    ),
    *(notebooks, bundles, tablepages),
    *(accessible, languages, typography, webfonts, inline, search, slim),
    *(press, ebook, prints),
    *(head, moved, server, claims, contents, made),
)
