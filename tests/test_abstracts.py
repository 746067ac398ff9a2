"""Every chapter has its title, abstract and keywords in three languages, and so has the book."""

import re

import pytest
from project import chapters, markdown

PAGE = "reference/abstracts"
KEYWORDS = {"en": "Keywords:", "fr": "Mots-clés :", "zh-Hans": "关键词："}
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


def missing(text: str, chapter: str) -> list[str]:
    """What the abstracts of a chapter lack."""
    parts, lacking = told(section(text, chapter)), []
    for language, (least, most) in LENGTH.items():
        part = parts.get(language, "")
        body = "\n".join(
            line for line in part.splitlines() if not line.startswith((KEYWORDS[language], "**")) and line.strip()
        )
        size = len(re.findall(r"[\u4e00-\u9fff]", body)) if language == "zh-Hans" else len(body.split())
        if not least <= size <= most:
            lacking.append(f"{language}: an abstract of {least} to {most}, not {size}")
        words = re.search(rf"^{KEYWORDS[language]}(.+)$", part, flags=re.M)
        if not words or len(re.split(r"[;；]", words[1])) < 4:
            lacking.append(f"{language}: four keywords")
        if language != "en" and not re.search(r"^\*\*.+\*\*$", part, flags=re.M):
            lacking.append(f"{language}: a title")
    return lacking


@pytest.mark.parametrize("chapter", ["index", *chapters()])
def test_title_abstract_and_keywords_stand_in_three_languages(chapter):
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
    ],
)
def test_an_abstract_without_one_of_them_would_be_noticed(old, new, language):
    chapter = "chapters/silence"
    good = markdown(PAGE)
    own = good[good.index(f"<../{chapter}>`") - 60 :]
    start = good.index(own) + own.index("## {doc}")
    broken = good[:start] + good[start:].replace(old, new, 1)
    assert any(lack.startswith(language) for lack in missing(broken, chapter))
