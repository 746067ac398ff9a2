"""All checks in one place, in the order in which they help: what cannot be read first, what nobody accepted last."""

from __future__ import annotations

from collections.abc import Callable

from . import (
    accepted,
    derived,
    named,
    people,
    prose,
    quotes,
    record_use,
    release,
    rules,
    settings,
    statuses,
    style,
    told,
    unwritten,
    written,
)
from .paths import CHAPTERS
from .problems import InputError, Problem

Check = Callable[[], list[Problem]]


def check_chapters() -> list[Problem]:
    """What the chapters of the book have to mend in their shape and their sentences."""
    return style.check_style([path for path in written.pages() if path.parent == CHAPTERS])


# Whether what the others read is there: of a page that is gone, all that names it would be told.
THERE: tuple[Check, ...] = (
    settings.check_settings,
    settings.check_fonts,
    written.check_there,
)
# Whether it can be read; the others take that for granted.
READABLE: tuple[Check, ...] = (
    rules.check_package,
    written.check_written,
)
RIGHT: tuple[Check, ...] = (
    lambda: rules.once(rules.check_rules),
    quotes.check_locked,
    written.check_listed,
    unwritten.check_written,
    named.check_named,
    derived.check_numbers,
    check_chapters,
    prose.check_prose,
    told.check_told,
    statuses.check_statuses,
    people.check_removed,
    release.check_release,
    record_use.check_use,
)


def _found(checks: tuple[Check, ...]) -> list[Problem]:
    """What several checks find; one that cannot go on says why.

    What nobody accepted can be anything, and a check may stumble over it: then the change is what is wrong. A check
    that stumbles over what was accepted is a mistake of its own.
    """
    problems: list[Problem] = []
    for check in checks:
        try:
            problems += check()
        except InputError as error:
            problems += error.problems
        except Exception:
            changes = _changes()
            if not changes:
                raise
            problems += changes
    return problems


def check() -> list[Problem]:
    """What is wrong in tables, pages and what describes them, each problem once."""
    return list(dict.fromkeys(_found(THERE) or _found(READABLE) or _found(RIGHT)))


def _changes() -> list[Problem]:
    try:
        return accepted.check_accepted()
    except InputError as error:
        return error.problems


def unaccepted(found: list[Problem]) -> list[Problem]:
    """Changes that nobody accepted yet, in places of which nothing worse was ``found``."""
    worse = {(problem.file, problem.row) for problem in found}
    return [problem for problem in _changes() if (problem.file, problem.row) not in worse]
