"""What the public repository offers: every command and file that its forms and workflows name is there."""

from __future__ import annotations

import os
import re

import project
import pytest
import yaml

GITHUB = project.ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
WORDS = ("CODE_OF_CONDUCT.md", "SECURITY.md", ".github/pull_request_template.md")


def targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", (project.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def commands(workflow: dict) -> list[str]:
    """Every command of a workflow."""
    return [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_calls_what_is_there(path):
    workflow = yaml.safe_load(path.read_text("utf-8"))
    run = "\n".join(commands(workflow))
    assert set(re.findall(r"\bmake ([a-z-]+)", run)) <= targets()
    for script in re.findall(r"^(\.ci/\S+)", run, re.MULTILINE):
        assert (project.ROOT / script).is_file()
    needs = {need for job in workflow["jobs"].values() for need in [job.get("needs", [])] if isinstance(need, str)}
    assert needs <= set(workflow["jobs"])
    assert "permissions" in workflow, "a run gets no more rights than it needs"


def test_every_python_that_the_project_allows_is_tried():
    jobs = yaml.safe_load((GITHUB / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    allowed = re.search(
        r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (project.ROOT / "pyproject.toml").read_text("utf-8")
    )
    wanted = [f"3.{minor}" for minor in range(int(allowed[1]), int(allowed[2]))]
    assert jobs["fast"]["strategy"]["matrix"]["python"] == wanted


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_is_one(path):
    form = yaml.safe_load(path.read_text("utf-8"))
    assert form["name"] and form["description"] and form["body"]
    ids = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(ids) == len(set(ids)) and ids
    assert all(part["attributes"].get("label") for part in form["body"] if part["type"] != "markdown")


def test_the_form_for_a_removal_asks_for_nothing():
    form = yaml.safe_load((GITHUB / "ISSUE_TEMPLATE" / "removal.yml").read_text("utf-8"))
    assert {part["type"] for part in form["body"]} == {"markdown", "checkboxes"}, "no field to write a name in"


def test_hooks_call_what_the_set_up_installs():
    hooks = yaml.safe_load((project.ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert {hook["entry"].split()[0] for hook in hooks} <= {".venv/bin/ruff", ".venv/bin/onrecord"}


def test_dependabot_looks_where_something_is_pinned():
    updates = yaml.safe_load((GITHUB / "dependabot.yml").read_text("utf-8"))["updates"]
    pinned = {"pip": "requirements.in", "npm": "package.json", "github-actions": ".github/workflows"}
    for update in updates:
        folder = project.ROOT / update["directory"].strip("/")
        assert (folder / pinned[update["package-ecosystem"]]).exists()


@pytest.mark.parametrize("name", WORDS)
def test_files_and_commands_that_the_words_name_are_there(name):
    text = (project.ROOT / name).read_text("utf-8")
    for path in re.findall(r"`([\w./-]+\.(?:md|py|csv|txt))`", text):
        assert (project.ROOT / path).is_file(), path
    assert set(re.findall(r"`make ([a-z-]+)`", text)) <= targets()


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
def test_the_tests_of_a_file_stay_together(request):
    """Else each worker builds the same small books: a release of pytest was silently not understood by pytest-xdist."""
    assert request.node.nodeid.endswith("@test_repository-fast")
