"""The forms in which answers are exported, by name."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from qa_service.errors import InputError
from qa_service.exporting.answers import Told, read_answers
from qa_service.exporting.bibtex import bibtex
from qa_service.exporting.characters import one_line
from qa_service.exporting.csl import csl_json
from qa_service.exporting.markdown import markdown
from qa_service.exporting.notes import plain_notes
from qa_service.exporting.ris import ris
from qa_service.exporting.word import word

Answers = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of export: what it is in a word or two, its media type, the end of its files' names, and what writes it
    from answers as the API gives them and a title.
    """

    label: str
    media_type: str
    suffix: str
    write: Callable[[Answers, str], bytes]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file: `suffix` is the end of its name (".md")."""

    content: bytes
    media_type: str
    suffix: str


def export(answers: Answers, form: str, *, title: str = "") -> Exported:
    """Answers as a file: one, or those of a conversation in order.

    Args:
        answers: as `POST /v1/ask` gives them; `sources` (the volumes cited) and `created_at` may lack.
        form: a name in `FORMS`.
        title: what the whole is called; bibliographic forms have no place for it.
    Raises: InputError for an unknown form, for no answers, and for what is no answer.
    """
    if form not in FORMS:
        raise InputError(f"expected a form of export, one of {', '.join(FORMS)}, got {form!r}")
    chosen = FORMS[form]
    return Exported(chosen.write(answers, title), chosen.media_type, chosen.suffix)


def _told(write: Callable[[tuple[Told, ...], str], str | bytes]) -> Callable[[Answers, str], bytes]:
    def written(answers: Answers, title: str) -> bytes:
        content = write(read_answers(answers), one_line(title))
        return content if isinstance(content, bytes) else content.encode()

    return written


def _json(answers: Answers, title: str) -> bytes:
    """The answers as they are, with nothing left out or changed; a lone surrogate is written as JSON escapes it."""
    read_answers(answers)
    whole = {"title": title, "answers": list(answers)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "markdown": Form("Markdown", "text/markdown; charset=utf-8", ".md", _told(markdown)),
        "docx": Form(
            "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", _told(word)
        ),
        "notes": Form("Chicago notes", "text/plain; charset=utf-8", ".txt", _told(plain_notes)),
        "csl-json": Form(
            "CSL-JSON", "application/vnd.citationstyles.csl+json", ".csl.json", _told(lambda told, _: csl_json(told))
        ),
        "ris": Form("RIS", "application/x-research-info-systems", ".ris", _told(lambda told, _: ris(told))),
        "bibtex": Form("BibTeX", "application/x-bibtex; charset=utf-8", ".bib", _told(lambda told, _: bibtex(told))),
        "json": Form("JSON", "application/json", ".json", _json),
    }
)
