"""The days that questions name."""

import time

import pytest

from qa_service.retrieval.days import Days, days_in

YEARS = (1961, 1962, 1963)


def spans(question: str, years: tuple[int, ...] = YEARS) -> list[str]:
    return [f"{days.first} {days.last}" for days in days_in(question, years)]


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What did he say in November 1961?", "1961-11-01", "1961-11-30"),
        ("his letter of 16 October 1961", "1961-10-16", "1961-10-16"),
        ("his letter of October 16, 1961", "1961-10-16", "1961-10-16"),
        ("his letter of October 16 1961", "1961-10-16", "1961-10-16"),
        ("the 16th of October 1961", "1961-10-16", "1961-10-16"),
        ("October the 3rd, 1962", "1962-10-03", "1962-10-03"),
        ("Sept. 5, 1961", "1961-09-05", "1961-09-05"),
        ("in february 1962", "1962-02-01", "1962-02-28"),
        ("in 1962, in October", "1962-10-01", "1962-10-31"),
        ("October 62", "1962-10-01", "1962-10-31"),
        ("Oct. ’62", "1962-10-01", "1962-10-31"),
        ("10 Oct 62", "1962-10-10", "1962-10-10"),
        ("in may 1961", "1961-05-01", "1961-05-31"),
        ("in the spring of 62", "1962-03-01", "1962-05-31"),
        ("the fall of 1962", "1962-09-01", "1962-11-30"),
        ("the letters of 1962", "1962-01-01", "1962-12-31"),
        ("early in 1962", "1962-01-01", "1962-04-30"),
        ("mid-1962", "1962-05-01", "1962-08-31"),
        ("late 1962", "1962-09-01", "1962-12-31"),
        ("by the end of 1962", "1962-09-01", "1962-12-31"),
        ("between May and July 1963", "1963-05-01", "1963-07-31"),
        ("from May 1962 to July 1963", "1962-05-01", "1963-07-31"),
        ("between 3 May and 7 May 1962", "1962-05-03", "1962-05-07"),
        ("between 1961 and 1963", "1961-01-01", "1963-12-31"),
    ],
)
def test_days_that_a_question_names(question: str, first: str, last: str) -> None:
    assert spans(question) == [f"{first} {last}"]


@pytest.mark.parametrize(
    "question",
    [
        "may I ask what he may say",
        "May I ask?",
        "a march against the ban",
        "March against the ban",
        "the dec and the jan",
        "spring 70",
        "Document 62 of 1,962 pages",
        "",
    ],
)
def test_words_that_are_no_days(question: str) -> None:
    assert spans(question) == []


def test_a_month_without_a_year_is_that_month_of_each_loaded_year() -> None:
    assert spans("What was said in May?") == ["1961-05-01 1961-05-31", "1962-05-01 1962-05-31", "1963-05-01 1963-05-31"]
    assert spans("on 5 May") == ["1961-05-05 1961-05-05", "1962-05-05 1962-05-05", "1963-05-05 1963-05-05"]
    assert spans("in May", ()) == []
    assert spans("in May 1962", ()) == ["1962-05-01 1962-05-31"]
    assert spans("in May 62", ()) == []


@pytest.mark.parametrize("question", ["31 June 1962", "June 31, 1962", "0 June 1962", "99 June 1962"])
def test_of_a_day_that_does_not_exist_there_is_no_letter(question: str) -> None:
    (days,) = days_in(question, YEARS)
    assert not days.overlaps("1962-06-01", "1962-06-30")


def test_the_last_of_february_goes_by_the_year() -> None:
    assert spans("29 February 1960") == ["1960-02-29 1960-02-29"]
    (days,) = days_in("29 February 1961", YEARS)
    assert not days.overlaps("1961-02-01", "1961-02-28")


@pytest.mark.parametrize("question", ["aprıl 1962", "auguſt 1962", "ſpring 1962", "June 19٦٢"])
def test_letters_and_digits_of_other_alphabets_break_nothing(question: str) -> None:
    assert all(days.first.isascii() for days in days_in(question, YEARS))


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("between June 1961 and June 1963", 1),
        ("from early June 1961 to June 1963", 1),
        ("from Kennedy in June 1961 and June 1963", 2),
        ("letters from Kennedy to Khrushchev in June 1961 and in June 1963", 2),
    ],
)
def test_two_times_are_a_span_only_where_they_are_said_to_be(question: str, count: int) -> None:
    assert len(days_in(question, YEARS)) == count


@pytest.mark.parametrize("question", ["on 19-20 June 1962", "on June 19–20, 1962"])
def test_of_two_days_of_one_month_no_more_than_these_are_meant(question: str) -> None:
    (days,) = days_in(question, YEARS)
    assert "1962-06-19" <= days.first <= days.last <= "1962-06-20"


def test_days_stand_once_each() -> None:
    assert spans("in March 1961 and in March 1961") == ["1961-03-01 1961-03-31"]
    assert spans("May 1961 or 1963") == ["1961-05-01 1961-05-31", "1963-01-01 1963-12-31"]


@pytest.mark.parametrize(
    ("days", "printed"),
    [
        (Days("1961-10-16", "1961-10-16"), "October 16, 1961"),
        (Days("1962-02-01", "1962-02-28"), "February 1962"),
        (Days("1962-03-01", "1962-05-31"), "March 1962 to May 1962"),
        (Days("1961-01-01", "1963-12-31"), "1961 to 1963"),
        (Days("1962-05-03", "1962-05-07"), "May 3–7, 1962"),
    ],
)
def test_printed_as_a_volume_would(days: Days, printed: str) -> None:
    assert str(days) == printed


def test_overlap_counts_both_ends() -> None:
    may = Days("1962-05-01", "1962-05-31")
    assert may.overlaps("1962-05-31", "1962-06-10")
    assert may.overlaps("1962-04-01", "1962-05-01")
    assert may.overlaps("1962-05-07", "1962-05-07")
    assert may.overlaps("1962-01-01", "1962-12-31")
    assert not may.overlaps("1962-06-01", "1962-06-01")
    assert not may.overlaps("1962-04-01", "1962-04-30")


@pytest.mark.parametrize(
    "again", ["May ", "may 1 ", "1 ", " ", "early in ", "between and ", "19", "spring of ", "May\n"]
)
def test_long_questions_are_read_quickly(again: str) -> None:
    started = time.perf_counter()
    days_in((again * 2000)[:2000], YEARS)
    assert time.perf_counter() - started < 1
