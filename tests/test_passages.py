from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passages import Cut, cut_letter, lexical_fields, neighbours, notes_at
from ingest.readers.files import find_sources, read
from qa_service.apparatus import IndexEntry
from qa_service.texts import Footnote, Letter, LetterRef, Page, Party, Passage, Span
from tests.builders import SAMPLE, WordEmbedder, letter_of

count = WordEmbedder().count_tokens
LONG_NOTE = "This note is long enough to be a passage of its own, because it says a good deal of what was done."


def cut(letter: Letter, passage_tokens: int = 40, max_tokens: int = 100) -> list[Cut]:
    return cut_letter(letter, passage_tokens=passage_tokens, max_tokens=max_tokens, count_tokens=count)


def sample_letters() -> list[Letter]:
    sources = find_sources([SAMPLE])
    return [letter for s in sources if (reading := read(s, s.content())) for letter in reading.letters]


def check(letter: Letter, passage_tokens: int, max_tokens: int) -> None:
    """Every passage is its slice, body passages cover the text in order, and none is past the limit."""
    cuts = cut(letter, passage_tokens, max_tokens)
    bodies = [one.passage for one in cuts if one.passage.note is None]
    assert all(p.text == p.span.of(letter.text) for p in bodies)
    assert "".join("".join(p.text.split()) for p in bodies) == "".join(letter.text.split())
    assert all(a.span.end <= b.span.start for a, b in pairwise(bodies))
    for one in cuts:
        assert count([one.embedded_text])[0] <= max_tokens
        if one.passage.note is not None:
            assert one.passage.text == one.passage.span.of(letter.note(one.passage.note).text)
        check_sentences(one, letter)
    assert len({one.passage.key for one in cuts}) == len(cuts)


