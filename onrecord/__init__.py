"""On the Record: the tables, figures, facts and checks behind the book.

Chapters import :mod:`onrecord.tables`, :mod:`onrecord.figures` and
:mod:`onrecord.facts`. The book itself is built by :mod:`onrecord.book`.
"""

import os

# Before numpy is loaded. Our matrices are small: a second thread would only wait for the first, on a core that another
# notebook could use.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The one place of version and day of release; `onrecord release --write` tells them to the other files.
__version__ = "0.2.0"
__released__ = "2026-11-22"
