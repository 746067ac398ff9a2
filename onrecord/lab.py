"""Chapters in JupyterLab: what a save did not change keeps its own text, to the byte.

jupytext lets JupyterLab open a chapter as a notebook. When it saves, it writes all anew: options of cells in another
style, captions on other lines. Two who edit the same chapter would then see changes everywhere. ``make lab`` and a Hub
start JupyterLab by ``.binder/start`` with the settings in ``.jupyter``: with :class:`ChapterContents`, which puts the
old text of each unchanged part back. ``jupytext.toml`` says what may be written at all, and holds for every JupyterLab
that is started in the project.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

_Base: Any = build_sync_jupytext_contents_manager_class(LargeFileManager)
# The head of the file, and each cell of code; what is between is prose.
_PARTS = re.compile(r"(\A---\n.*?^---\n|^```\{code-cell\}.*?^```$)", re.M | re.S)
_OPTIONS = re.compile(
    r"\A(```\{code-cell\}[^\n]*)\n(?:---\n(?P<block>.*?)^---\n|(?P<lines>(?::[\w-]+:[^\n]*\n)+))?", re.M | re.S
)


def _meaning(part: str) -> object:
    """What a part says, whatever its style: equal for two that differ in how they are written alone."""
    if part.startswith("---\n"):
        head = yaml.safe_load(part.strip("-\n"))
        head.get("kernelspec", {}).pop("display_name", None)  # the name of the kernel on one machine
        return str(sorted(head.items()))
    opened = _OPTIONS.match(part)
    if opened is None:
        return part.strip() if part else None  # the nothing before the head is no empty line
    options = opened["block"] or "\n".join(
        f"{key}: {value}" for key, value in re.findall(r"^:([\w-]+):\s*(.*)$", opened["lines"] or "", re.M)
    )
    return str(yaml.safe_load(options) or {}), part[opened.end() :].strip()


def kept(before: str, after: str) -> str:
    """The text ``after`` a save, each part that says what a part ``before`` said in the words of that one."""
    known = {_meaning(part): part for part in _PARTS.split(before)}
    return "".join(known.get(_meaning(part), part) for part in _PARTS.split(after))


class ChapterContents(_Base):
    """The files as JupyterLab sees them, with jupytext; chapters keep the text of what was not changed."""

    def save(self, model: dict, path: str = "") -> dict:
        """Save, and put back the old text of what is as it was."""
        file = Path(self.root_dir, path.strip("/"))
        before = file.read_text("utf-8") if file.suffix == ".md" and file.is_file() else None
        saved = super().save(model, path)
        if before is None or model["type"] != "notebook":
            return saved
        after = file.read_text("utf-8")
        text = kept(before, after)
        if text != after:
            file.write_text(text, "utf-8")
            saved["last_modified"] = self.get(path, content=False, type="file")["last_modified"]
        return saved
