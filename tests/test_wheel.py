"""The package as a wheel: it holds tables and descriptor, asks for little, and leaves its reader's settings alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from project import DATA, ROOT, copy_project, run, said

import onrecord
from onrecord.facts import published

pytestmark = pytest.mark.slow
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What a reader's Python is asked before and after the import.
STATE = """
import json, sys, warnings
import matplotlib, numpy, pandas
from matplotlib import font_manager
def state():
    options = [str(pandas.get_option(name)) for name in ("display.max_rows", "display.width", "display.precision")]
    return [{k: str(v) for k, v in matplotlib.rcParams.items()}, [str(f) for f in font_manager.fontManager.ttflist],
            options, list(map(str, warnings.filters)), numpy.geterr()]
before = state()
import onrecord.figures, onrecord.topics, onrecord.tables
SPOIL
print(json.dumps([a == b for a, b in zip(before, state())]))
"""


def make(project: Path, folder: Path) -> Path:
    """The wheel of a project, made as pip makes it: by the backend that pyproject.toml names, from its root."""
    code = f"import onrecord.wheel as backend; backend.build_wheel({str(folder)!r})"
    folder.mkdir(exist_ok=True)
    made = run(project, sys.executable, "-c", code)
    assert made.returncode == 0, said(made)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return make(ROOT, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_every_table_and_the_descriptor_as_they_are(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    files = [path for path in DATA.rglob("*") if path.is_file()]
    assert len(files) > 80
    assert {path.name: held[f"onrecord/data/{path.relative_to(DATA).as_posix()}"] for path in files} == {
        path.name: path.read_bytes() for path in files
    }
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in held) and "onrecord/LICENSE-CONTENT" in held


def test_the_wheel_depends_on_the_files_alone(wheel, tmp_path):
    """Another folder, another day of the files, another hour: the same bytes."""
    other = copy_project(tmp_path / "elsewhere" / "further")
    assert make(other, tmp_path / "made").read_bytes() == wheel.read_bytes()
    (other / "data" / "rounds.csv").write_bytes((DATA / "rounds.csv").read_bytes() + b"\n")
    shutil.rmtree(tmp_path / "made")
    assert make(other, tmp_path / "made").read_bytes() != wheel.read_bytes()


def test_the_wheel_is_named_and_versioned_as_the_package(wheel):
    assert wheel.name == f"onrecord-{onrecord.__version__}-py3-none-any.whl"


def test_a_folder_with_the_wheel_alone_serves_the_tables(wheel, tmp_path):
    """Unpacked where no repository is: tables, fonts and figures come from inside."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "from onrecord import paths, figures, topics; from onrecord.tables import names, table; "
        "fonts = list(paths.FONTS.glob('*.ttf')); rows = all(len(table(n)) for n in names()); "
        "print(paths.INSTALLED, len(fonts), len(names()), rows, paths.DATA)"
    )
    read = run(tmp_path, sys.executable, "-c", code)
    assert read.returncode == 0, said(read)
    installed, fonts, count, rows, data = read.stdout.split()
    assert (installed, int(fonts), rows) == ("True", 3, "True")
    assert int(count) == len(json.loads((DATA / "datapackage.json").read_text("utf-8"))["resources"])
    assert Path(data) == tmp_path / "onrecord" / "data"
    command = run(tmp_path, sys.executable, "-m", "onrecord", "check")
    assert command.returncode == 1 and "need its repository" in command.stderr and "Traceback" not in command.stderr


def test_a_folder_with_the_wheel_alone_counts_anew_by_the_second_coder(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = "from onrecord import recount; print(len(recount.numbers_by_second_coder()), len(recount.compute()))"
    counted = run(tmp_path, sys.executable, "-c", code)
    assert counted.returncode == 0, counted.stderr
    others, numbers = map(int, counted.stdout.split())
    assert 0 < others < numbers == len(published())


def names_of(requirements: list[str]) -> set[str]:
    return {re.split(r"[ =<>!~;\[]", line)[0].lower() for line in requirements}


def test_what_the_package_declares_is_what_is_asked_for():
    asked = (ROOT / "requirements.in").read_text("utf-8")
    before_tests = re.findall(r"^([\w.-]+)", asked.split("# the tests")[0], re.M)
    declared = names_of(PROJECT["dependencies"]) | names_of(PROJECT["optional-dependencies"]["book"])
    assert {name.lower() for name in before_tests} - declared == set()
    # IPython is not asked for by name: JupyterLab brings it.
    assert declared - {name.lower() for name in before_tests} == {"ipython"}


def test_a_reader_is_asked_for_little():
    heavy = {"jupyter-book", "sphinx", "myst-nb", "jupyterlab", "typst", "frictionless"}
    assert not names_of(PROJECT["dependencies"]) & heavy and len(PROJECT["dependencies"]) < 8


def imported(spoil: str = "") -> list[bool]:
    """Whether each of the settings is the same after the import."""
    code = STATE.replace("SPOIL", spoil)
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_importing_changes_nobody_s_settings():
    assert imported() == [True] * 5


@pytest.mark.parametrize(
    ("spoil", "number"),
    [
        ("matplotlib.rcParams['font.size'] = 3", 0),
        ("font_manager.fontManager.ttflist.pop()", 1),
        ("pandas.set_option('display.max_rows', 7)", 2),
        ("warnings.simplefilter('ignore')", 3),
        ("numpy.seterr(all='ignore')", 4),
    ],
)
def test_a_changed_setting_would_be_noticed(spoil, number):
    assert imported(spoil)[number] is False
