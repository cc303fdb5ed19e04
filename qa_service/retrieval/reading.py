"""What a question says beside its subject: who wrote, to whom, when, which document, what kind of answer is wanted.

A reading ranks, it never excludes: what it takes a question to mean is shown, and may be wrong.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa_service.retrieval.days import Days, days_in
from qa_service.retrieval.people import Mention, People

Want = Literal[
    "note", "classification", "place", "date", "writer", "recipient", "source", "count", "first", "last", "list"
]

_TO = re.compile(
    r"\b(to|for|told|tell|tells|telling|ask|asks|asked|assure[ds]?|warn(?:ed|s)?|inform(?:ed|s)?|remind(?:ed|s)?"
    r"|urge[ds]?|press(?:ed)?|promise[ds]?|offer(?:ed)?|g[ai]ve|send|sent|invite[ds]?|thank(?:ed)?|congratulate[ds]?"
    r"|answer(?:ed)?|addressed|with)\s+(?:(?:to|the|his|her|mr\.?|mrs\.?|president|chairman|premier|prime|minister"
    r"|chancellor|general|secretary|incoming)\s+)*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(about|of|on|over|against)\s+(?:(?:the|mr\.?|president|chairman)\s+)*$", re.IGNORECASE)
_ACCORDING_TO = re.compile(r"\baccording to\s+(the\s+)?$", re.IGNORECASE)
_NOTE = re.compile(
    r"\b(draft(s|ed|ing|er)?|redraft\w*|reworked|wording|printed source|classifi\w+|deliver\w*"
    r"|hand(ed|s)? (it |the \w+ )?(over|to)|handed|forward(ed)?|transmi\w+|translat\w+|into english|original"
    r"|copy|copies|survive\w*|editors?"
    r"|editorial|foot-?notes?|notes?|typed|typewritten|scribbl\w*|handwritten|margin|corner|covering memo\w*|box|file"
    r"|archives?|library|published|printed|attended|sat in|telegram (no|number)|text (come|taken)|taken from|cleared"
    r"|approved by|initial\w*|stands for|abbreviation|acronym|identified|which talks)\b",
    re.IGNORECASE,
)
_LETTER = r"(letters?|messages?|telegrams?|notes?|memorand(a|um)|documents?)"
_WANTS: Sequence[tuple[Want, str]] = (
    ("classification", r"classifi(ed|cation)|how (secret|sensitive)|marked (secret|top secret|confidential)"),
    ("source", r"(which|what|where).{0,40}\b(archive|box|file|folder|carton|library|printed source)|source note"),
    ("count", rf"how many {_LETTER}\b|how many times did \w+ (write|cable)"),
    ("list", rf"(which|list|all|every)( of)?( the| his| her)? {_LETTER}|document numbers"),
    ("first", rf"\b(first|earliest|oldest|opening)\b.{{0,30}}\b{_LETTER}"),
    ("last", rf"\b(last|latest|final|closing|most recent)\b.{{0,30}}\b{_LETTER}"),
    (
        "place",
        r"(from|to) (where|which (place|city|town))|where (was|did|does|is).{0,40}(writ|wrote|sent|dated|come from)",
    ),
    ("date", r"\bwhen (was|did|is|were)\b.{0,60}(writ|wrote|sen[dt]|dated?)|\b(what|which) (is the )?(date|day)\b"),
    ("writer", r"\bwho (wrote|sent|signed|drafted|is the (writer|author|sender))|\bwhose signature|signed by whom"),
    ("recipient", r"\b(to whom|who (received|was it addressed|is the (recipient|addressee)))|\baddressed to whom"),
)
_DOCUMENT = re.compile(r"\b(?:document|doc\.?|no\.?|number|nr\.?)\s*#?\s*(\d{1,4}[a-z]?)\b", re.IGNORECASE)
_VOLUME = re.compile(r"\bfrus\d{4}[\w-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a question was understood; everything may be empty."""

    writers: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    days: tuple[Days, ...] = ()
    documents: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    wants: frozenset[Want] = frozenset()
    mentions: tuple[Mention, ...] = ()
    """Where the question speaks of people, and whom it may mean."""

    def __str__(self) -> str:
        """In words for the reader: "letters from Nikita S. Khrushchev, November 1961"; empty if nothing was read."""
        parts = [
            f"from {_either(self.writers)}" if self.writers else "",
            f"to {_either(self.recipients)}" if self.recipients else "",
            f"Document {', '.join(self.documents)}" if self.documents else "",
            ", ".join(self.volumes),
        ]
        who = " ".join(part for part in parts if part)
        when = " or ".join(map(str, self.days[:3])) if len(self.days) <= 3 else ""
        said = ", ".join(part for part in (f"letters {who}" if who else "", when) if part)
        note = "the editors' notes" if "note" in self.wants else ""
        return "; ".join(part for part in (said, note) if part)


def read_question(question: str, people: People, years: Sequence[int]) -> Reading:
    """Read a question.

    Args:
        years: those of the loaded letters, in order.
    """
    mentions = tuple(people.mentions(question))
    writers, recipients = _roles(question, mentions)
    wants = {want for want, form in _WANTS if re.search(form, question, re.IGNORECASE)}
    if _NOTE.search(question):
        wants.add("note")
    return Reading(
        writers=writers,
        recipients=recipients,
        days=days_in(question, years),
        documents=tuple(dict.fromkeys(_DOCUMENT.findall(question))),
        volumes=tuple(dict.fromkeys(found.lower() for found in _VOLUME.findall(question))),
        wants=frozenset(wants),
        mentions=mentions,
    )


def _roles(question: str, mentions: Sequence[Mention]) -> tuple[frozenset[str], frozenset[str]]:
    """Who a question takes for the writer and who for the recipient, by the words before each mention. Those that it is
    about are neither; whoever is mentioned without such words most often wrote.
    """
    writers: set[str] = set()
    recipients: set[str] = set()
    for mention in mentions:
        before = _ACCORDING_TO.sub("by ", question[: mention.start])
        owns = re.match(r"['’]s?\b", question[mention.end :]) is not None
        if _TO.search(before) and not owns:
            recipients |= mention.names
        elif owns or not _ABOUT.search(before):
            writers |= mention.names
    return frozenset(writers), frozenset(recipients)


def _either(names: frozenset[str]) -> str:
    shown = sorted(names)
    return " or ".join(shown) if len(shown) <= 3 else f"{', '.join(shown[:2])} or {len(shown) - 2} others"
