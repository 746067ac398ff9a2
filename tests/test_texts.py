"""Words and sentences: what counts as the same, and what does not."""

import hashlib

import pytest

from onrecord import texts


def forms(text: str) -> list[str]:
    return [word.text for word in texts.words(text)]


def split(text: str) -> list[str]:
    return [text[a:b].strip() for a, b in texts.sentences(text)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Human RIGHTS", ["human", "rights"]),
        ("the Ministry’s own", ["the", "ministry's", "own"]),
        ("the ‘model’ and “hollow”", ["the", "model", "and", "hollow"]),
        ("co-sponsor", ["co", "sponsor"]),
        ("**bold** and _set apart_", ["bold", "and", "set", "apart"]),
        ("ﬁnal ｄraft", ["final", "draft"]),
        ("the 27<sup>th</sup> day", ["the", "27", "th", "day"]),
        ("Straße", ["strasse"]),
        ("a\n  line\tbreak", ["a", "line", "break"]),
        ("don't 'quote'", ["don't", "quote"]),
        ("… — !", []),
    ],
)
def test_typography_makes_no_difference_to_words(written, expected):
    assert forms(written) == expected


def test_a_word_knows_its_place_in_the_text_as_written():
    text = "The <sup>27th</sup> ﬁnal — Ministry’s"
    assert [text[word.start : word.end] for word in texts.words(text)] == ["The", "27th", "ﬁnal", "Ministry’s"]


def test_find_gives_the_span_of_the_first_match():
    text = "They read. The  ministry’s\nown scripts; the ministry's own scripts again."
    start, end = texts.find("the Ministry's own", text)
    assert text[start:end] == "The  ministry’s\nown"


@pytest.mark.parametrize(
    "phrase", ["own scripts they", "ministry own", "script", "", "…", "They read the ministry's own scripts ever"]
)
def test_find_does_not_find_what_is_not_there_word_for_word(phrase):
    assert texts.find(phrase, "They read the ministry's own scripts") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("Mr. Chen and Dr. Li met Ms. Roy. They left.", ["Mr. Chen and Dr. Li met Ms. Roy.", "They left."]),
        ("News Release No. 70 came out. It was long.", ["News Release No. 70 came out.", "It was long."]),
        ("On Jan. 5 St. John wrote.", ["On Jan. 5 St. John wrote."]),
        ("Section 4. A list of the U.S. Government.", ["Section 4. A list of the U.S. Government."]),
        ("He called it “hollow.” The word was English.", ["He called it “hollow.”", "The word was English."]),
        ('He said "no." "Yes," she said.', ['He said "no."', '"Yes," she said.']),
        ("It ended (so he said.) The rest is known.", ["It ended (so he said.)", "The rest is known."]),
        ("It ended. (He said so.)", ["It ended.", "(He said so.)"]),
        ("It grew by 2.5 per cent. 1997 was another year.", ["It grew by 2.5 per cent.", "1997 was another year."]),
        ("a list: e.g. this one", ["a list: e.g. this one"]),
    ],
)
def test_sentences_end_where_a_reader_sees_them_end(text, expected):
    assert split(text) == expected


def test_sentences_leave_out_no_character():
    text = " Mr. Chen said “no.” (Why?) Nobody knows.  The end \n"
    spans = texts.sentences(text)
    assert [a for a, _ in spans] == [0] + [b for _, b in spans[:-1]]
    assert spans[-1][1] == len(text)


def test_a_fingerprint_is_the_hash_of_the_words_and_of_nothing_else():
    plain = hashlib.sha256(b"the ministry's 27 th aim").hexdigest()
    assert texts.fingerprint("The ministry's 27 th aim") == plain
    assert texts.fingerprint("“The Ministry’s 27<sup>th</sup>\n *aim*.”") == plain


@pytest.mark.parametrize("other", ["The ministry's aims", "The ministries aim", "ministry's The aim", "The ministry's"])
def test_another_word_gives_another_fingerprint(other):
    assert texts.fingerprint(other) != texts.fingerprint("The ministry's aim")
