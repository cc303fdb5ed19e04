"""The days a question names: "November 1961", "16 October 1961", "spring 62", "between May and July 1963"."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_service.dating import MONTHS, Dating

_MONTH_NUMBERS = {month.lower(): number for number, month in enumerate(MONTHS, start=1)}
_MONTH_NUMBERS |= {month[:3].lower(): number for number, month in enumerate(MONTHS, start=1)} | {"sept": 9}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_YEAR_FORM = r"(?:1[789]|20)[0-9][0-9]"
_MONTH = re.compile(
    r"\b(?:(?P<before>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\b\.?"
    r"(?:\s+(?:the\s+)?(?P<after>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d))?"
    rf"(?:(?:\s+of\s+|,\s*|\s+)(?P<year>{_YEAR_FORM}|['’]?\d\d(?!\d)))?",
    re.IGNORECASE,
)
_SEASON = re.compile(
    rf"\b(?P<season>spring|summer|autumn|fall)(?:\s+of)?\s+(?P<year>{_YEAR_FORM}|['’]?\d\d)\b", re.IGNORECASE
)
_YEAR = re.compile(rf"\b{_YEAR_FORM}\b")
_PART_OF_YEAR = (
    (re.compile(r"\b(early|beginning of|start of)[\s-]+(in\s+)?$", re.IGNORECASE), "01-01", "04-30"),
    (re.compile(r"\b(mid|middle of)[\s-]*$", re.IGNORECASE), "05-01", "08-31"),
    (re.compile(r"\b(late|end of)[\s-]+(in\s+)?$", re.IGNORECASE), "09-01", "12-31"),
)
_A_TIME_FOLLOWS = re.compile(
    r"\b(in|of|by|since|until|from|and|to|between|early|late|mid|on|during)[\s-]+$", re.IGNORECASE
)
_BETWEEN = re.compile(r"\b(between|from)\s+((early|late|mid)[\s-]+)?$", re.IGNORECASE)
_JOINS = re.compile(r"\s*,?\s*(and|to|until|till|through|[-–])\s*((early|late|mid)[\s-]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Days:
    """From a first to a last day, ISO, both included; `words` are those of the question."""

    first: str
    last: str
    words: str = ""

    def overlaps(self, first: str, last: str) -> bool:
        return self.first <= last and first <= self.last

    def __str__(self) -> str:
        """As a volume would print it."""
        whole_months = self.first.endswith("-01") and self.last == _end_of_month(self.last[:7])
        whole_years = self.first.endswith("01-01") and self.last.endswith("12-31")
        return str(Dating(self.first, self.last, "year" if whole_years else "month" if whole_months else "day"))


def days_in(question: str, years: Sequence[int]) -> tuple[Days, ...]:
    """The days that a question names, each once, in the order of its words.

    Args:
        years: those of the loaded letters: a month without a year is that month of each of them, two digits are the one
            of them that ends so.
    """
    found = [*_months(question, years), *_seasons(question, years)]
    taken = {days.first[:4] for days in found}  # "June 19–20, 1962" does not mean all of 1962 as well
    found += [days for days in _years(question) if days.first[:4] not in taken]
    if len(found) == 2 and _is_a_span(question, found[0].words, found[1].words):
        first, last = min(days.first for days in found), max(days.last for days in found)
        return (Days(first, last, " – ".join(days.words for days in found)),)
    return tuple(dict.fromkeys(found))


def _is_a_span(question: str, first: str, last: str) -> bool:
    """Whether two times are the ends of one: "between May and July 1963", but not "from Kennedy in May and in July"."""
    start, second = question.find(first), question.rfind(last)
    before, between = question[:start], question[start + len(first) : second]
    return bool(_BETWEEN.search(before)) and _JOINS.fullmatch(between) is not None


def _months(question: str, years: Sequence[int]) -> Iterator[Days]:
    written_years = [int(year) for year in _YEAR.findall(question)]
    for match in _MONTH.finditer(question):
        word, day = match["month"], match["before"] or match["after"]
        if not _means_a_month(word, match, question):
            continue
        month, year = _MONTH_NUMBERS.get(word.lower()), _year(match["year"], years)
        if month is None:  # "aprıl": the pattern takes a letter for another that no month is written with
            continue
        for one in [year] if year else written_years[:1] or years:
            last = calendar.monthrange(one, month)[1]
            if day:  # also one that the month does not have: no letter is of it
                yield Days(f"{one}-{month:02}-{int(day):02}", f"{one}-{month:02}-{int(day):02}", match.group().strip())
            else:
                yield Days(f"{one}-{month:02}-01", f"{one}-{month:02}-{last:02}", match.group().strip())


def _means_a_month(word: str, match: re.Match[str], question: str) -> bool:
    """ "may", "march" and short forms are other words too, unless a day, a year or a preposition says otherwise."""
    if word.lower() not in ("may", "march", "sept") and len(word) > 3:
        return True
    if match["before"] or match["after"] or match["year"]:
        return True
    return word[0].isupper() and bool(_A_TIME_FOLLOWS.search(question[: match.start()]))


def _seasons(question: str, years: Sequence[int]) -> Iterator[Days]:
    for match in _SEASON.finditer(question):
        if year := _year(match["year"], years):
            first, last = _SEASONS.get(match["season"].lower(), (0, 0))
            if not first:
                continue
            yield Days(f"{year}-{first:02}-01", _end_of_month(f"{year}-{last:02}"), match.group())


def _years(question: str) -> Iterator[Days]:
    for match in _YEAR.finditer(question):
        first, last = "01-01", "12-31"
        for before, start, end in _PART_OF_YEAR:
            if before.search(question[: match.start()]):
                first, last = start, end
        yield Days(f"{match.group()}-{first}", f"{match.group()}-{last}", match.group())


def _year(text: str | None, years: Sequence[int]) -> int | None:
    if text is None:
        return None
    number = int(text.strip("'’"))
    return number if number >= 100 else next((year for year in years if year % 100 == number), None)


def _end_of_month(month: str) -> str:
    year, number = map(int, month.split("-")[:2])
    return f"{year:04}-{number:02}-{calendar.monthrange(year, number)[1]:02}"
