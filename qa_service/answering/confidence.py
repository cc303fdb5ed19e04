"""How sure an answer is that it cites a right page: a probability, from three things that can be told in words.

Names of the question that stand nowhere in the letters, days that it names of which there is no letter, and over how
many letters the best passages are scattered. A logistic function of these was fitted on 290 questions over eight
volumes and the invented sample. Nearness, coverage of words, agreement of the two searches and margins were tried as
well, and tell nothing: questions that the letters only seem to answer use the letters' words more than those that
they do answer, which are mostly paraphrased.
"""

import math
from collections.abc import Sequence

from qa_service.dialogue import Hit
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.days import Days

READ = 12
"""Passages whose letters are counted."""
ANSWER_FROM = 0.4
"""From here on the passages are called an answer."""
DECLINE_BELOW = 0.3
"""Below this nothing is claimed; in between, the closest passages are shown and called so."""

_START, _ABSENT_NAME, _NO_LETTER_OF_THESE_DAYS, _LETTER = 2.2, -1.5, -2.3, -0.3
_NAMES_COUNTED = 2


def confidence(
    unmatched: Sequence[str], days: Sequence[Days], hits: Sequence[Hit], letters: Sequence[LetterFacts]
) -> float:
    """The chance that the best of the hits answer, 0 to 1; 0 without hits.

    Args:
        unmatched: the question's words that stand nowhere.
        days: those that the question names.
        letters: all that were searched.
    """
    if not hits:
        return 0.0
    absent = min(_NAMES_COUNTED, sum(word[:1].isupper() for word in unmatched))
    scattered = len({hit.letter.ref for hit in hits[:READ]})
    logit = _START + _ABSENT_NAME * absent + _LETTER * scattered
    if days and not any_letter_of(days, letters):
        logit += _NO_LETTER_OF_THESE_DAYS
    return 1 / (1 + math.exp(-logit))


def any_letter_of(days: Sequence[Days], letters: Sequence[LetterFacts]) -> bool:
    """Whether a letter may be of one of these days."""
    return any(
        one.overlaps(letter.first, letter.last) for letter in letters if letter.first and letter.last for one in days
    )
