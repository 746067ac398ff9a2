"""Kernels that start warm: one process imports what every notebook imports, and each kernel is a fork of it.

An ordinary kernel spends seconds on importing pandas, matplotlib and this package, once for every chapter. Here a
process does that once and reads no table; then it waits, and forks a kernel for each line on its standard input:
``{"arguments": [...], "folder": ..., "environment": {...}}``, answered by ``{"pid": ...}``. A fork has a memory of its
own, so nothing passes from one notebook to the next. The process ends when its input does, and its kernels with it.

    python -P -m onrecord.warm
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys

INLINE = "module://matplotlib_inline.backend_inline"  # what ipykernel asks of a matplotlib that is not yet imported


READ: set[str] = set()  # every file that was opened, by the process or by what it was forked from


def _note(event: str, arguments: tuple) -> None:
    if event == "open" and isinstance(arguments[0], str):
        READ.add(arguments[0])


def what_was_read(root: str) -> list[str]:
    """Files of the project that were opened, but for code, and for the numbers if only named ones were looked at."""
    from . import facts

    own = {os.path.relpath(name, root) for name in READ if name.startswith(root + os.sep)}
    if not facts.read_whole:
        own.discard(os.path.relpath(facts.FILE, root))
    apart = (".venv" + os.sep, "_build" + os.sep)
    return sorted(name for name in own if not name.startswith(apart) and not name.endswith((".py", ".pyc")))


IMPORTED = (
    *("ipykernel.ipkernel", "ipykernel.kernelapp", "pandas", "matplotlib.figure", "matplotlib.backends.backend_svg"),
    *("myst_nb.ext.glue", "onrecord.analysis", "onrecord.facts", "onrecord.figures", "onrecord.topics"),
    # What each kernel imports when it begins.
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "psutil"),
    *("IPython.extensions.storemagic", "sqlite3", "tornado.platform.asyncio", "tornado.queues"),
)


def imports() -> None:
    """Import what the first cells of chapters import. No table is read by it, and no notebook's cell is run."""
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else the debugger has something to say
    for name in IMPORTED:
        importlib.import_module(name)


def kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be a kernel, as ``python -m ipykernel_launcher`` with these arguments would be, until it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # standard output was the way to the builder
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    sys.argv = ["ipykernel_launcher", *arguments]
    # The kernel watches its parent, and ends with it. By itself it would take the parent from the environment, when
    # it is imported, and that was before the fork.
    IPKernelApp.launch_instance(arguments, parent_handle=os.getppid())


def _tell(file: str | None) -> None:
    """At the end of a kernel, write what was read into the file that its environment names."""
    from .paths import ROOT

    if file:
        with open(file, "w", encoding="utf-8") as record:
            json.dump(what_was_read(str(ROOT)), record)


def main() -> None:
    """Fork a kernel for each request, until there are no more or a line is empty."""
    sys.addaudithook(_note)
    imports()
    gc.freeze()  # no kernel needs to look for cycles among what all have in common
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels here: their ends are taken note of
    for line in sys.stdin:
        if not line.strip():
            break
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                kernel(**request)
            finally:
                _tell(request["environment"].get("ONRECORD_READ"))
                os._exit(0)
        print(json.dumps({"pid": pid}), flush=True)


if __name__ == "__main__":
    main()
