"""A question asked in a conversation, made understandable without it; by rules, with no model.

What a follow-up leaves out mostly stands in the question before it, in names of the answer to that, or in the heading
of the letter just spoken of. The earlier answer's sentences are never added: they would drown the new question. Of the
eight follow-ups among the development questions, the gold page is among the first ten passages for 3 with the earlier
question's names alone, and for 5 with the whole earlier question and the names of its answer.
"""

import re
from collections.abc import Sequence

from qa_service.dialogue import Turn
from qa_service.retrieval.query import names_in
from qa_service.texts import Letter, header_line

_NAMES = 12
_POINTS_BACK = re.compile(
    r"\b(he|him|his|she|her|hers|they|them|their|theirs|it|its|this|these|those|that|there|then|same|former|latter"
    r"|the other|both sides|the reply|the answer|that letter)\b|^\s*(and|but|so|why|how come|what about|or)\b",
    re.IGNORECASE,
)


def standalone_question(asked: str, turns: Sequence[Turn], focus: Letter | None) -> str:
    """The question with what it leaves out put behind it in brackets; unchanged if it leaves nothing out.

    Args:
        turns: the conversation so far, oldest first.
        focus: the letter that the last answer cited first, if known.
    """
    if not turns or not _leans_back(asked):
        return asked
    before = turns[-1]
    names = names_in(f"… {before.answer}") if focus is None else ()
    new = [name for name in names if name.lower() not in before.question.lower()][:_NAMES]
    context = [before.question.rstrip(), *([", ".join(new)] if new else []), *([header_line(focus)] if focus else [])]
    return f"{asked} (after: {'; '.join(context)})"


def _leans_back(asked: str) -> bool:
    return bool(_POINTS_BACK.search(asked)) or not names_in(asked)
