import pytest

from ingest.readers.headings import first_sentence, kind_of, number_and_title


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("21. Letter From A to B", "21", "Letter From A to B"),
        ("[108a.] Letter From A to B", "108a", "Letter From A to B"),
        ("No. 104 The Minister to the Secretary", "104", "The Minister to the Secretary"),
        ("Editorial Note", "", "Editorial Note"),
        ("[21] Letter From A to B", "21", "Letter From A to B"),
        ("143d Meeting of the Council", "", "143d Meeting of the Council"),
    ],
)
def test_number_and_title(heading: str, number: str, title: str) -> None:
    assert number_and_title(heading) == (number, title)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Letter From A to B", "letter"),
        ("Memorandum of Conversation Between the Secretary and B", "memorandum of conversation"),
        ("Memorandum From A to B Forwarding a Letter", "memorandum"),
        ("Editorial Note", "editorial note"),
        ("The Minister in X to the Secretary of State", "document"),
        ("Memorandum of a Conversation, White House", "memorandum of conversation"),
        ("Newspaper Article", "document"),
        ("Diary Entry by the Press Secretary (Alder)", "diary entry"),
        ("Summary of Conclusions of a Committee Meeting", "summary of conclusions"),
        ("Table of ships. A letter is attached. 2 pp. National Records Center", "document"),
    ],
)
def test_kind(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_the_summary_of_a_microfiche_is_not_part_of_its_first_sentence() -> None:
    title = "Letter from Gen. Alder to U. S. Birch, May 4. A summary. Secret. 2 pp."
    assert first_sentence(title) == "Letter from Gen. Alder to U. S. Birch, May 4"
