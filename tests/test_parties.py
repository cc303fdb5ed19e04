import pytest

from ingest.readers.parties import Persons, Tagged, office_and_name, parties_of, read_parties
from qa_service.apparatus import Person
from qa_service.texts import Party

ALDER = Person("p_A1", "Ann B. Alder", "Alder, Ann B.", "Chancellor of X")
BIRCH = Person("p_B1", "Bo Birch", "Birch, Bo", "Minister of Waterways")
BRUNO = Person("p_B2", "Bruno Birch", "Birch, Bruno", "President of Y")
PERSONS = Persons([ALDER, BIRCH, BRUNO])


@pytest.mark.parametrize(
    ("title", "writer", "recipient"),
    [
        ("Telegram From the Embassy in X to the Department of State", "Embassy in X", "Department of State"),
        ("Memorandum From the Assistant to the King (A) to King B", "Assistant to the King (A)", "King B"),
        ("Letter From A to the Ambassador to X", "A", "Ambassador to X"),
        ("Telegram From the Mission to the UN to the Department", "Mission to the UN", "Department"),
        ("Letter From the Ambassador to the King", "Ambassador", "King"),
        ("The Chargé in X (A) to the Department of State", "Chargé in X (A)", "Department of State"),
        ("Mr. Alder to Mr. Birch.", "Mr. Alder", "Mr. Birch"),
        ("Memorandum from Alder to Birch, May 4. On ships. Secret. 2 pp.", "Alder", "Birch"),
        ("Memorandum by A, Assistant to the Secretary, to the Secretary", "A, Assistant to the Secretary", "Secretary"),
        ("Memorandum by the Assistant Secretary (Long) to the King", "Assistant Secretary (Long)", "King"),
        ("Special Message by President Nixon to the Congress", "President Nixon", "Congress"),
        ("Telegram 2888 from Moscow, May 24. On ships.", "Moscow", None),
        ("Telegram 1703 to USUN, May 24", None, "USUN"),
        ("Earl Russell to Lord Lyons", "Earl Russell", "Lord Lyons"),
        ("Consul-General Adams to Secretary Seward", "Consul-General Adams", "Secretary Seward"),
        ("Memorandum of a Conversation Between the Ambassador (A) and B", None, None),
        ("Editorial Note", None, None),
        ("Paper Prepared in the Department of State", None, None),
    ],
)
def test_parties_by_the_words_of_a_title(title: str, writer: str | None, recipient: str | None) -> None:
    assert parties_of(title) == (writer, recipient)


@pytest.mark.parametrize(
    ("words", "office", "name"),
    [
        ("Ambassador in France (Cedar)", "Ambassador in France", "Cedar"),
        ("President-elect Cedar", "President-elect", "Cedar"),
        ("Turkish Prime Minister Cedar", "Turkish Prime Minister", "Cedar"),
        ("Director of the River Survey Alder", "Director of the River Survey", "Alder"),
        ("Ann Alder of the Council Staff", "Council Staff", "Ann Alder"),
        ("Embassy in Birch", None, "Embassy in Birch"),
        ("Secretary of State", None, "Secretary of State"),
        ("Secretary General of the United Nations", None, "Secretary General of the United Nations"),
        ("Governor General of Canada", None, "Governor General of Canada"),
        ("Delegation to the General Assembly", None, "Delegation to the General Assembly"),
        ("Mr. Adams", None, "Mr. Adams"),
        ("Ann Cedar", None, "Ann Cedar"),
    ],
)
def test_office_and_name(words: str, office: str | None, name: str) -> None:
    assert office_and_name(words, PERSONS) == (office, name)


