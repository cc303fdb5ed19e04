import pytest

from ingest.readers.canonical import LINE, PARAGRAPH, TextBuilder, joins_by, word_finder

VOLUME = (
    "We agree to the ban. An important letter of sovereignty was presiding over ships in the inner port, and into it."
)


@pytest.mark.parametrize(
    ("before", "after", "one_word"),
    [
        ("an im", "portant matter", True),  # the joined word occurs elsewhere
        ("pre", "siding over", True),
        ("come in", "to it", True),  # both halves are words, but the joined word is one too
        ("respect for the", "sovereignty of states", False),  # both halves do, the joined word does not
        ("the archi", "pelago", True),  # nothing is known: a page break in a word is the commoner case
        ("the", "archipelago", True),
        ("to the problem.", "The first thing", False),  # after the end of a sentence
        ("Yes,", "he said", False),
        ("he said.”", "The next", False),
        ("may be conducted", "—in Moscow", True),  # beside a dash nothing is put in
        ("countries—", "to pursue", True),
        ("kind of “", "mutually acceptable", True),
        ("in 19", "61", True),
    ],
)
def test_page_breaks_with_no_blank_beside_them(before: str, after: str, one_word: bool) -> None:
    assert joins_by(lambda: VOLUME)(before, after) is one_word


def build(*steps: str, page: str | None = "1") -> TextBuilder:
    """Steps: "|2|" a page, "^1" a note, "¶" a paragraph, "/" a line, "," nothing else: text."""
    builder = TextBuilder(page, joins_by(lambda: VOLUME))
    for step in steps:
        if step.startswith("|"):
            builder.page(step.strip("|"))
        elif step.startswith("^"):
            builder.note(step[1:], "text")
        elif step == "¶":
            builder.separate(PARAGRAPH)
        elif step == "/":
            builder.separate(LINE)
        else:
            builder.write(step)
    return builder


@pytest.mark.parametrize(
    ("steps", "text", "pages"),
    [
        (["  Sir,\n   we  agree "], "Sir, we agree", [("1", 0)]),
        (["One.", "¶", "¶", "Two."], "One.\n\nTwo.", [("1", 0)]),
        (["One", "/", "Two"], "One\nTwo", [("1", 0)]),
        (["One ", "|2|", "two"], "One two", [("1", 0), ("2", 4)]),
        (["One.", "¶", "|2|", "Two."], "One.\n\nTwo.", [("1", 0), ("2", 6)]),
        (["im", "|2|", "portant"], "important", [("1", 0), ("2", 2)]),
        (["the", "|2|", "sovereignty"], "the sovereignty", [("1", 0), ("2", 4)]),
        (["|2|", "One"], "One", [("2", 0)]),  # a break before the first character: the letter begins there
        (["One", "|2|", "|3|", " two"], "One two", [("1", 0), ("3", 4)]),  # a page with nothing of the letter on it
        (["One", "|2|"], "One", [("1", 0)]),  # a break at the end belongs to what follows
        ([], "", [("1", 0)]),
    ],
)
def test_text_and_pages(steps: list[str], text: str, pages: list[tuple[str, int]]) -> None:
    builder = build(*steps)
    assert builder.text() == text
    assert [(page.label, page.start) for page in builder.pages()] == pages


def test_an_unknown_page_gives_none() -> None:
    assert build("One", page=None).pages() == ()


def test_a_mark_leaves_no_character_behind() -> None:
    builder = build("Your letter ", "^1", " of May", "^2")
    assert builder.text() == "Your letter of May"
    assert [(note.id, note.anchor) for note in builder.notes()] == [("fn1", 11), ("fn2", 18)]


def test_two_notes_with_one_number_have_ids_of_their_own() -> None:
    assert [note.id for note in build("A", "^3", "B", "^3", "C", "^3").notes()] == ["fn3", "fn3-2", "fn3-3"]


@pytest.mark.parametrize(
    ("word", "there"), [("Ban", True), ("ships", True), ("ship", False), ("ort", False), ("port", True), ("we", True)]
)
def test_a_word_is_found_as_a_word_of_its_own(word: str, there: bool) -> None:
    assert word_finder(VOLUME)(word) is there
