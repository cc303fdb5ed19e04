"""What the command line prints for people."""

from typing import Any

from qa_service.api.responses import LetterLine, LetterOut

_INVENTED = "[invented sample]"


def letter_line(line: LetterLine) -> str:
    """A letter in one line."""
    mark = f" {_INVENTED}" if line.invented else ""
    return f"{line.letter:<26} {line.date or 'undated':<10}  {line.document}. {line.title}{mark}"


def whole_letter(letter: LetterOut) -> str:
    """A letter with page marks in brackets, note marks as [n1], and the notes below."""
    heading = [
        f"{letter.document}. {letter.title}",
        f"{letter.letter} · {letter.volume_title or letter.volume}",
    ]
    if letter.invented:
        heading.append(_INVENTED)
    if letter.url:
        heading.append(letter.url)
    notes = [f"  {note.number}. {note.text}" for note in letter.notes]
    return "\n".join([*heading, "", _marked(letter), "", *notes, ""])


def answer(answer: dict[str, Any]) -> str:
    """An answer with its citations below; takes the API's JSON."""
    lines = [answer["text"]]
    if answer["standalone_question"] != answer["question"]:
        lines.insert(0, f"(understood as: {answer['standalone_question']})\n")
    if answer["citations"]:
        lines.append("")
    for citation in answer["citations"]:
        lines.append(f"[{citation['number']}] {citation['formatted']}")
        if citation["url"]:
            lines.append(f"    {citation['url']}")
    return "\n".join(lines)


def build_line(build: dict[str, Any]) -> str:
    """A build in one line, the active one with an asterisk."""
    mark = "*" if build["active"] else " "
    return (
        f"{mark} {build['build']}  {build['letters']} letters, {build['passages']} passages, made {build['created_at']}"
    )


def _marked(letter: LetterOut) -> str:
    marks = [(page.start, 1, f"[p. {page.label}] ") for page in letter.pages]
    marks += [(note.anchor, 0, f"[n{note.number}]") for note in letter.notes if note.anchor]
    text, parts, position = letter.text, [], 0
    for at, _, mark in sorted(marks):
        parts += [text[position:at], mark]
        position = at
    return "".join([*parts, text[position:]])
