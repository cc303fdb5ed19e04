"""Questions that the catalogue answers, over the sample; and those that it must leave to the sentences."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.pipeline import Options
from qa_service.answering.catalogue_answers import CatalogueAnswer, catalogue_answer
from qa_service.answering.checking import check_claims
from qa_service.answering.letter_facts import facts_of
from qa_service.dialogue import Claim, Filters, Focus, Hit, Question
from qa_service.library.builds import Build
from qa_service.retrieval.catalogue_wants import wanted_of
from qa_service.retrieval.reading import read_question
from qa_service.retrieval.retriever import retrieve
from qa_service.texts import LetterRef, Party
from tests.builders import SAMPLE_VOLUME, WordEmbedder, ingest_into
from tests.conftest import open_active
from tests.outlines import PEOPLE, YEARS

LONG_NOTE = """3. Letter From Ava Brandt to Cosmo Dale 1

Ambry, June 3, 1931.

Sir: The lanterns have been counted.

Ava Brandt

C. Ober

  1. Source: Ambry Archive, Box 9. Top Secret. The paper bears the stamp of the Admiralty, which was used in that year
     for all that went to the islands, and a pencil cross, of which nothing is known, in the left corner of the first
     sheet. Drafted by Ober on June 2. The envelope has been lost, with the seal of the Brandts that is spoken of in the
     diaries of three visitors to the house in the summer of that year. Delivered at Dale by a fisherman on June 9.
"""
FACTS = f"""[[letter]]
file = "brandt.txt"
volume = "{SAMPLE_VOLUME}b"
date = 1931-06-03
place = "Ambry"
"""


@pytest.fixture(scope="module")
def build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    build = open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("catalogue") / "home")))
    yield build
    build.close()


@pytest.fixture(scope="module")
def long_note(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """One letter with a long source note."""
    folder = tmp_path_factory.mktemp("long")
    (folder / "brandt.txt").write_text(LONG_NOTE)
    (folder / "letters.toml").write_text(FACTS)
    ingest_into(folder / "home", folder / "brandt.txt", options=Options())
    build = open_active(folder / "home")
    yield build
    build.close()


def ask(
    build: Build, text: str, *, limit: int = 4, filters: Filters = Filters(), focus: Focus | None = None
) -> CatalogueAnswer | None:
    question = Question(text, text, filters, focus=focus)
    found = retrieve(question, build, WordEmbedder(), limit=20)
    return catalogue_answer(question, found.reading, found.hits, build, limit=limit)


def claims_of(answer: CatalogueAnswer | None) -> tuple[Claim, ...]:
    """The claims that pass the gate; all must."""
    assert answer is not None
    evidence = {hit.passage.key: hit.passage for hit in answer.hits}
    checked = check_claims(answer.drafts, evidence, {hit.letter.ref: hit.letter for hit in answer.hits})
    assert not checked.rejected
    return checked.claims


def cited(claims: tuple[Claim, ...]) -> list[str]:
    """Each claim's evidence: the document, the page, an n for a note."""
    places = [claim.citations[0] for claim in claims]
    return [f"{one.letter.document} p. {one.pages[0].label}{' n' if one.note else ''}" for one in places]


