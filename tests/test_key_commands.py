"""`letters keys`, `letters replay`, and a service that asks for keys, as a user types them."""

import json
import re
import shlex
import subprocess

import httpx2
import pytest

from tests.builders import ROOT
from tests.commanding import LETTERS, Letters, serving

QUESTION = "Who threw the lantern on Lantern Night?"


def test_a_key_is_shown_once(letters: Letters) -> None:
    assert letters("keys", "create", "Reading room", "--scope", "ask", "--scope", "ingest", "--expires", "90d") == 0
    secret = letters.out.strip()
    assert re.fullmatch(r"lt_\w{8}_[\w-]{43}", secret)
    assert "not shown again" in letters.err
    assert secret not in letters.err
    assert letters("keys", "list") == 0
    assert letters.out.startswith(f"{secret[3:11]}  valid    ask, ingest; 60/minute; until 2")
    assert letters("keys", "list", "--json") == 0
    listed = json.loads(letters.out)
    assert (listed["name"], listed["state"], listed["scopes"]) == ("Reading room", "valid", ["ask", "ingest"])
    assert not {"key", "hash"} & listed.keys()


def test_a_key_is_revoked(letters: Letters) -> None:
    letters("keys", "create", "x", "--json")
    made = json.loads(letters.out)
    assert made["key"].startswith(f"lt_{made['id']}_")
    assert letters("keys", "revoke", made["id"]) == 0
    assert " revoked " in letters.out
    assert letters("serve", "--host", "0.0.0.0", "--port", "0") == 2
    assert "letters keys create" in letters.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["create", "x", "--scope", "root"], "'root'"),
        (["create", "x", "--rate", "often"], "60/minute"),
        (["create", "x", "--expires", "2001-01-01"], "day to come"),
        (["create", ""], "name"),
        (["revoke", "nothing1"], "no key"),
    ],
)
def test_wrong_input_is_one_line(letters: Letters, arguments: list[str], message: str) -> None:
    assert letters("keys", *arguments) == 2
    assert len(letters.err.splitlines()) == 1
    assert message in letters.err


@pytest.mark.usefixtures("minilm")
def test_replaying_shows_the_same_answer(letters: Letters) -> None:
    letters("ask", QUESTION, "--json")
    id = json.loads(letters.out)["id"]
    assert letters("replay", id) == 0
    assert letters.out.splitlines()[:2] == [f"{id}: {QUESTION}", "the same answer"]
    assert letters("replay", id, "--json") == 0
    assert json.loads(letters.out)["same"] is True
    assert letters("replay", "a_nothing") == 2
    assert "no answer" in letters.err


@pytest.mark.usefixtures("minilm")
def test_replaying_on_other_letters_says_what_is_gone(letters: Letters) -> None:
    letters("ask", QUESTION, "--json")
    answer = json.loads(letters.out)
    cited = sorted({citation["letter"] for citation in answer["citations"]})
    assert letters("remove", *cited) == 0
    assert letters("replay", answer["id"]) == 1
    assert "another answer" in letters.out
    assert f"- claim: {answer['claims'][0]['text']}" in letters.out
    assert re.search(r"^content_digest: \w+ -> \w+$", letters.out, re.MULTILINE)


@pytest.mark.usefixtures("minilm")
def test_beyond_this_machine_the_service_asks_for_keys(letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    letters("keys", "create", "mine")
    secret = letters.out.strip()
    with serving(letters.home, "--host", "0.0.0.0") as address:
        assert httpx2.get(f"{address}/healthz", trust_env=False).status_code == 200
        assert httpx2.get(f"{address}/v1/letters", trust_env=False).json()["code"] == "key_needed"
        named = {"Host": "letters.example.org", "X-API-Key": secret}
        assert httpx2.get(f"{address}/v1/letters", trust_env=False, headers=named).status_code == 200
        assert letters("ask", QUESTION) == 2
        assert "API key" in letters.err
        monkeypatch.setenv("LETTERS_KEY", secret)
        assert letters("ask", QUESTION, "--json") == 0
        id = json.loads(letters.out)["id"]
        assert letters("replay", id) == 0
    assert letters("replay", id) == 0  # without the service, for the key's owner
    monkeypatch.delenv("LETTERS_KEY")
    assert letters("replay", id) == 2
    files = [path for path in letters.home.iterdir() if path.is_file()]
    assert not [path for path in files if secret.encode() in path.read_bytes()]


@pytest.mark.usefixtures("minilm")
def test_neither_key_nor_question_stands_in_the_log(letters: Letters) -> None:
    letters("keys", "create", "mine")
    secret, canary = letters.out.strip(), "canaryquestion"
    with subprocess.Popen(
        [*LETTERS, "--home", str(letters.home), "serve", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address = next(line for line in process.stdout if "are ready" in line).split(" at ")[1].strip()
        with httpx2.Client(base_url=address, trust_env=False) as client:
            for key in (secret, secret[:-1]):
                for body in ({"question": canary}, {"question": canary, "colour": "red"}, {"question": 7, canary: 1}):
                    client.post("/v1/ask", json=body, headers={"X-API-Key": key})
                client.get("/v1/conversations", params={"q": canary}, headers={"Authorization": f"Bearer {key}"})
            for key in (secret[:-1], secret):
                client.post("/v1/session", json={"key": key}, headers={"X-Forwarded-For": "192.0.2.1"})
            token = client.cookies["letters_session"]
            client.get("/v1/conversations", headers={"X-Forwarded-For": "192.0.2.1"})
        process.terminate()
        log = process.stdout.read()
    assert secret[12:-1] not in log
    assert token not in log
    assert canary not in log


def commands_of(document: str) -> list[str]:
    text = (ROOT / "docs" / document).read_text()
    return re.findall(r"^\$ letters (.+)$", text, re.MULTILINE)


def test_the_examples_of_the_documents_run(letters: Letters) -> None:
    """Those that need no service running; of each the shape of what it prints is the one shown."""
    create, listing, *_ = commands_of("keys.md")
    assert letters(*shlex.split(create)) == 0
    assert letters.out.startswith("lt_")
    assert letters(*shlex.split(listing)) == 0
    shown = re.search(r"^k3v9q0ab .+$", (ROOT / "docs" / "keys.md").read_text(), re.MULTILINE)
    assert shown
    assert re.sub(r"\d{4}-\S+", "DAY", letters.out.strip())[8:] == re.sub(r"\d{4}-\S+", "DAY", shown[0])[8:]
