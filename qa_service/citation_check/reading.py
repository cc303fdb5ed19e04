"""From a pasted text to what is to be checked: its quotations, each with the place it is cited to, and other citations.

A quotation belongs to the nearest citation, or mark of a numbered note, after it in its paragraph; else to the nearest
citation before it there. Fewer than three words are a quotation only if
a citation or a note number follows at once. A text that quotes and cites nothing is one quotation as a whole.
"""

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence

from qa_service.citation_check.citations import Citation, citations_in
from qa_service.citation_check.findings import Read
from qa_service.citation_check.layout import RAISED, Layout, layout_of, trimmed
from qa_service.citation_check.quotation_marks import quotations_in
from qa_service.citation_check.volume_names import VolumeNames
from qa_service.texts import Span

_FEWEST_WORDS = 3
_FEWEST_WORDS_OF_A_BLOCK = 6
_QUOTED_LINE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_NEW_LINE = re.compile(r"(\n\s*)([“„«\"‘]?)")
_WORD = re.compile(r"\w+")
_AT_ONCE = re.compile(r"[\s,.;:'’”\"»(\[—–-]{0,6}(?:(?:in|at|see|from)\s)?")
_ENDING = re.compile(r"[\s.,;)\]]*")
_OPENING = re.compile(r"(?:[(\[—–]|\n)\s?(?:(?:[Ss]ee|[Ii]n|[Ff]rom|[Ss]ource:)\s)?$")


def read(text: str, names: VolumeNames, titles: Container[str] = ()) -> list[Read]:
    """What a pasted text quotes and cites, in order of appearance.

    Args:
        titles: those of the loaded letters, as `title_words` gives them; a title between quotation marks, as notes have
            it, is no quotation.
    """
    layout = layout_of(text)
    quotations = [one for one in _quotations(layout, names) if title_words(one.of(text)) not in titles]
    citations = citations_in(text, names, layout.paragraphs, without=quotations)
    quotations = [quotation for quotation in quotations if _counts(quotation, layout, citations)]
    citations = citations_in(text, names, layout.paragraphs, without=quotations)
    if not (quotations or citations):
        whole = trimmed(text, Span(0, len(text)))
        return [Read("quotation", whole, _words(whole.of(text)), None)] if _WORD.search(text) else []
    belonging = [_citation_of(quotation, layout, citations) for quotation in quotations]
    found = [
        Read("quotation", quotation, _words(quotation.of(text)), citation.cited if citation else None)
        for quotation, citation in zip(quotations, belonging, strict=True)
    ]
    taken = {citation.span for citation in belonging if citation}
    found += [
        Read(citation.kind, citation.span, citation.span.of(text), citation.cited)
        for citation in citations
        if citation.span not in taken and (citation.cited.names_a_letter or citation.cited.volumes)
    ]
    return sorted(found, key=lambda one: one.span)


def title_words(title: str) -> str:
    """The words of a title, whatever its typography."""
    return " ".join(_WORD.findall(title.casefold()))


def _quotations(layout: Layout, names: VolumeNames) -> list[Span]:
    """Block quotations without the citation that ends them, and what stands between marks elsewhere."""
    text, blocks = layout.text, list(_blocks(layout))
    starts = {block.start for block in blocks}
    marked = quotations_in(text, [one for one in layout.paragraphs if one.start not in starts])
    citations = citations_in(text, names, blocks)
    blocks = [_without_its_citation(layout, block, _within(block, citations)) for block in blocks]
    return sorted([trimmed(text, span) for span in marked] + blocks)


def _blocks(layout: Layout) -> Iterator[Span]:
    """Block quotations: lines marked ">", and a paragraph after one that ends with a colon."""
    text, numbered = layout.text, {note.span for note in layout.notes}
    for before, paragraph in zip([None, *layout.paragraphs], layout.paragraphs, strict=False):
        if text.startswith(">", paragraph.start):
            yield paragraph
        elif before and paragraph not in numbered and text[before.end - 1] == ":":
            inside = sum(len(span.of(text).split()) for span in quotations_in(text, [paragraph]))
            words = len(paragraph.of(text).split())
            if words >= _FEWEST_WORDS_OF_A_BLOCK and inside * 2 < words:
                yield paragraph


def _without_its_citation(layout: Layout, block: Span, citations: Sequence[Citation]) -> Span:
    """A block up to the citation in brackets, after a dash or on a line of its own, or the note mark, that ends it."""
    text, end = layout.text, block.end
    for citation in reversed(citations):
        if block.start < citation.span.start and _ENDING.fullmatch(text, citation.span.end, end):
            end = citation.span.start
    before = _OPENING.search(text, max(block.start, end - 40), end)
    kept = trimmed(text, Span(block.start, before.start())) if before and end < block.end else block
    mark = layout.mark_that_ends(kept)
    return trimmed(text, Span(block.start, mark.start)) if mark else kept


def _counts(quotation: Span, layout: Layout, citations: Sequence[Citation]) -> bool:
    """Whether it is long enough, or cited at once."""
    words = len(_WORD.findall(quotation.of(layout.text)))
    if words >= _FEWEST_WORDS or not words:
        return bool(words)
    if layout.is_marked_at_once(quotation):
        return True
    at_once = _AT_ONCE.match(layout.text, quotation.end)
    place = bisect_left(citations, quotation.end, key=lambda one: one.span.start)
    return place < len(citations) and at_once is not None and citations[place].span.start <= at_once.end()


def _citation_of(quotation: Span, layout: Layout, citations: Sequence[Citation]) -> Citation | None:
    """The citation that a quotation belongs to."""
    first, last = map(layout.paragraph_number, (quotation.start, quotation.end))
    end = layout.paragraphs[last].end
    here = _within(Span(layout.paragraphs[first].start, end), citations)
    place = bisect_left(here, quotation.end, key=lambda one: one.span.start)
    after = here[place] if place < len(here) else None
    if note := layout.note_marked(Span(quotation.end, after.span.start if after else end)):
        return next(iter(_within(note.span, citations)), None)
    if here:
        return after or here[-1]
    return _citation_around(quotation, layout, first, citations)


def _citation_around(quotation: Span, layout: Layout, place: int, citations: Sequence[Citation]) -> Citation | None:
    """A block quotation is a paragraph of its own: its citation may begin the next one, or stand before the colon."""
    paragraphs = layout.paragraphs
    if quotation.start != paragraphs[place].start:
        return None
    following = _within(paragraphs[place + 1], citations) if place + 1 < len(paragraphs) else ()
    if following and following[0].span.start <= paragraphs[place + 1].start + 3:
        return following[0]
    if place and layout.text[paragraphs[place - 1].end - 1] == ":":
        before = _within(paragraphs[place - 1], citations)
        return before[-1] if before else None
    return None


def _within(area: Span, citations: Sequence[Citation]) -> Sequence[Citation]:
    """The citations that begin in a part of the text."""
    first = bisect_left(citations, area.start, key=lambda one: one.span.start)
    return citations[first : bisect_left(citations, area.end, key=lambda one: one.span.start)]


def _words(quoted: str) -> str:
    """What is to be looked for: without the marks of quoted lines, raised note numbers, and marks that only say that a
    quotation goes on.
    """
    words = re.sub(rf"[{RAISED}]+", "", _QUOTED_LINE.sub("", quoted))
    return _NEW_LINE.sub(lambda match: match[1] if match[1].count("\n") > 1 else match[0], words)
