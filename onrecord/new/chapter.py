"""A chapter more: its page in the shape of the others, its module, and its place in all that goes through chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from string import Template

import click
import yaml

from ..changes import Changes
from ..classwork import AIMS, KINDS
from ..paths import CHAPTERS, CODE, PRESS_TERMS, ROOT, SLIDES, TOC, shown
from ..problems import InputError, Problem
from ..record_use import chapters
from ..unwritten import place
from .row import NAMES, save

_ABSTRACTS = ROOT / "reference" / "abstracts.md"

_PAGE = Template("""\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
myst:
  html_meta:
    description: '[write: what the page tells, in ten words or more]'
---

(ch-$name)=
# $title

```{code-cell} ipython3
:tags: [remove-cell]
from onrecord import facts, figures
from onrecord.topics import $module

facts.publish("chapters/$name")
```

[write: a scene, with day, place and people, and what shows it]

:::{admonition} In brief
:class: in-brief
[write: the finding, in words before any number, and then its numbers]
:::

## [write: what the first section tells]

[write: the story, in sections of this kind]

### Test: [write: the question]

**Claim.** [write: what is said, and by whom]

**What would count.** [write: what would show it, settled before looking]

**Result.** [write: what was found, beside its yardstick]

**Reading.** [write: what follows, and what does not]

:::{dropdown} How we know
[write: what was read and counted, how, and what was not seen]
:::

## What would change our mind

- [write: what would, and where it may lie]
- [write: another]

## Work with this chapter

:::{dropdown} Aims
:class-container: objectives
After this chapter you can

$aims
:::

:::{dropdown} Questions
$questions
:::

:::{dropdown} Exercise on data
:class-container: exercise
[write: what to find in the tables]

*Answer.* Let `answer` be [write: what, and of what type]. After `from onrecord.exercises import check, hint`,
`check("$name", answer)` says whether it is right, and `hint("$name")` helps.
:::

:::{dropdown} Solution of the exercise on data
```python
from onrecord.exercises import check

answer = {}  # [write: how it is computed]
print(check("$name", answer))
```
[write: what the answer means]
:::

:::{dropdown} Exercise on sources
:class-container: exercise
[write: what to find in the passages]
:::

:::{dropdown} Solution of the exercise on sources
[write: what stands there, each with its evidence]
:::

:::{dropdown} Further reading
- [write: a work, and what to read it for]
- [write: another]
:::

```{cite-chapter}
```
""")

_MODULE = '''\
"""[write: what the chapter is about, in a line]."""

from __future__ import annotations
'''

_ABSTRACT = Template("""
## {doc}`$title <../chapters/$name>`

[write: the abstract]

Keywords: [write: four or more, divided by semicolons]

:::{div} language-fr
**[write: the title in French]**

[write: the abstract in French]

Mots-clés : [write: the keywords in French]

Après ce chapitre, on peut :

$aims
:::

:::{div} language-zh-Hans
**[write: the title in Chinese]**

[write: the abstract in Chinese]

关键词：[write: the keywords in Chinese]

学完本章，你能够：

$aims
:::
""")

_SLIDE = """
## [write: the finding of the chapter, as the title of a slide]

- [write: few words, or a figure of the chapter]

:::{dropdown} Notes
[write: what is said to it]
:::
"""

_EXERCISE = Template("""\
    "$name": Exercise(
        dict,  # [write: the function that computes what is right]
        "[write: a hint]",
    ),
}
""")


def add(name: str, title: str, after: str) -> Changes:
    """The files with a chapter more, which stands after another. InputError where its name or place does not fit."""
    problems = list(_faults(name, title, after))
    if problems:
        raise InputError(problems)
    changes, module = Changes(), name.replace("-", "_")
    aims = "\n".join(f"- {place('what a student can be seen to do')};" for _ in range(AIMS))
    questions = "\n".join(f"- *{kind}.* {place('a question')}?" for kind in KINDS)
    words = {"name": name, "title": title, "module": module, "aims": aims, "questions": questions}
    changes[CHAPTERS / f"{name}.md"] = _PAGE.substitute(words)
    changes[CODE / "topics" / f"{module}.py"] = _MODULE
    _insert(changes, TOC, rf"^( *- file: chapters/){after}\n", rf"\g<0>\g<1>{name}\n")
    abstract = _ABSTRACT.substitute(words).replace("\\", r"\\")
    section = rf"^## \{{doc\}}`[^`]*<\.\./chapters/{after}>`\n(?:(?:(?!## ).*\n)*:::\n)"
    _insert(changes, _ABSTRACTS, section, rf"\g<0>{abstract}")
    term = f"chapter,chapters/{name},{place('its few words in the index')}"
    _insert(changes, PRESS_TERMS, rf"^chapter,chapters/{after},.*\n", rf"\g<0>{term}\n")
    _insert(changes, CODE / "exercises.py", r"^\}\n\Z", _EXERCISE.substitute(words))
    slides = ROOT / f"{SLIDES}{_part(after)}.md"
    changes[slides] = changes[slides] + _SLIDE
    return changes


def name_fault(name: str) -> str:
    """What is expected of the name of a chapter that is new; empty where it fits."""
    module = name.replace("-", "_")
    if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name) or iskeyword(module):
        return "expected a name of small letters and hyphens"
    taken = (CHAPTERS / f"{name}.md").exists() or (CODE / "topics" / f"{module}.py").exists()
    return "expected a name that no chapter and no module of onrecord/topics has" if taken else ""


def _faults(name: str, title: str, after: str) -> Iterator[Problem]:
    if name_fault(name):
        yield Problem("chapters/", name_fault(name), value=name)
    if not title.strip() or re.search(r"[`<>\n]", title):
        yield Problem("chapters/", "expected a title of one line (--title)", value=title)
    if after not in chapters():
        yield Problem(shown(TOC), f"expected one of {', '.join(chapters())} (--after)", value=after)


def _insert(changes: Changes, path: Path, pattern: str, instead: str) -> None:
    """Put something after the one place that a pattern finds."""
    text, times = re.subn(pattern, instead, changes[path], count=1, flags=re.M)
    if not times:
        raise InputError(Problem(shown(path), "expected the chapter after which the new one stands"))
    changes[path] = text


def _part(chapter: str) -> int:
    """The number of the part in which a chapter stands."""
    parts = [part for part in yaml.safe_load(TOC.read_text("utf-8"))["parts"] if part.get("numbered")]
    return next(n for n, part in enumerate(parts, start=1) if {"file": f"chapters/{chapter}"} in part["chapters"])


@click.command("chapter")
@click.argument("name")
@click.option("--title", default="", help="Its title: a question, or the finding. [required]")
@click.option("--after", default="", help="The chapter after which it stands, in the same part. [required]")
def chapter_command(name: str, title: str, after: str) -> None:
    """Add a chapter NAME: page, module, and its place in contents, abstracts, exercises, slides and index."""
    changes = add(name, title, after)
    save(
        changes,
        [
            "every [write: ...], as onrecord check lists them",
            f"length and sentences of the story: onrecord prose {name}",
            "its numbers, figures and tables, in its module; then onrecord facts --write",
            "where home page and teaching guide speak of chapters: index.md, fr.md, zh.md, reference/teaching.md",
            NAMES,
        ],
    )
