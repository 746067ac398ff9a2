"""The set-up is made anew when it must be, and only then: wherever the folder is, and whatever it is called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import browser
import project
import pytest

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="this machine has no make")
STAMP = (
    'touch ".venv/ready-$({ pwd -P; cat requirements.txt pyproject.toml; .venv/bin/python -VV; } 2>&1'
    " | cksum | tr ' ' -)\""
)


def planned(folder: Path, target: str = "check") -> str:
    """What ``make`` would do, in a locale that knows no accents."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONPATH": "/elsewhere"}
    command = ["make", "--dry-run", target, f"PYTHON={sys.executable}"]
    made = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return made.stdout.decode()


def sets_up(folder: Path) -> bool:
    """Whether ``make check`` would begin with the set-up."""
    return "-m venv --clear" in planned(folder)


@pytest.fixture
def ready(tmp_path: Path) -> Path:
    """A folder with accents, blanks and signs in its name, set up as the Makefile does it, but without packages."""
    folder = tmp_path / "Études 中文 #1 it's"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copyfile(project.ROOT / name, folder / name)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=folder, check=True)
    assert STAMP.removeprefix("touch ") in planned(folder), "the stamp of this test is that of the Makefile"
    subprocess.run(["sh", "-c", STAMP], cwd=folder, check=True)
    return folder


def test_what_is_ready_is_left_alone(ready):
    assert not sets_up(ready)
    assert ".venv/bin/onrecord check" in planned(ready)


def test_times_say_nothing(ready):
    os.utime(ready / "requirements.txt")
    assert not sets_up(ready)


def test_a_folder_that_was_moved_is_set_up_anew(ready):
    assert sets_up(ready.rename(ready.with_name("elsewhere")))


def test_a_copy_is_set_up_for_itself(ready, tmp_path):
    shutil.copytree(ready, tmp_path / "copy", symlinks=True)
    assert sets_up(tmp_path / "copy")
    assert not sets_up(ready)


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_other_requirements_are_noticed_though_they_are_older(ready, name):
    with (ready / name).open("a", encoding="utf-8") as file:
        file.write("# of a newer release\n")
    os.utime(ready / name, (0, 0))
    assert sets_up(ready)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_a_python_of_another_version_is_refused_in_a_line(ready, tmp_path, version):
    """By one that says that it is of that version."""
    other = tmp_path / "python"
    said = f"import collections, sys; sys.version_info = collections.namedtuple('V', 'major minor')(*{version})"
    other.write_text(f"#!{sys.executable}\n{said}\nexec(sys.argv[2])\n", "utf-8")
    other.chmod(0o755)
    shutil.rmtree(ready / ".venv")
    command = ["make", "check", f"PYTHON={other}"]
    refused = subprocess.run(command, cwd=ready, capture_output=True, text=True, check=False)
    line, *_ = refused.stderr.splitlines()
    assert refused.returncode and line.startswith("expected Python 3.11, 3.12 or 3.13, the newest that")
    assert "; found {}.{}: ".format(*version) in line and not (ready / ".venv").exists()


def test_a_python_that_is_gone_is_noticed(ready):
    for python in (ready / ".venv" / "bin").glob("python*"):
        python.unlink()
    (ready / ".venv" / "bin" / "python").symlink_to("/gone/python3")
    assert sets_up(ready)


def test_the_package_is_found_from_where_the_folder_is(ready):
    """As the set-up writes it: a way from the packages of the environment, in letters that every locale knows."""
    (way,) = (line for line in planned(ready.rename(ready.with_name("moved"))).splitlines() if "onrecord.pth" in line)
    folder = ready.with_name("moved")
    (packages,) = folder.glob(".venv/lib/python3*/site-packages")
    (packages / "onrecord.pth").write_text("/elsewhere\n", "utf-8")
    subprocess.run(["sh", "-c", way], cwd=folder, check=True)
    text = (packages / "onrecord.pth").read_text("ascii").strip()
    assert (packages / text).resolve() == folder.resolve()


@pytest.mark.skipif(not (project.ROOT / ".git").exists(), reason="a download: there is nothing to compare with")
def test_a_download_without_git_has_the_same_files(tmp_path):
    """The list that the tests copy by; in a copy, so that nothing a user keeps beside the project counts."""
    project.copy_project(tmp_path)
    for made in ("_build/html/index.html", ".venv/bin/python", "onrecord/__pycache__/facts.pyc", "on.egg-info/PKG"):
        (tmp_path / made).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / made).write_text("", "utf-8")
    assert project.files_without_git(tmp_path) == project.files()


def test_a_machine_without_chromium_is_told_in_a_line(monkeypatch):
    """Neither one of its own, nor leave to install one, nor a network."""

    def no_network(with_browser: bool) -> None:
        raise RuntimeError("npm ended with 1:\n" + "many lines\n" * 9)

    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(browser, "packages", no_network)
    with pytest.raises(pytest.fail.Exception) as failed:
        browser.chromium.__wrapped__()
    names = "chromium-headless-shell, chrome-headless-shell, chromium, chromium-browser, google-chrome"
    assert failed.value.msg == f"no Chromium: expected {names}, or a network to fetch one from"
    assert not failed.value.pytrace


# --- without make -------------------------------------------------------------------


def single_commands() -> list[str]:
    """The commands that the README gives for a machine without make, as this machine would say them."""
    text = (project.ROOT / "README.md").read_text("utf-8")
    block = text.partition("the same in single commands:\n\n")[2].partition("\n\n")[0]
    return [line.strip().replace(".venv\\Scripts\\", ".venv/bin/") for line in block.splitlines()]


def wanted(folder: Path, target: str) -> list[str]:
    """What ``make`` does there for a target that is set up, without what only says or fits two cores."""
    spoken = [line for line in planned(folder, target).splitlines() if line.startswith(".venv/bin/")]
    return [line.partition(" -n ")[0] for line in spoken if " -c " not in line]


def test_the_commands_without_make_are_those_of_make(ready):
    given = single_commands()
    assert [line for line in given if line.startswith((".venv/bin/onrecord", ".venv/bin/jupyter-book"))] == wanted(
        ready, "book"
    )
    assert given[-1:] == wanted(ready, "test")
    recipe = (project.ROOT / "Makefile").read_text("utf-8")
    for line in given:
        if " -m pip install" in line:
            options = {part for part in line.split() if part.startswith("-")} - {"-m"}
            assert any(options <= set(rule.split()) for rule in recipe.splitlines() if " -m pip install " in rule), line


def test_the_commands_without_make_are_there_and_say_what_they_do():
    """Every program that they name is in this environment, under that name."""
    names = {Path(line.split()[0]).name for line in single_commands() if line.startswith(".venv/bin/")}
    assert names == {"python", "onrecord", "jupyter-book"}
    for name in names:
        program = Path(sys.executable).with_name(name)
        shown = subprocess.run([program, "--help"], capture_output=True, text=True, check=True)
        assert "usage" in shown.stdout.lower(), name
