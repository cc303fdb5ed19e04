"""An evaluation from gold to exit status, on the sample, by the command."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from evals.cases import read_cases
from evals.evaluation import load
from evals.index_benchmark import IndexCase, cases_of, score_volume
from evals.subjects import HomeSubject
from evals.validation import located
from qa_service.api.service import Service
from qa_service.apparatus import Apparatus, IndexEntry
from qa_service.dialogue import Hit
from qa_service.errors import InputError
from qa_service.texts import Passage
from tests.builders import ROOT, SAMPLE, SAMPLE_VOLUME, letter_of, whole
from tests.chat_server import chat_server
from tests.commanding import Letters, serving

GOLD = ROOT / "evals" / "gold" / "sample.jsonl"


@pytest.fixture
def some_gold(tmp_path: Path) -> Path:
    """Two cases of each type."""
    by_type: dict[str, list[str]] = defaultdict(list)
    for line in GOLD.read_text().splitlines():
        by_type[json.loads(line)["type"]].append(line)
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(line for lines in by_type.values() for line in lines[:2]))
    return path


def test_the_gold_over_the_sample_is_right(service: Service) -> None:
    cases = read_cases([GOLD])
    assert len(cases) >= 60
    assert {case.type for case in cases} == {
        "single", "multi", "comparison", "footnote", "metadata", "unanswerable", "followup",
    }  # fmt: skip
    assert all(case.standalone for case in cases if case.type == "followup")
    loaded = load(cases, HomeSubject(service, "sample"))
    assert loaded.left_out == []
    assert len({(place.volume, place.document) for case in cases for place in case.gold}) == 16


def test_cases_of_volumes_that_are_not_loaded_are_left_out(service: Service, some_gold: Path) -> None:
    case = json.loads(some_gold.read_text().splitlines()[0])
    case |= {"id": "x", "question": "Other?", "gold": [{"volume": "other", "document": "1", "page": "1"}], "facts": []}
    some_gold.write_text(some_gold.read_text() + "\n" + json.dumps(case))
    assert load(read_cases([some_gold]), HomeSubject(service, "sample")).left_out == ["x"]
    some_gold.write_text(json.dumps(case))
    with pytest.raises(InputError, match="about the loaded volumes"):
        load(read_cases([some_gold]), HomeSubject(service, "sample"))


def test_wrong_gold_is_refused_before_anything_is_asked(letters: Letters, some_gold: Path) -> None:
    text = re.sub(r'"page": "\d+"', '"page": "1"', some_gold.read_text())
    some_gold.write_text(text)
    assert letters("eval", some_gold) == 2
    assert "the cases do not fit the letters" in letters.err


def test_a_whole_evaluation(letters: Letters, some_gold: Path, tmp_path: Path) -> None:
    out, small, page, exports = (tmp_path / name for name in ("run.json", "small.json", "run.html", "exports"))
    files = ["--out", out, "--save-baseline", small, "--report", page, "--exports", exports]
    assert letters("eval", some_gold, *files) == 0, letters.err
    run = json.loads(out.read_text())
    assert {one["name"]: one["share"] for one in run["invariants"]} == dict.fromkeys(
        (
            "citation validity", "quotation fidelity", "claims carry citations", "answers without errors",
            "same answer again", "gold oracle scores 1.0",
        ),
        1.0,
    )  # fmt: skip
    assert set(run["baselines"]) == {
        "random letter", "BM25 alone", "dense alone", "LangChain pipeline", "gold passages, our choice of sentences",
        "gold oracle",
    }  # fmt: skip
    metrics = run["metrics"]
    oracle = run["baselines"]["gold oracle"]
    assert oracle["citations: quotation F1"]["all"]["mean"] == 1.0
    assert (
        run["baselines"]["random letter"]["pages: recall@5"]["all"]["mean"] < metrics["pages: recall@5"]["all"]["mean"]
    )
    assert metrics["pages: recall@5"]["footnote"]["n"] == 2
    assert metrics["declined: unanswerable"]["all"]["n"] == 2
    assert "robust: pages recall@5, typos" in metrics
    assert "follow-ups: pages recall@5, asked whole" in metrics
    assert set(run["curves"]["latency_ms"]) >= {"retrieve", "choose", "check", "whole answer"}
    assert "ours" in letters.out
    assert "<html" in page.read_text()
    assert exports.is_dir()
    assert not list((letters.home / "evals").glob("*.unfinished.jsonl"))
    quotations = [place["words"] for case in run["cases"] for place in case["gold"]]
    assert not any(words in small.read_text() for words in quotations if len(words) > 40)

    assert letters("compare", small, out) == 0
    assert "same" in letters.out
    worse = json.loads(small.read_text())
    for case in worse["cases"]:
        case["measures"] = {name: value / 2 for name, value in case["measures"].items()}
    better = tmp_path / "better.json"
    better.write_text(json.dumps(worse))
    assert letters("compare", better, small) == 0
    assert letters("compare", small, better) == 1
    assert "regression" in letters.out


def test_a_judge_model_is_asked_where_one_is_configured(
    letters: Letters, some_gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = next(line for line in some_gold.read_text().splitlines() if json.loads(line)["type"] == "single")
    some_gold.write_text(one)
    monkeypatch.setenv("OPENAI_API_KEY", "scripted")
    with chat_server() as server:
        server.enqueue(*['{"support": "full", "reason": "it says so"}'] * 3, *["I would rather not."] * 40)
        monkeypatch.setenv("LETTERS_JUDGE_MODEL", "openai:scripted")
        monkeypatch.setenv("LETTERS_JUDGE_BASE_URL", server.base_url)
        page = tmp_path / "run.html"
        assert letters("eval", some_gold, "--quick", "--no-baselines", "--json", "--report", page) == 0, letters.err
        asked = json.dumps(server.requests)
        assert "You check whether" in asked
        assert json.loads(one)["facts"][0]["text"] in asked
    (judged,) = json.loads(letters.out)["judged"]
    tallies = judged["metrics"]
    assert sum(tally["judged"] for tally in tallies.values()) >= 3
    assert sum(tally["unjudged"] for tally in tallies.values()) >= 1
    assert all(tally["low"] <= (tally["mean"] or 0.0) for tally in tallies.values())
    assert "Judged by a model" in page.read_text()


def test_a_running_service_gives_the_same_figures(letters: Letters, some_gold: Path) -> None:
    def figures(*where: str) -> Any:
        assert letters("eval", some_gold, "--quick", "--no-baselines", "--json", *where) == 0, letters.err
        metrics = json.loads(letters.out)["metrics"]
        return {name: value for name, value in metrics.items() if "seconds" not in name}

    at_home = figures()
    with serving(letters.home) as address:
        assert figures("--url", address) == at_home


def test_a_service_that_is_not_there(letters: Letters, some_gold: Path) -> None:
    assert letters("eval", some_gold, "--url", "http://127.0.0.1:9") == 2
    assert "did not answer" in letters.err


@pytest.mark.parametrize(
    "no_run",
    [
        "[]",
        '{"about": {"x": 1}, "cases": [{}]}',
        '{"about": {"x": 1}, "cases": [{"id": "a", "cluster": "b", "measures": {"m": "NaN"}}]}',
    ],
)
def test_what_is_no_run_is_refused(letters: Letters, tmp_path: Path, no_run: str) -> None:
    (tmp_path / "no.json").write_text(no_run)
    assert letters("compare", tmp_path / "no.json", tmp_path / "none.json") == 2
    assert "expected the JSON of a run" in letters.err


def test_cases_that_have_vanished_fail_the_comparison(letters: Letters, tmp_path: Path) -> None:
    case = {"cluster": "k", "type": "single", "measures": {"citations: page F1": 1.0}}
    for name, ids in (("before", "ab"), ("after", "a")):
        cases = [case | {"id": id} for id in ids]
        (tmp_path / name).write_text(json.dumps({"about": {"build": "b"}, "cases": cases}))
    assert letters("compare", tmp_path / "before", tmp_path / "after") == 1
    assert "only in the earlier run, not compared: b" in letters.out


LETTER = letter_of("|26|We accept inspections |27|a year.")
ENTRIES = (
    IndexEntry("Inspections: number of", pages=("26", "27", "IX")),
    IndexEntry("Preface", pages=("IX",)),
    IndexEntry("See also", see=("Inspections",)),
    IndexEntry("Newer", letters=("d1", "d9")),
)


def test_an_index_becomes_cases() -> None:
    pages, ids = frozenset({"26", "27"}), frozenset({"d1"})
    cases = cases_of("v", Apparatus(index=ENTRIES), pages, ids)
    assert cases == [
        IndexCase("v", "Inspections: number of", pages, frozenset()),
        IndexCase("v", "Newer", frozenset(), ids),
    ]
    assert cases[0].question == "Inspections, number of"
    first = Passage(LETTER.ref, None, whole(LETTER).span, LETTER.text)
    assert cases[0].met_by(Hit(first, LETTER, 1.0)) == pages
    assert cases[1].met_by(Hit(first, LETTER, 1.0)) == ids


def test_index_recall_by_hand() -> None:
    class OneLetter:
        def letters(self, filters: object) -> list[Any]:
            return [LETTER]

    def search(question: Any, limit: int) -> list[Hit]:
        assert limit == 20
        return [Hit(whole(letter_of("|1|Nothing.")), letter_of("|1|Nothing."), 2.0), Hit(whole(LETTER), LETTER, 1.0)]

    entries = Apparatus(index=ENTRIES[:1])
    score = score_volume("v", entries, OneLetter(), search, at_most=9)  # type: ignore[arg-type]
    assert (score.lines, score.of_lines) == (1, 1)
    assert score.recall == {1: 0.0, 5: 1.0, 10: 1.0, 20: 1.0}
    assert score.hit == {1: 0.0, 5: 1.0, 10: 1.0, 20: 1.0}


def test_the_index_benchmark_leaves_the_index_out(letters: Letters) -> None:
    volume = SAMPLE / f"{SAMPLE_VOLUME}.xml"
    assert letters("index-benchmark", volume, "--at-most", "15", "--json") == 0, letters.err
    score = json.loads(letters.out)
    assert (score["volume"], score["lines"]) == (SAMPLE_VOLUME, 15)
    assert 0 < score["recall"]["1"] <= score["recall"]["20"] <= 1
    assert letters("index-benchmark", volume, "--at-most", "15", "--json") == 0
    assert json.loads(letters.out) == score
    beside = Letters(letters.home / "evals" / "without-index", letters._capsys, letters._monkeypatch)
    assert beside("builds") == 0


def test_gold_places_hold_their_words(service: Service) -> None:
    loaded = load(read_cases([GOLD]), HomeSubject(service, "sample"))
    for case in loaded.cases:
        for place in case.gold:
            assert located(place, loaded.letters).words
