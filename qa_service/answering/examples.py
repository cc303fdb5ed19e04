"""Examples of questions to begin with, which these letters really answer: each has been asked before it is shown."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from weakref import WeakKeyDictionary

from qa_service.answering.example_questions import Candidate, candidates_of
from qa_service.dialogue import Answer
from qa_service.library.builds import Build
from qa_service.texts import LetterRef

SHOWN = 4


@dataclass(frozen=True, slots=True)
class Example:
    """A question that is answered, and the letter it is about; None where it is about several."""

    question: str
    letter: LetterRef | None


_KNOWN: WeakKeyDictionary[Build, tuple[Example, ...]] = WeakKeyDictionary()
_ASKING = threading.Lock()


def examples_of(build: Build, ask: Callable[[str], Answer]) -> tuple[Example, ...]:
    """At most `SHOWN` examples; asked once for each build, and kept as long. Whoever comes meanwhile gets none, so that
    nobody waits. Raises: what `ask` raises.
    """
    known = _KNOWN.get(build)
    if known is not None or not _ASKING.acquire(blocking=False):
        return known or ()
    try:
        if build not in _KNOWN:
            _KNOWN[build] = _asked(build, ask)
        return _KNOWN[build]
    finally:
        _ASKING.release()


def _asked(build: Build, ask: Callable[[str], Answer]) -> tuple[Example, ...]:
    """One of each kind that is answered, no two about the same letter; then of any kind, until there are enough."""
    kinds = candidates_of(build)
    shown: dict[int, list[Candidate]] = {kind: [] for kind in range(len(kinds))}
    tried: set[str] = set()
    for once in (True, False):
        for row in zip_longest(*kinds):
            for kind, one in enumerate(row):
                chosen = [other for some in shown.values() for other in some]
                if one is None or len(chosen) == SHOWN or one.question in tried or (once and shown[kind]):
                    continue
                if any(set(one.letters) == set(other.letters) for other in chosen):
                    continue
                tried.add(one.question)
                if _is_answered(one, ask(one.question)):
                    shown[kind].append(one)
    return tuple(
        Example(one.question, one.letters[0] if len(one.letters) == 1 else None)
        for some in shown.values()
        for one in some
    )


def _is_answered(one: Candidate, answer: Answer) -> bool:
    cited = {citation.letter.ref for citation in answer.citations}
    return answer.outcome == "answered" and cited.issuperset(one.letters)
