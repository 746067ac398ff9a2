"""Builds that are killed: a process that has imported all that a build imports, and forks one for each request.

It stands in a copy of the project. A request is a line of JSON, and so is its answer:

``arguments``  those of ``jupyter-book``
``die``        when the build ends with all its processes, as if by ``kill -9``: when it is about to touch so many
               files, or to do this, such as ``os.rename html``; a file that it would write just then is left with a
               few bytes
``plant``      Python that is run first: a fault that a test must notice

    python tests/broken_off.py    ->    {"code": ..., "touched": [...], "said": ...}
"""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR
TOUCHES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir")


class Touched:
    """The files of ``_build`` that a process is about to write, move or remove, in their order."""

    def __init__(self, folder: Path, die: int | str | None, log: Path) -> None:
        self.folder, self.die, self.log, self.count = f"{folder}{os.sep}", die, log.open("w", encoding="utf-8"), 0

    def __call__(self, event: str, arguments: tuple) -> None:
        """Python calls it before whatever it does."""
        opened = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES
        if not opened and event not in TOUCHES:
            return
        path = os.path.abspath(os.fsdecode(arguments[0])) if isinstance(arguments[0], str | bytes | Path) else ""
        if not path.startswith(self.folder):
            return
        self.count += 1
        line = f"{event} {re.sub(r'[.][0-9]+[.]part$', '.part', path.removeprefix(self.folder))}"
        self.log.write(f"{line}\n")
        if self.die in (self.count, line):
            self.die = None
            if opened:
                Path(path).write_bytes(b"{half")
            self.log.flush()
            os.killpg(0, signal.SIGKILL)


def build(arguments: list[str], die: int | str | None, plant: str, log: Path) -> int:
    """Build; the exit code."""
    import jupyter_book.cli.main

    os.setsid()
    out = os.open(log.with_suffix(".out"), os.O_WRONLY | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    exec(plant, {})
    touched = Touched(Path.cwd() / "_build", die, log)
    sys.addaudithook(touched)
    try:
        jupyter_book.cli.main.main(arguments, prog_name="jupyter-book")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        touched.log.flush()
        sys.stdout.flush()


def answer(arguments: list[str], die: int | str | None = None, plant: str = "") -> dict[str, Any]:
    """Fork a build, wait for its end, and tell of it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "touched")
        pid = os.fork()
        if pid == 0:
            os._exit(build(arguments, die, plant, log))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        said = log.with_suffix(".out").read_text("utf-8", "replace")
        return {"code": code, "touched": log.read_text("utf-8").splitlines(), "said": said}


def main() -> None:
    """Answer requests until there are no more."""
    for module in ("jupyter_book.cli.main", "jupyter_book.sphinx", "onrecord.book.parts", "onrecord.topics"):
        importlib.import_module(module)
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
