"""The report of a run: what stands in it, in which order, and that nothing in a run can break or misuse it."""

import re
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree, html

from evals.measuring import HEADLINE
from evals.report import followable, page, worst_cases
from evals.report_words import IN_WORDS
from qa_service.errors import InputError

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
"""What somebody may write in a question, or an old letter may hold."""

PLOTS = {
    "Line plot: the share found",
    "Line plot: the share wrong",
    "Reliability",
    "Right by",
    "Letters and",
    "Box plot",
}


def mean(value: float, *, n: int = 4, spread: float = 0.1) -> dict[str, Any]:
    return {"mean": value, "low": max(0.0, value - spread), "high": min(1.0, value + spread), "n": n}


def found(**changed: Any) -> dict[str, Any]:
    """A citation, a passage or a gold place, as a run gives it."""
    usual = {"letter": "invented/d5", "document": "5", "pages": ["12", "13"], "note": None, "url": None, "words": "588"}
    return usual | changed


def case_of(id: str, *, right: bool = True, f1: float | None = 1.0, **changed: Any) -> dict[str, Any]:
    answer = {
        "outcome": "answered",
        "text": "“There are 588 casks.” [1]",
        "standalone": f"What of {id}?",
        "confidence": 0.6,
        "error": "",
        "citations": [found()],
        "passages": [found(words="A passage of the letter")],
    }
    usual = {
        "id": id,
        "type": "single",
        "cluster": "invented/5",
        "question": f"What of {id}?",
        "history": [],
        "reference": "Twenty-four were missing.",
        "gold": [found(place="invented, Document 5, p. 12", words="588, and not 612")],
        "facts": [{"text": "588 casks", "vital": True}],
        "right": right,
        "measures": {"answers: seconds": 0.5} | ({} if f1 is None else {"citations: page F1": f1}),
        "ranks": {"letter": [1], "page": [2], "quote": [None]},
        "answer": answer | changed.pop("answer", {}),
    }
    return usual | changed


