"""A case and its answers to numbers: a table of named measures, of which each case has those that concern it.

Names are "group: measure", such as "pages: recall@5". A measure that cannot be told of a case (facts without patterns,
notes where no gold is a note) is absent from it; one that the answer failed to earn is 0.
"""

from collections.abc import Mapping
from statistics import fmean

from evals import scores
from evals.cases import Case
from evals.records import Found, Record
from evals.scores import Level
from evals.variants import ROBUSTNESS, Variant

Measures = dict[str, float]

KS = (1, 5, 10, 20)
FULL_KS = (1, 5, 10)
CURVE = range(1, 21)
_TIE_SEEDS = range(5)
_RANKED: Mapping[Level, str] = {"letter": "letters", "page": "pages", "quote": "passages"}
_CITED: Mapping[Level, str] = {"letter": "letter", "page": "page", "quote": "quotation"}

HEADLINE = (
    "pages: recall@1",
    "pages: recall@5",
    "answers: cite a gold page",
    "citations: page precision",
    "citations: page F1",
    "citations: quotation recall",
    "facts: vital",
    "declined: unanswerable",
    "declined: answerable",
    "follow-ups: pages recall@5",
    "selective: harmonic mean",
)


def measure(case: Case, answers: Mapping[Variant, Record]) -> Measures:
    """All measures of a case, from its answers by variant; "asked" must be among them."""
    record = answers["asked"]
    found: Measures = {"answers: errors": float(bool(record.error)), "answers: seconds": record.seconds}
    if case.type == "unanswerable":
        declined = float(not record.answered and not record.error)
        found["declined: unanswerable"] = declined
        if case.unanswerable_kind:
            found[f"declined: {case.unanswerable_kind}"] = declined
    else:
        found |= _retrieval(case, record) | _citations(case, record) | _facts(case, record)
        found["declined: answerable"] = float(not record.answered)
        found["answers: cite a gold page"] = float(found["citations: page recall"] > 0)
    if record.answered:
        found["answers: words"] = float(len(record.text.split()))
        found["answers: claims"] = float(len(record.claims))
    return found | _of_variants(case, answers)


def is_right(case: Case, record: Record) -> bool:
    """An answer that cites a gold page; to an unanswerable question, none."""
    if case.type == "unanswerable":
        return not record.answered and not record.error
    return scores.citation_scores(case, record, "page")[1] > 0


def recall_curve(case: Case, record: Record, level: Level) -> list[float]:
    """Recall at 1 to 20, ties broken at random, the mean of five seeds."""
    ranks = _ranks(case, record, level)
    return [fmean(scores.recall_at(one, k) for one in ranks) for k in CURVE]


def _ranks(case: Case, record: Record, level: Level) -> list[list[int | None]]:
    """The ranks of the needs, ties broken at random, once for each of five seeds."""
    shuffles = [scores.shuffled_ties(record.passages, seed) for seed in _TIE_SEEDS]
    return [scores.first_ranks(case, passages, level) for passages in shuffles]


def _retrieval(case: Case, record: Record) -> Measures:
    found: Measures = {}
    for level, name in _RANKED.items():
        ranks = _ranks(case, record, level)
        for k in KS:
            found[f"{name}: recall@{k}"] = fmean(scores.recall_at(one, k) for one in ranks)
        for k in FULL_KS:
            found[f"{name}: full@{k}"] = fmean(scores.full_at(one, k) for one in ranks)
        found[f"{name}: MRR@10"] = fmean(map(scores.reciprocal_rank, ranks))
        found[f"{name}: nDCG@10"] = fmean(map(scores.ndcg, ranks))
    return found


def _citations(case: Case, record: Record) -> Measures:
    found: Measures = {}
    for level, name in _CITED.items():
        values = scores.citation_scores(case, record, level)
        found |= {f"citations: {name} {what}": v for what, v in zip(("precision", "recall", "F1"), values, strict=True)}
    of_notes = [need for need in case.needs if all(place.note is not None for place in need)]
    if of_notes:
        hit = [any(scores.is_at(one, place, "page") for one in record.citations for place in need) for need in of_notes]
        found["notes: recall"] = fmean(hit)
    cited = [one for one in record.citations if one.note is not None]
    if cited:
        places = [place for need in case.needs for place in need]
        found["notes: precision"] = fmean(any(scores.is_at(one, p, "page") for p in places) for one in cited)
    return found


def _facts(case: Case, record: Record) -> Measures:
    stated = {
        "facts: vital": scores.facts_stated(case, record, vital_only=True),
        "facts: all": scores.facts_stated(case, record, vital_only=False),
    }
    return {name: value for name, value in stated.items() if value is not None}


def _of_variants(case: Case, answers: Mapping[Variant, Record]) -> Measures:
    record = answers["asked"]
    found: Measures = {}
    if "again" in answers:
        found["robust: same answer again"] = float(answers["again"].content == record.content)
    for variant in (*ROBUSTNESS, "after other talk"):
        if variant in answers:
            found[f"robust: same citations, {variant}"] = _same_citations(record, answers[variant])
            if case.gold:
                found[f"robust: pages recall@5, {variant}"] = _page_recall(case, answers[variant])
    if case.type == "followup":
        found["follow-ups: pages recall@5"] = _page_recall(case, record)
        for variant, name in (("without history", "without history"), ("whole", "asked whole")):
            if variant in answers:
                found[f"follow-ups: pages recall@5, {name}"] = _page_recall(case, answers[variant])
    return found


def _page_recall(case: Case, record: Record) -> float:
    return fmean(scores.recall_at(ranks, 5) for ranks in _ranks(case, record, "page"))


def _same_citations(one: Record, other: Record) -> float:
    """The share of places that both answers cite, of those that either does (Jaccard); 1 if neither cites any."""
    places = {_place(found) for found in one.citations}, {_place(found) for found in other.citations}
    either = places[0] | places[1]
    return len(places[0] & places[1]) / len(either) if either else 1.0


def _place(found: Found) -> tuple[object, ...]:
    return found.place