@pytest.mark.parametrize(
    ("question", "says", "places"),
    [
        (
            "How many letters did Hasterlind send Orquelle in 1927?",
            "By their headings and dates, 3 letters from Aurel Hasterlind to Bastien Orquelle of 1927. Document 1,",
            ["1 p. 1", "4 p. 6", "6 p. 12"],
        ),
        (
            "How many letters did Hasterlind receive from Orquelle in 1929?",
            "2 documents from Bastien Orquelle to Aurel Hasterlind of 1929 (1 telegram, 1 letter).",
            ["14 p. 32", "16 p. 33"],
        ),
        ("Which telegrams are there?", "2 telegrams. Document 3,", ["3 p. 5", "14 p. 32"]),
        ("Which documents are editorial notes?", "1 editorial note. Document 11, Editorial Note", ["11 p. 23"]),
        (
            "List the letters of Orquelle in 1929",
            "2 documents from Bastien Orquelle of 1929",
            ["14 p. 32", "16 p. 33"],
        ),
        (
            "How many letters did Orquelle and Hasterlind exchange in 1929?",
            "3 documents between Bastien Orquelle and Aurel Hasterlind of 1929",
            ["14 p. 32", "15 p. 32", "16 p. 33"],
        ),
        ("Which letter was the last in 1927?", "The latest of the ", ["7 p. 14"]),
        ("What were the first and the last letter of 1927?", "The earliest of the ", ["1 p. 1", "7 p. 14"]),
        (
            "How many letters were exchanged between Orquelle and Hasterlind in 1929?",
            "3 documents between Bastien Orquelle and Aurel Hasterlind of 1929",
            ["14 p. 32", "15 p. 32", "16 p. 33"],
        ),
        (
            "What is the first letter in the volume?",
            "The earliest of the 15 dated documents is Document 1,",
            ["1 p. 1"],
        ),
        (
            "Who wrote the last letter?",
            "latest of the 15 dated documents is Document 16, Letter From Prime",
            ["16 p. 33"],
        ),
        (
            "What is the first letter from Orquelle in 1929?",
            "earliest of the 2 dated documents from Bastien Orquelle of 1929 is Document 14,",
            ["14 p. 32", "16 p. 33"],
        ),
        ("How is Document 4 classified?", "is classified: Secret. The source note: “Source: Eskelhaven", ["4 p. 6 n"]),
        (
            "In which box is Document 9?",
            "the source note: “Source: Eskelhaven State Archive, Chancellery",
            ["9 p. 18 n"],
        ),
        ("Who signed Document 1?", "(March 14, 1927) is signed: “Aurel Hasterlind”", ["1 p. 3"]),
        ("Who drafted Document 8?", "Drafted by Sunderquell on January 22.", ["8 p. 16 n"]),
        ("Who delivered Document 2?", "Delivered at Eskelhaven by Tremisson on April 6.", ["2 p. 3 n"]),
        ("What is the date of Document 6?", "(undated, about August 11, 1927): “Skelgarth", ["6 p. 12", "6 p. 12 n"]),
        (
            "From where did Orquelle write his letter of April 2, 1927, and how was it classified?",
            "Document 2, Letter From Prime Minister Orquelle to Chancellor Hasterlind (April 2, 1927): “Montavrel,",
            ["2 p. 3", "2 p. 3 n"],
        ),
        (
            "What classification does the Prime Minister's reply of early April 1927 bear?",
            "Document 2 (April 2, 1927) is classified: Confidential.",
            ["2 p. 3 n"],
        ),
    ],
)
def test_what_the_catalogue_knows_is_said_with_its_evidence(
    build: Build, question: str, says: str, places: list[str]
) -> None:
    claims = claims_of(ask(build, question))
    assert says in claims[0].text
    assert cited(claims) == places
    for claim in claims:
        assert claim.text == f"{claim.lead}: “{claim.citations[0].quote}”"


@pytest.mark.parametrize(
    "question",
    [
        "How many letters did the interned fishermen write home, and where are the remaining ones kept today?",
        "How many casks did Orquelle count?",
        "When did Hasterlind promise to open the gates?",
        "Where were the guns?",
        "On what day was the toll-house burnt?",
        "Who wrote that the river was low?",
        "What did the first letter say of the river?",
        "What was the first letter about the river?",
        "Which letters mention the railway?",
        "How many letters did Orquelle write before 1929?",
        "How many letters did Orquelle write to Hasterlind, and what did he ask for?",
        "How is Document 999 classified?",
        "How many letters did he write?",
        "How many letters did Hasterlind write in 1935?",
        "Which letter of Orquelle is the best?",
        "What is the date of Napoleon's letter about the lantern?",
    ],
)
def test_what_stands_in_the_letters_is_no_matter_of_the_catalogue(build: Build, question: str) -> None:
    assert ask(build, question) is None


def test_of_too_many_letters_the_first_and_the_last_are_shown(build: Build) -> None:
    claims = claims_of(ask(build, "How many letters are in the volume?", limit=3))
    assert claims[0].text.startswith(
        "By their headings and dates, 16 documents (10 letters, 2 telegrams, 2 messages, 1 "
    )
    assert claims[2].text.startswith("The last of them: Document 16,")
    assert cited(claims) == ["1 p. 1", "2 p. 3", "16 p. 33"]
    assert len(claims_of(ask(build, "How many letters are in the volume?", limit=1))) == 1


