"""The notebooks of the pages are run ahead of their reading, on all cores, by kernels that start warm.

Sphinx reads one page after the other, and MyST-NB runs the notebook of a page while it is read: one kernel at a time,
each importing everything anew. Here the notebooks of all pages that will be read are run at once, by kernels forked
from one process (:mod:`onrecord.warm`), and the reading of a page takes what its notebook gave. Each notebook still
has a fresh kernel of its own, through Jupyter's own client.

A kernel records, as it runs, which files of the project it reads. So a notebook is run again when one of them, its
cells, a number that its page prints, or the code has changed, and not for another table or another word of prose.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import myst_nb.sphinx_
import nbclient
import nbformat
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from myst_nb.core.execute import create_client
from myst_nb.core.execute.base import ExecutionError, NotebookClientBase
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.environment import BuildEnvironment

from .. import facts, files, modules, tables
from ..paths import REQUIREMENTS, ROOT, shown
from . import recorded, stopping

# Forking a process that has loaded frameworks is safe on Linux alone; elsewhere kernels start in the ordinary way.
FORKS = sys.platform == "linux"
AT_ONCE = (os.cpu_count() or 1) + 1  # notebooks that run: while a kernel begins or ends it does little
_POLL = 0.02  # seconds
_LONGEST = 100  # bytes: the name of a socket may have 103 or 107, and is a letter longer than that of its connection
# A kernel speaks to the builder on the same machine; that it does so without encryption is no news for a reader.
_QUIET = "--log-level=ERROR"


# --- kernels ----------------------------------------------------------------------


class _Forked:
    """A process that is no child of ours, with as much of ``subprocess.Popen`` as Jupyter's client asks for."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs; its parent takes note of its end, after which there is no such process."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        """Wait for its end."""
        while self.poll() is None:
            time.sleep(_POLL)
        return 0

    def send_signal(self, number: int) -> None:
        """Send a signal, if it is still there."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(9)


class Nursery:
    """The process that kernels are forked from; it is started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Have it begin with its imports, while something else is done."""
        if FORKS and self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "onrecord.warm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )

    def fork(self, arguments: list[str], folder: str, environment: dict[str, str]) -> int | None:
        """The process id of a new kernel; None if it cannot be had, and an ordinary one must be started."""
        with self._lock:
            self.start()
            if self._process is None or self._process.stdin is None or self._process.stdout is None:
                return None
            request = {"arguments": arguments, "folder": folder, "environment": environment}
            try:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
                return int(json.loads(self._process.stdout.readline())["pid"])
            except (OSError, ValueError):
                return None

    def close(self) -> None:
        """End it; what still runs of its kernels ends with it."""
        if self._process is not None:
            with suppress(BrokenPipeError):  # it may have ended before
                self._process.communicate("\n")  # a fork may hold its input open, so that it would not see its end
            self._process.wait()
            self._process = None


class _Provisioner(LocalProvisioner):
    """Starts a kernel as a fork; an ordinary one where that cannot be."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel that ``cmd`` would start."""
        plain = cmd[1:3] == ["-m", "ipykernel_launcher"]
        pid = NURSERY.fork([*cmd[3:], _QUIET], str(kwargs["cwd"]), kwargs["env"]) if plain else None
        if pid is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = _Forked(pid)  # type: ignore[assignment]
        self.pid = self.pgid = pid  # type: ignore[assignment]
        self.cwd = kwargs["cwd"]
        return self.connection_info


