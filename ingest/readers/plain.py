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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.readers.canonical import LINE, PARAGRAPH, TextBuilder, folded, paragraphs
from ingest.readers.headings import (
    OTHER_KIND,
    classification_of,
    day_in,
    kind_of,
    number_and_title,
    parties_of,
)
from ingest.readers.reading import Finding, Reading
from qa_service.errors import InputError
from qa_service.texts import MONTHS, Letter, LetterRef, Volume

FORM = "plain"
FACTS: Mapping[str, tuple[Any, str]] = {
    "volume": (str, "text"),
    "document": ((str, int), "text or a number"),
    "date": (date, "a day such as 1961-09-29"),
    "place": (str, "text"),
    "page": ((str, int), "text or a number"),
    "invented": (bool, "true or false"),
}
"""What `letters.toml` may give for a file, beside `file` itself: of which type, and that in words."""

_FIRST_LINE = re.compile(r"^\[?\d+[A-Za-z]?\.\]?\s+\S")
_NOTE_LINE = re.compile(r"^[ \t]*(\d+)\.[ \t]+(?=\S)")
_HEADING_MARK = re.compile(r"(?<=\S)\s?1$")
_SURE = 1.0
"""From this weight on a mark is not worth a word in the report."""
_WRAPPED_WIDTH = 120
_PAGE_MARK = re.compile(r"\[Page ([0-9]+|[IVXLCDM]+|[ivxlcdm]+)\]")
_ROMAN = (("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40),
          ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))  # fmt: skip


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
    first_line, _, rest = text.lstrip().partition("\n")
    number, heading = number_and_title(folded(first_line))
    body, notes = _split_notes(rest, heading)
    body = _unwrapped(body)
    document = str(facts.get("document", number))
    ref = LetterRef(str(facts.get("volume") or _slug(folder)), f"d{document}")
    title, marks = _place_marks(heading, body, [number for number, _ in notes])
    builder = TextBuilder(_first_page(facts, body))
    unmarked = _write(builder, body, marks, notes)
    day = _day(facts, body)
    letter = Letter(
        ref=ref,
        document=document,
        title=title,
        kind=kind_of(title),
        text=builder.text(),
        pages=builder.pages(),
        notes=builder.notes(),
        date=day,
        place=facts.get("place"),
        writer=parties_of(title)[0],
        recipient=parties_of(title)[1],
        classification=next((classification_of(text) for _, text in notes[:1]), None),
        form=FORM,
    )
    findings = [Finding(f"note {number} has no mark in the text", str(ref)) for number in unmarked]
    findings += [
        Finding(f"where note {number} is marked is not certain", str(ref))
        for number, mark in marks.items()
        if mark and mark.weight < _SURE
    ]
    findings += [Finding(f"{fact} not given in letters.toml", str(ref)) for fact in _missing(facts, letter)]
    volume = Volume(id=ref.volume, invented=bool(facts.get("invented", False)))
    return Reading(FORM, volume, (letter,), findings=tuple(findings))


def _missing(facts: Mapping[str, Any], letter: Letter) -> Iterable[str]:
    if "volume" not in facts:
        yield "volume"
    if letter.date is None:
        yield "date"
    if letter.place is None:
        yield "place"
    if not letter.pages:
        yield "page (and the text has no page marks)"


def _slug(folder: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder).strip("-") or "letters"


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
        elif line.strip() and not lines[index - 1].strip():
            return text, []  # a paragraph of its own
        else:
            number, so_far = notes[-1]
            notes[-1] = (number, f"{so_far} {line}")
    body = "\n".join(lines[:first])
    marked = _HEADING_MARK.search(heading) or any(
        mark.weight >= _SURE for number, _ in notes for mark in _candidates(body, number)
    )
    return (body, [(number, folded(note)) for number, note in notes]) if marked else (text, [])


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place where a note's number could be its mark: `text[start:end]`, more plausible with a higher weight."""

    start: int
    end: int
    weight: float


def _place_marks(heading: str, body: str, numbers: list[str]) -> tuple[str, dict[str, _Mark | None]]:
    """The title without its mark, and where each note's mark stands in the body (None: in the heading)."""
    in_heading = _HEADING_MARK.search(heading)
    marks: dict[str, _Mark | None] = {}
    if in_heading and numbers[:1] == ["1"]:
        heading, marks = heading[: in_heading.start()], {"1": None}
    remaining = [number for number in numbers if number not in marks]
    marks.update(_best_order([(number, _candidates(body, number)) for number in remaining]))
    return heading, marks


