"""What a question wants of the catalogue: facts of a letter, or which and how many letters there are.

Read strictly. What is not taken for such a question is answered from the sentences as any other, so a form that is
missing here costs little, and one too many answers the wrong question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa_service.retrieval.days import Days
from qa_service.retrieval.people import Mention
from qa_service.retrieval.reading import Reading

Fact = Literal[
    "date", "place", "writer", "recipient", "signature", "classification", "archive", "drafting", "delivery", "dating"
]
Over = Literal["count", "list", "first", "last"]

_PAPER = (
    r"(?:letters?|messages?|telegrams?|cables?|notes?|memorand(?:a|um)s?|memos?|documents?|papers?|items?|repl(?:y|ies)"
    r"|answers?|statements?|communications?|records?|appeals?|greetings?|dispatch(?:es)?)"
)
_A_PAPER = rf"\b{_PAPER}\b"
_IT = rf"\b(?:{_PAPER}|it|this one)\b"
_FACTS: Sequence[tuple[Fact, str]] = (
    (
        "classification",
        r"\bwhat (security )?classification\b|\bclassification (of|does|did|has|is|and)\b"
        r"|\bhow (secret|highly classified)\b|\bhow (was|is|were)\b.{0,80}\bclassified\b"
        rf"|^(was|is)\b.{{0,120}}{_A_PAPER}.{{0,120}}\bclassified\b",
    ),
    (
        "archive",
        r"\b(in )?(which|what) (archives?|box|folder|file|carton|collection|library|papers)\b|\bbox and (file|folder)\b"
        rf"|\bwhere is (the (original|source)( of)?|.{{0,30}}{_IT}) .{{0,60}}\b(kept|held|preserved)\b",
    ),
    (
        "dating",
        r"\bhow is it dated\b|\bon what (evidence|grounds)\b.{0,30}\bdated\b|\bhow do the editors date\b"
        r"|\bwhat do the editors go by\b|^on what (evidence|grounds)\W*$",
    ),
    (
        "date",
        rf"\b(what|which) (is |was )?(the )?(exact )?(date|day) (of|is|was|does)\b.{{0,60}}{_A_PAPER}"
        rf"|^(and )?(the )?(exact )?date (and \w+ )?of\b.{{0,80}}{_A_PAPER}"
        rf"|\bwhen (was|were|is) .{{0,40}}{_IT}.{{0,80}}\b(written|sent|dated|drafted)\b"
        rf"|\bon (what|which) (date|day) (was|is|were) .{{0,40}}{_IT}.{{0,40}}\b(written|sent|dated)\b"
        r"|\bdate and (hour|time|place|recipient|writer)\b|\bdate, (place|hour|time|writer|recipient)\b",
    ),
    (
        "place",
        rf"\bwhere was (?:(?!\bwhere\b).){{0,40}}\bwhen (he|she|they) (cabled|wrote|sent|telegraphed)\b"
        r"|\b(from where|where from|from (which|what) (place|city|town|capital))\b.{0,40}"
        r"\b(wr[io]te|sent|dated|written)\b"
        rf"|\bwhere (was|is|were) .{{0,40}}{_IT}.{{0,60}}\b(written|sent from|dated)\b"
        rf"|\b(date|hour) and place of\b|\bplace of {_A_PAPER}|\bdate, place\b",
    ),
    ("signature", rf"\bwho signed\b.{{0,60}}{_IT}|\bwhose signature\b|\bsigned by whom\b"),
    (
        "drafting",
        r"\bwho (drafted|drew up|noted down|took down|approved|cleared)\b|\bdrafted by whom\b"
        r"|\bwho (wrote|made|prepared) (the|this|that|its) (draft|record|notes?|memorandum of conversation)\b"
        r"|\bby whom was .{0,60}\b(drafted|approved|cleared)\b",
    ),
    (
        "writer",
        rf"\bwho (wrote|sent|is the (writer|author|sender) of) (?:(?!\bdraft\b|\brecord\b).){{0,40}}{_A_PAPER}"
        rf"|\bwho to whom\b|\bsender, (addressee|recipient)\b"
        rf"|\bfrom whom (is|was)\b.{{0,40}}{_IT}|\bwho wrote it\b",
    ),
    (
        "recipient",
        rf"\bto whom (is|was|were) .{{0,60}}{_IT}|\bwho to whom\b|\b(sender|writer), (addressee|recipient)\b"
        rf"|\bwho (is|was) .{{0,60}}{_IT}.{{0,40}}\b(addressed|sent) to\b|\baddressed to whom\b"
        rf"|\bwho is the (recipient|addressee) of .{{0,60}}{_A_PAPER}|\bto whom did .{{0,40}}\b(write|send) {_A_PAPER}",
    ),
    (
        "delivery",
        rf"\bwho (?:physically )?(carried|delivered|handed over|brought) (?:(?!\bmissiles?\b).){{0,80}}{_IT}"
        rf"|\b(by|at|through) whose hands\b|\bwhen was (it|{_PAPER}) delivered\b|\bwhen was it delivered and by whom\b",
    ),
)
_COUNTED = (
    r"(?:letters?|messages?|telegrams?|cables?|memorand(?:a|um)s?|memos?|documents?|papers?|statements?"
    r"|editorial notes?)\b"
)
_FIRST, _LAST = r"(?:first|earliest|oldest|opening)", r"(?:last|latest|final|closing|most recent)"
_OVER: Sequence[tuple[Over, str]] = (
    (
        "count",
        rf"\bhow many \b{_COUNTED}|\bhow many times did .{{1,40}}\b(write|cable)\b|\bnumber of \b{_COUNTED}",
    ),
    (
        "first",
        rf"\b{_FIRST}\b( and( the)? {_LAST}\b)?( \w+){{0,2}} {_A_PAPER}|\b{_PAPER} came first\b|\bcame first\b"
        rf"|\b(which|what) {_A_PAPER}.{{0,80}}\b{_FIRST}\b",
    ),
    (
        "last",
        rf"\b{_LAST}\b( and( the)? {_FIRST}\b)?( \w+){{0,2}} {_A_PAPER}|\b(which|what) {_A_PAPER}.{{0,80}}\b{_LAST}\b",
    ),
    (
        "list",
        rf"^(please )?(list|show|name|give)\b.{{0,30}}\b{_COUNTED}|\b(which|what|all|every)( of)?( the)? \b{_COUNTED}"
        rf"|\bdocument numbers\b|\b{_COUNTED} (are|is) there\b",
    ),
)
_INTERROGATIVE = re.compile(
    r"\b(who|whom|whose|what|which|when|where|how|list|name|give|show|date|was|is|did|does|sender)\b", re.IGNORECASE
)
_CLAUSE_END = re.compile(
    r"[?.;](?:\s+|$)|,?\s+and\s+(?=(?:(?:by|in|on|at|from|to|about)\s+)?(?:who|whom|whose|what|which|when|where|how|did"
    r"|does|was|is)\b)",
    re.IGNORECASE,
)
_PLAIN = frozenset(
    """
    a about all also an and any are as at be been bear bears between both by can cabled capital carry carries city date
    dated dates day days did do does documents each either earliest edition ever every exact exactly exchange exchanged
    final find first for from give had has have here himself hour how i if in is it item items its itself kept last
    latest latter list loaded look made make many me most names town
    name no number numbers of oldest on one ones opening or order other our out paper papers part place please print
    printed published read recent recipient recipients received receive send sender sent show that the there
    these they this those time times to together total altogether up volume volumes was we were what when where
    which who whom whose will with writer writers write writes wrote written year years collection correspondence
    letter letters message messages telegram telegrams cable cables communication communications note notes piece
    pieces memorandum memoranda memo memos statement statements document doc kind sort type form classified
    classification secret highly bear stands stood kept archive archives box folder file carton library original
    signed sign signature drafted draft drafts approved cleared delivered very addressed addressee author go come came
    hands physically carried handed over brought then contain contains hold holds known many nr reply replies
    record records
    """.split()
)
"""Words that a question may use of the catalogue without saying anything of what stands in the letters. "Before",
"after", "not" and their like are none of them: what they say of days and people is not read.
"""
_OF_FACTS: Sequence[tuple[frozenset[Fact], frozenset[str]]] = (
    (frozenset(["classification"]), frozenset("secret highly classified classification".split())),
    (frozenset(["signature"]), frozenset("signed sign signature".split())),
    (frozenset(["drafting"]), frozenset("drafted draft drafts approved cleared".split())),
    (
        frozenset(["delivery"]),
        frozenset("delivered carried carry carries handed over brought hands physically".split()),
    ),
    (frozenset(["archive"]), frozenset("kept archive archives box folder file carton library original".split())),
    (frozenset(["place", "date"]), frozenset("capital city town place hour".split())),
)
"""Words that are plain only where such a fact is asked: in "how many secret letters" they say which are meant."""
_NOT_OF_SEVERAL = frozenset(
    """
    no each other ever most himself not itself about read carry carries contain contains hold holds bear bears
    note notes reply replies record records draft drafts item items piece pieces communication communications
    """.split()
)
"""What is not plain where letters are counted, listed, or the first or last of them is asked for."""
_UNDERSTOOD = re.compile(
    r"\bmost recent\b|\b(?:volumes?|collection|edition|correspondence) (?:contains?|holds?)\b|\bdocument numbers\b",
    re.IGNORECASE,
)
_RESTRICTED = re.compile(
    rf"\b(?:secret|classified|original|signed|drafted|draft|approved|cleared|delivered|dated|known|handed|carried)"
    rf"\s+{_A_PAPER}|\b(?:{_FIRST}|{_LAST}) (?:volumes?|years?|months?|weeks?|days?|hours?|times?|part)\b",
    re.IGNORECASE,
)
_SOME_DAYS = "§"
"""Stands for the words of some days."""
_OPEN_TIME = re.compile(
    rf"\b(?:up to|as of|by|to|over)(?: the)?(?: end of| beginning of)? {_SOME_DAYS}"
    rf"|{_SOME_DAYS},? (?:on|up|or)\b(?! (?:in )?{_SOME_DAYS})"
    rf"|{_SOME_DAYS}\s*(?:[-–—/]|\bto\b)\s*{_SOME_DAYS}",
    re.IGNORECASE,
)
"""Times with an open end, so far as their words are otherwise plain."""
_FROM_TO = re.compile(
    rf"\b(?:from|between)(?: the)?(?: (?:early|mid|late|end of|beginning of))? {_SOME_DAYS} (?:to|and|until)"
    rf"(?: the)?(?: (?:early|mid|late|end of|beginning of))? {_SOME_DAYS}",
    re.IGNORECASE,
)
_PRONOUNS = frozenset("he she they him her his hers their theirs them".split())
"""These too, where the question names somebody whom they may mean."""
_OFFICE_WORDS = frozenset(
    """
    president chairman premier prime minister chancellor general secretary soviet american mr mrs incoming elect the
    attorney ambassador foreign state of defense
    """.split()
)
_KINDS: Sequence[tuple[str, str]] = (
    ("editorial note", r"\beditorial notes?\b"),
    ("memorandum of conversation", r"\bmemorand(?:a|um) of conversations?\b"),
    ("memorandum", r"\b(memorand(?:a|um)s?|memos?)\b"),
    ("telegram", r"\b(telegrams?|cables)\b"),
    ("statement", r"\bstatements?\b"),
    ("message", r"\bmessages?\b"),
    ("letter", r"\bletters?\b"),
)
_LONG_KIND = re.compile(rf"{_KINDS[0][1]}|{_KINDS[1][1]}", re.IGNORECASE)
_LETTERS_OF = re.compile(
    rf"{_A_PAPER}\s+of\s+(?:(?:the|president|chairman|premier|prime|minister|mr\.?)\s+)*$", re.IGNORECASE
)
_RECEIVED = re.compile(r"\b(receive[ds]?|get|got)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(between|exchange[ds]?|correspond\w*)\b", re.IGNORECASE)
_CORRESPONDENCE = re.compile(r"\bcorrespondence\b", re.IGNORECASE)
_DOCUMENT = re.compile(r"\bdoc(?:ument|\.)?\s*(?:no\.?|number|#)?\s*(\d{1,4}[a-z]?)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NEAR = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the catalogue, and of which letters.

    `whole` is true where the question says nothing of what stands in the letters: then the catalogue alone tells
    which are meant. `content` are the words that do say something of it. Where `either_way` is true, the letters
    meant are those between two of `writers`, whoever wrote. `both_ends` is true where the first and the last are asked
    for; `over` is then "first".
    """

    facts: frozenset[Fact] = frozenset()
    over: Over | None = None
    kind: str | None = None
    documents: tuple[str, ...] = ()
    days: tuple[Days, ...] = ()
    writers: tuple[frozenset[str], ...] = ()
    recipients: tuple[frozenset[str], ...] = ()
    either_way: bool = False
    content: tuple[str, ...] = ()
    both_ends: bool = False

    @property
    def whole(self) -> bool:
        return not self.content


