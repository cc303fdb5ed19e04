"""Where the words of a quotation stand in a text."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qa_service.citation_check.damage import INVISIBLE, agree, mapped_skeleton, plain, printed_skeleton
from qa_service.citation_check.findings import Tolerance
from qa_service.citation_check.wordings import GapKind, Segment, Wording
from qa_service.texts import Span

LONGEST_GAP: dict[GapKind, int] = {"omission": 2000, "insertion": 60}
"""Characters of print that an ellipsis, or words in square brackets, may stand for."""
_PLACES_A_COMPARISON = 30
"""What comparing two texts costs, beside looking at a place."""
_TAIL = 40
"""Characters that the marks at the end of a segment may take in print."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quotation stands, and in what it differs from the print."""

    span: Span
    tolerated: frozenset[Tolerance]


@dataclass(slots=True)
class Work:
    """How much comparing may still be done, in places looked at: a text made to be slow is given up, not waited for."""

    left: int = 1_000_000

    @property
    def is_done(self) -> bool:
        return self.left <= 0


def matches(wording: Wording, words: str, text: str, is_word: Callable[[str], bool], work: Work) -> list[Match]:
    """All places of a text where a quotation stands, read in one way; `words` are the quotation itself."""
    flat = printed_skeleton(text)
    if any(segment.skeleton not in flat for segment in wording.segments):
        return []  # most texts, told without looking at single characters
    reached: list[Match] = []
    for number, segment in enumerate(wording.segments):
        places = list(_places(segment, text, is_word, work))
        reached = _linked(reached, places, segment.gap, text) if number else places
        if not reached or work.is_done:
            return []
    nearest: dict[int, Match] = {}
    for match in reached:
        nearest.setdefault(match.span.start, match)
    return [_closed(match, wording.closing, words, text) for match in nearest.values()]


def _linked(before: list[Match], after: list[Match], gap: GapKind, text: str) -> list[Match]:
    """Each place of a segment joined to the nearest end of what comes before it, if that is near enough."""
    before = sorted(before, key=lambda match: match.span.end)
    ends = [match.span.end for match in before]
    linked = []
    for match in after:
        at = bisect_right(ends, match.span.start) - 1
        if at < 0 or match.span.start - ends[at] > LONGEST_GAP[gap]:
            continue
        left_out = re.search(r"\w", text[ends[at] : match.span.start])
        marks: set[Tolerance] = {gap} if gap == "insertion" or left_out else set()
        span = Span(before[at].span.start, match.span.end)
        linked.append(Match(span, before[at].tolerated | match.tolerated | marks))
    return linked


def _places(segment: Segment, text: str, is_word: Callable[[str], bool], work: Work) -> Iterator[Match]:
    flat, offsets = mapped_skeleton(text)
    at = flat.find(segment.skeleton)
    while at >= 0 and not work.is_done:
        work.left -= 1
        start, last = offsets[at], offsets[at + len(segment.skeleton) - 1]
        halved = at > 0 and offsets[at - 1] == start
        if not halved and (segment.joined_before or not in_word_before(text, start)):
            work.left -= _PLACES_A_COMPARISON + len(segment.text) // 2
            found = _compared(segment, text, start, last, is_word)
            if found:
                yield found
        at = flat.find(segment.skeleton, at + 1)


def _compared(segment: Segment, text: str, start: int, last: int, is_word: Callable[[str], bool]) -> Match | None:
    printed, offsets = plain(text[start : last + 1 + _TAIL])
    agreement = agree(segment.text, printed, breaks=segment.breaks, free=segment.free, is_word=is_word)
    if agreement is None:
        return None
    end = start + offsets[agreement.end - 1] + 1
    while end < len(text) and unicodedata.combining(text[end]) and agreement.end == len(printed):
        end += 1
    if not segment.joined_after and in_word_after(text, end):
        return None
    if segment.lead:
        start = _with_lead(segment.lead, text, start)
        if start < 0:
            return None
    tolerated: set[Tolerance] = set()
    if agreement.ocr:
        tolerated.add("ocr")
    if agreement.first_letter:
        tolerated.add("first_letter")
    return Match(Span(start, end), frozenset(tolerated))


def _with_lead(lead: str, text: str, start: int) -> int:
    """Where the marks before a segment begin in print; -1 if others stand there."""
    since = max(0, start - len(lead) - _TAIL)
    before, offsets = plain(text[since:start])
    before = before.rstrip(" '-")
    return since + offsets[len(before) - len(lead)] if before.endswith(lead) else -1


def _closed(match: Match, closing: str, words: str, text: str) -> Match:
    """The match with the marks that close the quotation, as far as they are printed there."""
    printed, offsets = plain(text[match.span.end : match.span.end + _TAIL])
    taken = 0
    while taken < min(len(closing), len(printed)) and closing[taken] == printed[taken]:
        taken += 1
    end = match.span.end + offsets[taken - 1] + 1 if taken else match.span.end
    tolerated = set(match.tolerated)
    if re.search(r"[.,]", closing[taken:]):
        tolerated.add("closing_mark")
    span = Span(match.span.start, end)
    if not tolerated and span.of(text) != words:
        tolerated.add("typography")
    return Match(span, frozenset(tolerated))


def in_word_before(text: str, start: int) -> bool:
    """Whether a quotation that begins here begins inside a word or a number ("site" of "on-site", "840" of "1,840")."""
    at = start - 1
    while at >= 0 and text[at] in INVISIBLE:
        at -= 1
    before, further = text[at : at + 1] if at >= 0 else "", text[at - 1 : at] if at > 0 else ""
    return _holds_together(before, further, text[start : start + 1])


def in_word_after(text: str, end: int) -> bool:
    """Whether a quotation that ends here ends inside a word or a number ("can" of "can’t", "1" of "1,840")."""
    at = end
    while at < len(text) and text[at] in INVISIBLE:
        at += 1
    return _holds_together(text[at : at + 1], text[at + 1 : at + 2], text[end - 1 : end])


def _holds_together(mark: str, further: str, edge: str) -> bool:
    """Whether `edge` (inside the quotation) and what stands outside it, nearest first, are of one word."""
    if not mark or not (edge.isalnum() or unicodedata.combining(edge)):
        return False
    if mark.isalnum() or unicodedata.combining(mark):
        return True
    if mark in "'’" and further:
        return edge.isalpha() and further.isalpha()
    if mark in "-‐‑" and further:
        return further.isalnum()
    return mark in ".," and edge.isdigit() and further.isdigit()