def _candidates(text: str, number: str) -> list[_Mark]:
    """Every place where the digits of a note's number end a word, or stand alone at the end of a line.

    What follows must not go on with the number; only the next note's mark may ("safety2,3").
    """
    following = rf"(?!\d|\.\d|\w|[%’']|,(?!{int(number) + 1}(?!\d))\d)"
    found = []
    for match in re.finditer(rf"(?:(?<=\S)|(?<=\S[ ])){number}{following}", text):
        weight = _plausibility(text[: match.start()], number, text[match.end() :])
        if weight:
            found.append(_Mark(match.start(), match.end(), weight))
    return found


def _plausibility(before: str, number: str, after: str) -> float:
    """How likely a number that follows `before` is a note's mark; 0 if it cannot be one."""
    ends_line = re.match(r"[ \t]*(?:\n|$)", after) is not None
    if re.search(r"\[(?:Page )?\d*$", before):
        return 0  # of a page mark, or of what the editors say they left out
    if before[-1].isspace():
        return 1.5 if ends_line else 0
    if before[-1].isdigit():
        return _plausibility_after_digits(before, number)
    if before[-1] in "-–—$£#/(" or re.search(r"\d:$", before):
        return 0.05
    if re.search(r"\d\.$", before):
        return 2 if ends_line or re.match(r"\s+[A-Z“\"]", after) else 0.25
    return 2 if re.search(r"\d,$", before) else 3


def _plausibility_after_digits(before: str, number: str) -> float:
    """Of "19812" and "January 262", but hardly of "April 22" or "1952": there the digits together are a day, a year."""
    if re.search(r"(?<!\d)(?:1[5-9]|20)\d\d$", before):
        return 2
    day = re.search(rf"(?:{'|'.join(MONTHS)})\s+(\d{{1,2}})$", before)
    if day and 1 <= int(day.group(1)) <= 31:
        return 2 if int(day.group(1) + number) > 31 else 0.05
    return 0.05 if re.search(rf"(?<!\d)(?:1[5-9]|20)\d{{{2 - len(number)}}}$", before) and len(number) < 3 else 0.2


def _best_order(candidates: list[tuple[str, list[_Mark]]]) -> dict[str, _Mark]:
    """One mark a note, in rising order, with the greatest weight in all; a note may go without if none fits.

    A chain is kept for each place it can end at; n notes and c candidates a note cost n * c * (places so far).
    """
    chains: list[tuple[float, int, dict[str, _Mark]]] = [(0.0, 0, {})]
    for number, marks in candidates:
        grown = list(chains)
        for mark in marks:
            weight, _, chain = max((c for c in chains if c[1] <= mark.start), key=lambda c: c[0])
            grown.append((weight + mark.weight + 10, mark.end, {**chain, number: mark}))
        chains = _undominated(grown)
    return max(chains, key=lambda chain: chain[0])[2]


def _undominated(
    chains: list[tuple[float, int, dict[str, _Mark]]],
) -> list[tuple[float, int, dict[str, _Mark]]]:
    kept: list[tuple[float, int, dict[str, _Mark]]] = []
    for chain in sorted(chains, key=lambda chain: (chain[1], -chain[0])):
        if not kept or chain[0] > kept[-1][0]:
            kept.append(chain)
    return kept


def _first_page(facts: Mapping[str, Any], body: str) -> str | None:
    if "page" in facts:
        return str(facts["page"])
    first = _PAGE_MARK.search(body)
    if not first:
        return None
    label = first.group(1)
    return str(int(label) - 1) if label.isdigit() else _roman_before(label)


def _roman_before(label: str) -> str | None:
    """The roman label before this one, in the same case; None before I."""
    values, rest = dict(_ROMAN), label.lower()
    value = -1
    while rest:
        digits = rest[:2] if rest[:2] in values else rest[:1]
        value, rest = value + values[digits], rest[len(digits) :]
    roman = ""
    for digits, step in _ROMAN:
        count, value = divmod(value, step)
        roman += digits * count
    return (roman.upper() if label.isupper() else roman) or None


def _write(builder: TextBuilder, body: str, marks: dict[str, _Mark | None], notes: list[tuple[str, str]]) -> list[str]:
    """Write the body with its pages and notes; returns the numbers of the notes that have no mark."""
    texts = dict(notes)

    def note(number: str) -> None:
        builder.note(number, texts[number], source=number == "1" and texts[number].startswith("Source:"))

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
    for index, paragraph in enumerate(re.split(r"\n[ \t]*\n\s*", text)):
        if index:
            builder.separate(PARAGRAPH)
        for number, line in enumerate(paragraph.split("\n")):
            if number:
                builder.separate(LINE)
            builder.write(line)


def _day(facts: Mapping[str, Any], body: str) -> str | None:
    """The date that letters.toml gives, else that of a dateline: a short first paragraph with a day in it."""
    if "date" in facts:
        return str(facts["date"].isoformat()[:10])
    first = next(iter(paragraphs(body)), "")
    return day_in(first) if len(first) < 80 else None
