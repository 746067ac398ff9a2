"""E-book and print from one reading: a fork packs the one while the other is printed, and no fault is lost."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import pytest

from onrecord.book import parallel
from onrecord.book.press.builder import TypstBuilder
from onrecord.book.prints import PrintsBuilder

pytestmark = pytest.mark.skipif(not parallel.FORKS, reason="no process can fork here, or there is one core")


@pytest.fixture
def builder() -> PrintsBuilder:
    """One that has read nothing."""
    made = object.__new__(PrintsBuilder)
    made.app, made.env = SimpleNamespace(), None
    return made


def test_the_ebook_is_packed_by_a_fork_and_not_again(builder, monkeypatch, tmp_path):
    packed = tmp_path / "packed"
    monkeypatch.setattr(PrintsBuilder, "_pack", lambda self: packed.open("a").write(f"{os.getpid()}\n") > 0)
    monkeypatch.setattr(TypstBuilder, "write", lambda self, *names: None)
    builder.write()
    (by,) = packed.read_text("utf-8").split()
    assert int(by) != os.getpid()


def test_what_the_fork_cannot_pack_is_packed_here_where_the_fault_is_told(builder, monkeypatch):
    def fail(self: PrintsBuilder) -> bool:
        raise ValueError(f"a page in {os.getpid()}")

    monkeypatch.setattr(PrintsBuilder, "_pack", fail)
    monkeypatch.setattr(TypstBuilder, "write", lambda self, *names: None)
    with pytest.raises(ValueError, match=str(os.getpid())):
        builder.write()


def test_where_the_press_fails_no_ebook_is_packed_any_more(builder, monkeypatch, tmp_path):
    packed = tmp_path / "packed"

    def late(self: PrintsBuilder) -> bool:
        time.sleep(0.5)
        return packed.write_text("all", "utf-8") > 0

    def fail(self: TypstBuilder, *names: object) -> None:
        raise ValueError("the press")

    monkeypatch.setattr(PrintsBuilder, "_pack", late)
    monkeypatch.setattr(TypstBuilder, "write", fail)
    with pytest.raises(ValueError, match="the press"):
        builder.write()
    time.sleep(0.7)
    assert not packed.exists()
