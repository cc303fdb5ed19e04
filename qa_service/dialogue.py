"""Questions, what is found for them, and answers: the values that pass from stage to stage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa_service.budget import Usage
from qa_service.texts import Footnote, Letter, LetterRef, Page, Passage, Span

Outcome = Literal["answered", "partly", "not_found", "unclear"]
Voice = Literal["writer", "editors"]
Answerer = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the user wants the search kept to; an empty tuple or None leaves that side open.

    Names match a writer or recipient that holds all their words, whatever the case; dates are ISO days, both included.
    """

    volumes: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    writers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Focus:
    """What a follow-up looks back on: the letter just spoken of, and whether the answer to it is asked for."""

    letter: LetterRef
    wants_reply: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the same made understandable without the conversation before it.

    `context` are words of the conversation that are searched for along with it; empty where it stands alone.
    `rewritten` is the question as a model has written it to stand alone; `searches` are parts of it that it is split
    into, to be searched for each by itself.
    """

    asked: str
    standalone: str
    filters: Filters = Filters()
    context: str = ""
    focus: Focus | None = None
    rewritten: str = ""
    searches: tuple[str, ...] = ()

    @property
    def clear(self) -> str:
        """The question in the words that say most of what it means."""
        return self.rewritten or self.asked

    @property
    def wordings(self) -> tuple[str, ...]:
        """What is searched for: the question as asked, and with what the conversation adds."""
        if self.rewritten:
            return tuple(dict.fromkeys((self.rewritten, self.asked)))
        return (self.asked, f"{self.context} {self.asked}") if self.context else (self.asked,)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands that is cited as a whole: pages of a letter, or a note of it."""

    letter: Letter
    note: Footnote | None
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question, with its letter; a higher score is better; `found_by` names the rankings."""

    passage: Passage
    letter: Letter
    score: float
    found_by: tuple[str, ...] = ()

    @property
    def pages(self) -> tuple[Page, ...]:
        """The passage's pages; a note stands on the page of its mark."""
        if self.passage.note is None:
            return self.letter.pages_of(self.passage.span)
        page = self.letter.page_of_note(self.letter.note(self.passage.note))
        return (page,) if page else ()

    @property
    def place(self) -> Place:
        return Place(self.letter, self.letter.note(self.passage.note) if self.passage.note else None, self.pages)


@dataclass(frozen=True, slots=True)
class DraftQuote:
    """A quotation said to stand in the passage with this key."""

    key: str
    quote: str


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim not yet checked: its text, and the quotations it is said to rest on.

    `lead` is the part of the text before the quotation, where the text is a quotation with who says it.
    """

    text: str
    quotes: tuple[DraftQuote, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A drafted claim that did not pass, and why."""

    draft: DraftClaim
    reason: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation found in a letter or in one of its notes; made only by `checking`.

    `span` and `quote` are those of the canonical text (`quote == text[span]`), whatever the draft's typography was.
    """

    letter: Letter
    note: Footnote | None
    span: Span
    quote: str
    pages: tuple[Page, ...]

    @property
    def voice(self) -> Voice:
        """The editors speak in their notes, and in documents that are editorial notes as a whole."""
        return "editors" if self.note or self.letter.kind == "editorial note" else "writer"


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with the citations that carry it; it cannot exist without one."""

    text: str
    citations: tuple[Citation, ...]
    lead: str = ""

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError(f"a claim needs a citation: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Searched:
    """What a question was searched in, for an honest "not in these letters"."""

    letters: int
    volumes: tuple[str, ...]
    first_date: str | None
    last_date: str | None
    unmatched: tuple[str, ...] = ()
    """Words of the question that stand in none of the letters searched."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What is known of a model's part in an answer."""

    model: str | None = None
    """The "provider:model" that was asked and answered, and the exact name that it gave itself."""
    model_version: str | None = None
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Versions of the prompts by their names."""
    usage: Usage = field(default_factory=Usage)
    fallback: str | None = None
    """Why the answer is not the model's, though it was asked."""
    incomplete: bool = False
    """Whether the model broke off before its end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question: checked claims, and the hits they were drawn from, best first."""

    question: Question
    outcome: Outcome
    claims: tuple[Claim, ...]
    hits: tuple[Hit, ...]
    searched: Searched
    reading: str = ""
    """How the question was read, in words: "letters from A, November 1961"; it ranks and excludes nothing."""
    confidence: float = 0.0
    """How sure it is that the question is answered in these letters, 0 to 1; outcomes are cut from it."""
    dropped: int = 0
    """Claims that were drafted and are not shown: their quotation was not found, or does not carry them."""
    rejected: tuple[Rejection, ...] = ()
    """Every draft that did not pass, also those that were mended."""
    build: str = ""
    answerer: Answerer = "extractive"
    writing: Writing | None = None
    """How a model took part; None where none was asked."""
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each citation once, in the order of first use; its number is its place here, from 1."""
        return tuple(dict.fromkeys(citation for claim in self.claims for citation in claim.citations))


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation with what is needed of its answer to understand the next question."""

    question: str
    answer: str
    letters: tuple[LetterRef, ...] = ()
    """The letters the answer cited, in order."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of a conversation, oldest first."""

    id: str
    turns: tuple[Turn, ...] = ()