def wanted_of(question: str, reading: Reading) -> Wanted | None:
    """What a question wants of the catalogue; None if it, or a part of it, asks for something else."""
    facts: set[Fact] = set()
    overs: list[Over] = []
    clauses = [clause for clause in map(str.strip, _CLAUSE_END.split(question)) if clause]
    for clause in clauses:
        found = {fact for fact, form in _FACTS if re.search(form, clause, re.IGNORECASE)}
        over = [one for one, form in _OVER if re.search(form, clause, re.IGNORECASE)]
        if not found and not over and _INTERROGATIVE.search(clause) and not _plain(clause):
            return None
        facts |= found
        overs += over
    if not facts and not overs:
        return None
    writers, recipients, either_way, unplaced = _parties(question, reading)
    content = (*unplaced, *_content(question, reading))
    chosen = _chosen(overs)
    if facts and content and reading.days and chosen in ("first", "last"):
        chosen = None  # "his answer of October 16 to your first private letter": another letter is the first
    elif chosen:
        known = frozenset().union(*(words for of, words in _OF_FACTS if facts & of))
        restricting = frozenset().union(*(words for _, words in _OF_FACTS), _NOT_OF_SEVERAL) - known
        content = (*unplaced, *_content(question, reading, restricting), *_restrictions(question, reading, chosen))
    return Wanted(
        facts=frozenset(facts),
        over=chosen,
        kind=next((kind for kind, form in _KINDS if re.search(form, question, re.IGNORECASE)), None),
        documents=tuple(dict.fromkeys(_DOCUMENT.findall(question))),
        days=reading.days,
        writers=writers,
        recipients=recipients,
        either_way=either_way,
        content=content,
        both_ends=chosen == "first" and "last" in overs,
    )


