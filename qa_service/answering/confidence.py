"""How sure an answer is that these letters answer the question: a probability, from what can be told in words.

Names and numbers of the question that the best letters lack, days that it names of which there is no letter, and over
how many letters the best passages are scattered. A logistic function of these was fitted on 350 questions over eight
volumes and the invented sample, 30 of them near misses made for it alone; `evals.confidence_fit` fits it anew on those
that are kept, which gives nearly the same. A question most of whose words stand in none of the letters is about
something else; that part is set by hand. Nearness, coverage of words, kinds of answer and margins were tried as well,
and tell nothing that holds from one set of questions to the next: questions that the letters only seem to answer use
the letters' own words more than those that they do answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa_service.dialogue import Hit
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.days import Days

PASSAGES_READ = 5
"""Passages whose letters are counted."""
ANSWER_FROM = 0.63
"""From here on the passages are called an answer."""
DECLINE_BELOW = 0.53
"""Below this nothing is claimed; in between, the closest passages are shown and called so."""
OF_THE_CATALOGUE = 0.9
"""An answer from the catalogue is right unless the question was misread; not fitted."""

_START, _LACKED, _NO_LETTER_OF_THESE_DAYS, _LETTER = 2.6, -0.6, -2.4, -0.35
_ABOUT_SOMETHING_ELSE = -3.0
_MOST_WORDS = 0.6


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a question's chances: names lacked (0 to 4), days without a letter, how many words say what it
    is about, and how many of them stand nowhere.
    """

    lacked: int = 0
    no_letter_of_its_days: bool = False
    words: int = 0
    unmatched: int = 0

    @property
    def about_something_else(self) -> bool:
        """Whether most of its words stand nowhere, or all but one."""
        known = self.words - self.unmatched
        return self.unmatched > 0 and (known <= 1 or self.unmatched >= _MOST_WORDS * self.words)


def confidence(signs: Signs, hits: Sequence[Hit]) -> float:
    """The chance that the best of the hits answer, 0 to 1; 0 without hits."""
    if not hits:
        return 0.0
    logit = _START + _LACKED * signs.lacked + _LETTER * len({hit.letter.ref for hit in hits[:PASSAGES_READ]})
    if signs.no_letter_of_its_days:
        logit += _NO_LETTER_OF_THESE_DAYS
    if signs.about_something_else:
        logit += _ABOUT_SOMETHING_ELSE
    return 1 / (1 + math.exp(-logit))


def any_letter_of(days: Sequence[Days], letters: Sequence[LetterFacts]) -> bool:
    """Whether a letter may be of one of these days."""
    return any(
        one.overlaps(letter.first, letter.last) for letter in letters if letter.first and letter.last for one in days
    )
