"""docs/errors.md names every code and every limit, as the code has them."""

import re

from qa_service import batch, batches, ingests, sessions
from qa_service.api import batches as api_batches
from qa_service.api import conversations, letters, requests
from qa_service.api import ingests as api_ingests
from qa_service.api.access import WRONG_KEYS
from qa_service.api.app import MAX_BODY_BYTES
from qa_service.api.citations import MAX_TEXT
from qa_service.api.problems import CODES, MAX_FIELDS, STATUS
from qa_service.api.service import AT_ONCE, WAITING, WRITING_AT_ONCE
from qa_service.api.session import MAX_KEY
from qa_service.citation_check.checking import MOST
from qa_service.keys import DEFAULT_RATE, MAX_NAME
from qa_service.uploads import MAX_NAME_BYTES
from tests.builders import ROOT

DOCUMENT = (ROOT / "docs" / "errors.md").read_text()
OF_REQUESTS = {"invalid_json": 400, "wrong_host": 403, "cross_site": 403}
"""Codes of what is refused before any route, and raised as no error."""
LIMITS: dict[str, int | str] = {
    "Bytes of a request's body": MAX_BODY_BYTES,
    "Question": requests.MAX_QUESTION,
    "Turns of `history`": requests.MAX_TURNS,
    "Answer in `history`": requests.MAX_ANSWER,
    "Names in each list of `filters`": requests.MAX_NAMES,
    "Name of a volume, letter, writer, recipient or kind": requests.MAX_NAME,
    "`max_claims`": requests.MAX_CLAIMS,
    "`limit` of a search": requests.MAX_HITS,
    "`limit` of letters listed": letters.MAX_LISTED,
    "`limit` of conversations listed": conversations.MAX_LISTED,
    "`offset`": requests.MAX_OFFSET,
    "Words sought in letters": requests.MAX_SOUGHT,
    "Words sought in conversations": conversations.MAX_SOUGHT,
    "Title of a conversation": conversations.MAX_TITLE,
    "Text whose citations are checked": MAX_TEXT,
    "Quotations and citations checked of a text": MOST,
    "Wrong fields named in a problem": MAX_FIELDS,
    "Questions worked on at once": AT_ONCE,
    "Questions that wait for a language model at once": WRITING_AT_ONCE,
    "Questions that wait for either": WAITING,
    "Requests with a key": DEFAULT_RATE,
    "Wrong keys from an address": WRONG_KEYS,
    "Name of a key": MAX_NAME,
    "Key with which one signs in": MAX_KEY,
    "Sessions of a key": sessions.MOST,
}


def rows_of(heading: str) -> dict[str, str]:
    """The first two columns of the table under a heading."""
    section = DOCUMENT.partition(f"## {heading}\n")[2].partition("\n##")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|", section, re.MULTILINE)
    return dict(rows[2:])


def test_every_code_is_documented_with_its_status() -> None:
    raised = {kind.code: status for kind, status in STATUS.items()}
    codes = raised | {code: status for status, code in CODES.items()} | OF_REQUESTS
    assert rows_of("Codes") == {f"`{code}`": str(status) for code, status in codes.items()}


def test_every_limit_is_documented() -> None:
    documented = {what: limit.replace(",", "") for what, limit in rows_of("Limits").items()}
    assert documented == {what: str(limit) for what, limit in LIMITS.items()}


def test_every_limit_of_batches_is_documented() -> None:
    documented = {what: limit.replace(",", "") for what, limit in rows_of("Batches").items()}
    assert documented == {
        "Questions of a batch": str(api_batches.MOST_QUESTIONS),
        "Unfinished batches": str(batches.MOST_UNFINISHED),
        "Questions in a file of `letters ask --batch`": str(batch.MOST_QUESTIONS),
    }


def test_every_limit_of_ingests_is_documented() -> None:
    documented = {what: limit.replace(",", "") for what, limit in rows_of("Ingests").items()}
    assert documented == {
        "Bytes of all files sent, with what is between them": str(api_ingests.MAX_UPLOAD_BYTES),
        "Bytes of a file": str(api_ingests.MAX_FILE_BYTES),
        "Files of an ingest": str(api_ingests.MOST_FILES),
        "Bytes of a file's name": str(MAX_NAME_BYTES),
        "Ingests that wait": str(ingests.MOST_WAITING),
        "Ingests kept": str(ingests.MOST_KEPT),
    }


def test_every_constant_of_requests_is_among_the_limits() -> None:
    for module in (requests, letters, conversations):
        constants = {value for name, value in vars(module).items() if name.startswith("MAX_")}
        assert constants <= set(LIMITS.values())
