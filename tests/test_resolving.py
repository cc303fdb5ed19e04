import pytest

from ingest.readers.references import Link, references_of
from ingest.resolving import resolve
from qa_service.texts import LetterRef, Reference, Span, Volume
from tests.builders import letter_of

HERE = LetterRef("frus1961-63v06", "d1")


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("#d21", "frus1961-63v06/d21"),
        ("#d21fn3", "frus1961-63v06/d21fn3"),
        ("#pg_XIV", "frus1961-63v06/pg_XIV"),
        ("#ch2", "frus1961-63v06"),
        ("frus1961-63v11", "frus1961-63v11"),
        ("frus1961-63v11#d108a", "frus1961-63v11/d108a"),
        ("/historicaldocuments/frus1961-63v11/d5", "frus1961-63v11/d5"),
        ("https://history.state.gov/historicaldocuments/frus1961-63v11/d5fn2", "frus1961-63v11/d5fn2"),
    ],
)
def test_addresses_lead_to_places(address: str, target: str) -> None:
    (reference,) = references_of([Link("fn1", Span(0, 2), address)], HERE)
    assert (reference.target, reference.note, reference.span) == (target, "fn1", Span(0, 2))


def test_addresses_of_attachments_and_of_notes_on_pages_of_the_site() -> None:
    assert references_of([Link(None, Span(0, 2), "#d1att1")], HERE)[0].target == "frus1961-63v06/d1"
    site = "/historicaldocuments/frus1961-63v11/d5#fn3"
    assert references_of([Link(None, Span(0, 2), site)], HERE)[0].target == "frus1961-63v11/d5fn3"


@pytest.mark.parametrize("address", ["", "#", "https://example.org/", "mailto:a@b.c", "/about"])
def test_other_addresses_are_no_references(address: str) -> None:
    assert references_of([Link(None, Span(0, 2), address)], HERE) == ()


@pytest.mark.parametrize(
    ("to", "status"),
    [
        (("v", "d1"), "resolved"),
        (("v", "d1", "fn1"), "resolved"),
        (("v", None, None, "27"), "resolved"),
        (("v",), "resolved"),
        (("v", "d2"), "not loaded"),
        (("v", None, None, "300"), "not loaded"),
        (("w", "d1"), "not loaded"),
        (("w",), "not loaded"),
        (("v", "d9"), "broken"),
        (("v", "d1", "fn7"), "broken"),
    ],
)
def test_a_reference_against_what_is_loaded(to: tuple[str | None, ...], status: str) -> None:
    letter = letter_of("|26|One^1 |27|two.", references=(Reference(None, Span(0, 3), *to),))  # type: ignore[arg-type]
    (resolved,) = resolve([letter], {"v": Volume("v", documents=("d1", "d2"))})
    assert resolved.references[0].status == status


def test_a_page_that_a_volume_loaded_as_a_whole_does_not_have_is_broken() -> None:
    letter = letter_of("|26|One.", references=(Reference(None, Span(0, 3), "v", page="300"),))
    assert resolve([letter], {"v": Volume("v", documents=("d1",))})[0].references[0].status == "broken"
    assert resolve([letter], {"v": Volume("v", documents=("d1", "d2"))})[0].references[0].status == "not loaded"


def test_a_plain_letter_counts_its_notes_itself_and_none_can_be_referred_to() -> None:
    reference = Reference(None, Span(0, 3), "v", "d1", "fn1")
    plain = letter_of("One^1 two.", references=(reference,), form="plain")
    assert resolve([plain], {"v": Volume("v", documents=("d1",))})[0].references[0].status == "not loaded"
    whole = letter_of("One^1 two.", references=(reference,), form="tei")
    assert resolve([whole], {"v": Volume("v", documents=("d1",))})[0].references[0].status == "resolved"


def test_a_volume_not_read_as_a_whole_has_no_broken_references() -> None:
    letter = letter_of("One.", references=(Reference(None, Span(0, 3), "v", "d9"),))
    assert resolve([letter], {"v": Volume("v")})[0].references[0].status == "not loaded"
