"""One entry a letter."""

from qa_service.exporting.answers import read_answers
from qa_service.exporting.entries import entries, entry_key
from tests.exported_answers import answer, citation, noted_citation, other_volume_citation


def test_a_letter_cited_in_several_answers_is_one_entry() -> None:
    told = read_answers([answer(citation(), noted_citation(2)), answer(other_volume_citation(), citation(2))])
    assert [(entry.key, [place.pinpoint for place in entry.places]) for entry in entries(told)] == [
        ("frus1961-63v06_d21", ["Document 21, p. 26", "Document 21, p. 26, n. 3"]),
        ("invented1927-29v01_d5", ["Document 5, source note"]),
    ]


def test_keys_are_those_of_the_letters_whatever_else_is_exported() -> None:
    alone = entries(read_answers([answer(citation())]))
    after = entries(read_answers([answer(other_volume_citation()), answer(citation())]))
    assert alone[0].key == after[1].key


def test_keys_of_letters_with_odd_names_are_unique_and_plain() -> None:
    letters = ["a/b_c", "a_b/c", "a/b c", "a/b\u00e9c", "a/b{c", "a/b-c", "a/b\ud800"]
    keys = {entry_key(letter) for letter in letters}
    assert len(keys) == len(letters)
    assert all(key.replace("_", "").replace("-", "").isalnum() and key.isascii() for key in keys)


def test_an_entry_tells_document_and_day() -> None:
    entry = entries(read_answers([answer(citation())]))[0]
    assert (entry.title, entry.written) == ("Letter From A to B, Document 21", "Written September 29, 1961.")
