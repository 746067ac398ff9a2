"""The same inputs give the same bytes, wherever the book is built; folder, hour, locale and hash seed do not matter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
# A file that may differ stands here with the reason; there is none.
MAY_DIFFER: dict[str, str] = {}


def digests(folder: Path) -> dict[str, str]:
    """The hash of every file below a folder, by its path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_two_clean_builds_in_different_folders_give_the_same_bytes(clean_builds):
    first, second = (digests(folder / "_build" / "html") for folder, _, _ in clean_builds)
    assert first.keys() == second.keys() and len(first) > 50
    differ = {name for name in first if first[name] != second[name]}
    assert differ == set(MAY_DIFFER)


def test_no_file_of_the_site_names_the_folder_it_was_built_in(clean_builds):
    folder, _, _ = clean_builds[0]
    site = folder / "_build" / "html"
    marks = (str(folder).encode(), folder.parent.name.encode())
    named = [path for path in site.rglob("*") if path.is_file() and any(mark in path.read_bytes() for mark in marks)]
    assert [path.relative_to(site).as_posix() for path in named] == []
