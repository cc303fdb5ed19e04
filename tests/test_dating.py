import pytest

from ingest.readers.dating import Said, date_in, date_of
from qa_service.dating import Dating, long_date


@pytest.mark.parametrize(
    ("words", "first", "last", "precision"),
    [
        ("Moscow, November 9, 1960.", "1960-11-09", "1960-11-09", "day"),
        ("Rangoon, October 10,1952—3 p.m.", "1952-10-10", "1952-10-10", "day"),
        ("Moscow, April 1 1963.", "1963-04-01", "1963-04-01", "day"),
        ("Rangoon, 12th September 1953.", "1953-09-12", "1953-09-12", "day"),
        ("5 December 1952", "1952-12-05", "1952-12-05", "day"),
        ("[Florida], January 29–30, 1954.", "1954-01-29", "1954-01-30", "day"),
        ("Washington, February 1980", "1980-02-01", "1980-02-29", "month"),
        ("21st of May, 1861", "1861-05-21", "1861-05-21", "day"),
        ("Feb. 3, 1861", "1861-02-03", "1861-02-03", "day"),
        ("MAY 21st, 1861", "1861-05-21", "1861-05-21", "day"),
        ("May 4 and 5, 1928", "1928-05-04", "1928-05-05", "day"),
        ("May 30–June 2, 1928", "1928-05-30", "1928-06-02", "day"),
    ],
)
def test_dates_in_words(words: str, first: str, last: str, precision: str) -> None:
    dating = date_in(words)
    assert dating is not None
    assert (dating.first, dating.last, dating.precision) == (first, last, precision)


@pytest.mark.parametrize("words", ["undated", "February 30, 1961", "Washington, May 4", "telegram 1961"])
def test_words_without_a_date(words: str) -> None:
    assert date_in(words) is None


@pytest.mark.parametrize(
    ("said", "in_words", "taken_from"),
    [
        (Said("May 4, 1928", {"when": "1928-05-04T18:34:00"}), "May 4, 1928", "dateline"),
        (Said("the fourth", {"when": "1928-05-04"}), "May 4, 1928", "dateline"),
        (Said("spring", {"notBefore": "1928-05-04", "notAfter": "1928-05-09"}), "about May 4–9, 1928", ""),
        (Said("May 4 and 5", {"from": "1928-05-04", "to": "1928-05-05"}), "May 4–5, 1928", "dateline"),
        (Said("1928", {"when": "1928"}), "1928", "dateline"),
        (Said("May 1928", {"when": "1928-05-01"}), "May 1928", "dateline"),
        (Said("May 1928", {"when": "1928-05"}), "May 1928", "dateline"),
        (Said("21st of May, 1861", {"when": "1861-05-21"}), "May 21, 1861", "dateline"),
        (Said("January–March 1961", {"from": "1961-01", "to": "1961-03"}), "January 1961 to March 1961", "dateline"),
        (Said("1961–1962", {"from": "1961", "to": "1962"}), "1961 to 1962", "dateline"),
        (Said("undated", {"when": "1928-05-04"}), "undated, about May 4, 1928", "dateline"),
        (Said(earliest="1928-05-04T00:00:00-05:00", latest="1928-05-04T23:59:59-05:00"), "May 4, 1928", "encoding"),
        (Said("undated", earliest="1928-05-04", latest="1928-05-04"), "undated, about May 4, 1928", "encoding"),
        (Said(heading="Minutes, Montavrel, May 4, 1928"), "May 4, 1928", "heading"),
        (Said(heading="Memorandum from A to B, May 4", section="May 1928"), "May 4, 1928", "heading"),
        (Said("May 4, 1928?"), "undated, about May 4, 1928", "dateline"),
        (Said("X, undated", source_note="Source: Y. Secret. Handed to A on May 4.", neighbour="1928-04-01"),
         "undated, about May 4, 1928", "note"),
        (Said("undated", source_note="Source: Y. A note says it was received on January 2.", neighbour="1927-12-30"),
         "undated, about January 2, 1928", "note"),
        (Said("undated", source_note="Received on May 4, 1930.", neighbour="1927-12-30"),
         "undated, about May 4, 1930", "note"),
    ],
)  # fmt: skip
def test_what_is_taken(said: Said, in_words: str, taken_from: str) -> None:
    dating, _ = date_of(said)
    assert dating is not None
    assert str(dating).removeprefix("undated, ") == in_words.removeprefix("undated, ")
    assert dating.certain == ("about" not in in_words)
    assert dating.taken_from == (taken_from or "dateline")


def test_a_time_is_kept() -> None:
    dating, _ = date_of(Said("May 4, 1928, 6:34 p.m.", {"when": "1928-05-04T18:34:00"}))
    assert dating == Dating(
        "1928-05-04", "1928-05-04", "minute", "dateline", words="May 4, 1928, 6:34 p.m.", time="18:34"
    )


@pytest.mark.parametrize(
    ("said", "day", "remark"),
    [
        (Said("May 4, 1928", {"when": "1929-05-04"}, heading="Minutes, May 4, 1928"), "1928-05-04", "its encoding"),
        (Said("May 4, 1928", {"when": "1929-05-04"}), "1929-05-04", "its encoding"),
        (Said("May 4, 1928", heading="Minutes, May 5, 1928"), "1928-05-04", "heading and dateline"),
        (Said(heading="Minutes, May 5, 1928"), "1928-05-05", "heading taken"),
        (Said("undated", source_note="Sent on May 5, 1928"), "1928-05-05", "source note"),
    ],
)
def test_what_was_taken_is_said(said: Said, day: str, remark: str) -> None:
    dating, said_of_it = date_of(said)
    assert dating is not None
    assert dating.first == day
    assert said_of_it is not None
    assert remark in said_of_it[0]


@pytest.mark.parametrize(
    "said",
    [
        Said(),
        Said("undated"),
        Said("undated", source_note="Received on May 4."),
        Said("undated", heading="Memorandum, May 4", section="May 1928"),
        Said(heading="Memorandum, June 4", section="May 1928"),
        Said(heading="Memorandum on the Treaty of May 4, 1898"),
        Said(heading="Memorandum, May 4", section="May 4, 1928"),
        Said("undated", source_note="Received on May 44, 1928. The ship sank on May 4, 1928."),
        Said("?", {"when": "yesterday"}),
        Said("?", {"when": "1928-13-04"}),
        Said("?", {"from": "1928-05-04", "to": "1928-05-01"}),
    ],
)
def test_no_date_is_made_up(said: Said) -> None:
    assert date_of(said) == (None, None)


def test_long_date() -> None:
    assert long_date("1961-01-05") == "January 5, 1961"
    assert long_date(None) == ""
