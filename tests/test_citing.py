import pytest

from qa_service.answering.citing import Pinpoint, citation_url, formatted, letter_url, parsed, scan_url
from qa_service.dialogue import Citation
from qa_service.errors import InputError
from qa_service.texts import Footnote, Letter, LetterRef, Page, Span, Volume

FRUS = Volume(
    "frus1961-63v06", "Foreign Relations of the United States, 1961–1963, Volume VI, Exchanges",
    editor="A. Editor", place="Washington", publisher="Printing Office", year="1996",
)  # fmt: skip


def citation(
    volume: str = "frus1961-63v06", pages: tuple[Page, ...] = (Page("26", 40),), note: Footnote | None = None
) -> Citation:
    letter = Letter(LetterRef(volume, "d21"), "21", "Letter", "letter", "x", (Page("25", 0), Page("26", 40)), ())
    return Citation(letter, note, Span(0, 1), "x", pages)


@pytest.mark.parametrize(
    ("cited", "tail"),
    [
        (citation(), "Document 21, p. 26."),
        (citation(pages=(Page("26", 40), Page("27", 90))), "Document 21, pp. 26–27."),
        (citation(note=Footnote("fn3", "3", 41, "x")), "Document 21, p. 26, n. 3."),
        (citation(note=Footnote("fn0", "0", 0, "x", source=True)), "Document 21, p. 26, source note."),
        (citation(note=Footnote("fn1", "1", 0, "x", source=True)), "Document 21, p. 26, n. 1."),
        (citation(pages=()), "Document 21."),
    ],
)
def test_a_chicago_note(cited: Citation, tail: str) -> None:
    head = f"{FRUS.title}, ed. A. Editor (Washington: Printing Office, 1996), "
    assert formatted(cited, FRUS) == head + tail


@pytest.mark.parametrize(
    "cited",
    [
        citation(),
        citation(pages=(Page("26", 40), Page("27", 90), Page("28", 95))),
        citation(pages=(Page("XIV", 0),), note=Footnote("fn3", "3", 41, "x")),
        citation(note=Footnote("fn0", "0", 0, "x", source=True)),
        citation(pages=()),
        citation("frus1914"),
        citation("my-letters"),
        citation("made-up"),
    ],
)
def test_a_printed_citation_is_parsed_back(cited: Citation) -> None:
    volumes = [FRUS, Volume("frus1914"), Volume("my-letters"), Volume("made-up", invented=True)]
    volume = {volume.id: volume for volume in volumes}[cited.letter.ref.volume]
    assert parsed(formatted(cited, volume), volumes) == Pinpoint.of(cited)


def test_a_citation_that_two_volumes_share_is_not_guessed() -> None:
    alike = [Volume("a", title="A Volume"), Volume("b", title="A Volume")]
    with pytest.raises(InputError, match="got 2"):
        parsed("A Volume, Document 21, p. 26.", alike)


@pytest.mark.parametrize(
    "text", ["", "Document 21", "A Volume, Document 21, p. 26.", "my-letters, Document 21, page 2"]
)
def test_what_is_not_a_citation_of_a_loaded_volume_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parsed(text, [Volume("my-letters")])


@pytest.mark.parametrize(
    ("id", "title"),
    [
        ("frus1981-88v03", "Foreign Relations of the United States, 1981–1988, Volume III, Document 21, p. 26."),
        ("frus1969-76v39", "Foreign Relations of the United States, 1969–1976, Volume XXXIX, Document 21, p. 26."),
        (
            "frus1952-54v12p2",
            "Foreign Relations of the United States, 1952–1954, Volume XII, Part 2, Document 21, p. 26.",
        ),
        (
            "frus1969-76ve09p1",
            "Foreign Relations of the United States, 1969–1976, Volume E–9, Part 1, Document 21, p. 26.",
        ),
        ("frus1961-63v07-09mSupp", "frus1961-63v07-09mSupp, Document 21, p. 26."),
        ("frus1914", "Foreign Relations of the United States, 1914, Document 21, p. 26."),
        ("my-letters", "my-letters, Document 21, p. 26."),
    ],
)
def test_a_volume_known_by_its_id_alone(id: str, title: str) -> None:
    assert formatted(citation(id), Volume(id)) == title


def test_what_is_invented_says_so() -> None:
    assert formatted(citation("x"), Volume("x", invented=True)).endswith("[invented sample, not a historical source]")


def test_addresses() -> None:
    site = "https://history.state.gov/historicaldocuments/frus1961-63v06"
    assert citation_url(citation()) == f"{site}/d21#pg_26"
    assert scan_url(citation()) == f"{site}/pg_26"
    assert citation_url(citation(pages=(Page("25", 0),))) == f"{site}/d21"
    assert scan_url(citation(pages=(Page("25", 0),))) == f"{site}/pg_25"
    assert citation_url(citation(note=Footnote("fn3", "3", 41, "x"))) == f"{site}/d21fn3"
    assert scan_url(citation(pages=())) is None


@pytest.mark.parametrize(("id", "end"), [("fn2", "d21fn2"), ("n0", "d21"), ("fn3-2", "d21")])
def test_a_note_leads_to_its_published_id_and_else_to_its_letter(id: str, end: str) -> None:
    url = citation_url(citation(note=Footnote(id, "1", 41, "x")))
    assert url is not None
    assert url.endswith(f"/{end}")


def test_what_is_not_published_there_has_no_address() -> None:
    assert letter_url(citation("invented1927-29v01").letter) is None
    assert citation_url(citation("my-letters")) is None
    assert scan_url(citation("my-letters")) is None
