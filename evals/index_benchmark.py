"""The editors' index as a benchmark that nobody here wrote.

A back-of-book index says on which pages a matter stands, in words that its editors chose for readers who look things
up. Each of its lines becomes a case: the phrase is searched for, and the pages (in newer volumes the documents) are
gold. The library that is searched must have been made without the index, which otherwise is part of what is searched.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from qa_service.apparatus import Apparatus
from qa_service.dialogue import Filters, Hit, Question
from qa_service.library.catalogue import Catalogue

KS = (1, 5, 10, 20)

Search = Callable[[Question, int], Sequence[Hit]]
"""The hits for a question, best first, at most so many."""


@dataclass(frozen=True, slots=True)
class IndexCase:
    """A line of an index: its phrase, and the pages by label, or the letters by id, to which it leads."""

    volume: str
    phrase: str
    pages: frozenset[str]
    letters: frozenset[str]

    @property
    def question(self) -> str:
        """The phrase as one would type it: "Cuba: blockade of" -> "Cuba, blockade of"."""
        return self.phrase.replace(": ", ", ")

    def met_by(self, hit: Hit) -> frozenset[str]:
        """The pages, or the letter, of the line on which a hit stands."""
        if self.letters:
            return self.letters & {hit.letter.ref.id}
        return self.pages & {page.label for page in hit.pages}

    @property
    def places(self) -> int:
        return len(self.letters or self.pages)


@dataclass(frozen=True, slots=True)
class IndexScore:
    """Over the lines of one volume's index: the mean share of a line's places among the first k hits (of at most k
    places; a hit across a page break may meet two), and the share of lines with any place among them; by k.
    """

    volume: str
    lines: int
    of_lines: int
    recall: dict[int, float]
    hit: dict[int, float]


def cases_of(volume: str, apparatus: Apparatus, on_pages: frozenset[str], ids: frozenset[str]) -> list[IndexCase]:
    """The lines that lead anywhere; lines that only send to other lines lead nowhere themselves.

    Args:
        on_pages: labels of the pages that the loaded letters stand on; other pages (preface, lists) are left out.
        ids: the loaded letters of the volume.
    """
    cases = (
        IndexCase(volume, entry.phrase, on_pages.intersection(entry.pages), ids.intersection(entry.letters))
        for entry in apparatus.index
    )
    return [case for case in cases if case.places]


def score_volume(
    volume: str, apparatus: Apparatus, catalogue: Catalogue, search: Search, *, at_most: int
) -> IndexScore:
    """Search for the lines of a volume's index, `at_most` of them, drawn the same way in every run.

    Args:
        apparatus: of the volume as printed, with its index.
        catalogue: of the library that is searched.
    """
    letters = list(catalogue.letters(Filters(volumes=(volume,))))
    pages = frozenset(page.label for letter in letters for page in letter.pages)
    cases = cases_of(volume, apparatus, pages, frozenset(letter.ref.id for letter in letters))
    drawn = random.Random(volume).sample(cases, min(at_most, len(cases)))
    within = Filters(volumes=(volume,))
    met = [(case, list(_met(case, search(Question(case.question, case.question, within), max(KS))))) for case in drawn]
    return IndexScore(
        volume=volume,
        lines=len(drawn),
        of_lines=len(cases),
        recall={k: _mean(min(1.0, len(places[k - 1]) / min(k, case.places)) for case, places in met) for k in KS},
        hit={k: _mean(float(bool(places[k - 1])) for _, places in met) for k in KS},
    )


def pooled(scores: Sequence[IndexScore]) -> IndexScore:
    """The mean over volumes, each counted alike however long its index is."""
    return IndexScore(
        volume=f"mean of {len(scores)}",
        lines=sum(one.lines for one in scores),
        of_lines=sum(one.of_lines for one in scores),
        recall={k: _mean(one.recall[k] for one in scores) for k in KS},
        hit={k: _mean(one.hit[k] for one in scores) for k in KS},
    )


def _met(case: IndexCase, hits: Sequence[Hit]) -> Iterator[frozenset[str]]:
    """The places met among the first 1, 2, 3 … hits; past the last hit it stays as it is."""
    met: frozenset[str] = frozenset()
    for number in range(max(KS)):
        if number < len(hits):
            met |= case.met_by(hits[number])
        yield met


def _mean(values: Iterator[float]) -> float:
    known = list(values)
    return fmean(known) if known else 0.0