def test_filters_are_kept(build: Build) -> None:
    only_telegrams = Filters(kinds=("telegram",))
    assert cited(claims_of(ask(build, "What is the last letter?", filters=only_telegrams))) == ["14 p. 32"]


def test_the_letter_just_spoken_of_is_meant(build: Build) -> None:
    focus = Focus(LetterRef(SAMPLE_VOLUME, "d12"))
    assert cited(claims_of(ask(build, "And how was it classified?", focus=focus))) == ["12 p. 24 n"]
    assert ask(build, "And how was it classified?") is None
    assert ask(build, "And how was it classified?", focus=Focus(LetterRef("gone", "d1"))) is None


@pytest.mark.parametrize(
    ("question", "lead", "places"),
    [
        ("What is the date of the letter about the grafts?", 1.5, ["6 p. 12", "6 p. 12 n"]),
        ("What is the date of the letter about the grafts?", 0.5, None),  # which letter is meant is not clear
        ("What is the date of the letter about the grafts for Napoleon?", 1.5, None),  # whom the letter does not name
        ("What is the date of the letter about zeppelins over ports?", 1.5, None),  # of which it does not speak
    ],
)
def test_the_letter_of_the_hits_is_meant_if_it_leads_and_fits(
    build: Build, question: str, lead: float, places: list[str] | None
) -> None:
    passages = [build.catalogue.passages_of(f"{SAMPLE_VOLUME}/{id}")[0] for id in ("d6", "d12")]
    scores = (3.0 + lead, 3.0)
    hits = [Hit(one, build.catalogue.letter(one.ref), score) for one, score in zip(passages, scores, strict=True)]
    asked = Question(question, question)
    answer = catalogue_answer(asked, read_question(question, PEOPLE, YEARS), hits, build, limit=4)
    assert (cited(claims_of(answer)) if answer else None) == places


def test_the_evidence_comes_first_among_the_hits(build: Build) -> None:
    answer = ask(build, "Who wrote the last letter?")
    assert answer is not None
    assert answer.hits[0].passage.key == answer.drafts[0].quotes[0].key
    assert answer.hits[0].score == max(hit.score for hit in answer.hits)
    keys = [hit.passage.key for hit in answer.hits]
    assert len(keys) == len(set(keys)) > 1


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("How is Document 3 classified?", ["Source: Ambry Archive, Box 9. Top Secret."]),
        ("Who drafted Document 3?", ["Drafted by Ober on June 2."]),
        (
            "Who drafted Document 3, and who delivered it?",
            ["Drafted by Ober on June 2.", "Delivered at Dale by a fisherman on June 9."],
        ),
        ("Who signed Document 3?", ["Ava Brandt"]),
    ],
)
def test_of_a_long_source_note_what_tells_is_quoted(long_note: Build, question: str, quotes: list[str]) -> None:
    assert [claim.citations[0].quote for claim in claims_of(ask(long_note, question))] == quotes


@pytest.mark.parametrize(
    ("question", "facts", "over", "content"),
    [
        ("Who wrote Document 3 and to whom was it sent?", {"writer", "recipient"}, None, ()),
        ("Date and place of Kennedy's letter of 16 October 1961?", {"date", "place"}, None, ()),
        ("How many messages did President Kennedy send?", set(), "count", ()),
        ("How many messages of Robert Kennedy are there after 1961?", set(), "count", ("after",)),
        ("What classification has the letter about Laos?", {"classification"}, None, ("Laos",)),
        ("Where was Kennedy when he wrote, and how was his note classified?", {"place", "classification"}, None, ()),
    ],
)
def test_what_is_wanted(question: str, facts: set[str], over: str | None, content: tuple[str, ...]) -> None:
    wanted = wanted_of(question, read_question(question, PEOPLE, YEARS))
    assert wanted is not None
    assert (set(wanted.facts), wanted.over, wanted.content) == (facts, over, content)


@pytest.mark.parametrize(
    "question",
    [
        "How was Document 3 classified, and what does it say of Berlin?",
        "When was Berlin divided?",
        "What classified papers did Kennedy see?",
        "Who brought the missiles?",
        "On what date did Kennedy agree that Rusk should come, and what was it called?",
        "On what date did Kennedy agree that Rusk should come?",
    ],
)
def test_a_question_of_which_a_part_is_of_something_else_is_none(question: str) -> None:
    assert wanted_of(question, read_question(question, PEOPLE, YEARS)) is None


