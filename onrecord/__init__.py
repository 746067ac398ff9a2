"""On the Record: the tables, figures, facts and checks behind the book.

Chapters import :mod:`onrecord.tables`, :mod:`onrecord.figures` and
:mod:`onrecord.facts`. The book itself is built by :mod:`onrecord.book`.
"""

# The one place of version and day of release; `onrecord release --write` tells them to the other files.
__version__ = "0.2.0"
__released__ = "2026-11-22"
