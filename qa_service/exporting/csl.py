"""CSL-JSON: a plain array of items, which is what Zotero and pandoc read.

An item says nothing of pages: the pinpoints are cite-items (`id`, `locator`, `label`, `suffix`, as in the schema
csl-citation.json) beside its variables, in `custom`, the place that the schema csl-data.json keeps for what is not a
variable and that processors pass over. Zotero and pandoc take an array of items alone, so there is no other place in a
file that they can read.
"""

import json
from collections.abc import Sequence
from typing import Any

from qa_service.exporting.answers import Cited, Told
from qa_service.exporting.entries import Entry, entries
from qa_service.exporting.names import Name


def csl_json(answers: Sequence[Told]) -> str:
    """An array of items, one for each letter; empty for answers that cite none."""
    return json.dumps([_item(entry) for entry in entries(answers)], ensure_ascii=False, indent=2) + "\n"


def _item(entry: Entry) -> dict[str, Any]:
    source = entry.source
    variables = {
        "id": entry.key,
        "type": "chapter",
        "title": entry.title,
        "author": _names(entry.writers),
        "container-title": source.book,
        "collection-title": source.series if source.name else "",
        "collection-number": source.subseries if source.name else "",
        "volume": source.volume_number,
        "number": entry.first.document,
        "editor": _names(entry.editors),
        "publisher": source.publisher,
        "publisher-place": source.place,
        "issued": _date(source.year),
        "original-date": _date(entry.first.date),
        "URL": entry.first.letter_url,
        "custom": {"invented": entry.first.invented, "citations": [_cite(entry.key, place) for place in entry.places]},
    }
    return {name: value for name, value in variables.items() if value}


def _cite(key: str, place: Cited) -> dict[str, str]:
    """A cite-item, with the quotation and its addresses."""
    if place.pages:
        pin = {"locator": place.page_range, "label": "page", "suffix": f", {place.note}" if place.note else ""}
    elif place.note.startswith("n. "):
        pin = {"locator": place.note.removeprefix("n. "), "label": "note"}
    else:
        pin = {"suffix": f", {place.note}" if place.note else ""}
    more = {"quote": place.quote, "url": place.url or "", "scan_url": place.scan_url or ""}
    return {name: value for name, value in ({"id": key} | pin | more).items() if value}


def _names(names: Sequence[Name]) -> list[dict[str, str]]:
    return [
        {key: part for key, part in (("family", one.family), ("given", one.given), ("suffix", one.suffix)) if part}
        if one.given
        else {"literal": one.family}
        for one in names
    ]


def _date(text: str | None) -> dict[str, Any] | None:
    """ "1961" or "1961-09-29" in parts; other words as they stand."""
    if not text:
        return None
    parts = text.split("-")
    return {"date-parts": [[int(part) for part in parts]]} if all(map(str.isdecimal, parts)) else {"literal": text}
