"""What was just saved is in the browser within seconds: the site is served, and a page is made when it is asked for.

The site as it was built last is the ground. A page whose own text, or whose tables, have changed since is made again
by itself (:mod:`.maker`): when it is asked for or, if it is open in a browser, at once. Pages that are made of tables
alone, contents, search and the numbers of figures stay as they were built; ``make book`` makes and checks everything.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ..paths import CODE, CONFIG, DATA, LIVE, LIVE_SCRIPT, PACKAGE, ROOT, SEEDS, SITE, shown
from ..problems import InputError, Problem

# What a build remembers of the pages. A copy is worked on, since the site's own memory stays as it is sealed.
MEMORY = (".doctrees", "executed", "figure_data", "jupyter_execute", "notebooks")
_LOOK, _PATIENCE = 0.2, 25  # seconds between two looks at the files; after which a page asks again


def _state(paths: Iterable[Path]) -> str:
    """What tells that files have changed: names, sizes and times."""
    seen = hashlib.sha256()
    for path in [path for path in paths if path.is_file()]:
        about = path.stat()
        seen.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _tables() -> list[Path]:
    return [*sorted(DATA.glob("*.csv")), *sorted(SEEDS.glob("*.*"))]


def _code() -> list[Path]:
    """What a process that has begun looks at no more."""
    return [*sorted(CODE.rglob("*.py")), *sorted((ROOT / "_templates").rglob("*.html")), PACKAGE, CONFIG]


class Maker:
    """The process that makes pages one by one, and what each page was made from last."""

    def __init__(self) -> None:
        memory = LIVE / MEMORY[0]
        names = sorted(path.relative_to(memory).with_suffix("").as_posix() for path in memory.rglob("*.doctree"))
        self.sources = {name: ROOT / f"{name}.md" for name in names}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._code = ""
        self._made = {name: self.state(name) for name in names}
        self._wrong = dict.fromkeys(names, "")
        threading.Thread(target=self._begin, daemon=True).start()

    def _begin(self) -> None:
        """Have the book loaded before a page is asked for."""
        with self._lock:
            self._ask("")

    def state(self, page: str) -> str:
        """What a page would be made from now."""
        return _state([self.sources[page], *_tables(), *_code()])

    def make(self, page: str) -> tuple[str, str]:
        """Have a page as it should be now: what it was made from, and what is wrong with it, or nothing."""
        with self._lock:
            state = self.state(page)
            if self._made[page] != state:
                self._wrong[page] = self._ask(page)
                self._made[page] = state
            return state, self._wrong[page]

    def _ask(self, page: str) -> str:
        code = _state(_code())
        if self._process is None or self._process.poll() is not None or code != self._code:
            self.close()
            command = [sys.executable, "-P", "-m", "onrecord.live.maker"]
            self._process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            self._code = code
        assert self._process.stdin is not None and self._process.stdout is not None, "they are pipes"
        try:
            print(json.dumps({"page": page, "tables": _state(_tables())}), file=self._process.stdin, flush=True)
            return str(json.loads(self._process.stdout.readline())["wrong"])
        except (OSError, ValueError):
            return "the process that makes pages has ended: see the terminal"

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate()  # closes its input
            self._process = None


class Server(ThreadingHTTPServer):
    """A server of the site that was built, which makes pages again. OSError where the port is taken."""

    def __init__(self, port: int) -> None:
        self.maker = Maker()  # first, since a port that is taken closes the server
        super().__init__(("127.0.0.1", port), _Handler)

    def server_close(self) -> None:
        """End the process that makes pages too."""
        super().server_close()
        self.maker.close()


class _Handler(SimpleHTTPRequestHandler):
    """Files of the site, those that were made again before those that were built."""

    server: Server

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments, directory=str(SITE))

    def do_GET(self) -> None:
        """A page, made anew where it must; whether a page has changed; or any other file."""
        address = urlsplit(self.path)
        page = _page(address.path)
        if address.path == "/.live":
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            self._wait(_page(asked.get("page", "")), asked.get("state", ""))
        elif address.path == f"/{LIVE_SCRIPT.name}":
            self._send(HTTPStatus.OK, LIVE_SCRIPT.read_bytes(), "text/javascript")
        elif page in self.server.maker.sources:
            self._page(page)
        else:
            super().do_GET()

    def _page(self, page: str) -> None:
        state, wrong = self.server.maker.make(page)
        told = f"<!DOCTYPE html><title>{page}</title><pre>{html.escape(wrong)}</pre><body>"
        text = told if wrong else Path(self.translate_path(f"/{page}.html")).read_text("utf-8")
        script = f'<script src="/{LIVE_SCRIPT.name}" data-page="/{page}.html" data-state="{state}" defer></script>'
        self._send(HTTPStatus.OK, text.replace("<body", f"{script}<body", 1).encode(), "text/html")

    def _wait(self, page: str, state: str) -> None:
        """Answer when the page has changed and is made, or when it is time to ask again."""
        if page not in self.server.maker.sources:
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain")
            return
        until = time.monotonic() + _PATIENCE
        while (now := self.server.maker.state(page)) == state and time.monotonic() < until:
            time.sleep(_LOOK)
        if now != state:
            self.server.maker.make(page)
        self._send(HTTPStatus.OK, b"" if now == state else b"changed", "text/plain")

    def translate_path(self, path: str) -> str:
        """The file at an address: one that was made again, if there is one."""
        built = super().translate_path(path)
        again = LIVE / "html" / Path(built).relative_to(SITE)
        return str(again) if again.is_file() else built

    def _send(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Nothing is to be kept by the browser: it may be another the next time."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Errors alone are told."""


def _page(address: str) -> str:
    path = unquote(address).strip("/")
    return (path or "index").removesuffix(".html")


def serve(port: int) -> Server:
    """A server whose pages begin as the last build left them; raises as :class:`Server`.

    InputError where there is no site, or no way to make a page by a process of its own.
    """
    if not hasattr(os, "fork"):
        forks = "expected a system whose processes can fork, such as Linux or macOS (else make serve)"
        raise InputError(Problem("onrecord live", forks, value=sys.platform))
    if not (SITE / "index.html").is_file():
        raise InputError(Problem(shown(SITE / "index.html"), "expected a site that is built (make book)"))
    shutil.rmtree(LIVE, ignore_errors=True)
    for name in [name for name in MEMORY if (SITE.parent / name).is_dir()]:
        shutil.copytree(SITE.parent / name, LIVE / name)
    return Server(port)