class _Manager(AsyncKernelManager):
    """Jupyter's manager of a kernel, with kernels that start warm and are spoken to through files of their own.

    A port that is free when it is chosen may be taken when the kernel comes to listen on it, by that of another build.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._sockets = tempfile.TemporaryDirectory(prefix="onrecord-")
        connection = os.path.join(self._sockets.name, "kernel.json")
        if os.name == "posix" and len(os.fsencode(connection)) < _LONGEST:
            self.connection_file, self.transport = connection, "ipc"

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart)
        if not restart:
            self._sockets.cleanup()

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        if self.provisioner is None:
            self.provisioner = _Provisioner(kernel_id=self.kernel_id or "", kernel_spec=self.kernel_spec, parent=self)
        return await super()._async_pre_start_kernel(**kwargs)


NURSERY = Nursery()


# --- notebooks ---------------------------------------------------------------------


def run(notebook: NotebookNode, folder: Path, timeout: int, record: Path | None = None) -> float:
    """Run a notebook in a fresh kernel, and put what it gives into it. The seconds it took; errors are nbclient's.

    ``record``: where a kernel that is a fork writes which files of the project it read.
    """
    began = time.perf_counter()
    environment = dict(os.environ) if record is None else {**os.environ, "ONRECORD_READ": str(record)}
    nbclient.NotebookClient(
        notebook,
        timeout=timeout,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        kernel_manager_class=_Manager,
    ).execute(env=environment)
    return time.perf_counter() - began


def _code(notebook: NotebookNode) -> str:
    """What a run of a notebook depends on, of the notebook itself."""
    return json.dumps([_sources(notebook), notebook.metadata.get("kernelspec", {})])


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _sources(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in _code_cells(notebook)]


def _fill(notebook: NotebookNode, ran: NotebookNode) -> None:
    """Give a notebook the outputs of one with the same code cells that was run; prose may stand elsewhere in it."""
    notebook.metadata["language_info"] = copy.deepcopy(ran.metadata["language_info"])
    for cell, done in zip(_code_cells(notebook), _code_cells(ran), strict=True):
        cell.outputs = copy.deepcopy(done.outputs)
        cell.execution_count = done.execution_count


def key_of(notebook: NotebookNode, text: str) -> str:
    """What a run follows from besides the files it reads: cells, numbers that the page names, code, packages.

    Of the package's own code it is what the cells import, and what stands behind that.
    """
    known = facts.values_and_texts(facts.published())
    named = {name: known.get(name) for name in sorted(facts.printed_in(text))}
    forms = sorted(facts.forms_in(text))  # a number may stand in words or in digits, or begin a sentence
    behind = modules.hashes(modules.of_code("\n".join(_sources(notebook))) | modules.behind("onrecord.warm"))
    told = json.dumps([_code(notebook), named, forms, behind, files.digest(REQUIREMENTS), platform.python_version()])
    return hashlib.sha256(told.encode()).hexdigest()


class Ran(NamedTuple):
    """A run of a notebook: how long it took, nothing if it was run before, and which files of the project it read."""

    seconds: float
    read: Collection[str]


def _any() -> list[str]:
    """What a run may have read of which that is not known: every table."""
    return [shown(tables.file_of(name)) for name in tables.names()]


def run_once(notebook: NotebookNode, path: Path, timeout: int, kept: Path, key: str) -> Ran:
    """Run the notebook of a page, or take what an earlier run with this key gave if all that it read is as it was.

    ``kept``: the file in which runs of this page are kept. A run of which it is not known what it read is not kept.
    """
    earlier = _earlier(kept, key)
    if earlier is not None:
        _fill(notebook, nbformat.from_dict(earlier["notebook"]))
        return Ran(0.0, earlier["read"])
    record = kept.with_suffix(f".{os.getpid()}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    seconds = run(notebook, path.parent, timeout, record)
    try:
        # The page itself is read for the numbers that it names, and these are in the key.
        names = [name for name in json.loads(record.read_text("utf-8")) if ROOT / name != path]
        read = {name: files.digest(ROOT / name) for name in names}
        known = {"key": key, "read": read, "notebook": notebook}
        files.keep(kept, json.dumps(known, ensure_ascii=False).encode())
        return Ran(seconds, read)
    except (OSError, ValueError):
        kept.unlink(missing_ok=True)
        return Ran(seconds, _any())
    finally:
        record.unlink(missing_ok=True)


def _earlier(kept: Path, key: str) -> dict[str, Any] | None:
    """``notebook`` and ``read`` of an earlier run, if it has this key and all that it read has the bytes it had."""
    try:
        known: dict[str, Any] = json.loads(files.kept(kept) or b"{}")
        same = known["key"] == key and all(files.digest(ROOT / name) == then for name, then in known["read"].items())
        return known if same and known["notebook"]["cells"] is not None else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class Pool:
    """The notebooks that are being run, by the path of their page."""

    def __init__(self) -> None:
        self._workers: ThreadPoolExecutor | None = None
        self._runs: dict[Path, tuple[str, NotebookNode, Future[Ran]]] = {}

    def start(self, path: Path, notebook: NotebookNode, timeout: int, kept: Path, key: str) -> None:
        """Have a notebook run as soon as a core is free, if it must: see :func:`run_once`."""
        if self._workers is None:
            self._workers = ThreadPoolExecutor(AT_ONCE)
        mine = copy.deepcopy(notebook)
        self._runs[path] = (_code(mine), mine, self._workers.submit(run_once, mine, path, timeout, kept, key))

    def begun(self) -> dict[Path, int]:
        """The pages whose notebooks have not been taken, in the order in which they were begun."""
        return {path: place for place, path in enumerate(self._runs)}

    def has(self, path: Path) -> bool:
        """Whether the notebook of a page is being run, or was and has not been taken."""
        return path in self._runs

    def take(self, path: Path, notebook: NotebookNode, timeout: int) -> Ran:
        """Put into a notebook what its run gave, and tell of the run; run it if it is not what was run ahead."""
        code, ran, future = self._runs.pop(path, (None, None, None))
        if future is None or ran is None or code != _code(notebook):
            return Ran(run(notebook, path.parent, timeout), _any())
        told = future.result()
        _fill(notebook, ran)
        return told

    def close(self) -> None:
        """Begin nothing more, and wait for what has begun."""
        if self._workers is not None:
            self._workers.shutdown(cancel_futures=True)
            self._workers = None
        self._runs.clear()


POOL = Pool()


class _Client(NotebookClientBase):
    """MyST-NB's client of a notebook that was run ahead."""

    def start_client(self) -> None:
        """Take the outputs, or the error, of the run."""
        path = self.path
        assert path is not None, "a page of the book is a file"
        try:
            seconds, read = POOL.take(path, self.notebook, self.nb_config.execution_timeout)
        except (nbclient.exceptions.CellExecutionError, nbclient.exceptions.CellTimeoutError) as error:
            raise ExecutionError(str(path)) from error
        recorded.note_notebook(path.read_text("utf-8"), "\n".join(_sources(self.notebook)), read)
        self.logger.info(f"Executed notebook in {seconds:.2f} seconds" if seconds else "Notebook was run before")
        self.exec_metadata = {
            "mtime": datetime.now().timestamp(),
            "runtime": seconds,
            "method": self.nb_config.execution_mode,
            "succeeded": True,
            "error": None,
            "traceback": None,
        }


