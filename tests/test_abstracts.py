"""Every chapter has its title, abstract, keywords and aims in three languages, and so has the book, without aims."""

import re

import pytest
from project import chapters, markdown

from onrecord import classwork

PAGE = "reference/abstracts"
KEYWORDS = {"en": "Keywords:", "fr": "Mots-clés :", "zh-Hans": "关键词："}
AIMS = {"fr": "Après ce chapitre, on peut :", "zh-Hans": "学完本章，你能够："}  # the English ones are in the chapter
LENGTH = {"en": (60, 160), "fr": (60, 190), "zh-Hans": (110, 400)}  # words; characters for Chinese


def told(text: str) -> dict[str, str]:
    """The parts of an abstract by language, from the text of its section."""
    parts = dict(re.findall(r"^:::\{div\} language-([\w-]+)\n(.*?)^:::$", text, flags=re.M | re.S))
    return {"en": re.sub(r"^:::\{div\}.*?^:::$", "", text, flags=re.M | re.S), **parts}


def section(text: str, chapter: str) -> str:
    """The section of a chapter; the first is the book's."""
    heading = r"^## The book$" if chapter == "index" else rf"^## \{{doc\}}`[^`<]+ <\.\./{chapter}>`$"
    found = re.search(rf"{heading}\n(.*?)(?=^## |\Z)", text, flags=re.M | re.S)
    return found[1] if found else ""


def aims(part: str, language: str) -> list[str]:
    """The aims of a chapter in a language: the points under their lead-in."""
    return re.findall(r"^- \S.*$", part.partition(f"\n{AIMS[language]}\n")[2], flags=re.M)


def missing(text: str, chapter: str) -> list[str]:
    """What the abstracts of a chapter lack."""
    parts, lacking = told(section(text, chapter)), []
    for language, (least, most) in LENGTH.items():
        part = parts.get(language, "")
        abstract = part.partition(f"\n{KEYWORDS[language]}")[0]
        body = "\n".join(line for line in abstract.splitlines() if not line.startswith("**") and line.strip())
        size = len(re.findall(r"[\u4e00-\u9fff]", body)) if language == "zh-Hans" else len(body.split())
        if not least <= size <= most:
            lacking.append(f"{language}: an abstract of {least} to {most}, not {size}")
        words = re.search(rf"^{KEYWORDS[language]}(.+)$", part, flags=re.M)
        if not words or len(re.split(r"[;；]", words[1])) < 4:
            lacking.append(f"{language}: four keywords")
        if language != "en" and not re.search(r"^\*\*.+\*\*$", part, flags=re.M):
            lacking.append(f"{language}: a title")
        wanted = len(classwork.aims(markdown(chapter)))
        if language != "en" and len(aims(part, language)) != wanted:
            lacking.append(f"{language}: {wanted} aims, not {len(aims(part, language))}")
    return lacking


@pytest.mark.parametrize("chapter", ["index", *chapters()])
def test_title_abstract_keywords_and_aims_stand_in_three_languages(chapter):
    assert missing(markdown(PAGE), chapter) == []


@pytest.mark.parametrize(
    ("old", "new", "language"),
    [
        ("## {doc}`", "## ", "en"),
        (":::{div} language-fr", ":::{div} language-de", "fr"),
        (":::{div} language-zh-Hans", ":::{div} other", "zh-Hans"),
        ("Keywords:", "Words:", "en"),
        ("Mots-clés :", "Mots :", "fr"),
        ("关键词：", "词：", "zh-Hans"),
        ("\n**", "\n", "fr"),
        ("\nAprès ce chapitre", "\nEnsuite", "fr"),
        ("\n- suivre ", "\nsuivre ", "fr"),
        ("\n- suivre ", "\n- dormir;\n- suivre ", "fr"),
        ("\n- 追踪", "\n追踪", "zh-Hans"),
        ("学完本章", "之后", "zh-Hans"),
    ],
)
def test_an_abstract_without_one_of_them_would_be_noticed(old, new, language):
    chapter = "chapters/silence"
    good = markdown(PAGE)
    own = good[good.index(f"<../{chapter}>`") - 60 :]
    start = good.index(own) + own.index("## {doc}")
    broken = good[:start] + good[start:].replace(old, new, 1)
    assert any(lack.startswith(language) for lack in missing(broken, chapter))