def check_sentences(one: Cut, letter: Letter) -> None:
    """A passage's sentences cover it in order, and each is embedded behind the letter's header, word for word."""
    text = letter.text if one.passage.note is None else letter.note(one.passage.note).text
    spans = [span for span, _ in one.sentences]
    assert spans
    assert all(one.passage.span.start <= span.start < span.end <= one.passage.span.end for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(one.passage.text.split())
    header = one.embedded_text.split("\n")[0]
    for span, embedded in one.sentences:
        assert embedded.startswith(header)
        assert embedded.endswith(f": {span.of(text)}")


@pytest.mark.parametrize(("passage_tokens", "max_tokens"), [(128, 256), (40, 100), (30, 64)])
def test_passages_of_the_sample(passage_tokens: int, max_tokens: int) -> None:
    for letter in sample_letters():
        check(letter, passage_tokens, max_tokens)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab c.d;\n", max_size=600))
def test_passages_of_any_text(text: str) -> None:
    note = Footnote("fn1", "1", len(text) // 2, text[:300])
    check(Letter(LetterRef("v", "d1"), "1", "T", "letter", text, (Page("1", 0),), (note,)), 30, 64)


def test_short_notes_travel_with_their_passage() -> None:
    letter = letter_of("|1|We agree^1 to the ban.\n\n" + "Word " * 34 + "end.\n\nWe do not.^2")
    cuts = cut(letter)
    assert [one.embedded_text.count("Note 1 to") for one in cuts if one.passage.note is None] == [1, 0, 0]
    assert "Note 2 to" in cuts[-1].embedded_text


def test_a_long_note_is_a_passage_of_its_own() -> None:
    letter = Letter(
        LetterRef("v", "d1"), "1", "Letter From A to B", "letter", "We agree.", (Page("1", 0),),
        (Footnote("fn3", "3", 9, LONG_NOTE),), parties=(Party("writer", "A"), Party("recipient", "B")),
    )  # fmt: skip
    notes = [one for one in cut(letter) if one.passage.note == "fn3"]
    assert notes[0].passage.key == f"v/d1fn3:0-{len(LONG_NOTE)}"
    assert notes[0].embedded_text == f"Letter, A to B\nNote 3 to “We agree.”: {LONG_NOTE}"
    assert [embedded for _, embedded in notes[0].sentences] == [f"Letter, A to B, note to “We agree.”: {LONG_NOTE}"]


@pytest.mark.parametrize(
    ("marked", "sentence"),
    [
        ("|1|One is said. Two is said.^3 Three is said.", "Two is said."),
        ("|1|One is said. Two^3 is said. Three is said.", "Two is said."),
        ("|1|One is said.\n\nTwo is said,^3 and more.\n\nThree.", "Two is said, and more."),
        ("|1|One is said.^3\n\nTwo is said.", "One is said."),
        ("|1|^3One is said.", ""),  # to the heading
    ],
)
def test_a_note_is_embedded_with_the_sentence_of_its_mark(marked: str, sentence: str) -> None:
    letter = letter_of(marked)
    letter = replace(letter, notes=tuple(replace(note, text=LONG_NOTE) for note in letter.notes))
    (note,) = [one for one in cut(letter) if one.passage.note == "fn3"]
    said = f"Note 3 to “{sentence}”" if sentence else "Note 3"
    assert note.embedded_text == f"Letter, A to B\n{said}: {LONG_NOTE}"


def test_a_mark_belongs_to_the_passage_of_the_character_before_it() -> None:
    letter = letter_of("|1|^0One.^1 Two.^2")
    assert [note.number for note in notes_at(letter, Span(0, 4))] == ["0", "1"]
    assert [note.number for note in notes_at(letter, Span(5, 9))] == ["2"]


def test_the_lexical_index_holds_the_phrases_of_the_pages() -> None:
    letter = letter_of("|26|We agree |27|to the ban.^1")
    index = [IndexEntry("The Great Ban", ("27", "30")), IndexEntry("Ships", ("28",))]
    passage = cut(letter)[0].passage
    header, body, notes, phrases, around = lexical_fields(letter, passage, index, [])
    assert "Letter From A to B" in header
    assert body == "We agree to the ban."
    assert notes == letter.notes[0].text
    assert phrases == "The Great Ban"
    assert around == ""


def test_the_lexical_index_names_whose_message_it_is() -> None:
    letter = letter_of("|1|We agree.")
    letter = replace(letter, parties=(*letter.parties, Party("author", "Ada Elder")))
    assert "Ada Elder" in lexical_fields(letter, cut(letter)[0].passage, [], [])[0]


def passages_of(letter: Letter) -> list[Passage]:
    return [one.passage for one in cut(letter)]


def test_the_neighbours_of_a_passage_are_those_before_and_after_it() -> None:
    words = "word " * 30
    letter = letter_of(f"|1|One {words}end.\n\nTwo {words}end.^2\n\nThree {words}end.")
    letter = replace(letter, notes=(replace(letter.notes[0], text=LONG_NOTE),))
    one, two, three, note = passages_of(letter)
    near = neighbours(letter, [one, two, three, note])
    assert near == {one.key: [two], two.key: [one, three], three.key: [two], note.key: [two]}
    assert lexical_fields(letter, two, [], near[two.key])[4] == f"{one.text}\n{three.text}"


def test_parts_of_a_note_are_neighbours_and_those_of_two_notes_are_not() -> None:
    letter = letter_of("|1|We agree.^1 We do not.^2")
    long = " ".join([LONG_NOTE] * 3)
    letter = replace(letter, notes=tuple(replace(note, text=long) for note in letter.notes))
    passages = passages_of(letter)
    near = neighbours(letter, passages)
    for passage in passages:
        assert passage not in near[passage.key]
        others = {other.note for other in near[passage.key]}
        assert others <= ({passage.note, None} if passage.note else {None})
        if passage.note:
            assert passages[0] in near[passage.key]
    assert any(len(near[passage.key]) == 3 for passage in passages)


def test_a_note_to_the_heading_is_next_to_the_first_passage_and_one_without_any_text_to_none() -> None:
    letter = letter_of("|1|^0We agree.")
    letter = replace(letter, notes=(replace(letter.notes[0], text=LONG_NOTE),))
    body, note = passages_of(letter)
    assert neighbours(letter, [body, note])[note.key] == [body]
    bare = replace(letter, text="", pages=())
    (alone,) = passages_of(bare)
    assert neighbours(bare, [alone]) == {alone.key: []}
