"""Which tables a computation reads, through whatever it calls.

What a function remembers between calls was made from tables too. So :func:`cache`, in the place of the one of
functools, remembers with each value which tables it was made from, and tells whoever asks for the value again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
_recording: list[set[str]] = []


def note(*tables: str) -> None:
    """These tables are read."""
    if _recording:
        _recording[-1].update(tables)


@contextmanager
def recording() -> Iterator[set[str]]:
    """The names of the tables that are read within the block, in a set that is whole at its end."""
    read = set[str]()
    _recording.append(read)
    try:
        yield read
    finally:
        _recording.pop()
        note(*read)


def cache(function: Callable[P, T]) -> Callable[P, T]:
    """As of functools, and whoever takes a value that is remembered has read what it was made from.

    Arguments are hashable. ``cache_clear()`` forgets; ``known`` is what is remembered, by the arguments.
    """
    known: dict[Any, tuple[T, set[str]]] = {}

    @wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, tuple(sorted(kwargs.items())))
        if key not in known:
            with recording() as read:
                value = function(*args, **kwargs)
            known[key] = value, read
        value, read = known[key]
        note(*read)
        return value

    once.cache_clear = known.clear  # type: ignore[attr-defined]
    once.known = known  # type: ignore[attr-defined]
    return cast("Callable[P, T]", once)
