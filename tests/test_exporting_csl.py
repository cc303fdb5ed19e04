"""CSL-JSON, as citeproc-py renders it."""

import json
from pathlib import Path
from typing import Any

import citeproc
import pytest
from citeproc.source import Locator
from citeproc.source.json import CiteProcJSON

from qa_service.exporting.forms import export
from tests.exported_answers import FRUS, SITE, answer, citation, hostile_answer, noted_citation, other_volume_citation

STYLE = Path(citeproc.__file__).parent / "data" / "styles" / "harvard-cite-them-right.csl"
KNOWS_NO_CUSTOM = "ignore:The following arguments for Reference are unsupported. custom:UserWarning"
"""citeproc-py knows CSL 1.0.1, which has no `custom`: it passes over it, and says so."""
PINPOINTS = {"locator", "page", "page-first", "label", "suffix"}


def items_of(*answers: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(export(answers, "csl-json").content)
    return items


def rendered(items: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """The first cite-item of the first item as citeproc-py cites it, and the bibliography."""
    style = citeproc.CitationStylesStyle(str(STYLE), validate=False)
    bibliography = citeproc.CitationStylesBibliography(style, CiteProcJSON(items), citeproc.formatter.plain)
    pins = [item["custom"]["citations"][0] for item in items]
    cites = [
        citeproc.CitationItem(pin["id"].lower(), locator=Locator(pin["label"], pin["locator"]))
        if "locator" in pin
        else citeproc.CitationItem(pin["id"].lower())
        for pin in pins
    ]
    citations = [citeproc.Citation([cite]) for cite in cites]
    for one in citations:
        bibliography.register(one)
    shown = str(bibliography.cite(citations[0], lambda item: pytest.fail(f"{item} is not there")))
    return shown, [str(entry) for entry in bibliography.bibliography()]


def test_an_item_describes_the_letter_in_its_volume() -> None:
    item = items_of(answer(citation()))[0]
    item.pop("custom")
    assert item == {
        "id": "frus1961-63v06_d21",
        "type": "chapter",
        "title": "Letter From A to B, Document 21",
        "author": [{"literal": "Ann Alder"}],
        "container-title": FRUS["name"],
        "collection-title": "Foreign Relations of the United States",
        "collection-number": "1961–1963",
        "volume": "VI",
        "number": "21",
        "editor": [
            {"family": "Example", "given": "William F.", "suffix": "Jr."},
            {"family": "Van Sample", "given": "Laurie"},
        ],
        "publisher": "Government Printing Office",
        "publisher-place": "Washington",
        "issued": {"date-parts": [[1996]]},
        "original-date": {"date-parts": [[1961, 9, 29]]},
        "URL": f"{SITE}/frus1961-63v06/d21",
    }


def test_pinpoints_are_locators_of_cite_items_and_not_of_the_item() -> None:
    item = items_of(answer(citation(pages=["26", "27"]), noted_citation(2), noted_citation(3, pages=[])))[0]
    assert not PINPOINTS & item.keys()
    pins = [
        {key: value for key, value in pin.items() if key in PINPOINTS | {"id"}} for pin in item["custom"]["citations"]
    ]
    assert pins == [
        {"id": item["id"], "locator": "26–27", "label": "page"},
        {"id": item["id"], "locator": "26", "label": "page", "suffix": ", n. 3"},
        {"id": item["id"], "locator": "3", "label": "note"},
    ]


def test_cite_items_carry_quotation_and_addresses() -> None:
    pin = items_of(answer(citation()))[0]["custom"]["citations"][0]
    assert pin["quote"] == "We made this up."
    assert (pin["url"], pin["scan_url"]) == (citation()["url"], citation()["scan_url"])


def test_an_item_without_a_day_or_an_address_says_neither() -> None:
    item = items_of(answer(other_volume_citation(writer=None)))[0]
    assert not {"original-date", "URL", "author"} & item.keys()
    assert item["custom"]["citations"] == [{"id": item["id"], "suffix": ", source note", "quote": "We made this up."}]


@pytest.mark.filterwarnings(KNOWS_NO_CUSTOM)
def test_a_processor_cites_the_item_with_its_page() -> None:
    shown, bibliography = rendered(items_of(answer(citation(), other_volume_citation(2))))
    assert shown == "(Ann Alder, 1996, p. 26)"
    assert "Letter From A to B, Document 21" in bibliography[0]
    assert FRUS["name"] in bibliography[0]
    assert "[invented sample, not a historical source]" in bibliography[1]


@pytest.mark.filterwarnings(KNOWS_NO_CUSTOM)
def test_a_processor_reads_hostile_items() -> None:
    shown, bibliography = rendered(items_of(hostile_answer()))
    assert len(bibliography) == 1
    assert "1961" not in shown
