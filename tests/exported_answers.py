"""Answers as the API gives them, made by hand for the tests of exports."""

from typing import Any

from qa_service.answering.citing import INVENTED
from tests.builders import SAMPLE_VOLUME

SITE = "https://history.state.gov/historicaldocuments"
FRUS = {
    "volume": "frus1961-63v06",
    "title": "Foreign Relations of the United States, 1961–1963, Volume VI, Exchanges Made Up for Tests",
    "series": "Foreign Relations of the United States",
    "subseries": "1961–1963",
    "number": "Volume VI",
    "name": "Exchanges Made Up for Tests",
    "editor": "William F. Example, Jr. and Laurie Van Sample",
    "place": "Washington",
    "publisher": "Government Printing Office",
    "year": "1996",
    "invented": False,
}
SAMPLE_SOURCE = {
    "volume": SAMPLE_VOLUME,
    "title": "Letters of Two Invented Governments, 1927–1929, Volume I, Hasterlind-Orquelle Exchanges"
    " (Invented Sample Volume)",
    "series": "Letters of Two Invented Governments",
    "subseries": "1927–1929",
    "number": "Volume I",
    "name": "Hasterlind-Orquelle Exchanges (Invented Sample Volume)",
    "editor": "Philippa Strandhollow",
    "place": "Nowhere in Particular",
    "publisher": "The Invented Sample Press",
    "year": "1961",
    "invented": True,
}
HOSTILE = (
    "\\end{x} } { # $5 100% a_b ^ ~ & <script>alert(1)</script> [link](javascript:x) `code` *star* @article{k, ![i](u)"
    " a\u0000\u0007\u000b\ud800\ufffeb \u202eabc\nER  - \r\nTY  - BOOK\u2028N1  - x\u0085y http://example.com"
    " www.example.com =1+1 \"q\" 'r' “s” -- … | :: [^9] &amp; \U0001f4dc"
)
"""Everything that some form takes as markup, as a line's end, or cannot hold."""


def citation(number: int = 1, **more: Any) -> dict[str, Any]:
    """A citation of page 26 of Document 21 of a volume that is on the web, with a text made up for tests."""
    made = {
        "number": number, "letter": "frus1961-63v06/d21", "volume": "frus1961-63v06", "document": "21",
        "title": "Letter From A to B", "date": "1961-09-29", "writer": "Ann Alder", "recipient": "Bo Birch",
        "voice": "writer", "pages": ["26"], "note": None, "note_id": None, "quote": "We made this up.",
        "start": 0, "end": 16, "url": f"{SITE}/frus1961-63v06/d21#pg_26", "scan_url": f"{SITE}/frus1961-63v06/pg_26",
        "formatted": f"{FRUS['title']}, ed. {FRUS['editor']} (Washington: Government Printing Office, 1996), "
        "Document 21, p. 26.",
        "invented": False,
    }  # fmt: skip
    return made | more


def noted_citation(number: int = 1, **more: Any) -> dict[str, Any]:
    """A citation of note 3 of the same letter."""
    url, formatted = f"{SITE}/frus1961-63v06/d21fn3", citation()["formatted"].replace("p. 26.", "p. 26, n. 3.")
    made = {"note": "3", "note_id": "fn3", "voice": "editors", "quote": "So is this.", "url": url}
    return citation(number, **made, formatted=formatted) | more


def other_volume_citation(number: int = 1, **more: Any) -> dict[str, Any]:
    """A citation of the source note of a letter of the invented sample, which is not on the web."""
    title = f"{SAMPLE_SOURCE['title']}, ed. {SAMPLE_SOURCE['editor']}"
    made = {
        "letter": f"{SAMPLE_VOLUME}/d5", "volume": SAMPLE_VOLUME, "document": "5", "title": "Message From C to D",
        "date": None, "pages": [], "note": "0", "note_id": "fn0", "url": None, "scan_url": None, "invented": True,
        "formatted": f"{title} (Nowhere in Particular: The Invented Sample Press, 1961), Document 5, source note."
        f" [{INVENTED}]",
    }  # fmt: skip
    return citation(number, **made) | more


def answer(*citations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An answer with a claim for each citation."""
    claims = [{"text": f"It says: “{one['quote']}”", "citations": [one["number"]]} for one in citations]
    made = {
        "id": "a_1", "conversation_id": "c_1", "question": "What was made up?",
        "standalone_question": "What was made up?", "outcome": "answered" if claims else "not_found",
        "text": "\n\n".join(f"{claim['text']} [{n}]" for n, claim in enumerate(claims, start=1))
        or "Not in these 2 letters (frus1961-63v06).",
        "claims": claims, "citations": list(citations),
        "searched": {
            "letters": 2, "volumes": ["frus1961-63v06"], "first_date": "1961-09-29", "last_date": "1961-10-01",
            "unmatched": [],
        },
        "reading": "", "confidence": 0.9, "dropped_claims": 0, "answerer": "extractive",
        "models": {"embedding": "words@1", "reranker": None}, "build": "b1", "degraded": False, "timings_ms": {},
        "sources": [FRUS, SAMPLE_SOURCE], "created_at": "2026-11-25T16:47:54Z",
    }  # fmt: skip
    return made | more


def hostile_answer() -> dict[str, Any]:
    """An answer whose every text is hostile."""
    volume = dict.fromkeys(FRUS, HOSTILE) | {"volume": "frus1961-63v06", "invented": False}
    one = citation(
        title=HOSTILE, document=HOSTILE, writer=HOSTILE, recipient=HOSTILE, quote=HOSTILE, pages=[HOSTILE, "27"],
        note=HOSTILE, formatted=HOSTILE, url="javascript:alert(1)", scan_url='https://x/ "><b>\n) [y](z)',
    )  # fmt: skip
    return answer(one, question=HOSTILE, standalone_question=f"after {HOSTILE}", build=HOSTILE, sources=[volume])
