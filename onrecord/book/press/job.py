"""A PDF that is to be made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """A PDF to make: its main source, and where it goes below the site's folder, without ending."""

    source: str
    target: str
