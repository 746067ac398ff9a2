"""On the Record: the tables, figures, facts and checks behind the book.

Chapters import :mod:`onrecord.tables`, :mod:`onrecord.figures` and
:mod:`onrecord.facts`. The book itself is built by :mod:`onrecord.book`.
"""

__version__ = "0.2.0"
