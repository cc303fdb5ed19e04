"""What the report calls things: the names of measures, answerers and outcomes in words for people."""

from collections.abc import Mapping

IN_WORDS: Mapping[str, str] = {
    "pages: recall@1": "Of the pages a historian would cite, found in the first place",
    "pages: recall@5": "Of the pages a historian would cite, found among the first five",
    "answers: cite a gold page": "Of the questions that the letters answer, answered with a right page",
    "citations: page precision": "Of the pages that an answer cites, right",
    "citations: page F1": "All right pages cited and no others (precision and recall in one, F1)",
    "citations: quotation recall": "Of the sentences a historian would quote, quoted",
    "facts: vital": "Of the facts that a right answer must state, stated",
    "declined: unanswerable": "Of the questions that the letters do not answer, declined",
    "declined: answerable": "Of the questions that the letters do answer, declined all the same (less is better)",
    "follow-ups: pages recall@5": "In follow-up questions: of the right pages, found among the first five",
    "selective: harmonic mean": "Right answers and right refusals, both in one figure (harmonic mean)",
}
"""The headline figures as a historian would put them."""

BY_TYPE = (
    "pages: recall@1",
    "pages: recall@5",
    "passages: recall@5",
    "answers: cite a gold page",
    "citations: page precision",
    "citations: page F1",
    "citations: quotation recall",
    "notes: recall",
    "facts: vital",
    "declined: answerable",
    "declined: unanswerable",
    "answers: seconds",
)
BESIDE = (
    "pages: recall@1",
    "pages: recall@5",
    "answers: cite a gold page",
    "citations: page precision",
    "citations: page F1",
    "citations: quotation recall",
    "facts: vital",
    "declined: unanswerable",
)
ANSWERERS: Mapping[str, str] = {
    "random letter": "A letter drawn by lot",
    "BM25 alone": "Search by words alone (BM25)",
    "dense alone": "Search by meaning alone (vectors)",
    "LangChain pipeline": "The pipeline of the tutorials (LangChain)",
    "gold passages, our choice of sentences": "Given the right passages, our choice of sentences",
    "gold oracle": "The right places themselves (the most there is)",
}
OURS = "Letters (ours)"
SURE: Mapping[str, str] = {
    "selective: coverage at 80 % right": "Could be answered, the surest first, with 80 % of the answers right",
    "selective: AUROC answerable": "Chance that a question the letters answer is surer than one they do not "
    "(AUROC; 0.5 is a coin)",
    "selective: AURC": "Share of errors among the surest, over all cuts (AURC; less is better)",
    "selective: calibration error": "Mean distance between how sure and how often right (ECE; less is better)",
}
ASKED: Mapping[str, str] = {
    "typos": "with slips of the fingers",
    "lower case": "all in lower case",
    "telegram": "as a telegram",
    "after other talk": "after talk of another letter",
}
FOLLOW_UPS: Mapping[str, str] = {
    "follow-ups: pages recall@5": "As asked, after what was said before",
    "follow-ups: pages recall@5, asked whole": "Asked whole, in one question that needs no history",
    "follow-ups: pages recall@5, without history": "Asked without the history",
}
ABOUT: Mapping[str, str] = {
    "subject": "Answered by",
    "version": "Version",
    "build": "Build of the library",
    "letters": "Letters",
    "embedding_model": "Embedding model",
    "code": "Code (digest)",
    "cases": "Cases (digest)",
    "python": "Python",
    "machine": "Machine",
}
LEVELS: Mapping[str, str] = {"letter": "letters", "page": "pages", "quote": "passages"}
OUTCOMES: Mapping[str, str] = {
    "answered": "answered",
    "partly": "answered in part",
    "not_found": "declined",
    "unclear": "asked back",
    "error": "failed",
}
PLAIN_NUMBERS: Mapping[str, str] = {
    "answers: seconds": "{:.2f} s",
    "answers: words": "{:.0f}",
    "answers: claims": "{:.1f}",
}
SCORES = ("MRR", "nDCG", "AURC", "AUROC", "calibration error")
"""What stands in the name of a measure that is no share, and is not told in per cent."""