def _chosen(overs: Sequence[Over]) -> Over | None:
    """A count before all else, and the list of all only where neither the first nor the last is asked for."""
    return next((one for one in ("count", "first", "last", "list") if one in overs), None)


def _restrictions(question: str, reading: Reading, over: Over) -> Iterator[str]:
    """What else says which of the letters are meant, in a way that is not read: several kinds, open ends of time."""
    without_numbers = _UNDERSTOOD.sub(" ", _DOCUMENT.sub(" ", question))
    short = _LONG_KIND.sub(" ", without_numbers)
    kinds = {kind for kind, form in _KINDS if re.search(form, short, re.IGNORECASE)}
    kinds |= {kind for kind, form in _KINDS[:2] if re.search(form, without_numbers, re.IGNORECASE)}
    of_any_kind = kinds & {"letter", "message"} and re.search(r"\b(documents?|papers?)\b", short, re.IGNORECASE)
    if len(kinds) > 1 or of_any_kind:
        yield from sorted(kinds)
    if found := _RESTRICTED.search(question):
        yield found.group()
    if over == "count":
        if found := re.search(rf"\bhow many\b[^?.;]*\b({_FIRST}|{_LAST})\b", question, re.IGNORECASE):
            yield found[1]
    elif re.search(r"\bhow (many|often|long)\b", question, re.IGNORECASE):
        yield "how many"
    marked, spans = _with_days_marked(question, reading)
    if spans:
        marked, understood = _FROM_TO.subn(_SOME_DAYS, marked)
        if not understood:
            yield "from – to"
    if found := _OPEN_TIME.search(marked):
        yield found.group()


