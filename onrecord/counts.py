"""What the facts count. One short function a fact; its name is the fact's key."""

from __future__ import annotations

from .facts import fact
from .tables import table


@fact("rounds in the assessment's list", "rounds")
def rounds_held() -> int:
    return len(table("rounds"))
