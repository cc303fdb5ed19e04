"""Looking through the letters over HTTP: by words, by facets, from letter to letter."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa_service.dialogue import Filters
from qa_service.library.marking import marks_in
from qa_service.library.outline import LetterFacts
from qa_service.retrieval.facets import facets_of, named
from qa_service.texts import LetterRef, Party, Span
from tests.builders import SAMPLE_VOLUME, ingest_into
from tests.conftest import open_active
from tests.tei import VOLUME, document


def listed(client: TestClient, **asked: Any) -> dict[str, Any]:
    response = client.get("/v1/letters", params=asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def whole_letters(client: TestClient) -> list[dict[str, Any]]:
    return [client.get(f"/v1/letters/{one['letter']}").json() for one in listed(client)["letters"]]


def all_text(letter: dict[str, Any]) -> str:
    return "\n".join([letter["title"], letter["text"], *(note["text"] for note in letter["notes"])])


@pytest.mark.parametrize(
    ("words", "forms"),
    [
        ("Drafts", [r"draft(s|ed|ing)?"]),
        ("missing casks", [r"miss(ing|ed)?", r"casks?"]),
        ("toll-house", [r"toll-house"]),
        ("Hasterlind’s lanterns", ["Hasterlind", "lanterns?"]),
        ("railways nowhere", ["railways?", "nowhere"]),
    ],
)
def test_letters_are_found_that_hold_all_words_in_any_form(client: TestClient, words: str, forms: list[str]) -> None:
    held = [
        letter["letter"]
        for letter in whole_letters(client)
        if all(re.search(rf"\b{form}\b", all_text(letter), re.IGNORECASE) for form in forms)
    ]
    assert [line["letter"] for line in listed(client, q=words)["letters"]] == held


def test_hits_are_exact_slices_with_the_words_marked(client: TestClient) -> None:
    lines = listed(client, q="the casks drafted")["letters"]
    assert any(hit["note_id"] for line in lines for hit in line["hits"])
    for line in lines:
        letter = client.get(f"/v1/letters/{line['letter']}").json()
        notes = {note["id"]: note for note in letter["notes"]}
        assert 1 <= len(line["hits"]) <= 3
        for hit in line["hits"]:
            text = notes[hit["note_id"]]["text"] if hit["note_id"] else letter["text"]
            assert hit["text"] == text[hit["start"] : hit["end"]]
            assert len(hit["text"]) <= 240
            assert not hit["start"] or text[hit["start"] - 1].isspace()
            assert hit["end"] == len(text) or text[hit["end"]].isspace()
            assert hit["highlights"]
            assert {hit["text"][start:end].lower() for start, end in hit["highlights"]} <= {
                "cask", "casks", "draft", "drafted", "drafts",
            }  # fmt: skip
            if hit["note_id"]:
                assert hit["page"] == notes[hit["note_id"]]["page"]


def test_no_words_find_nothing_and_without_a_search_there_are_no_hits(client: TestClient) -> None:
    assert listed(client, q="…?")["total"] == 0
    line = listed(client)["letters"][0]
    assert (line["hits"], line["pages"], line["notes"], line["dated"]) == ([], ["1", "3"], 5, "March 14, 1927")
    assert client.get("/v1/letters", params={"q": "x" * 201}).status_code == 422


def test_letters_by_date_with_the_undated_last(client: TestClient) -> None:
    days = [one["date"] for one in listed(client, order="date", q="Hasterlind")["letters"]]
    known = [day for day in days if day]
    assert known == sorted(known)
    assert days[-1] is None
    assert client.get("/v1/letters", params={"order": "length"}).status_code == 422


def test_some_parameters_are_given_several_times_and_the_others_once(client: TestClient) -> None:
    both = listed(client, writer=["Orquelle", "Hasterlind"], kind=["letter", "telegram"])["total"]
    apart = [
        listed(client, writer=who, kind=kind)["total"]
        for who in ("Orquelle", "Hasterlind")
        for kind in ("letter", "telegram")
    ]
    assert both == sum(apart) > max(apart)
    assert listed(client, volume=[SAMPLE_VOLUME, "other"], recipient=["nobody", "Hasterlind"])["total"] > 0
    for twice in ("q=a&q=b", "order=date&order=date", "from=1927-01-01&from=1928-01-01", "limit=1&limit=2"):
        assert "once" in client.get(f"/v1/letters?{twice}").json()["detail"]
    assert client.get("/v1/volumes?kind=a&kind=b").status_code == 422


def test_marks_are_counted_in_code_points_and_marks_in_the_text_are_none() -> None:
    text = "\U0001f980 \ufdd0the ca\u0303sks\ufdd1 and Casks of cafe\u0301"
    (found, nothing) = marks_in([text, "no such word"], ["cask", "CAFÉ"])
    assert [span.of(text) for span in found] == ["ca\u0303sks", "Casks", "cafe\u0301"]
    assert nothing == ()
    assert marks_in(["a toll-house"], ["toll-house", '"'])[0] == (Span(2, 12),)
    assert marks_in(["x"], []) == [()]


def facets(client: TestClient, **asked: Any) -> dict[str, Any]:
    response = client.get("/v1/facets", params=asked)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


SIDES = {"volumes": "volume", "writers": "writer", "recipients": "recipient", "kinds": "kind"}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "lanterns", "kind": "letter"},
        {"writer": "Orquelle", "from": "1928-01-01"},
        {"recipient": ["Orquelle", "Hasterlind"], "kind": ["telegram", "message"], "to": "1929-02-11"},
        {"volume": "other"},
    ],
)
def test_what_is_counted_is_what_the_list_gives(client: TestClient, asked: dict[str, Any]) -> None:
    found = facets(client, **asked)
    everything = listed(client, **asked, order="date")
    days = [one["dated"] for one in everything["letters"]]
    assert found["total"] == everything["total"]
    assert found["undated"] == days.count("undated")
    assert (found["more_writers"], found["more_recipients"]) == (0, 0)
    for side, parameter in SIDES.items():
        counts = [one["letters"] for one in found[side]]
        assert counts == sorted(counts, reverse=True)
        for one in found[side]:
            assert one["letters"] == listed(client, **asked | {parameter: one["value"]})["total"] > 0
    undated = {name: value for name, value in asked.items() if name not in ("from", "to")}
    by_month = Counter(one["date"][:7] for one in listed(client, **undated)["letters"] if one["date"])
    told = Counter(dict.fromkeys(by_month, 0))
    for one in found["months"]:
        told[one["month"]] += one["letters"]
    assert {month: told[month] for month in by_month} == dict(by_month)


def test_each_side_is_counted_without_its_own_filter(client: TestClient) -> None:
    found = facets(client, writer="Orquelle")
    assert {one["value"] for one in found["writers"]} >= {"Bastien Orquelle", "Aurel Hasterlind"}
    assert [one["value"] for one in found["recipients"]] != [one["value"] for one in facets(client)["recipients"]]
    assert facets(client, **{"from": "1929-01-01"})["months"] == facets(client)["months"]
    assert facets(client, **{"from": "1929-01-01"})["first_date"] == "1929-02-11"
    (volume,) = found["volumes"]
    assert (volume["value"], volume["label"][:12]) == (SAMPLE_VOLUME, "1927–1929, V")


def test_letters_that_were_published_as_images_alone_are_counted_but_not_searchable(tmp_path: Path) -> None:
    letters = document("<p>The casks are here.</p>") + document("", "2. Telegram From the Department of X to B", "d2")
    (tmp_path / "v1.xml").write_text(VOLUME.format(documents=letters, index="<item>Nothing</item>"))
    ingest_into(tmp_path / "home", tmp_path / "v1.xml")
    build = open_active(tmp_path / "home")
    for filters, words, counts in ((Filters(), None, (2, 1)), (Filters(kinds=("telegram",)), None, (1, 0))):
        found = facets_of(build, filters, words)
        assert (found.total, found.searchable) == counts
        assert found.searchable == build.catalogue.extent(filters).letters
    assert facets_of(build, Filters(), "casks").searchable == 1


def test_months_tell_persons_from_offices(client: TestClient) -> None:
    persons = {one["writer"]: one["person"] for one in facets(client)["months"]}
    assert persons["Bastien Orquelle"] is True
    assert persons["Legation in Quessaria"] is False
    assert persons.get(None, False) is False


def test_a_name_counts_for_all_letters_that_hold_its_words() -> None:
    def by(*names: str) -> LetterFacts:
        return LetterFacts(LetterRef("v", "d"), "1", "", "letter", None, None, tuple(Party("writer", n) for n in names))

    letters = [by("John F. Kennedy"), by("Kennedy"), by("kennedy", "John X"), by("Robert F. Kennedy"), by("[—]")]
    found = {name: list(places) for name, places in named(letters, lambda one: one.writers).items()}
    assert found == {
        "John F. Kennedy": [0],
        "Kennedy": [0, 1, 2, 3],
        "John X": [2],
        "Robert F. Kennedy": [3],
    }


def test_names_that_are_not_listed_are_counted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = facets(client)
    monkeypatch.setattr("qa_service.retrieval.facets.MOST_NAMES", 1)
    found = facets(client)
    assert (found["writers"], found["more_writers"]) == (whole["writers"][:1], len(whole["writers"]) - 1)


def test_a_search_marks_the_words_of_the_question_and_names_those_that_stand_nowhere(client: TestClient) -> None:
    asked = {"question": "Who threw the lanterns at Zanzibar, Xyzzy?", "limit": 50}
    found = client.post("/v1/search", json=asked).json()
    assert found["unmatched"] == ["Zanzibar", "Xyzzy"]
    marked = {
        one["text"][start:end].lower() for one in found["passages"] for start, end in one["highlights"]
    }  # fmt: skip
    assert {"lantern", "lanterns", "threw"} <= marked <= {"lantern", "lanterns", "threw", "throw"}
    assert any(not one["highlights"] for one in found["passages"])