def _with_days_marked(question: str, reading: Reading) -> tuple[str, bool]:
    """The question with a sign for each of the days it names; whether some of them were read as a span."""
    words = {part for days in reading.days for part in days.words.split(" – ") if part}
    for part in sorted(words, key=len, reverse=True):
        question = re.sub(rf"{re.escape(part)}", _SOME_DAYS, question, flags=re.IGNORECASE)
    return question, any(" – " in days.words for days in reading.days)


def _plain(clause: str) -> bool:
    """Whether a clause that asks for nothing known here only goes on with what was asked: "and by whom", "when"."""
    return all(word.lower() in _PLAIN for word in _WORD.findall(clause))


def _content(question: str, reading: Reading, restricting: frozenset[str] | None = None) -> Iterator[str]:
    """The words that say something of what stands in the letters; that a time is before or after another is one.

    Args:
        restricting: where several letters are meant, words that say which, though plain of one.
    """
    rest = question
    plain = (_PLAIN | _PRONOUNS if reading.mentions else _PLAIN) - (restricting or frozenset())
    for mention in reading.mentions:
        rest = rest[: mention.start] + " " * (mention.end - mention.start) + rest[mention.end :]
    for part in [*(days.words for days in reading.days), *reading.volumes]:
        for words in part.split(" – "):
            rest = re.sub(re.escape(words), " ", rest, flags=re.IGNORECASE)
    rest = _LONG_KIND.sub(" ", _DOCUMENT.sub(" ", rest))
    if restricting is not None:
        rest = _UNDERSTOOD.sub(" ", rest)
    for match in _WORD.finditer(rest):
        word = match.group()
        if any(0 <= m.start - match.end() <= _NEAR and _belongs(word, m) for m in reading.mentions):
            continue
        initial = word.isupper() and word not in ("A", "I") and (restricting or rest[match.end() :][:1] != ".")
        if (initial or len(word) > 1 or word.isdigit()) and word.lower() not in plain:
            yield word