def run_of(*cases: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A run of some cases, without figures and curves unless they are given."""
    about = {"subject": "home test", "version": "9.9", "build": "b1", "made_at": "2026-11-25T13:14:51+00:00"}
    usual = {"about": about, "invariants": [], "metrics": {}, "baselines": {}, "curves": {}}
    return usual | {"cases": list(cases) or [case_of("a"), case_of("b", right=False, f1=0.0)]} | changed


def whole_run(*cases: dict[str, Any]) -> dict[str, Any]:
    """A run with all that a run can have."""
    metrics = {
        "pages: recall@5": {"all": mean(0.73), "single": mean(0.731)},
        "answers: cite a gold page": {"all": mean(0.5), "single": mean(0.5)},
        "declined: unanswerable": {"all": mean(0.25), "unanswerable": mean(0.25, n=1)},
        "answers: seconds": {"all": mean(0.954), "single": mean(0.954)},
        "pages: MRR@10": {"all": mean(0.62), "single": mean(0.62)},
        "selective: AURC": {"all": mean(0.33, spread=0)},
        "follow-ups: pages recall@5": {"all": mean(0.4)},
        "robust: same citations, typos": {"all": mean(0.54)},
        "robust: same answer again": {"all": mean(1.0, spread=0)},
    }
    curves = {
        "recall_at": [1, 2, 3],
        "recall": {"letter": [0.5, 0.6, 0.7], "page": [0.4, 0.5, 0.6], "quote": [0.1, 0.2, 0.2]},
        "risk_coverage": [[0.5, 0.0], [1.0, 0.5]],
        "reliability": [{"confidence": 0.6, "right": 0.5, "n": 2}],
        "latency_ms": {"whole answer": {"p50": 2.0, "p95": 2900.0, "all": [0.0, 2.0, 3000.0]}},
    }
    beside = {name: metrics[name] for name in ("pages: recall@5", "answers: cite a gold page")}
    invariants = [{"name": "citation validity", "checked": 7, "broken": [], "share": 1.0}]
    return run_of(*cases, invariants=invariants, metrics=metrics, baselines={"BM25 alone": beside}, curves=curves)


def read(run: Mapping[str, Any]) -> html.HtmlElement:
    return html.document_fromstring(page(run))


def words(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def questions(tree: html.HtmlElement) -> list[str]:
    return [words(one) for one in tree.xpath("//*[@class='question']")]


def test_headline_figures_are_told_in_words_with_their_intervals() -> None:
    line = next(words(li) for li in read(whole_run()).xpath("//ul[@class='headline']/li") if "first five" in words(li))
    assert line == "Of the pages a historian would cite, found among the first five 73 % 63–83 %, 4 questions"


def test_every_headline_measure_has_words() -> None:
    assert set(IN_WORDS) == set(HEADLINE)


def test_a_figure_without_spread_has_no_interval() -> None:
    run = run_of(metrics={"pages: recall@5": {"all": mean(1.0, n=1, spread=0)}})
    assert [words(li) for li in read(run).xpath("//ul[@class='headline']/li")] == [
        "Of the pages a historian would cite, found among the first five 100 % 1 question"
    ]


def test_the_table_by_type_has_a_cell_for_each_type_and_units() -> None:
    cases = [case_of("a"), case_of("u", type="unanswerable", gold=[], f1=None), case_of("o", type="of tomorrow")]
    table = read(whole_run(*cases)).xpath("//section[@id='types']//table")[0]
    rows = {words(tr[0]): [words(cell) for cell in tr[1:]] for tr in table.xpath(".//tr")}
    assert rows["Measure"] == ["all", "single", "unanswerable", "of tomorrow"]
    assert rows["declined: unanswerable"] == ["25 % 15–35 · 4", "–", "25 % 15–35 · 1", "–"]
    assert rows["answers: seconds"][0].startswith("0.95 s")
    everything = words(read(whole_run()).xpath("//section[@id='types']//details")[0])
    assert "MRR@10 0.62 0.52–0.72 · 4" in everything


def test_worst_cases_come_worst_first_and_flawless_ones_not_at_all() -> None:
    cases = [
        case_of("flawless"),
        case_of("half", f1=0.5),
        case_of("declined rightly", type="unanswerable", f1=None, gold=[]),
        case_of("nothing", right=False, f1=0.0),
        case_of("less", f1=0.4),
        case_of("more, but not right", right=False, f1=0.6),
        case_of("answered wrongly", right=False, type="unanswerable", f1=None, gold=[]),
    ]
    assert questions(read(run_of(*cases))) == [
        f"What of {id}?" for id in ("nothing", "answered wrongly", "more, but not right", "less", "half")
    ]


def test_thirty_worst_cases_at_most() -> None:
    assert len(worst_cases([case_of(str(n), right=False, f1=0.0) for n in range(40)])) == 30


def test_a_case_shows_all_that_one_needs_to_judge_it() -> None:
    case = case_of(
        "x",
        right=False,
        f1=0.0,
        history=[{"question": "Who wrote?", "answer": "Orquelle did."}],
        question="And then?",
        answer={
            "standalone": "What did Orquelle do then?",
            "citations": [found(url="https://example.org/d5#p", note="3")],
        },
        facts=[{"text": "588 casks", "vital": False}],
    )
    (shown,) = read(run_of(case)).xpath("//details[@class='case']")
    for part in (
        "And then?", "Who wrote?", "Orquelle did.", "Understood as What did Orquelle do then?",
        "There are 588 casks", "invented, Document 5, pp. 12–13, n. 3", "invented, Document 5, p. 12",
        "588, and not 612", "588 casks (not vital)", "60 % sure", "the page was found, but not cited",
        "letters: 1 · pages: 2 · passages: not found", "citations: page F1 0 %", "Twenty-four were missing.",
        "A passage of the letter",
    ):  # fmt: skip
        assert part in words(shown), part
    assert shown.xpath(".//a/@href") == ["https://example.org/d5#p"]


@pytest.mark.parametrize(
    ("changed", "trouble"),
    [
        ({"answer": {"error": "timed out", "outcome": "error"}}, "no answer came"),
        ({"answer": {"outcome": "not_found"}}, "declined, though the page was found"),
        ({"answer": {"outcome": "not_found"}, "ranks": {"letter": [4], "page": [None]}}, "declined, though the letter"),
        ({"answer": {"outcome": "unclear"}, "ranks": {}}, "asked back; the letter was not found"),
        ({"ranks": {"letter": [4], "page": [None], "quote": [None]}}, "the letter was found, but not the page"),
        ({"ranks": {"letter": [None]}}, "the letter was not found"),
        ({"type": "unanswerable", "gold": [], "ranks": {}}, "answered, though the letters do not say"),
    ],
)
def test_it_says_where_a_case_was_lost(changed: dict[str, Any], trouble: str) -> None:
    tree = read(run_of(case_of("x", right=False, f1=0.0, **changed)))
    (line,) = tree.xpath("//ul[@class='troubles']/li")
    assert words(line).startswith(f"1 {trouble}")


def test_a_broken_invariant_is_told_at_the_top_and_with_its_first_cases() -> None:
    sound = {"name": "citation validity", "checked": 7, "broken": [], "share": 1.0}
    broken = {"name": "quotation fidelity", "checked": 9, "broken": [f"case {n}" for n in range(7)], "share": 0.2}
    tree = read(run_of(invariants=[sound, broken]))
    assert words(tree.xpath("//p[@class='verdict broken']")[0]) == "1 of 2 rules that must always hold is broken."
    told = words(tree.xpath("//li[@class='broken']")[0])
    assert "broken 7 times in 9 case 0 case 1 case 2 case 3 case 4 and 2 more" in told
    assert not read(run_of(invariants=[sound])).xpath("//*[contains(@class, 'broken')]")


def test_simpler_answerers_stand_beside_ours() -> None:
    rows = [words(tr[0]) for tr in read(whole_run()).xpath("//section[@id='beside']//tbody/tr")]
    assert rows == ["Letters (ours)", "Search by words alone (BM25)"]


def test_robustness_is_set_against_the_same_questions_as_they_were() -> None:
    asked_otherwise = {"pages: recall@5": 0.5, "robust: pages recall@5, typos": 0.25}
    cases = [case_of("a", measures=asked_otherwise), case_of("b", measures={"pages: recall@5": 1.0})]
    metrics = {"robust: pages recall@5, typos": {"all": mean(0.25, n=1, spread=0)}}
    rows = read(run_of(*cases, metrics=metrics)).xpath("//section[@id='talk']//tbody/tr")
    assert [words(cell) for cell in rows[0]] == ["with slips of the fingers", "–", "25 % 1", "50 %"]


def test_hostile_text_stays_text() -> None:
    hostile = found(words=HOSTILE, letter=HOSTILE, document=HOSTILE, pages=[HOSTILE], note=HOSTILE, place=HOSTILE)
    case = case_of(
        HOSTILE,
        right=False,
        f1=0.0,
        type=HOSTILE,
        history=[{"question": HOSTILE, "answer": HOSTILE}],
        reference=HOSTILE,
        gold=[hostile],
        facts=[{"text": HOSTILE, "vital": True}],
        measures={HOSTILE: 1.0},
        answer=dict.fromkeys(("text", "standalone", "error", "outcome"), HOSTILE)
        | {"citations": [hostile], "passages": [hostile]},
    )
    run = whole_run(case)
    run["about"] |= {"subject": HOSTILE, "made_at": HOSTILE, HOSTILE: HOSTILE, "left_out": [HOSTILE]}
    run["invariants"] = [{"name": HOSTILE, "checked": 1, "broken": [HOSTILE], "share": 0.0}]
    run["metrics"] |= {HOSTILE: {"all": mean(0.5)}, "answers: cite a gold page": {"all": mean(0.5), HOSTILE: mean(0.5)}}
    run["baselines"] = {f"$x$ --> {HOSTILE}": run["metrics"]}
    run["curves"]["latency_ms"] = {HOSTILE: {"p50": 1.0, "p95": 1.0, "all": [1.0]}}
    tree = read(run)
    assert not tree.xpath("//script | //img | //iframe | //@onerror | //@onclick")
    assert tree.text_content().count(HOSTILE) > 20
    assert "$x$" in "".join(tree.xpath("//svg//text()"))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//example.org/x",
        "/letters/d5", "https:", "file:///etc/passwd", "http://[", "", None, 5,
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_become_links(url: Any) -> None:
    case = case_of("x", right=False, gold=[found(url=url)], answer={"citations": [found(url=url)]})
    assert followable(url) is None
    assert all(one.startswith("#") for one in read(run_of(case)).xpath("//a/@href"))


def test_the_page_is_strict_and_alone() -> None:
    text = page(whole_run())
    tree = html.document_fromstring(text)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert not tree.xpath("//script | //link | //iframe | //@src")
    assert not re.search(r"@import|url\((?!#)", text)


def test_the_page_is_well_formed_and_every_drawing_is_labelled() -> None:
    text = page(whole_run())
    for tag in "section div details table tbody tr td th li ul ol dl p svg".split():
        assert len(re.findall(rf"<{tag}[\s>]", text)) == text.count(f"</{tag}>"), tag
    tree = html.document_fromstring(text)
    for drawing in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        etree.fromstring(drawing)
    drawings = tree.xpath("//svg")
    labels = [one.get("aria-label") for one in drawings]
    assert {start for start in PLOTS if any(label.startswith(start) for label in labels)} == PLOTS
    assert {one.get("role") for one in drawings} == {"img"}
    assert all(one.xpath("ancestor::figure/figcaption") for one in drawings)
    assert all(th.get("scope") in ("col", "row", "rowgroup") for th in tree.xpath("//th"))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in tree.xpath("//nav/a/@href")} <= set(ids)
    used = {one[1:] for one in tree.xpath("//*[local-name()='use']/@*[local-name()='href' or name()='xlink:href']")}
    assert used
    assert used <= set(ids)


def test_drawings_take_their_colours_from_the_page() -> None:
    for drawing in re.findall(r"<svg.*?</svg>", page(whole_run()), re.DOTALL):
        assert "var(--ink)" in drawing or "var(--quiet)" in drawing
        assert not re.search(r"(fill|stroke): #", drawing)


def test_equal_runs_give_equal_bytes() -> None:
    text = page(whole_run())
    assert text == page(whole_run())
    assert "<metadata" not in text


def test_drawings_set_no_style_for_the_rest_of_the_page() -> None:
    assert page(whole_run()).count("<style") == 1


def test_a_stage_that_took_no_time_has_a_place_on_the_scale() -> None:
    stages = {"check": {"p50": 0.0, "p95": 0.0, "all": [0.0, 0.0]}}
    (drawing,) = read(run_of(curves={"latency_ms": stages})).xpath("//svg")
    assert "0.1 ms" in words(drawing)


@pytest.mark.parametrize("absent", ["invariants", "metrics", "baselines", "curves"])
def test_a_run_may_lack_any_part(absent: str) -> None:
    run = whole_run()
    empty = type(run[absent])()
    without = read({name: value for name, value in run.items() if name != absent})
    assert words(without) == words(read(run | {absent: empty}))


def test_a_run_of_nearly_nothing_still_makes_a_page() -> None:
    bare = {"id": "x", "type": "single", "cluster": "a", "measures": {}}
    text = words(read({"about": {"build": "b1"}, "cases": [bare]}))
    assert "1 question." in text
    for said in ("without simpler answerers", "no follow-up questions", "not say of every answer how sure"):
        assert said in text
    assert "No case has anything wrong" in words(read({"about": {"build": "b1"}, "cases": []}))


def test_one_case_that_scores_not_a_number_is_no_figure() -> None:
    nan = float("nan")
    run = run_of(case_of("only"), metrics={"pages: recall@5": {"all": {"mean": 0.5, "low": nan, "high": nan, "n": 1}}})
    assert "nan" not in words(read(run)).lower()


def test_curves_of_confidence_are_left_out_where_a_confidence_is_missing() -> None:
    silent = case_of("silent", answer={"confidence": None})
    labels = read(whole_run(case_of("a"), silent)).xpath("//svg/@aria-label")
    assert not [one for one in labels if "Reliability" in one or "share wrong" in one]


def test_empty_curves_draw_nothing() -> None:
    stages = {"whole answer": {"p50": 0.0, "p95": 0.0, "all": []}}
    curves = {"recall_at": [], "recall": {}, "risk_coverage": [], "reliability": [], "latency_ms": stages}
    tree = read(run_of(curves=curves, metrics={}, baselines={}))
    assert not tree.xpath("//svg")


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(InputError, match=re.escape("pip install 'letters[evals]'")):
        page(whole_run())


def test_left_out_cases_and_versions_are_named() -> None:
    run = run_of()
    run["about"] |= {"left_out": ["k-1", "k-2"], "prompts": "p7"}
    told = words(read(run).xpath("//section[@id='versions']")[0])
    assert "2 cases, of which a volume is not loaded: k-1, k-2" in told
    assert "Build of the library b1" in told
    assert "prompts p7" in told
    assert "November 25, 2026, 13:14 UTC" in told
