"""The quote gate: a claim passes only if its quotation really stands where it is said to stand.

Strict after folding: runs of blanks, kinds of quotation marks and kinds of dashes count as equal, soft hyphens as
nothing; an ellipsis parts a quotation into segments that must follow each other in order. No word may differ, not
even in case, and a quotation begins and ends at the edges of words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa_service.dialogue import Citation, Claim, DraftClaim, Rejection
from qa_service.texts import Letter, Passage, Span

_MARKS = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′`", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_DROPPED = "\u00ad\u200b\u2060\ufeff"
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.\s*\.\s*\.|…)\s*\]|\.\s?\.\s?\.(?:\s?\.)?|…)\s*")


_LONGEST_OMISSION = 2000
"""Characters that an ellipsis may stand for; further apart, two passages are two quotations."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The claims that passed, in order, and those that did not."""

    claims: tuple[Claim, ...]
    rejected: tuple[Rejection, ...]


def check_claims(
    drafts: Sequence[DraftClaim], evidence: Mapping[str, Passage], letters: Mapping[object, Letter]
) -> Checked:
    """Let through the claims whose quotations stand in the texts of their passages' letters or notes."""
    checked = [check_claim(draft, evidence, letters) for draft in drafts]
    return Checked(
        tuple(one for one in checked if isinstance(one, Claim)),
        tuple(one for one in checked if isinstance(one, Rejection)),
    )


def check_claim(
    draft: DraftClaim, evidence: Mapping[str, Passage], letters: Mapping[object, Letter]
) -> Claim | Rejection:
    """The claim with its citations, or why it is none: each of its quotations must be found.

    Args:
        evidence: the passages by the keys that drafts may name.
        letters: the passages' letters by LetterRef.
    """
    citations = []
    for one in draft.quotes:
        passage = evidence.get(one.key)
        if passage is None:
            return Rejection(draft, f"no passage {one.key!r} was given")
        citation = cite(one.quote, passage, letters[passage.ref])
        if citation is None:
            return Rejection(draft, f"the quotation {one.quote!r} does not stand in the passage {one.key!r}")
        citations.append(citation)
    if not citations:
        return Rejection(draft, "it rests on no quotation")
    return Claim(draft.text, tuple(dict.fromkeys(citations)), draft.lead)


def cite(quote: str, passage: Passage, letter: Letter) -> Citation | None:
    """The citation for a quotation said to stand in a passage, or None if its letter or note does not hold it.

    Looked for in the passage first, then in the rest of the same text, because a quotation may run past a passage's
    end.
    """
    note = letter.note(passage.note) if passage.note is not None else None
    text = note.text if note else letter.text
    span = find_quote(quote, text, near=passage.span)
    if span is None:
        return None
    page = letter.page_of_note(note) if note else None
    pages = (page,) if page else () if note else letter.pages_of(span)
    return Citation(letter, note, span, span.of(text), pages)


def find_quote(quote: str, text: str, near: Span | None = None) -> Span | None:
    """Where a quotation stands in a text, by the rules above; None if it does not, or holds no word.

    Word for word first, because letters hold ellipses of their own; only then are its ellipses taken for the quoter's.

    Args:
        near: prefer an occurrence that overlaps this part of the text; else the first one.
    """
    if near and (verbatim := _verbatim(quote, text, near)):
        return verbatim
    folded, offsets = fold(text)
    for segments in ([quote], _ELLIPSIS.split(quote)):
        parts = [part for part in (fold(segment)[0].strip() for segment in segments) if re.search(r"\w", part)]
        spans = list(_occurrences(parts, folded, offsets)) if parts else []
        overlapping = [span for span in spans if near and span.overlaps(near)]
        if spans:
            return (overlapping or spans)[0]
    return None


def _verbatim(quote: str, text: str, near: Span) -> Span | None:
    """Where a quotation stands just as it is, overlapping a part of the text: the common case, without folding."""
    if not re.search(r"\w", quote):
        return None
    start = text.find(quote, max(0, near.start - len(quote) + 1), near.end + len(quote) - 1)
    end = start + len(quote)
    if start < 0 or (_in_word(text, start) or _in_word(text, end)):
        return None
    return Span(start, end)


def _in_word(text: str, offset: int) -> bool:
    return bool(re.match(r"\w\w", text[offset - 1 : offset + 1])) if offset else False


@lru_cache(maxsize=128)
def fold(text: str) -> tuple[str, Sequence[int]]:
    """A text with its typography folded, and for each of its characters the offset it came from. The last ones are
    kept, because an answer mostly quotes the same letter several times.
    """
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character in _DROPPED:
            continue
        if character.isspace():
            if characters and characters[-1] == " ":
                continue
            character = " "
        characters.append(_MARKS.get(character, character))
        offsets.append(offset)
    return "".join(characters), tuple(offsets)


def _occurrences(parts: list[str], folded: str, offsets: Sequence[int]) -> Iterator[Span]:
    """Every place where the parts follow each other, none further from the one before than an ellipsis may reach.

    A place that holds a shorter one is not given: of two beginnings, the one nearer to what follows is meant.
    """
    first, *others = parts
    starts = _places(first, folded, 0)
    for number, (start, end) in enumerate(starts):
        for part in others:
            following = next(iter(_places(part, folded, end)), None)
            if following is None or following[0] - end > _LONGEST_OMISSION:
                break
            end = following[1]
        else:
            if not others or number + 1 == len(starts) or starts[number + 1][0] >= end:
                yield Span(offsets[start], offsets[end - 1] + 1)


def _places(segment: str, folded: str, start: int) -> list[tuple[int, int]]:
    """Where a segment stands as whole words, from `start` on."""
    before = r"(?<!\w)" if re.match(r"\w", segment) else ""
    after = r"(?!\w)" if re.search(r"\w$", segment) else ""
    pattern = re.compile(before + re.escape(segment) + after)
    return [match.span() for match in pattern.finditer(folded, start)]
