"""When a letter was written, as far as the edition says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Precision = Literal["minute", "day", "month", "year"]
DateSource = Literal["dateline", "encoding", "heading", "note", "given"]
"""Where a date was taken from: the dateline, the attributes that the electronic edition gives the document, the
heading, a note, or `letters.toml`.
"""


@dataclass(frozen=True, slots=True)
class Dating:
    """The days a letter can be of, `first` to `last` (ISO, both included), and where that was taken from.

    `certain` is false where the edition gives a range for an undated letter, and where only a note speaks of a day;
    `words` are the words taken: the dateline where it is encoded, else those that name the day, of a note with what it
    says of it. `time` is "18:34".
    """

    first: str
    last: str
    precision: Precision = "day"
    taken_from: DateSource = "dateline"
    certain: bool = True
    words: str = ""
    time: str | None = None

    def __str__(self) -> str:
        """As a volume would print it: "September 29, 1961", "May 1980", "undated, about July 5, 1962"."""
        printed = {"year": lambda day: day[:4], "month": month_and_year}.get(self.precision, long_date)
        said = " to ".join(dict.fromkeys((printed(self.first), printed(self.last))))
        if self.first[:7] == self.last[:7] and self.first != self.last and self.precision in ("day", "minute"):
            said = long_date(self.first).replace(",", f"–{int(self.last[8:])},")
        return said if self.certain else f"undated, about {said}"


def long_date(date: str | None) -> str:
    """ "1961-09-29" as the volumes print it, "September 29, 1961"; empty for None."""
    if not date:
        return ""
    year, month, day = date.split("-")
    return f"{MONTHS[int(month) - 1]} {int(day)}, {year}"


def month_and_year(date: str) -> str:
    """ "1980-05-01" -> "May 1980"."""
    return f"{MONTHS[int(date[5:7]) - 1]} {date[:4]}"


MONTHS: Sequence[str] = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