def parties(marked: str) -> list[tuple[str, str, str | None, str | None]]:
    """Of a heading with its tags inline: "Letter From President <from|p_A1|Alder> to the <to||King>"; "!" is an
    institution."""
    title, tagged = "", []
    for number, piece in enumerate(marked.replace(">", "<").split("<")):
        if number % 2:
            role, person, words = piece.split("|")
            institution = words.startswith("!")
            tagged.append(Tagged(words.strip("!"), len(title), role, person, is_person=not institution))
            piece = words.strip("!")
        title += piece
    found = read_parties(title, tagged, PERSONS)
    return [(party.role, party.name, party.office, party.person) for party in found]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (
            "Letter From Chancellor <from|p_A1|Alder> to President <to|p_B2|Birch>",
            [("writer", "Ann B. Alder", "Chancellor", "p_A1"), ("recipient", "Bruno Birch", "President", "p_B2")],
        ),
        (
            "The Ambassador in X (<from||Cedar>) to the <to||!Department of State>",
            [("writer", "Cedar", "Ambassador in X", None), ("recipient", "Department of State", None, None)],
        ),
        (
            "Memorandum by the Director for Plans (<from||Cedar>) to the Counselor to the King (<to|p_A1|Alder>)",
            [("writer", "Cedar", "Director for Plans", None),
             ("recipient", "Ann B. Alder", "Counselor to the King", "p_A1")],
        ),
        (
            "Message From Chairmen <from|p_A1|Alder> and <from||Cedar> to King <to||Dogwood>",
            [("writer", "Ann B. Alder", "Chairmen", "p_A1"), ("writer", "Cedar", "Chairmen", None),
             ("recipient", "Dogwood", "King", None)],
        ),
        (
            "Memorandum From <from|p_A1|Ann Alder> of the Council Staff to the King’s Assistant (<to||Cedar>)",
            [("writer", "Ann B. Alder", "Council Staff", "p_A1"), ("recipient", "Cedar", "King’s Assistant", None)],
        ),
        (
            "Letter From A to Minister <to||Birch>",
            [("writer", "A", None, None), ("recipient", "Bo Birch", "Minister", "p_B1")],
        ),
        (
            "Letter From President Birch to the Envoy (Cedar) and the Chargé (Alder)",
            [("writer", "Bruno Birch", "President", "p_B2"), ("recipient", "Cedar", "Envoy", None),
             ("recipient", "Alder", "Chargé", None)],
        ),
        ("Editorial Note", []),
    ],
)  # fmt: skip
def test_parties_with_offices_and_persons(
    heading: str, expected: list[tuple[str, str, str | None, str | None]]
) -> None:
    assert parties(heading) == expected


def test_a_name_tagged_without_a_role_counts_where_it_stands() -> None:
    assert parties("Telegram From the Department to Chancellor <|p_A1|Alder> in Y") == [
        ("writer", "Department", None, None), ("recipient", "Ann B. Alder", "Chancellor", "p_A1"),
    ]  # fmt: skip
    assert parties("Paper on <|p_A1|Alder>") == []
    assert parties("Telegram From the Embassy in <|p_A1|Alder> to A")[0] == ("writer", "Embassy in Alder", None, None)
    assert [one[1] for one in parties("Paper by <|p_A1|Ann Alder> for Minister <|p_B1|Birch>")] == ["Ann B. Alder"]
    assert len(parties("Letter From A to Chancellor <|p_A1|Alder> and Minister <|p_B1|Birch>")) == 3


def test_a_tag_that_the_office_speaks_against_gives_way_to_the_namesake_who_fits() -> None:
    assert parties("Letter From President <from|p_B1|Birch> to A")[0] == ("writer", "Bruno Birch", "President", "p_B2")
    (kept, _) = read_parties("Letter From King Alder to A", [Tagged("Alder", 17, "from", "p_A1")], PERSONS)
    assert kept.person == "p_A1"
    assert PERSONS.against([kept]) == [kept]
    assert PERSONS.against([Party("writer", "Ann B. Alder", "Chancellor", "p_A1")]) == []


def test_those_who_talk_are_neither_writer_nor_recipient() -> None:
    assert parties("Memorandum of a Conversation Between <from|p_A1|Alder> and <to||Cedar>") == []


def test_office_and_given_names_must_fit_the_person() -> None:
    assert parties("Letter From <from||Agnes Alder> to A")[0][3] is None
    assert (
        parties("Letter From <from||A. Alder> to A")[0][3]
        == parties("Letter From <from||Ann Alder> to A")[0][3]
        == "p_A1"
    )
    for heading in ("Letter From Governor Alder to A", "Letter From Director William Alder to A"):
        assert read_parties(heading, [], PERSONS)[0].person is None
    assert parties("Letter From Professor Ann <from|p_A1|Alder> to A")[0][2] == "Professor"


def test_a_namesake_is_not_guessed() -> None:
    assert read_parties("Letter From Birch to A", [], PERSONS)[0] == Party("writer", "Birch")
    assert read_parties("Letter From Admiral Birch to A", [], PERSONS)[0].person is None
