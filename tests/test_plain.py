"""Markdown of the book as plain Markdown: nothing of MyST is left, and nothing of the words is lost."""

from __future__ import annotations

import pytest
from project import chapters, markdown

from onrecord.book.notebooks import settled
from onrecord.book.plain import left_over, plain


def say(role: str, text: str) -> str:
    return f"<{role} {text}>" if role != "ev" else f"<sup>{text}</sup>"


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("(ch-a)=\n# A title", "# A title"),
        ("A {term}`word` here.", "A <term word> here."),
        ("A {doc}`chapter\non rounds <rounds>` here.", "A <doc chapter\non rounds <rounds>> here."),
        ("*[平等]{.language-zh-Hans lang=zh-Hans}* is", "*平等* is"),
        ("the `{ev}` role", "the `{ev}` role"),
        (":::{admonition} In brief\n:class: in-brief\nOne.\n\nTwo.\n:::", "> **In brief**\n>\n> One.\n>\n> Two."),
        (":::{note}\nOne.\n:::", "> **Note**\n>\n> One."),
        (
            ":::{dropdown} A & {term}`b`\n:class-container: x\nOne.\n\n```python\nprint(':::{x}')\n```\n:::\nAfter",
            "<details><summary>A &amp; &lt;term b&gt;</summary>\n\nOne.\n\n```python\nprint(':::{x}')\n```\n\n"
            "</details>\n\nAfter",
        ),
        (
            "::::{div} x\n:::{dropdown} T\nIn.\n:::\nOut.\n::::",
            "<details><summary>T</summary>\n\nIn.\n\n</details>\n\nOut.",
        ),
        ("Before\n```{cite-chapter}\n```\nAfter", "Before\nAfter"),
        ("% a comment\nText\n+++\nMore", "Text\nMore"),
        ("{.wide}\nText", "Text"),
    ],
)
def test_what_jupyter_does_not_know_becomes_what_it_knows(source, wanted):
    assert plain(source, say) == wanted


@pytest.mark.parametrize("docname", chapters())
def test_no_chapter_has_anything_that_is_left_over(docname):
    _, _, body = markdown(docname).removeprefix("---").partition("\n---\n")
    # Cells of code are no Markdown of a notebook.
    made = plain(body.replace("```{code-cell} ipython3", "```python"), lambda role, text: text)
    assert left_over(made) == []
    assert len(made.split()) > 1000


@pytest.mark.parametrize(
    "text",
    [
        "a {ev}`x` b",
        "(ch-a)=",
        ":::{note}",
        ":::",
        "```{cite-chapter}",
        "[a]{.b}",
        "A {said} b",
        "{{ substitution }}",
        "    {cite:p}`x`",
    ],
)
def test_what_is_left_over_would_be_noticed(text):
    assert left_over(f"Before\n{text}\nAfter")


@pytest.mark.parametrize("text", ["a `{ev}` b", "```python\nx = {a}\n```", "{1, 2}", "(see above) = b", "a::b"])
def test_what_is_no_myst_is_let_be(text):
    assert left_over(text) == []


def test_marks_stand_after_the_claim_and_together():
    assert settled("So <sup>1</sup>. “And”<sup>2</sup> <sup>3, 4</sup>, then <sup>5</sup> more") == (
        "So.<sup>1</sup> “And”,<sup>2, 3, 4</sup> then<sup>5</sup> more"
    )
