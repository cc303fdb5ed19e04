"""Note marks that are fused to the word before, recovered by counting.

The list of notes says how many marks there are; they come in order, each once. Of all ways to place them so, the most
plausible is taken.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from qa_service.dating import MONTHS

HEADING_MARK = re.compile(r"(?<=\S)\s1$|(?<=\S)(?<!\D(?:1[5-9]|20)\d)1$")
"""The mark of a note to the heading; of "1961" the last digit is none, of "19611" it is."""
_SEEN = 80
"""How many characters on either side of a number are looked at."""
SURE = 1.0
"""From this weight on a mark is not worth a word in the report."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where a note's number could be its mark: `text[start:end]`, more plausible with a higher weight."""

    start: int
    end: int
    weight: float


def place_marks(heading: str, body: str, numbers: list[str]) -> tuple[str, dict[str, Mark | None]]:
    """The title without its mark, and where each note's mark stands in the body (None: in the heading)."""
    in_heading = HEADING_MARK.search(heading)
    marks: dict[str, Mark | None] = {}
    if in_heading and numbers[:1] == ["1"]:
        heading, marks = heading[: in_heading.start()], {"1": None}
    remaining = [number for number in numbers if number not in marks]
    marks.update(_best_order([(number, candidates(body, number)) for number in remaining]))
    return heading, marks


def candidates(text: str, number: str) -> list[Mark]:
    """Every place where the digits of a note's number end a word, or stand alone at the end of a line.

    What follows must not go on with the number; only the next note's mark may ("safety2,3").
    """
    following = rf"(?!\d|\.\d|\w|[%’']|,(?!{int(number) + 1}(?!\d))\d)"
    found = []
    for match in re.finditer(rf"(?:(?<=\S)|(?<=\S[ ])){number}{following}", text):
        before, after = text[max(0, match.start() - _SEEN) : match.start()], text[match.end() : match.end() + _SEEN]
        weight = _plausibility(before, number, after)
        if weight:
            found.append(Mark(match.start(), match.end(), weight))
    return found


def _plausibility(before: str, number: str, after: str) -> float:
    """How likely a number that follows `before` is a note's mark; 0 if it cannot be one."""
    ends_line = re.match(r"[ \t]*(?:\n|$)", after) is not None
    if re.search(r"\[(?:Page )?\d*$", before):
        return 0  # of a page mark, or of what the editors say they left out
    if before[-1].isspace():
        return 1.5 if ends_line else 0
    if before[-1].isdigit():
        return _plausibility_after_digits(before, number)
    if before[-1] in "-–—$£#/(" or re.search(r"\d:$", before):
        return 0.05
    if re.search(r"\d\.$", before):
        return 2 if ends_line or re.match(r"\s+[A-Z“\"]", after) else 0.25
    return 2 if re.search(r"\d,$", before) else 3


def _plausibility_after_digits(before: str, number: str) -> float:
    """Of "19812" and "January 262", but hardly of "April 22" or "1952": there the digits together are a day, a year."""
    if re.search(r"(?<!\d)(?:1[5-9]|20)\d\d$", before):
        return 2
    day = re.search(rf"(?:{'|'.join(MONTHS)})\s+(\d{{1,2}})$", before)
    if day and 1 <= int(day.group(1)) <= 31:
        return 2 if int(day.group(1) + number) > 31 else 0.05
    return 0.05 if re.search(rf"(?<!\d)(?:1[5-9]|20)\d{{{2 - len(number)}}}$", before) and len(number) < 3 else 0.2


@dataclass(frozen=True, slots=True)
class _Chain:
    """Marks in rising order, ending with this one: their weight in all, where the last ends, and those before it."""

    weight: float
    end: int
    number: str = ""
    mark: Mark | None = None
    before: "_Chain | None" = None

    def marks(self) -> dict[str, Mark]:
        found, chain = {}, self
        while chain.mark and chain.before:
            found[chain.number] = chain.mark
            chain = chain.before
        return found


def _best_order(candidates: list[tuple[str, list[Mark]]]) -> dict[str, Mark]:
    """One mark a note, in rising order, with the greatest weight in all; a note may go without if none fits.

    Of the chains that end no later than another only the heaviest are kept, so that the best one for a mark is found
    by its place alone.
    """
    chains = [_Chain(0.0, 0)]
    for number, marks in candidates:
        grown = []
        for mark in marks:
            best = chains[bisect_right(chains, mark.start, key=lambda chain: chain.end) - 1]
            grown.append(_Chain(best.weight + mark.weight + 10, mark.end, number, mark, best))
        chains = _undominated([*chains, *grown])
    return chains[-1].marks()


def _undominated(chains: list[_Chain]) -> list[_Chain]:
    kept: list[_Chain] = []
    for chain in sorted(chains, key=lambda chain: (chain.end, -chain.weight)):
        if not kept or chain.weight > kept[-1].weight:
            kept.append(chain)
    return kept
