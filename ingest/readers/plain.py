"""Letters as plain text, the way a page of a volume looks when it is copied: one file, one letter.

    108. Letter From A to B 1          <- number, heading, mark of the source note
                                          (paragraphs parted by blank lines)
    ... your letter of November 17, 19812 ... Our delegation [Page 368] has ...
      1. Source: ...                   <- the notes, numbered from 1, at the foot

Note marks are fused to the word before, so that "19812" is 1981 and mark 2. They are recovered by counting: the list of
notes says how many there are, marks come in order, each once. Of all ways to place them so, the most plausible is
taken. The first page is the first `[Page N]` mark's label minus one. What the text cannot say stands in
`letters.toml`. A line end inside a paragraph is a line break of the edition, unless the whole file is wrapped to a
narrow width.
"""

import re
from collections.abc import Mapping
from typing import Any

from ingest.readers.canonical import LINE, PARAGRAPH, TextBuilder, folded, joins_by
from ingest.readers.dating import date_in
from ingest.readers.facts import dating_in, first_page, missing_facts, volume_by_folder
from ingest.readers.headings import OTHER_KIND, kind_of, number_and_title
from ingest.readers.note_marks import HEADING_MARK, SURE, Mark, candidates, place_marks
from ingest.readers.parties import Persons, parties_of, read_parties
from ingest.readers.reading import Finding, Reading
from ingest.readers.source_notes import archive_of, classification_of, is_source_note
from qa_service.dating import Dating
from qa_service.errors import InputError
from qa_service.texts import Letter, LetterRef, Volume

FORM = "plain"
MAX_LETTER_CHARACTERS = 1_000_000
MAX_NOTES = 500
"""Beyond any letter ever printed; finding the marks takes time in the product of both."""
_FIRST_LINE = re.compile(r"^\[?\d+[A-Za-z]?\.\]?\s+\S")
_NOTE_LINE = re.compile(r"^[ \t]*(\d+)\.[ \t]+(?=\S)")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")
_WRAPPED_WIDTH = 120
_TOUCHING_A_PAGE_MARK = re.compile(r"\S*\[Page [^\]\n]*\]\S*")
_PAGE_MARK = re.compile(r"\[Page ([0-9]+|[IVXLCDM]+|[ivxlcdm]+)\]")


def is_plain_letter(text: str, facts: Mapping[str, Any]) -> bool:
    """Whether the first line that is not blank is a letter's numbered heading, not just any numbered line.

    A heading names a kind of document or who wrote to whom; any will do where `letters.toml` names the file.
    """
    first_line = text.lstrip().partition("\n")[0]
    if not _FIRST_LINE.match(first_line):
        return False
    title = number_and_title(folded(first_line))[1]
    return bool(facts) or kind_of(title) != OTHER_KIND or parties_of(title)[0] is not None


def read_plain(text: str, name: str, facts: Mapping[str, Any], folder: str) -> Reading:
    """Read one letter.

    Args:
        text: the file's text.
        name: the file's name, for messages.
        facts: what `letters.toml` says of this file.
        folder: the name of the file's folder, the volume where `letters.toml` gives none.
    Raises: InputError if the file is not of this form.
    """
    if not is_plain_letter(text, facts):
        raise InputError(f"{name}: expected a numbered heading such as '21. Letter From ...' in the first line")
    if len(text) > MAX_LETTER_CHARACTERS:
        raise InputError(f"{name}: expected a letter of at most {MAX_LETTER_CHARACTERS} characters, got {len(text)}")
    first_line, _, rest = text.lstrip().partition("\n")
    number, heading = number_and_title(folded(first_line))
    body, notes = _split_notes(rest, heading)
    body = _unwrapped(body)
    document = str(facts.get("document", number))
    ref = LetterRef(str(facts.get("volume") or volume_by_folder(folder)), f"d{document}")
    if len(notes) > MAX_NOTES:
        raise InputError(f"{name}: expected at most {MAX_NOTES} notes in a letter, got {len(notes)}")
    title, marks = place_marks(heading, body, [number for number, _ in notes])
    builder = TextBuilder(
        first_page(facts, _PAGE_MARK.findall(body)), joins_by(lambda: _TOUCHING_A_PAGE_MARK.sub(" ", body))
    )
    unmarked = _write(builder, body, marks, notes)
    source_note = next((text for _, text in notes[:1] if is_source_note(text)), "")
    letter = Letter(
        ref=ref,
        document=document,
        title=title,
        kind=kind_of(title),
        text=builder.text(),
        pages=builder.pages(),
        notes=builder.notes(),
        dating=_dating(facts, body),
        place=facts.get("place"),
        parties=read_parties(title, [], Persons()),
        classification=classification_of(source_note),
        archive=archive_of(source_note),
        form=FORM,
    )
    findings = [Finding(f"note {number} has no mark in the text", str(ref)) for number in unmarked]
    findings += [
        Finding(f"where note {number} is marked is not certain", str(ref))
        for number, mark in marks.items()
        if mark and mark.weight < SURE
    ]
    if "volume" not in facts:
        findings.append(Finding("volume not given in letters.toml", str(ref)))
    findings += missing_facts(letter, facts)
    volume = Volume(id=ref.volume, invented=bool(facts.get("invented", False)))
    return Reading(FORM, volume, (letter,), findings=tuple(findings))


