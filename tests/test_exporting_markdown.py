"""Markdown."""

import pytest

from qa_service.exporting.forms import export
from qa_service.exporting.markdown import escaped
from tests.exported_answers import SITE, answer, citation, hostile_answer, noted_citation


def blocks_of(*answers: dict[str, object], title: str = "") -> list[str]:
    return export(answers, "markdown", title=title).content.decode().removesuffix("\n").split("\n\n")


def test_claims_are_paragraphs_with_marks_and_notes_stand_at_the_end() -> None:
    blocks = blocks_of(answer(citation(), noted_citation(2)))
    assert blocks[:3] == ["# What was made up?", "It says: “We made this up.”[^1]", "It says: “So is this.”[^2]"]
    assert blocks[4].startswith("[^1]: *Foreign Relations of the United States*, 1961–1963, Volume VI, ")
    assert blocks[4].endswith(
        f"Document 21, p. 26. [text](<{SITE}/frus1961-63v06/d21#pg_26>) · [scan](<{SITE}/frus1961-63v06/pg_26>)"
    )
    assert blocks[5].startswith("[^2]: Document 21, p. 26, n. 3. [text](<")


def test_a_conversation_has_a_title_and_numbers_its_notes_through() -> None:
    blocks = blocks_of(answer(citation()), answer(citation(), standalone_question="Other?"), title="All *of* it")
    assert blocks[0] == "# All \\*of\\* it"
    assert blocks[1] == blocks[4] == "## What was made up?"
    assert blocks[5] == "*Understood as:* Other?"
    assert blocks[6].endswith("[^2]")


def test_a_quotation_that_the_claim_does_not_show_stands_in_the_note() -> None:
    one = answer(citation(), text="A paraphrase. [1]", claims=[{"text": "A paraphrase.", "citations": [1]}])
    assert "Document 21, p. 26. “We made this up.” [text](<" in blocks_of(one)[-1]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a *b* _c_ `d` [e](f) <g> \\ &amp; ~h~ ^i^ $j$ @k #l", None),
        ("# no heading", "\\# no heading"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("12) no list", "12\\) no list"),
        ("=== no rule", "\\=== no rule"),
        ("1961 was a year", "1961 was a year"),
        ("https://x www.x", "https\\://x www\\.x"),
    ],
)
def test_markup_is_escaped(text: str, written: str | None) -> None:
    expected = written or "".join(f"\\{one}" if one in "*_`[]<>\\&~^$@#" else one for one in text)
    assert escaped(text) == expected


def test_hostile_text_is_one_block_and_no_markup() -> None:
    blocks = blocks_of(hostile_answer())
    assert len(blocks) == 5
    assert all("<script" not in block.replace("\\<", "") for block in blocks)
    assert "[^9]" not in "".join(blocks)