def _client(notebook: NotebookNode, source: str, nb_config: Any, *rest: Any, **named: Any) -> NotebookClientBase:
    """MyST-NB's choice of a client, with ours where a notebook is to be run as a whole and may not fail."""
    made = create_client(notebook, source, nb_config, *rest, **named)
    if type(made).__name__ == "NotebookClientDirect" and nb_config.execution_raise_on_error:
        return _Client(notebook, made.path, nb_config, made.logger)
    return made


# --- the build ---------------------------------------------------------------------


def _begin(app: Sphinx) -> None:
    """Where no page is remembered all will be read: their notebooks need not wait for the checks.

    Where tables and code are what they were, it is likely that none will run; but not while somebody writes, with
    ``onrecord live``, which seals nothing.
    """
    if not getattr(app, "onrecord_as_sealed", False):
        NURSERY.start()
    if not Path(app.doctreedir, ENV_PICKLE_FILENAME).is_file():
        with suppress(Exception):  # what is wrong with a page or a table the checks will tell
            _start(app, app.env.found_docs)


def _ahead(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Begin to run the notebooks of the pages that will be read, and forget those of pages that are gone.

    Pages without one are read first, then the others as their notebooks were begun, so that none is waited for long.
    """
    wanted = {_executed(app) / f"{docname}.json" for docname in env.found_docs}
    for path in [path for path in _executed(app).rglob("*.json") if path not in wanted]:
        path.unlink()
    _start(app, docnames)
    begun = POOL.begun()
    docnames.sort(key=lambda docname: begun.get(Path(app.srcdir, f"{docname}.md"), -1))


def _executed(app: Sphinx) -> Path:
    return Path(app.doctreedir).with_name("executed")


def _start(app: Sphinx, docnames: Iterable[str]) -> None:
    """Have the notebooks of pages run: first of those with many cells, so that no long one is left to the end.

    One that counts by the second coder's codes comes last: what is the same by either's the check has counted by then.
    """
    env = app.env
    found: list[tuple[Path, NotebookNode, Path, str]] = []
    for docname in sorted(docnames):
        path = Path(app.srcdir, f"{docname}.md")
        text = path.read_text("utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)  # type: ignore[attr-defined]
        if reader is not None and not POOL.has(path):
            notebook = reader.read(text)
            found.append((path, notebook, _executed(app) / f"{docname}.json", key_of(notebook, text)))
    for path, notebook, kept, key in sorted(found, key=lambda one: (_counts_twice(one[1]), -len(_code_cells(one[1])))):
        POOL.start(path, notebook, env.mystnb_config.execution_timeout, kept, key)  # type: ignore[attr-defined]


def _counts_twice(notebook: NotebookNode) -> bool:
    return any("numbers_by_second_coder" in source for source in _sources(notebook))


def _tidy() -> None:
    POOL.close()
    NURSERY.close()


def _end(app: Sphinx, error: Exception | None) -> None:
    _tidy()


def connect(app: Sphinx) -> None:
    """Start before the checks; run when it is known which pages will be read; end after the bundles, which run some."""
    myst_nb.sphinx_.create_client = _client  # there is no setting for it
    stopping.before_end(_tidy)  # else all notebooks that wait would be run before the line is seen
    app.connect("builder-inited", _begin)
    app.connect("env-before-read-docs", _ahead)
    app.connect("build-finished", _end, priority=850)
