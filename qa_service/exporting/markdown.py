"""Markdown with footnotes, as pandoc and the usual viewers read it (`[^1]`).

Whatever Markdown could take as markup is escaped with a backslash, HTML and addresses included: only the links that
are meant are links.
"""

import re
from collections.abc import Iterator, Sequence

from qa_service.exporting.answers import Told
from qa_service.exporting.notes import Note, Noted, noted

_MARKUP = re.compile(r"[\\`*_\[\]<>&|~^$@#]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_BLOCK = re.compile(r"(?P<before>\d*)(?P<mark>[-+=%:!.)])")


def markdown(answers: Sequence[Told], title: str) -> str:
    """The title, each question as a heading with its answer, and all notes at the end."""
    blocks = [f"# {escaped(title)}"] if title else []
    notes: list[Note] = []
    for answer, paragraphs in noted(answers):
        blocks += _section(answer, paragraphs, "##" if title else "#")
        notes += [note for paragraph in paragraphs for note in paragraph.notes]
    return "\n\n".join([*blocks, *map(_note, notes)]) + "\n"


def _section(answer: Told, paragraphs: Sequence[Noted], heading: str) -> Iterator[str]:
    yield f"{heading} {escaped(answer.question)}"
    if answer.understood:
        yield f"*Understood as:* {escaped(answer.understood)}"
    for paragraph in paragraphs:
        yield escaped(paragraph.text) + "".join(f"[^{note.number}]" for note in paragraph.notes)
    yield f"*{escaped(answer.made)}*"


def _note(note: Note) -> str:
    citation = f"*{escaped(note.italic)}*{_marked(note.text)}" if note.italic else escaped(note.text)
    quote = f"“{_marked(note.quote)}”" if note.quote else ""
    links = " · ".join(
        f"[{name}](<{address}>)"
        for name, address in (("text", note.cited.url), ("scan", note.cited.scan_url))
        if address
    )
    return f"[^{note.number}]: " + " ".join(part for part in (citation, quote, links) if part)


def escaped(text: str) -> str:
    """The text of a whole paragraph: also what is markup only at its beginning."""
    marked = _marked(text)
    match = _BLOCK.match(marked)
    return f"{match['before']}\\{marked[match.end('before') :]}" if match else marked


def _marked(text: str) -> str:
    return _MARKUP.sub(lambda match: f"\\{match[0]}", text)
