"""What the command line prints for people."""

from textwrap import indent
from typing import Any

from qa_service.api.letter_responses import LetterHead, LetterOut, PartyOut

_INVENTED = "[invented sample]"


def letter_line(line: LetterHead) -> str:
    """A letter in one line."""
    mark = f" {_INVENTED}" if line.invented else ""
    return f"{line.letter:<26} {line.date or 'undated':<10}  {line.document}. {line.title}{mark}"


def whole_letter(letter: LetterOut) -> str:
    """A letter as a reader wants to see it: page marks in brackets, note marks as [n1], the notes at the foot."""
    marks = "".join(f"[n{note.number}]" for note in letter.notes if not note.anchor)
    parties = [" and ".join(map(_party, _in_role(letter, role))) for role in ("writer", "recipient")]
    date = letter.dating.text if letter.dating else "undated"
    heading = [
        f"{letter.document}. {letter.title}{marks}",
        f"{letter.letter} · {letter.volume_title or letter.volume}",
        " to ".join(parties).removesuffix(" to "),
        " · ".join(fact for fact in (date, letter.place, letter.classification, letter.archive) if fact),
        _INVENTED if letter.invented else "",
        letter.url or "",
    ]
    notes = [f"  {note.number}. {indent(note.text, '     ').lstrip()}" for note in letter.notes]
    return "\n".join([*filter(None, heading), "", _marked(letter), "", *notes, ""])


def _in_role(letter: LetterOut, role: str) -> list[PartyOut]:
    return [party for party in letter.parties if party.role == role]


def _party(party: PartyOut) -> str:
    """The name, with the office unless it is part of it."""
    return f"{party.name} ({party.office})" if party.office and party.office not in party.name else party.name


def answer(answer: dict[str, Any]) -> str:
    """An answer with its citations below; takes the API's JSON."""
    lines = [answer["text"]]
    if answer["reading"]:
        lines.insert(0, f"(looked first for {answer['reading']})\n")
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
    for at, _, mark in sorted(marks, key=lambda mark: mark[:2]):
        parts += [text[position:at], mark]
        position = at
    return "".join([*parts, text[position:]])


def replay(replayed: dict[str, Any]) -> str:
    """What is different when a question is asked again; takes the API's JSON."""
    lines = [
        f"{replayed['answer']}: {replayed['question']}",
        "the same answer" if replayed["same"] else "another answer",
    ]
    if not replayed["recorded"]:
        lines.append("no record was kept of it: asked without filters, and passages are not compared")
    for name in ("claims", "citations", "passages"):
        changes = replayed[name]
        lines += [f"- {name.removesuffix('s')}: {one}" for one in changes["gone"]]
        lines += [f"+ {name.removesuffix('s')}: {one}" for one in changes["new"]]
        lines += [f"{name} in another order"] if changes["reordered"] else []
    changed = {name: change for name, change in replayed["changes"].items() if name != "text"} | replayed["versions"]
    lines += [f"{name}: {change['before']} -> {change['after']}" for name, change in changed.items()]
    before, after = (sum(replayed["timings_ms"][side].values()) for side in ("before", "after"))
    return "\n".join([*lines, f"time: {before:.0f} ms -> {after:.0f} ms"])
