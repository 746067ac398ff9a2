"""``onrecord new``: what is added to the book, with all that follows from it in other files.

A command does what needs no judgement, and says at its end what is left to a person. Everything is checked before
anything is written.
"""

from __future__ import annotations

import click

from .chapter import chapter_command
from .kinds import KINDS
from .row import command, tell_left
from .source import source_command

__all__ = ["new", "tell_left"]


@click.group()
def new() -> None:
    """Add a statement, a country, a chapter or a source: all of it that needs no judgement."""


for _name, _kind in KINDS.items():
    new.add_command(command(_name, _kind))
new.add_command(chapter_command)
new.add_command(source_command)
