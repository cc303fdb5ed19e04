"""Letters and volumes over HTTP."""

from dataclasses import replace

from fastapi.testclient import TestClient

from qa_service.api.letter_responses import NoteOut, PageOut
from qa_service.texts import LetterRef
from tests.builders import SAMPLE_VOLUME, letter_of

BESIDE = ("letter", "document", "title")


def test_letters_are_listed_page_by_page(client: TestClient) -> None:
    listed = client.get("/v1/letters", params={"limit": 3, "offset": 2}).json()
    assert listed["total"] == 16
    assert [letter["document"] for letter in listed["letters"]] == ["3", "4", "5"]
    kinds = client.get("/v1/letters", params={"kind": "telegram", "from": "1929-01-01"}).json()
    assert kinds["total"] == 1


def test_a_letter_is_read_whole(client: TestClient) -> None:
    letter = client.get(f"/v1/letters/{SAMPLE_VOLUME}/d8").json()
    assert [note["number"] for note in letter["notes"]].count("3") == 2
    assert len({note["id"] for note in letter["notes"]}) == len(letter["notes"])
    assert letter["pages"][0] == {"label": "16", "start": 0, "url": None, "scan_url": None}
    assert letter["url"] is None
    assert {note["url"] for note in letter["notes"]} == {None}
    assert letter["formatted"].endswith("Document 8. [invented sample, not a historical source]")


def test_a_letter_leads_to_those_beside_it(client: TestClient) -> None:
    read = [client.get(f"/v1/letters/{SAMPLE_VOLUME}/d{number}").json() for number in range(1, 17)]
    assert [one["previous"] for one in read] == [None, *({k: one[k] for k in BESIDE} for one in read[:-1])]
    assert [one["next"] for one in read] == [*({k: one[k] for k in BESIDE} for one in read[1:]), None]


def test_pages_and_notes_of_a_published_letter_have_addresses() -> None:
    letter = replace(letter_of("|26|We agree^1 |27|to the ban."), ref=LetterRef("frus1961-63v06", "d21"))
    site = "https://history.state.gov/historicaldocuments/frus1961-63v06"
    assert [(one.url, one.scan_url) for one in (PageOut.of(page, letter) for page in letter.pages)] == [
        (f"{site}/d21", f"{site}/pg_26"),
        (f"{site}/d21#pg_27", f"{site}/pg_27"),
    ]
    assert NoteOut.of(letter.notes[0], letter).url == f"{site}/d21fn1"


def test_a_letter_tells_its_dating_parties_and_references(client: TestClient) -> None:
    undated = client.get(f"/v1/letters/{SAMPLE_VOLUME}/d6").json()
    assert undated["date"] is None
    assert undated["dating"]["taken_from"] == "note"
    assert undated["dating"]["text"] == "undated, about August 11, 1927"
    letter = client.get(f"/v1/letters/{SAMPLE_VOLUME}/d9").json()
    assert letter["parties"][0] == {
        "role": "writer", "name": "Aurel Hasterlind", "office": "Chancellor", "person": "p_HA1",
    }  # fmt: skip
    assert letter["archive"].startswith("Eskelhaven State Archive")
    assert letter["volume_title"].startswith("Letters of Two Invented Governments")
    (first, *_) = letter["references"]
    (note,) = [note for note in letter["notes"] if note["id"] == first["note_id"]]
    assert note["text"][first["start"] : first["end"]].endswith("Document 77")
    assert [(one["note_id"], one["target"], one["status"]) for one in letter["references"]][:2] == [
        ("fn1", "invented1924-26v02/d77", "not loaded"),
        ("fn2", f"{SAMPLE_VOLUME}/d7", "resolved"),
    ]


def test_a_volume_with_what_its_editors_added(client: TestClient) -> None:
    (line,) = client.get("/v1/volumes").json()["volumes"]
    assert (line["volume"], line["letters"], line["documents"], line["invented"]) == (SAMPLE_VOLUME, 16, 16, True)
    volume = client.get(f"/v1/volumes/{SAMPLE_VOLUME}").json()
    assert volume.items() >= line.items()
    persons = {person["id"]: person for person in volume["persons"]}
    assert persons["p_HA1"]["name"] == "Aurel Hasterlind"
    assert {"term", "meaning"} <= volume["terms"][0].keys()
    assert any(entry["see"] for entry in volume["index"])
    assert client.get("/v1/volumes/other").status_code == 404


def test_names_in_filters_are_whole_words(client: TestClient) -> None:
    assert client.get("/v1/letters", params={"writer": "aurel hasterlind"}).json()["total"] > 0
    assert client.get("/v1/letters", params={"writer": "aster"}).json()["total"] == 0
