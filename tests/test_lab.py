"""A chapter opened and saved in JupyterLab is the file that it was."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jupyter_client import BlockingKernelClient
from project import ROOT, chapters, copy_project, environment

from onrecord.lab import ChapterContents, kept

# What JupyterLab adds to a notebook that was run.
LANGUAGE = {"name": "python", "version": "3.12.1", "codemirror_mode": {"name": "ipython", "version": 3}}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@pytest.fixture
def lab(tmp_path) -> Path:
    """A folder with the chapters and the settings, as `make lab` finds them."""
    shutil.copytree(ROOT / "chapters", tmp_path / "chapters")
    shutil.copyfile(ROOT / "jupytext.toml", tmp_path / "jupytext.toml")
    return tmp_path


def save(folder: Path, path: str, manager: type, change: str = "") -> str:
    """Open a chapter as JupyterLab does, run it, change the last cell, save; the file then."""
    contents = manager(root_dir=str(folder))
    notebook = contents.get(path, type="notebook", content=True)["content"]
    notebook["metadata"].update(language_info=LANGUAGE, kernelspec=KERNEL)
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"].update(trusted=True, execution={"iopub.execute_input": "2026-01-01T00:00:00Z"})
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "run"}]
    notebook["cells"][-1]["source"] += change
    contents.save({"type": "notebook", "format": "json", "content": notebook}, path)
    return (folder / path).read_text("utf-8")


@pytest.mark.parametrize("docname", chapters())
def test_open_and_save_changes_nothing(docname, lab):
    before = (lab / f"{docname}.md").read_text("utf-8")
    assert save(lab, f"{docname}.md", ChapterContents) == before


def test_a_change_is_saved_and_is_the_only_one(lab):
    path = f"{chapters()[0]}.md"
    before = (lab / path).read_text("utf-8")
    after = save(lab, path, ChapterContents, "\n\nOne more sentence.")
    assert after.replace("\n\nOne more sentence.", "") == before != after


def test_without_it_the_file_would_be_another_and_without_settings_the_description_gone(lab):
    path = f"{chapters()[0]}.md"
    before = (lab / path).read_text("utf-8")
    with_settings = save(lab, path, ChapterContents.__base__)
    assert with_settings != before and "html_meta" in with_settings and "3.12.1" not in with_settings
    (lab / "jupytext.toml").unlink()
    assert "html_meta" not in save(lab, path, ChapterContents.__base__)


def test_a_part_that_was_changed_is_the_new_one():
    before = "---\na: {b: 1}\n---\n\nProse.\n\n```{code-cell}\n:tags: [x]\n1\n```\n\nMore.\n"
    after = "---\na:\n  b: 1\n---\n\nProse!\n\n```{code-cell}\n:tags: [x]\n\n1\n```\n\nMore.\n"
    assert kept(before, after) == before.replace("Prose.", "Prose!")
    assert kept(before, after.replace("[x]", "[y]")) == after.replace("a:\n  b: 1", "a: {b: 1}").replace("[x]", "[y]")


# --- the server that `make lab` and a Hub start ---------------------------------------------

TOKEN = "for-this-test"


class Server(NamedTuple):
    """A server that runs: its address, its working folder, and where it says how kernels are reached."""

    url: str
    folder: Path
    runtime: Path

    def ask(self, path: str, content: dict | None = None, method: str = "") -> Any:
        """What it answers, from JSON; with content, it is given (POST, unless another method is named)."""
        data = json.dumps(content).encode() if content is not None else None
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.url}{path}", data, headers, method=method or None)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    """A copy of the project, served by the start command of `.binder`, with a home of its own."""
    folder = tmp_path_factory.mktemp("hub")
    copy_project(folder / "book")
    home, runtime = folder / "home", folder / "runtime"
    home.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ip", "127.0.0.1", "--port", str(port)]
    options += [f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0"]
    command = [
        "bash",
        folder / "book" / ".binder" / "start",
        Path(sys.executable).with_name("jupyter"),
        "lab",
        *options,
    ]
    own = {"HOME": str(home), "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(home / "config")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder / "book", env=environment(folder / "book") | own, stdout=log, stderr=log
        )
    try:
        made = Server(f"http://127.0.0.1:{port}/", folder / "book", runtime)
        for _ in range(240):
            with contextlib.suppress(OSError):
                made.ask("api/status")
                break
            assert process.poll() is None, (folder / "log").read_text("utf-8")[-3000:]
            time.sleep(0.25)
        yield made
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.slow
def test_a_hub_opens_a_chapter_as_a_notebook_whose_kernel_runs_it(server):
    path = f"{chapters()[2]}.md"
    viewer = server.ask("lab/api/settings/@jupyterlab/docmanager-extension:plugin")
    assert viewer["schema"]["properties"]["defaultViewers"]["default"] == {"markdown": "Jupytext Notebook"}
    notebook = server.ask(f"api/contents/{path}?type=notebook")["content"]
    session = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    kernel = server.ask("api/sessions", session)["kernel"]["id"]
    client = BlockingKernelClient(connection_file=str(server.runtime / f"kernel-{kernel}.json"))
    client.load_connection_file()
    # Without its heartbeat: a kernel that is busy importing on a loaded machine misses a beat and is called dead.
    client.start_channels(hb=False)
    client.wait_for_ready(timeout=60)
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    told = [client.execute_interactive(text, timeout=120, output_hook=lambda _: None)["content"] for text in code[:4]]
    assert len(told) == 4 and [one.get("evalue") for one in told if one["status"] != "ok"] == []
    client.stop_channels()


@pytest.mark.slow
def test_a_hub_saves_a_chapter_as_it_was(server):
    path = f"{chapters()[0]}.md"
    before = (server.folder / path).read_bytes()
    notebook = server.ask(f"api/contents/{path}?type=notebook")["content"]
    notebook["metadata"].update(language_info=LANGUAGE, kernelspec=KERNEL)
    server.ask(f"api/contents/{path}", {"type": "notebook", "format": "json", "content": notebook}, "PUT")
    assert (server.folder / path).read_bytes() == before
    notebook["cells"][-1]["source"] += "\n\nOne more sentence."
    server.ask(f"api/contents/{path}", {"type": "notebook", "format": "json", "content": notebook}, "PUT")
    assert (server.folder / path).read_text("utf-8").replace("\n\nOne more sentence.", "").encode() == before


def test_what_is_started_is_started_with_the_settings(tmp_path):
    """The last line hands over to what is started; what was set before goes on to hold."""
    start = ROOT / ".binder" / "start"
    shown = subprocess.run(
        [start, "printenv", "JUPYTER_CONFIG_PATH"],
        env={**os.environ, "JUPYTER_CONFIG_PATH": "/etc/before"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == f"{ROOT / '.jupyter'}:/etc/before"
    assert start.read_text("utf-8").endswith('exec "$@"\n')
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\tbash .binder/start $(BIN)/jupyter lab" in makefile
