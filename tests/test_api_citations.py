"""The citation check over HTTP."""

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.builders import ROOT, SAMPLE_VOLUME


def checked(client: TestClient, text: str) -> dict[str, Any]:
    response = client.post("/v1/citations/check", json={"text": text})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_a_quotation_with_its_place(client: TestClient) -> None:
    text = f'He wrote: "[w]e mean to keep no more than the flood," ({SAMPLE_VOLUME}, Document 1, p. 3)'
    answer = checked(client, text)
    (finding,) = answer["findings"]
    assert text[finding["start"] : finding["end"]] == finding["words"] == "[w]e mean to keep no more than the flood,"
    assert (finding["kind"], finding["verdict"]) == ("quotation", "other_page")
    assert finding["cited"] == {
        "volumes": [SAMPLE_VOLUME],
        "document": "1",
        "letter_id": None,
        "first_page": "3",
        "last_page": "3",
        "note": None,
    }
    assert finding["tolerated"] == ["first_letter", "closing_mark"]
    place = finding["place"]
    letter = client.get(f"/v1/letters/{place['letter']}").json()
    assert letter["text"][place["start"] : place["end"]] == place["quote"] == "We mean to keep no more than the flood"
    assert place["pages"] == ["2"]
    assert place["formatted"].endswith("Document 1, p. 2. [invented sample, not a historical source]")
    assert (answer["left_out"], answer["letters"], answer["volumes"]) == (0, 16, [SAMPLE_VOLUME])


def test_a_citation_alone_has_a_place_without_a_quotation(client: TestClient) -> None:
    (finding,) = checked(client, f"{SAMPLE_VOLUME}/d1#pg_2")["findings"]
    assert (finding["kind"], finding["verdict"], finding["place"]["quote"]) == ("link", "place_exists", None)
    assert finding["place"]["pages"] == ["2"]


def test_the_nearest_text_is_a_hint_and_no_place(client: TestClient) -> None:
    (finding,) = checked(client, "“We mean to keep much more than the flood.”")["findings"]
    assert (finding["verdict"], finding["place"]) == ("not_found", None)
    assert finding["nearest"]["differences"] == [{"quoted": "much", "printed": "no"}]
    assert finding["nearest"]["place"]["pages"] == ["2"]


def test_offsets_are_those_of_the_text_as_it_was_sent(client: TestClient) -> None:
    text = "  e\u0301 \u202e “We mean to keep no more” "
    (finding,) = checked(client, text)["findings"]
    assert text[finding["start"] : finding["end"]] == "We mean to keep no more"


def test_a_text_without_words_has_no_findings(client: TestClient) -> None:
    assert checked(client, " “” … ")["findings"] == []


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": "x" * 20_001}, {"text": "a\x00b"}, {"text": "x", "more": 1}, {"text": 5}]
)
def test_what_cannot_be_checked_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post("/v1/citations/check", json=body)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_input"


def test_unpaired_surrogates_are_refused(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    response = client.post("/v1/citations/check", content=b'{"text": "\\ud800"}', headers=headers)
    assert response.status_code == 422


def test_the_example_of_the_documentation_is_true(client: TestClient) -> None:
    page = (ROOT / "docs" / "citation-check.md").read_text()
    asked, answered = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL))
    findings = checked(client, asked["text"])["findings"]
    assert [
        {name: finding[name] for name in ("words", "verdict", "detail", "tolerated")} for finding in findings
    ] == answered["findings"]
