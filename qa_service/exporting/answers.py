"""Answers, as the API gives them in JSON, read for export: what was asked and said, and the letters it rests on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from qa_service.answering.citing import INVENTED, pages_text
from qa_service.answering.wording import searched_text
from qa_service.dating import long_date
from qa_service.dialogue import Searched
from qa_service.errors import InputError
from qa_service.exporting.characters import one_line, web_address
from qa_service.texts import LetterRef, Page

_PRINTED = re.compile(
    r"(?P<title>.+?)(?:, ed\. (?P<editor>[^()]+?))?"
    r"(?: \((?:(?P<place>[^():]+): )?(?P<publisher>[^():]+), (?P<year>\d{4})\))?"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A volume as its title page has it, as in `qa_service.texts.Volume`; empty strings where nobody says."""

    title: str = ""
    series: str = ""
    subseries: str = ""
    number: str = ""
    name: str = ""
    editor: str = ""
    place: str = ""
    publisher: str = ""
    year: str = ""

    @classmethod
    def printed(cls, text: str) -> "Source":
        """What the citation itself says before the document's number."""
        match = _PRINTED.fullmatch(text)
        return cls(**{name: value or "" for name, value in match.groupdict().items()}) if match else cls(title=text)

    @property
    def book(self) -> str:
        """The volume's own title within its series, else the whole."""
        return self.name or self.title

    @property
    def full_series(self) -> str:
        """ "Foreign Relations of the United States, 1961–1963"; empty where `book` says it already."""
        return ", ".join(part for part in (self.series, self.subseries) if part) if self.name else ""

    @property
    def volume_number(self) -> str:
        """ "VI", "XIX, Part 1"; empty where `book` says it already."""
        return self.number.removeprefix("Volume ") if self.name else ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer; `letter` is "frus1961-63v06/d21", `note` as printed ("n. 3", "source note").

    `printed` is the whole citation, ended by a mark where the volume is an invented one.
    """

    letter: str
    document: str
    title: str
    date: str | None
    writer: str
    pages: tuple[str, ...]
    note: str
    quote: str
    url: str | None
    scan_url: str | None
    printed: str
    invented: bool
    source: Source

    @property
    def page_range(self) -> str:
        """ "26", "26–27"; empty where no page is known."""
        return "–".join(dict.fromkeys((self.pages[0], self.pages[-1]))) if self.pages else ""

    @property
    def pinpoint(self) -> str:
        """ "Document 21, p. 26, n. 3"."""
        pages = pages_text([Page(label, 0) for label in self.pages]) if self.pages else ""
        return ", ".join(part for part in (f"Document {self.document}", pages, self.note) if part)

    @property
    def letter_url(self) -> str | None:
        """The letter's own address, without the page or the note."""
        if self.url is None:
            return None
        before, letter, _ = self.url.partition(self.letter)
        return before + letter


@dataclass(frozen=True, slots=True)
class Said:
    """A paragraph of an answer with the citations that carry it."""

    text: str
    citations: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: `understood` is the question with what the conversation adds, empty where that is nothing;
    `made` says from what and how the answer was made.
    """

    question: str
    understood: str
    paragraphs: tuple[Said, ...]
    citations: tuple[Cited, ...]
    made: str


def read_answer(answer: Mapping[str, Any]) -> Told:
    """An answer from its JSON; without `sources`, volumes are what the citations say of them.

    Raises: InputError for what is no answer as the API gives it.
    """
    try:
        return _told(answer)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(
            f"expected an answer as POST /v1/ask gives it, got one that cannot be read: {error!r}"
        ) from error


def _told(answer: Mapping[str, Any]) -> Told:
    sources = {source["volume"]: source for source in answer.get("sources") or ()}
    cited = {citation["number"]: _cited(citation, sources) for citation in answer["citations"]}
    question, understood = one_line(answer["question"]), one_line(answer["standalone_question"])
    return Told(
        question=question,
        understood=understood if understood != question else "",
        paragraphs=tuple(_paragraphs(answer, cited)),
        citations=tuple(cited.values()),
        made=_made(answer),
    )


def _paragraphs(answer: Mapping[str, Any], cited: Mapping[int, Cited]) -> Iterator[Said]:
    """The claims, behind what the answer says before them; an answer without claims as it stands."""
    text, claims = answer["text"], answer["claims"]
    before = text[: max(0, text.find(claims[0]["text"]))] if claims else text
    yield from (Said(line) for part in before.split("\n\n") if (line := one_line(part)))
    for claim in claims:
        yield Said(one_line(claim["text"]), tuple(cited[number] for number in claim["citations"]))
    used = {number for claim in claims for number in claim["citations"]}
    if rest := tuple(one for number, one in cited.items() if number not in used):
        yield Said("Cited besides:", rest)


def _cited(citation: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> Cited:
    printed, document = one_line(citation["formatted"]), one_line(citation["document"])
    given = sources.get(citation["volume"], {})
    invented = bool(citation.get("invented") or given.get("invented") or INVENTED in printed)
    note = citation["note"]
    return Cited(
        letter=str(LetterRef.parse(citation["letter"])),
        document=document,
        title=one_line(citation["title"]),
        date=_day(citation["date"]),
        writer=one_line(citation["writer"] or ""),
        pages=tuple(one_line(page) for page in citation["pages"]),
        note="source note" if note and ", source note." in printed else f"n. {one_line(note)}" if note else "",
        quote=one_line(citation["quote"]),
        url=web_address(citation["url"]),
        scan_url=web_address(citation["scan_url"]),
        printed=f"{printed} [{INVENTED}]" if invented and INVENTED not in printed else printed,
        invented=invented,
        source=_source(given, printed.rpartition(f", Document {document}")[0] or printed),
    )


def _source(given: Mapping[str, Any], printed: str) -> Source:
    said = Source.printed(printed)
    known = Source(**{one.name: one_line(given.get(one.name) or "") for one in fields(Source)})
    return replace(known, title=known.title or said.title) if given else said


def _made(answer: Mapping[str, Any]) -> str:
    searched = answer["searched"]
    place = Searched(searched["letters"], tuple(searched["volumes"]), searched["first_date"], searched["last_date"])
    models = ", ".join(f"{part} {name}" for part, name in answer["models"].items() if isinstance(name, str))
    how = "by a language model" if answer["answerer"] == "llm" else "without a language model"
    checked = "; every quotation was found in its letter by code" if answer["citations"] else ""
    when = f" on {long_date(day)}" if (day := _day(answer.get("created_at"))) else ""
    return one_line(
        f"Searched: {searched_text(place)}. Answered{when} {how}{checked}. Build {answer['build']}; models: {models}."
    )


def _day(moment: str | None) -> str | None:
    """The ISO day of a moment or a day."""
    return date.fromisoformat(moment[:10]).isoformat() if moment else None


def read_answers(answers: Sequence[Mapping[str, Any]]) -> tuple[Told, ...]:
    """Answers in order. Raises: InputError as `read_answer`, and where there are none."""
    if not answers:
        raise InputError("expected at least one answer to export, got none")
    return tuple(read_answer(answer) for answer in answers)