def _belongs(word: str, mention: Mention) -> bool:
    """Whether a word before a mention is an office or a given name of those whom it may mean."""
    given = (part for name in mention.names for part in _WORD.findall(name.lower()))
    return word.lower() in _OFFICE_WORDS or word.lower() in given


def _parties(
    question: str, reading: Reading
) -> tuple[tuple[frozenset[str], ...], tuple[frozenset[str], ...], bool, tuple[str, ...]]:
    """Who is meant as writer and who as recipient, one set of names a mention; whether either may have written to the
    other; and the mentions that are neither, or of which that cannot be told.
    """
    writers: list[Mention] = []
    recipients: list[Mention] = []
    unplaced: list[str] = []
    for mention in reading.mentions:
        wrote, received = mention.names <= reading.writers, mention.names <= reading.recipients
        if received and not wrote:
            recipients.append(mention)
        elif (wrote and not received) or _LETTERS_OF.search(question[: mention.start]):
            writers.append(mention)
        else:
            unplaced.append(question[mention.start : mention.end])
    marked, _ = _with_days_marked(question, reading)
    both_ways = _BETWEEN.search(re.sub(rf"\bbetween(?: \w+){{0,2}} {_SOME_DAYS}", " ", marked, flags=re.IGNORECASE))
    one_way = recipients and re.search(r"\bfrom\b", question, re.IGNORECASE)
    of_two = len(writers) == 2 and not recipients
    if both_ways and (of_two or not _CORRESPONDENCE.fullmatch(both_ways.group())):
        if one_way:
            return (), (), False, (both_ways.group(), *unplaced)
        both = sorted([*writers, *recipients], key=lambda mention: mention.start)
        if len(both) != 2:
            return (), (), False, ("between", *unplaced)
        return tuple(m.names for m in both), (), True, tuple(unplaced)
    if _RECEIVED.search(question) and not recipients:
        from_before = [m for m in writers if re.search(r"\b(from|by)\b[\w\s]{0,20}$", question[: m.start])]
        writers, recipients = from_before, [m for m in writers if m not in from_before]
    for some in (writers, recipients):
        for one, other in pairwise(some):
            if not re.search(r"\b(or|and)\b", question[one.end : other.start]):
                unplaced.append(question[other.start : other.end])
    return tuple(m.names for m in writers), tuple(m.names for m in recipients), False, tuple(unplaced)
