"""The command as a user types it, in processes of its own where it serves."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest

from qa_service import cli
from tests.builders import SAMPLE, SAMPLE_VOLUME
from tests.commanding import Letters, serving

pytestmark = pytest.mark.usefixtures("minilm")
QUESTION = "Who threw the lantern on Lantern Night?"


def test_ingesting_again_changes_nothing(letters: Letters) -> None:
    assert letters("ingest", SAMPLE, "--json") == 0
    report = json.loads(letters.out)
    assert (report["changed"], report["embedded"], report["letters"]) == (False, 0, 16)


def test_a_folder_with_a_file_that_cannot_be_read(letters: Letters, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "good.txt").write_text("1. Letter From A to B\n\nSir: I have the honour.\n")
    (folder / "bad.xml").write_text("<?xml version='1.0'?><TEI>")
    assert letters("ingest", folder) == 1
    assert "could not be read: " in letters.out
    assert "is now the active build" in letters.out
    assert [line for line in letters.err.splitlines() if line.startswith("letters: ")] == [
        f"letters: {folder / 'bad.xml'}: broken XML: Premature end of data in tag TEI line 1, line 1, column 27"
    ]
    assert letters("show", "letters/d1") == 0


def test_listing(letters: Letters) -> None:
    assert letters("list", "--json") == 0
    lines = [json.loads(line) for line in letters.out.splitlines()]
    assert len(lines) == 16
    assert {
        "letter",
        "volume",
        "document",
        "title",
        "kind",
        "date",
        "place",
        "writer",
        "recipient",
        "classification",
        "url",
    } <= lines[0].keys()
    assert not {"text", "pages", "notes"} & lines[0].keys()
    assert letters("list") == 0
    assert letters.out.count("[invented sample]") == 16


def test_showing(letters: Letters) -> None:
    assert letters("show", f"{SAMPLE_VOLUME}/d7", f"{SAMPLE_VOLUME}/d1", "--json") == 0
    first, second = map(json.loads, letters.out.splitlines())
    assert (first["letter"], second["letter"]) == (f"{SAMPLE_VOLUME}/d7", f"{SAMPLE_VOLUME}/d1")
    assert first["pages"][0].keys() >= {"label", "start"}
    assert {"number", "anchor", "page", "text", "source"} <= first["notes"][0].keys()
    assert letters("show", f"{SAMPLE_VOLUME}/d7") == 0
    assert "agree[p. 16] ment" in letters.out
    assert letters.out.splitlines()[0].endswith("[n0]")
    assert (
        "\nBastien Orquelle (Prime Minister) to Aurel Hasterlind (Chancellor)\nOctober 3, 1927 · Montavrel · "
        in letters.out
    )
    assert "[invented sample]" in letters.out


def test_asking_and_being_told_no(letters: Letters) -> None:
    assert letters("ask", QUESTION, "--json") == 0
    answer = json.loads(letters.out)
    assert answer["outcome"] == "answered"
    assert answer["models"]["embedding"].startswith("all-MiniLM-L6-v2@53aa51172d14")
    assert letters("ask", "how do I cook rice") == 1
    assert letters.out.startswith("Not in these 16 letters")
    assert letters.err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest", "nowhere"], "found nothing there"),
        (["ingest", "EMPTY"], "holds no files"),
        (["ingest", "FILE"], "no known form"),
        (["ask", ""], "question"),
        (["ask", "x" * 2001], "question"),
        (["ask", "x", "--max-claims", "99"], "max_claims"),
        (["show", f"{SAMPLE_VOLUME}/d99"], "no letter"),
        (["show", "nonsense"], "volume/id"),
        (["remove", "nothing"], "no letter or volume"),
        (["remove", SAMPLE_VOLUME], "no letters at all"),
        (["rollback"], "no earlier build"),
        (["verify", "../.."], "no build"),
        (["serve", "--host", "0.0.0.0"], "without API keys"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_line_and_changes_nothing(
    letters: Letters, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("just words")
    places = {"EMPTY": str(tmp_path / "empty"), "FILE": str(tmp_path / "file")}
    assert letters(*(places.get(argument, argument) for argument in arguments)) == 2
    lines = [line for line in letters.err.splitlines() if line.startswith("letters: ")]
    assert len(lines) == 1
    assert message in lines[0]
    assert "Traceback" not in letters.err
    letters("builds", "--json")
    assert len(letters.out.splitlines()) == 1


def test_an_unforeseen_error_is_one_line_too(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "list_builds", lambda folder: 1 / 0)
    assert letters("builds") == 2
    assert letters.err == "letters: unexpected ZeroDivisionError: division by zero (more with --debug)\n"
    with pytest.raises(ZeroDivisionError):
        letters("--debug", "builds")


def test_usage_errors_are_status_2(letters: Letters) -> None:
    for wrong in (["ingest"], ["nonsense"], ["ask", "x", "--max-claims", "many"]):
        assert letters(*wrong) == 2
        assert len(letters.err.splitlines()) == 1
    assert letters("--help") == 0


def test_a_home_that_cannot_be_one_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "service.sqlite").write_text("no database, but long enough to be taken for one" * 9)
    for home in (tmp_path / "file", tmp_path / "home"):
        letters = Letters(home, capsys, monkeypatch)
        assert letters("list") == 2
        assert "cannot be used" in letters.err
        assert len(letters.err.splitlines()) == 1


def test_a_file_name_of_any_bytes_is_printed(letters: Letters, tmp_path: Path) -> None:
    assert letters("ingest", tmp_path / "v\udcff.txt") == 2
    assert "\\udcff" in letters.err


def test_before_the_first_ingest_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = Letters(tmp_path / "none", capsys, monkeypatch)
    for command in (["list"], ["ask", "x"], ["verify"]):
        assert letters(*command) == 2
        assert "letters ingest" in letters.err


def test_removing_builds_rolling_back_and_verifying(letters: Letters) -> None:
    assert letters("remove", f"{SAMPLE_VOLUME}/d3", "--json") == 0
    assert json.loads(letters.out)["letters"] == 15
    assert letters("builds", "--json") == 0
    builds = [json.loads(line) for line in letters.out.splitlines()]
    assert [(build["letters"], build["active"]) for build in builds] == [(16, False), (15, True)]
    assert letters("rollback") == 0
    assert letters("rollback", builds[1]["build"]) == 0
    assert letters("rollback", "nothing") == 2
    assert letters("rollback", builds[0]["build"]) == 0
    assert letters("list") == 0
    assert len(letters.out.splitlines()) == 16
    assert letters("verify") == 0
    assert "is sound: 16 letters" in letters.out


def test_verify_says_no_to_a_damaged_build(letters: Letters) -> None:
    catalogue = next(letters.home.glob("builds/*/library.sqlite"))
    catalogue.write_bytes(catalogue.read_bytes()[:-4096])
    assert letters("verify") == 1
    assert "changed or missing" in letters.out


def get(address: str, path: str) -> dict[str, Any]:
    with httpx2.Client(trust_env=False) as client:
        found: dict[str, Any] = client.get(address + path).json()
        return found


def test_a_running_service_answers_for_the_command_and_notices_new_letters(letters: Letters, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "4. Letter From A to B\n\nThe zeppelin [Page 2] of Napoleon was green and very large."
    )
    with serving(letters.home) as address:
        assert get(address, "/readyz")["letters"] == 16
        assert letters("ask", QUESTION, "--json") == 0
        answer = json.loads(letters.out)
        followed = {"question": "And who was he?", "conversation_id": answer["conversation_id"]}
        with httpx2.Client(trust_env=False) as client:
            assert client.post(f"{address}/v1/ask", json=followed).status_code == 200
        assert letters("serve", "--port", "0") == 2
        assert "a service runs on" in letters.err
        assert letters("verify") == 0
        assert letters("ingest", tmp_path / "a.txt") == 0
        for _ in range(100):
            if get(address, "/readyz")["letters"] == 17:
                break
        else:
            pytest.fail("the running service did not notice the new letters")
        assert letters("ask", "What colour was the zeppelin of Napoleon?") == 0
        assert "green" in letters.out
    assert letters("ask", QUESTION) == 0


def test_a_service_that_was_killed_leaves_nothing_in_the_way(letters: Letters) -> None:
    with serving(letters.home):
        pid = int(
            subprocess.run(
                ["pgrep", "-f", str(letters.home)], capture_output=True, text=True, check=True
            ).stdout.split()[0]
        )
        os.kill(pid, signal.SIGKILL)
    assert letters("ask", QUESTION) == 0


def test_a_port_that_is_taken_is_said_so(letters: Letters, tmp_path: Path) -> None:
    with serving(letters.home) as address:
        other = Letters(
            Path(shutil.copytree(letters.home, tmp_path / "other", symlinks=True)),
            letters._capsys,
            letters._monkeypatch,
        )
        assert other("serve", "--port", address.rsplit(":", 1)[1]) == 2
        assert "cannot listen" in other.err
