import pytest

from ingest.readers.headings import (
    classification_of,
    day_in,
    iso_day,
    kind_of,
    marking_in,
    number_and_title,
    parties_of,
)


@pytest.mark.parametrize(
    ("heading", "number", "title"),
    [
        ("21. Letter From A to B", "21", "Letter From A to B"),
        ("[108a.] Letter From A to B", "108a", "Letter From A to B"),
        ("No. 104 The Minister to the Secretary", "104", "The Minister to the Secretary"),
        ("Editorial Note", "", "Editorial Note"),
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
    ],
)
def test_kind(title: str, kind: str) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize(
    ("title", "writer", "recipient"),
    [
        ("Telegram From the Embassy in X to the Department of State", "Embassy in X", "Department of State"),
        ("Memorandum From the Assistant to the King (A) to King B", "Assistant to the King (A)", "King B"),
        ("Letter From A to the Ambassador to X", "A", "Ambassador to X"),
        ("Telegram From the Mission to the UN to the Department", "Mission to the UN", "Department"),
        ("Letter From the Ambassador to the King", "Ambassador", "King"),
        ("The Chargé in X (A) to the Department of State", "Chargé in X (A)", "Department of State"),
        ("Memorandum by A, Assistant to the Secretary, to the Secretary", None, None),
        ("Editorial Note", None, None),
        ("Paper Prepared in the Department of State", None, None),
    ],
)
def test_parties(title: str, writer: str | None, recipient: str | None) -> None:
    assert parties_of(title) == (writer, recipient)


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("Rangoon, May 1.\n\nConfidential\n\n651. Sir.", "Confidential"),
        ("Rangoon, May 1.\n\ntop secret\nPriority\n\n651. Sir.", "Top Secret"),
        ("[Secret]\n\nSir.", "Secret"),
        ("Top Secret Eyes Only\n\nSir.", "Top Secret"),
        ("Secretary’s Meeting\n\nThis is secret.", None),
    ],
)
def test_a_marking_that_stands_alone(text: str, marking: str | None) -> None:
    assert marking_in(text) == marking


@pytest.mark.parametrize(
    ("note", "marking"),
    [
        ("Source: State Archive, Box 4. Top Secret. Drafted by C.", "Top Secret"),
        ("Source: State Archive. Secret; Niact.", "Secret"),
        ("Source: State Archive. No classification marking.", "No classification marking"),
        ("Source: The Secret Committee Papers, Box 2.", None),
    ],
)
def test_classification(note: str, marking: str | None) -> None:
    assert classification_of(note) == marking


def test_days() -> None:
    assert iso_day("1961-01-21T18:34:00") == "1961-01-21"
    assert iso_day("1961-13-01") is None
    assert iso_day("1961") is None
    assert day_in("Moscow, November 9, 1960.") == "1960-11-09"
    assert day_in("undated") is None
    assert day_in("February 30, 1961") is None
