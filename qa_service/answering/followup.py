"""A question asked in a conversation, made understandable without it; by rules, with no model.

What a follow-up leaves out mostly stands in the question before it, in the beginning of its answer, or in the letter
just spoken of. It is searched for both as it was asked and with those words before it, so that neither can drown the
other; letters that may answer the one spoken of count more where their answer is asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_service.dialogue import Filters, Focus, Question, Turn
from qa_service.embedding import Embedder
from qa_service.library.builds import Build
from qa_service.retrieval.query import content_words, names_in
from qa_service.retrieval.reading import Reading
from qa_service.retrieval.retriever import retrieve
from qa_service.texts import LetterRef, header_line

_ANSWER_WORDS = 40
"""So much of the earlier answer is searched for along with a follow-up: more would drown it."""
_POINTS_BACK = re.compile(
    r"\b(he|him|his|she|her|hers|they|them|their|theirs|it|its|this|these|those|that|there|then|same|former|latter"
    r"|the other|both sides|the reply|the answer|that letter)\b|^\s*(and|but|so|why|how come|what about|or)\b",
    re.IGNORECASE,
)
_ASKS_FOR_THE_REPLY = re.compile(
    r"\b(answer(ed|s)?|repl(y|ied|ies)|respon[ds]\w*|response|c[ao]me back|comeback|wr[oi]te back|written back|react\w*"
    r"|agree[ds]?|accept\w*|refuse[ds]?|reject\w*|go along|went along|other side|ma[dk]e of (it|that|this)|in return"
    r"|suit)\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"\b(he|him|his|she|her|hers|they|them|their|theirs|that letter|the (reply|answer))\b", re.IGNORECASE
)
_LITTLE = 2
"""So few words of its own cannot make up for a pronoun that points nowhere."""
_SHORT = 7
"""A question of fewer words of its own, without a name, leans on what was said before."""


def understand(asked: str, turns: Sequence[Turn], filters: Filters, build: Build, embedder: Embedder) -> Question:
    """The question with what the conversation, oldest turn first, adds to it; alone if it leaves nothing out."""
    if not turns or not leans_back(asked):
        return Question(asked, asked, filters)
    before = turns[-1]
    context = f"{before.question} {_beginning(before.answer)}"
    focus = _focus(before, context, filters, build, embedder)
    letter = build.catalogue.letter(focus) if focus else None
    standalone = "; ".join([before.question.rstrip(), *([header_line(letter)] if letter else [])])
    return Question(
        asked,
        f"{asked} (after: {standalone})",
        filters,
        context,
        Focus(focus, bool(_ASKS_FOR_THE_REPLY.search(asked))) if focus else None,
    )


def is_unclear(question: Question, reading: Reading) -> bool:
    """Whether a question that begins a conversation says nothing to look for, or speaks of somebody or something as if
    it had been named before.
    """
    asked = question.clear
    words = content_words(asked)
    if question.context or question.rewritten or reading.mentions or reading.days or reading.documents:
        return False
    if not any(any(character.isalpha() for character in word) for word in words):
        return True
    return len(words) <= _LITTLE and not names_in(asked) and bool(_SOMEBODY.search(asked))


def leans_back(asked: str) -> bool:
    """Whether a question cannot be understood alone, as far as its words tell: it points back, or is short and names
    nobody and nothing.
    """
    if _POINTS_BACK.search(asked):
        return True
    return not names_in(asked) and len(content_words(asked)) < _SHORT


def _focus(before: Turn, context: str, filters: Filters, build: Build, embedder: Embedder) -> LetterRef | None:
    """The letter just spoken of: of those that the answer cited, or of all, the one that its words find first."""
    cited = tuple(str(ref) for ref in before.letters if ref in build.outline.places)  # others have been removed since
    if len(cited) == 1:
        return LetterRef.parse(cited[0])
    within = replace(filters, letters=cited) if cited else filters
    found = retrieve(Question(context, context, within), build, embedder, limit=1).hits
    return found[0].letter.ref if found else None


def _beginning(answer: str) -> str:
    return " ".join(answer.split()[:_ANSWER_WORDS])
