"""What is found, in one line for people."""

from qa_service.answering.citing import note_text, pages_text
from qa_service.citation_check.findings import Finding, Tolerance
from qa_service.citation_check.places import Resolved
from qa_service.dialogue import Citation

_TOLERATED: dict[Tolerance, str] = {
    "typography": "only typography differs",
    "ocr": "damage such as OCR does was allowed for",
    "first_letter": "the case of a first letter differs",
    "closing_mark": "the closing comma or full stop is the quoter’s",
    "insertion": "words in square brackets are the quoter’s",
    "omission": "words are left out at an ellipsis",
}


def detail_of(finding: Finding, resolved: Resolved, letters: int) -> str:
    """One line that says what is found and where.

    Args:
        letters: how many letters are loaded.
    """
    return (_of_quotation if finding.read.kind == "quotation" else _of_citation)(finding, resolved, letters)


def _of_citation(finding: Finding, resolved: Resolved, letters: int) -> str:
    if finding.verdict == "unclear":
        return f"Several loaded letters are cited so: {', '.join(finding.also_in)}."
    if finding.verdict != "place_exists":
        return resolved.lacks
    if finding.place is None:
        return "The volume is loaded."
    shared = f"; {', '.join(finding.also_in)} too" if finding.also_in else ""
    return f"The place exists: {_place(finding.place)}{shared}."


def _of_quotation(finding: Finding, resolved: Resolved, letters: int) -> str:
    cited, place = finding.read.cited, finding.place
    if place is None:
        searched = f"Not found in the {letters} loaded letters"
        if finding.verdict == "not_loaded":
            return f"{resolved.lacks} {searched}."
        hint = "; the nearest text differs in words or marks" if finding.nearest else ""
        return f"{searched}{hint}."
    tolerated = "".join(f"; {_TOLERATED[one]}" for one in finding.tolerated)
    where = f"{_place(place)}{tolerated}."
    if finding.verdict == "exact":
        return f"Found: {where}"
    if finding.verdict == "not_loaded":
        return f"{resolved.lacks} The words stand in {where}"
    if resolved.lacks:
        return f"{resolved.lacks} The words stand in {where}"
    return f"Cited to {cited}, but the words stand in {where}"


def _place(place: Citation) -> str:
    parts = [str(place.letter.ref), f"Document {place.letter.document}"]
    parts += [pages_text(place.pages)] if place.pages else []
    parts += [note_text(place.note)] if place.note else []
    return ", ".join(parts)