@pytest.mark.parametrize(
    "question",
    [
        "How many secret letters are there?",
        "How many letters are classified?",
        "How many letters were delivered?",
        "How many original letters are there?",
        "How many drafts of letters are there?",
        "Which letters have no date?",
        "Which letter is the most secret?",
        "How many letters has each written?",
        "List every letter classified secret in 1963",
        "How many letters were signed by Kennedy?",
        "How was the last secret letter classified?",
        "How many letters from Kennedy to K?",
        "How many letters are there up to 1962?",
        "How many letters did Kennedy write by 1962?",
        "How many letters are there since 1962?",
        "How many letters are there from 1963 on?",
        "How many letters are there from 1963 onwards?",
        "How many letters of 1962 or later are there?",
        "How many letters of 1961-1963 are there?",
        "How many letters and telegrams are there?",
        "Which letters were sent by telegram?",
        "Which documents are letters?",
        "What was Kennedy's last letter about?",
        "What does the last letter contain?",
        "What does the last letter say?",
        "How many letters are in the last volume?",
        "How many letters from Kennedy to Khrushchev did they exchange?",
    ],
)
def test_of_several_letters_what_says_which_is_not_passed_over(question: str) -> None:
    wanted = wanted_of(question, read_question(question, PEOPLE, YEARS))
    assert wanted is None or (wanted.over and not wanted.whole)


@pytest.mark.parametrize("counted", ["notes", "replies", "answers", "records", "drafts"])
def test_what_is_no_kind_of_letter_is_not_counted(build: Build, counted: str) -> None:
    assert ask(build, f"How many {counted} are there?") is None
    assert ask(build, f"Which {counted} are there in 1927?") is None


@pytest.mark.parametrize(
    "question",
    [
        "How many letters from Kennedy to Khrushchev were sent between May and July 1963?",
        "List the letters from May 1962 to July 1963",
        "How many letters does the volume contain?",
        "What is the most recent letter?",
        "When was the last letter written, and how was it classified?",
    ],
)
def test_of_several_letters_what_is_understood_is_kept(question: str) -> None:
    wanted = wanted_of(question, read_question(question, PEOPLE, YEARS))
    assert wanted is not None
    assert (wanted.content, wanted.either_way) == ((), False)


def test_whose_message_is_carried_is_told_apart_from_who_wrote(build: Build) -> None:
    letters = build.outline.letters
    parties = (Party("writer", "Embassy"), Party("author", "Aurel Hasterlind"), Party("recipient", "Department"))
    telegram = replace(letters[0], parties=parties)
    outline = replace(build.outline, letters=(telegram, *letters[1:]))
    other = replace(build, outline=outline)
    from_one = claims_of(ask(other, "How many letters did Hasterlind write in 1927?"))[0].lead
    from_one_to_other = claims_of(ask(other, "How many letters did Hasterlind send Orquelle in 1927?"))[0].lead
    assert "By their headings, dates and first words, 3 letters" in from_one
    assert ", 1 of them known by the message carried, not by the heading." in from_one
    assert "By their headings, dates and first words, 2 letters" in from_one_to_other
    assert ", beside 1 to others that carry a message of one of them." in from_one_to_other


def test_a_letter_without_a_marking_is_not_called_classified(long_note: Build) -> None:
    letter = long_note.catalogue.letter(long_note.outline.letters[0].ref)
    notes = tuple(
        replace(note, text=note.text.replace("Top Secret", "No classification marking")) for note in letter.notes
    )
    unmarked = replace(letter, classification="No classification marking", notes=notes)
    (made,) = facts_of(unmarked, frozenset(["classification"]), long_note)
    assert made.draft.text.startswith("Document 3 (June 3, 1931) bears no classification marking. The source note: “")


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("A translation was prepared by Ober.", False),
        ("The draft of the translation was prepared by Ober.", True),
    ],
)
def test_who_made_a_translation_drafted_nothing(long_note: Build, sentence: str, told: bool) -> None:
    letter = long_note.catalogue.letter(long_note.outline.letters[0].ref)
    notes = tuple(
        replace(note, text=note.text.replace("Drafted by Ober on June 2.", sentence)) for note in letter.notes
    )
    made = list(facts_of(replace(letter, notes=notes), frozenset(["drafting"]), long_note))
    assert [one.draft.quotes[0].quote for one in made] == ([sentence] if told else [])