def _split_notes(text: str, heading: str) -> tuple[str, list[tuple[str, str]]]:
    """The body, and the notes at its foot as (number, text): the last lines counting 1, 2, 3 ... to the end.

    A numbered list that ends a letter is told apart: nothing follows notes, and one of them at least has a mark.
    """
    lines = text.rstrip().split("\n")
    starts = [(index, match) for index, line in enumerate(lines) if (match := _NOTE_LINE.match(line))]
    first = next((index for index, match in reversed(starts) if match.group(1) == "1"), None)
    if first is None:
        return text, []
    notes: list[tuple[str, str]] = []
    for index, line in enumerate(lines[first:], start=first):
        match = _NOTE_LINE.match(line)
        if match and int(match.group(1)) == len(notes) + 1:
            notes.append((match.group(1), line[match.end() :]))
        elif line.strip() and not lines[index - 1].strip() and not line.strip().startswith("Source:"):
            return text, []  # a paragraph of its own
        else:
            number, so_far = notes[-1]
            joint = "\n\n" if line.strip() and not lines[index - 1].strip() else " "
            notes[-1] = (number, f"{so_far}{joint}{line}")
    body = "\n".join(lines[:first])
    marked = HEADING_MARK.search(heading) or any(
        mark.weight >= SURE for number, _ in notes for mark in candidates(body, number)
    )
    return (body, [(number, _note_text(note)) for number, note in notes]) if marked else (text, [])


def _note_text(note: str) -> str:
    """A note with its lines joined and without the marks of pages that begin in it."""
    return "\n\n".join(folded(_PAGE_MARK.sub("", paragraph)) for paragraph in note.split("\n\n"))


def _write(builder: TextBuilder, body: str, marks: dict[str, Mark | None], notes: list[tuple[str, str]]) -> list[str]:
    """Write the body with its pages and notes; returns the numbers of the notes that have no mark."""
    texts = dict(notes)

    def note(number: str) -> None:
        builder.note(number, texts[number], source=number == "1" and is_source_note(texts[number]))

    cuts = [(mark.start, mark.end, number) for number, mark in marks.items() if mark]
    for number, mark in marks.items():
        if mark is None:
            note(number)
    position = 0
    for start, end, number in sorted(cuts):
        if not (position and body[position:start] == ","):  # "safety2,3": the comma parts two marks
            _write_pages(builder, body[position:start])
        note(number)
        position = end
    _write_pages(builder, body[position:])
    unmarked = [number for number in texts if number not in marks]
    for number in unmarked:
        note(number)
    return unmarked


def _unwrapped(body: str) -> str:
    """The body with single line ends made blanks, if no line is longer than a wrapped one would be."""
    if max(map(len, body.split("\n"))) > _WRAPPED_WIDTH:
        return body
    return re.sub(r"(?<!\n)\n(?![ \t]*\n)", " ", body)


def _write_pages(builder: TextBuilder, text: str) -> None:
    pieces = _PAGE_MARK.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            builder.page(piece)
        else:
            _write_paragraphs(builder, piece)


def _write_paragraphs(builder: TextBuilder, text: str) -> None:
    for index, paragraph in enumerate(_PARAGRAPH_END.split(text)):
        if index:
            builder.separate(PARAGRAPH)
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                builder.separate(LINE)
            builder.write(line)


def _dating(facts: Mapping[str, Any], body: str) -> Dating | None:
    """The date that letters.toml gives, else that of a dateline: a short first paragraph with a day in it."""
    first = _PARAGRAPH_END.split(body.strip())[0]
    return dating_in(facts) or (date_in(first) if len(first) < 80 else None)
