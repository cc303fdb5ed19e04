"""Chicago notes."""

from qa_service.exporting.forms import export
from tests.exported_answers import SITE, answer, citation, noted_citation, other_volume_citation


def notes_of(*answers: dict[str, object], title: str = "") -> list[str]:
    return export(answers, "notes", title=title).content.decode().removesuffix("\n").split("\n\n")


def test_the_first_note_of_a_letter_is_its_citation_with_the_addresses_of_text_and_scan() -> None:
    assert notes_of(answer(citation())) == [
        "What was made up?",
        f"1. {citation()['formatted']} {SITE}/frus1961-63v06/d21#pg_26 (scan: {SITE}/frus1961-63v06/pg_26)",
    ]


def test_a_letter_that_is_not_on_the_web_has_no_address() -> None:
    assert notes_of(answer(other_volume_citation()))[1] == f"1. {other_volume_citation()['formatted']}"


def test_later_notes_of_a_letter_are_short_and_numbered_through_all_answers() -> None:
    lines = notes_of(answer(citation(), noted_citation(2)), answer(citation(1, quote="Again.")), title="All of it")
    assert [line.split(" http")[0] for line in lines] == [
        "All of it",
        "What was made up?",
        f"1. {citation()['formatted']}",
        "2. Document 21, p. 26, n. 3.",
        "What was made up?",
        "3. Document 21, p. 26.",
    ]


def test_short_notes_name_the_volume_where_there_are_several() -> None:
    lines = notes_of(answer(citation(), other_volume_citation(2), noted_citation(3), other_volume_citation(4)))
    assert lines[3].startswith("3. Exchanges Made Up for Tests, Document 21, p. 26, n. 3. ")
    assert lines[4] == (
        "4. Hasterlind-Orquelle Exchanges (Invented Sample Volume), Document 5, source note."
        " [invented sample, not a historical source]"
    )
