"""What single letters cannot say of themselves: `letters.toml`, and what is inferred where it is silent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ingest.readers.reading import Finding
from qa_service.dating import Dating
from qa_service.texts import Letter

FACTS: Mapping[str, tuple[Any, str]] = {
    "volume": (str, "text"),
    "document": ((str, int), "text or a number"),
    "date": (date, "a day such as 1961-09-29"),
    "place": (str, "text"),
    "page": ((str, int), "text or a number"),
    "invented": (bool, "true or false"),
}
"""What `letters.toml` may give for a file, beside `file` itself: of which type, and that in words."""

_ROMAN = (("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40),
          ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))  # fmt: skip


def volume_by_folder(folder: str) -> str:
    """The id of a volume that only its folder names."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", folder).strip("-") or "letters"


def dating_in(facts: Mapping[str, Any]) -> Dating | None:
    if "date" not in facts:
        return None
    day = str(facts["date"].isoformat()[:10])
    return Dating(day, day, taken_from="given")


def first_page(facts: Mapping[str, Any], labels: Iterable[str]) -> str | None:
    """The page on which a letter begins: as given, else the one before the first of the page marks in it."""
    if "page" in facts:
        return str(facts["page"])
    label = next(iter(labels), None)
    if label is None:
        return None
    if label.isdigit():
        return str(int(label) - 1) if int(label) > 1 else None
    return _roman_before(label)


def missing_facts(letter: Letter, facts: Mapping[str, Any]) -> Iterator[Finding]:
    """What neither the letter nor `letters.toml` says."""
    missing = {
        "date": letter.dating is None,
        "place": letter.place is None,
        "page (and the text has no page marks)": not letter.pages,
    }
    for fact, is_missing in missing.items():
        if is_missing:
            yield Finding(f"{fact} not given in letters.toml", str(letter.ref))


def _roman_before(label: str) -> str | None:
    """The roman label before this one, in the same case; None before I and for what is no number."""
    if not re.fullmatch(r"[ivxlcdm]+|[IVXLCDM]+", label):
        return None
    values, rest = dict(_ROMAN), label.lower()
    value = -1
    while rest:
        digits = rest[:2] if rest[:2] in values else rest[:1]
        value, rest = value + values[digits], rest[len(digits) :]
    roman = ""
    for digits, step in _ROMAN:
        count, value = divmod(value, step)
        roman += digits * count
    return (roman.upper() if label.isupper() else roman) or None
