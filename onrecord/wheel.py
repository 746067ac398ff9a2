"""The package as a wheel that works without the repository: code, tables, descriptor, fonts of the figures.

This module is the build backend that ``pyproject.toml`` names, so ``pip install .``, ``pip wheel .`` and
``onrecord wheel`` make the same file. flit writes it; before, what lies beside the package in the repository
is put into it. The bytes depend on the files alone. It imports nothing but flit and the standard library,
since a build backend runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flit_core import buildapi
from flit_core.buildapi import build_editable as build_editable
from flit_core.buildapi import get_requires_for_build_wheel as get_requires_for_build_wheel
from flit_core.buildapi import prepare_metadata_for_build_wheel as prepare_metadata_for_build_wheel

from .paths import CODE, DATA, INSTALLED, QUOTES_LOCK, ROOT

get_requires_for_build_editable = get_requires_for_build_wheel
prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel

# What goes into the package, from beside it, under the same name. The fonts are those that figures are drawn with.
BESIDE = ("data/**/*", "fonts/RecordSans-*.ttf", "fonts/LICENSE-SANS.md", "LICENSE-CONTENT", "CITATION.cff")
_WHEN = "315532800"  # 1 January 1980: the earliest that a zip can say


def _beside() -> list[Path]:
    return [*sorted(path for pattern in BESIDE for path in ROOT.glob(pattern) if path.is_file()), QUOTES_LOCK]


def made_from() -> list[Path]:
    """Every file that the bytes of the wheel depend on."""
    own = (path for path in CODE.rglob("*") if path.is_file())
    kept = [path for path in sorted(own) if "__pycache__" not in path.parts and not path.name.startswith(".")]
    return [*kept, *_beside(), ROOT / "pyproject.toml", ROOT / "LICENSE"]


def _stage(folder: Path) -> None:
    """The project as flit shall see it: the package with all that it needs inside, and the files flit reads."""
    package = folder / CODE.name
    shutil.copytree(CODE, package, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for path in _beside():
        target = package / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copyfile(ROOT / name, folder / name)


@contextlib.contextmanager
def _staged() -> Iterator[None]:
    """Within the block, the staged project is the working folder, and every file is of the same day."""
    before, epoch = Path.cwd(), os.environ.get("SOURCE_DATE_EPOCH")
    with tempfile.TemporaryDirectory() as name:
        _stage(Path(name))
        os.chdir(name)
        os.environ["SOURCE_DATE_EPOCH"] = epoch or _WHEN
        try:
            yield
        finally:
            os.chdir(before)
            if epoch is None:
                del os.environ["SOURCE_DATE_EPOCH"]


def build_wheel(
    wheel_directory: str, config_settings: dict | None = None, metadata_directory: str | None = None
) -> str:
    """Make the wheel in a folder; its file name. RuntimeError in an installed package: no project is around it."""
    if INSTALLED or not DATA.is_dir():
        raise RuntimeError("the wheel is made in the repository of the book")
    logging.getLogger("flit_core").setLevel(logging.WARNING)  # it tells each of its steps
    target = str(Path(wheel_directory).resolve())
    with _staged():
        return buildapi.build_wheel(target, config_settings, None)
