"""Chicago notes: which citation gets which number and which form.

A letter's first note is the whole citation, later ones are short ("Document 5, p. 12", with the volume's title before
it where several volumes are cited); "ibid." is not used. Source: The Chicago Manual of Style 18, on shortened
citations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from qa_service.answering.citing import INVENTED
from qa_service.exporting.answers import Cited, Told
from qa_service.exporting.entries import addresses


@dataclass(frozen=True, slots=True)
class Note:
    """A note of an export: `italic` and `text` are the citation, of which `italic` is set in italics.

    `quote` is the quotation, where the words that the note hangs on do not show it.
    """

    number: int
    italic: str
    text: str
    quote: str
    cited: Cited


@dataclass(frozen=True, slots=True)
class Noted:
    """A paragraph of an answer and the notes at its end."""

    text: str
    notes: tuple[Note, ...]


def noted(answers: Sequence[Told]) -> list[tuple[Told, tuple[Noted, ...]]]:
    """Each answer with its paragraphs; notes are numbered through all answers."""
    cited = _Citing(answers)
    return [(answer, tuple(cited.paragraphs(answer))) for answer in answers]


class _Citing:
    """Counts notes, and remembers which letters were cited in full."""

    def __init__(self, answers: Sequence[Told]) -> None:
        self._numbers = count(1)
        self._letters: set[str] = set()
        volumes = {one.letter.partition("/")[0] for answer in answers for one in answer.citations}
        self._several_volumes = len(volumes) > 1

    def paragraphs(self, answer: Told) -> Iterator[Noted]:
        for said in answer.paragraphs:
            yield Noted(said.text, tuple(self._note(one, said.text) for one in said.citations))

    def _note(self, cited: Cited, beside: str) -> Note:
        italic, text = self._short(cited) if cited.letter in self._letters else _full(cited)
        self._letters.add(cited.letter)
        return Note(next(self._numbers), italic, text, "" if cited.quote in beside else cited.quote, cited)

    def _short(self, cited: Cited) -> tuple[str, str]:
        text = f"{cited.pinpoint}. [{INVENTED}]" if cited.invented else f"{cited.pinpoint}."
        return (cited.source.book, f", {text}") if self._several_volumes else ("", text)


def _full(cited: Cited) -> tuple[str, str]:
    """The printed citation, the series in italics as in the Office of the Historian's example."""
    series = cited.source.series
    return (series, cited.printed.removeprefix(series)) if cited.printed.startswith(series) else ("", cited.printed)


def plain_notes(answers: Sequence[Told], title: str) -> str:
    """The notes as plain text, under each question; an answer that cites nothing as what it says."""
    blocks = [title] if title else []
    for answer, paragraphs in noted(answers):
        blocks.append(answer.question)
        notes = [note for paragraph in paragraphs for note in paragraph.notes]
        blocks += [_line(note) for note in notes] or [paragraph.text for paragraph in paragraphs]
    return "\n\n".join(blocks) + "\n"


def _line(note: Note) -> str:
    return " ".join(part for part in (f"{note.number}. {note.italic}{note.text}", addresses(note.cited)) if part)
