"""Quotations and citations against the letters of the sample: word for word, whatever OCR and typography did."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.readers.files import find_sources, read
from qa_service.api.service import Service
from qa_service.citation_check.checking import MOST, check
from qa_service.citation_check.damage import skeleton
from qa_service.citation_check.findings import Finding
from qa_service.library.builds import Build
from qa_service.sentences import sentences_of
from qa_service.texts import Letter, Span
from tests.builders import SAMPLE, SAMPLE_VOLUME, SHARED, ingest_into
from tests.conftest import open_active

FORMAL = "Letters of Two Invented Governments, 1927–1929, Volume I"


@pytest.fixture(scope="module")
def build(service: Service) -> Iterator[Build]:
    with service.library.build() as build:
        yield build


def one(text: str, build: Build) -> Finding:
    """The only finding of a text."""
    (finding,) = check(text, build).findings
    return finding


def where(finding: Finding) -> str:
    """A place in short: "d1 p. 2 n. 3"."""
    place = finding.place
    assert place is not None
    pages = "–".join(page.label for page in place.pages)
    return f"{place.letter.ref.id} p. {pages}" + (f" n. {place.note.number}" if place.note else "")


def sample_letters() -> list[Letter]:
    sources = find_sources([SAMPLE / f"{SAMPLE_VOLUME}.xml"])
    return [letter for source in sources if (one := read(source, source.content())) for letter in one.letters]


EVERY_SENTENCE = [
    (letter, note, span.of(text), span)
    for letter in sample_letters()
    for note, text in [(None, letter.text), *((note, note.text) for note in letter.notes)]
    for span in sentences_of(text)
]
REPEATED = Counter(sentence for _, _, sentence, _ in EVERY_SENTENCE)
SENTENCES = [one for one in EVERY_SENTENCE if len(one[2].split()) >= 6 and REPEATED[one[2]] == 1]
WORDS = sorted({word for _, _, sentence, _ in SENTENCES for word in sentence.split()})
VOCABULARY = {word.lower() for _, _, sentence, _ in SENTENCES for word in re.findall(r"[^\W_]+", sentence)}
sentences = st.sampled_from(SENTENCES)


def typeset(words: str, chance: st.DrawFn) -> str:
    """The words as another typesetter, or a keyboard, would have them."""
    for marks in ("“\"'„", "”\"'“", "’'‘", "—–", "-‑"):
        words = words.replace(marks[0], chance(st.sampled_from(list(marks))))
    words = words.replace("—", chance(st.sampled_from(["—", " — ", "--"])))
    words = words.replace(" ", chance(st.sampled_from([" ", "  ", "\n", "\u00a0", "\u2009 "])))
    return words.replace("fi", chance(st.sampled_from(["fi", "ﬁ"])))


def scanned(words: str, chance: st.DrawFn) -> str:
    """The words as OCR gives them, one place in four damaged."""
    damaged = []
    for word in words.split(" "):
        kind = chance(st.sampled_from(["", "", "", "", "", "", "l", "O", "rn", "-", " "]))
        bare = re.sub(r"\W", "", word)
        if kind == "l" and not bare.isdigit() and not bare.isupper():
            word = word.translate(str.maketrans({"l": "1", "I": "l"}))
        elif kind == "O" and not bare.isdigit() and not bare.isupper():
            word = word.replace("O", "0")
        elif kind == "rn":
            word = word.replace("rn", "m")
        elif kind == "-" and word.isalpha() and len(word) > 5:
            word = f"{word[:3]}-\n{word[3:]}"
        elif kind == " " and damaged and word.isalpha() and damaged[-1].isalpha() and len(damaged[-1] + word) > 7:
            word = damaged.pop() + word
        damaged.append(word)
    forms = re.findall(r"[^\W_]+", " ".join(damaged))
    assume(not any(form.lower() in VOCABULARY for form in set(forms) - set(re.findall(r"[^\W_]+", words))))
    return " ".join(damaged)


@st.composite
def damaged_sentences(draw: st.DrawFn) -> tuple[Letter, str | None, Span, str]:
    letter, note, words, span = draw(sentences)
    return letter, note.id if note else None, span, typeset(scanned(words, draw), draw)


@settings(max_examples=200, deadline=None)
@given(damaged=damaged_sentences())
def test_a_damaged_sentence_is_found_at_its_place(
    service: Service, damaged: tuple[Letter, str | None, Span, str]
) -> None:
    letter, note, span, words = damaged
    with service.library.build() as build:
        finding = one(f"«{words}» ({letter.ref})", build)
    assert finding.verdict == "exact", finding.detail
    assert finding.place is not None
    assert (finding.place.letter.ref, finding.place.note.id if finding.place.note else None) == (letter.ref, note)
    assert finding.place.span.overlaps(span)
    assert skeleton(finding.place.quote) == skeleton(span.of(letter.note(note).text if note else letter.text))


@st.composite
def changed_sentences(draw: st.DrawFn) -> str:
    words = draw(sentences)[2].split()
    place = draw(st.integers(1, len(words) - 2))
    kind = draw(st.sampled_from(["replace", "drop", "swap", "add", "case"]))
    word, other = words[place], draw(st.sampled_from(WORDS))
    if kind == "swap":
        second = draw(st.integers(1, len(words) - 2))
        assume(skeleton(words[second]) != skeleton(word))
        words[place], words[second] = words[second], word
    elif kind == "drop":
        assume(skeleton(word) not in ("", skeleton(words[place - 1]), skeleton(words[place + 1])))
        del words[place]
    elif kind == "case":
        assume(word.swapcase() != word and len(word) > 1)
        words[place] = word.swapcase()
    else:
        assume(skeleton(other) not in ("", *map(skeleton, words)))
        words[place : place + (kind == "replace")] = [other]
    return " ".join(words)


@settings(max_examples=200, deadline=None)
@given(words=changed_sentences())
def test_a_sentence_with_a_word_replaced_dropped_added_or_swapped_is_not_found(service: Service, words: str) -> None:
    with service.library.build() as build:
        finding = one(f"«{words}»", build)
    assert (finding.verdict, finding.place) == ("not_found", None)


QUOTE = "We mean to keep no more than the flood."


@pytest.mark.parametrize(
    ("cited", "verdict", "place"),
    [
        ("", "exact", "d1 p. 2"),
        (f"{FORMAL}, Document 1, p. 2", "exact", "d1 p. 2"),
        (f"{FORMAL}, Document 1", "exact", "d1 p. 2"),
        (f"{FORMAL}, p. 2", "exact", "d1 p. 2"),
        (f"{FORMAL}, pp. 1–3", "exact", "d1 p. 2"),
        (FORMAL, "exact", "d1 p. 2"),
        ("Document 1, p. 2", "exact", "d1 p. 2"),
        (f"{FORMAL}, Document 1, p. 3", "other_page", "d1 p. 2"),
        (f"{FORMAL}, p. 30", "other_page", "d1 p. 2"),
        (f"{FORMAL}, Document 1, p. 26", "other_page", "d1 p. 2"),  # which the letter does not have
        (f"{FORMAL}, Document 1, p. 2, n. 3", "other_note", "d1 p. 2"),
        (f"{FORMAL}, Document 2, p. 4", "other_letter", "d1 p. 2"),
        (f"{FORMAL}, Document 99", "other_letter", "d1 p. 2"),
        ("FRUS, 1961–1963, vol. VI, Doc. 1", "not_loaded", "d1 p. 2"),
    ],
)
def test_a_quotation_is_told_from_where_it_is_cited(cited: str, verdict: str, place: str, build: Build) -> None:
    finding = one(f"“{QUOTE}” ({cited})", build)
    assert (finding.verdict, where(finding), finding.tolerated) == (verdict, place, ())


def test_a_quotation_over_a_page_break_is_cited_exactly_by_both_pages(build: Build) -> None:
    letter = next(letter for letter in build.catalogue.letters() if letter.ref.id == "d4")
    page = letter.pages[2]
    words = " ".join(letter.text[page.start - 60 : page.start + 60].split(" ")[1:-1])
    before, on = letter.pages[1].label, page.label
    finding = one(f"“{words}” (Document 4, pp. {before}–{on})", build)
    assert (finding.verdict, where(finding)) == ("exact", f"d4 p. {before}–{on}")
    assert one(f"“{words}” (Document 4, p. {on})", build).verdict == "other_page"
    marked = words.replace(
        letter.text[page.start : page.start + 10], f"\n[Page {on}]\n" + letter.text[page.start :][:10]
    )
    assert one(f"“{marked}” (Document 4)", build).verdict == "exact"
    assert one(f"“{marked.replace(on, '99')}” (Document 4)", build).verdict == "not_found"


def test_a_note_is_found_and_told_from_another_note(build: Build) -> None:
    words = "Quessaria never recognised it."
    assert where(one(f"“{words}” (Document 1, n. 2)", build)) == "d1 p. 1 n. 2"
    wrong = one(f"“{words}” (Document 1, p. 1, n. 1)", build)
    assert (wrong.verdict, where(wrong)) == ("other_note", "d1 p. 1 n. 2")
    assert one(f"“{words}” (Document 1, p. 1, source note)", build).verdict == "other_note"


def test_what_is_not_found_comes_with_the_nearest_text_and_what_differs(build: Build) -> None:
    finding = one("“We mean to keep much more than the flood.” (Document 1)", build)
    assert (finding.verdict, finding.place) == ("not_found", None)
    assert finding.nearest is not None
    assert finding.nearest.place.quote == QUOTE
    assert [(one.quoted, one.printed) for one in finding.nearest.differences] == [("much", "no")]
    assert one("“Elephants seldom telephone their umbrellas.”", build).nearest is None


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (f"{SAMPLE_VOLUME}/d1", "place_exists"),
        (f"{SAMPLE_VOLUME}/d1fn3", "place_exists"),
        (f"{FORMAL}, Document 1, pp. 2–3, n. 3", "place_exists"),
        (f"{FORMAL}, Document 1, source note", "place_exists"),
        (f"{FORMAL}, p. 12", "place_exists"),
        (FORMAL, "place_exists"),
        (f"{SAMPLE_VOLUME}/d1fn30", "no_such_place"),
        (f"{SAMPLE_VOLUME}/d17", "no_such_place"),
        (f"{FORMAL}, Document 1, p. 12", "no_such_place"),
        (f"{FORMAL}, p. 1200", "no_such_place"),
        ("Document 1200", "no_such_place"),
        ("frus1961-63v06/d1", "not_loaded"),
        ("FRUS, 1961–1963, vol. VI, Doc. 1, p. 4", "not_loaded"),
    ],
)
def test_a_citation_without_a_quotation(text: str, verdict: str, build: Build) -> None:
    finding = one(text, build)
    assert finding.verdict == verdict, finding.detail
    assert finding.detail.endswith(".")


def test_a_cited_page_is_where_the_letter_stands_on_it(build: Build) -> None:
    place = one(f"{FORMAL}, Document 1, p. 2", build).place
    assert place is not None
    assert [page.label for page in place.pages] == ["2"]
    assert (place.span.start, place.span.end) == (place.letter.pages[1].start, place.letter.pages[2].start)
    shared = one(f"{FORMAL}, p. 3", build)
    assert (where(shared), shared.also_in) == ("d1 p. 3", (f"{SAMPLE_VOLUME}/d2",))


def test_a_short_form_that_two_volumes_share_is_unclear_unless_a_quotation_decides(tmp_path: Path) -> None:
    other = (SAMPLE / f"{SAMPLE_VOLUME}.xml").read_text().replace(SAMPLE_VOLUME, "other1900v02")
    other = other.replace("the flood", "the eels")
    (tmp_path / "other.xml").write_text(other)
    ingest_into(tmp_path / "home", SAMPLE / f"{SAMPLE_VOLUME}.xml", tmp_path / "other.xml")
    build = open_active(tmp_path / "home")
    unclear = one("Document 1, p. 2", build)
    assert (unclear.verdict, unclear.also_in) == ("unclear", (f"{SAMPLE_VOLUME}/d1", "other1900v02/d1"))
    finding = one("“We mean to keep no more than the eels” (Document 1, p. 2)", build)
    assert (finding.verdict, finding.place and str(finding.place.letter.ref)) == ("exact", "other1900v02/d1")
    wrong = one(f"“We mean to keep no more than the eels” ({SAMPLE_VOLUME}/d1)", build)
    assert (wrong.verdict, wrong.place and wrong.place.letter.ref.volume) == ("other_letter", "other1900v02")
    by_volume = one("“Two matters lie on the table between us” (other1900v02)", build)
    assert (by_volume.verdict, by_volume.place and by_volume.place.letter.ref.volume) == ("exact", "other1900v02")
    both = one("“Two matters lie on the table between us”", build)
    assert (both.verdict, both.also_in) == ("exact", ("other1900v02/d1",))
    build.close()


def test_a_text_with_several_quotations_and_notes(build: Build) -> None:
    text = (
        "Hasterlind wrote that he meant “to keep no more than the flood,”1 and Orquelle that “a quarrel over three "
        "quarters of a mile is a [...] reason for keeping twenty-three men from their families.”2 The paper spoke of "
        "“eleven howitzers and a magazine”.3\n\n"
        f"1. {FORMAL}, Hasterlind-Orquelle Exchanges, Document 1, p. 2.\n"
        "2. Ibid., Document 2, p. 3.\n"
        "3. Ibid., Document 3, p. 5.\n"
    )
    found = [(finding.verdict, finding.tolerated) for finding in check(text, build).findings]
    assert found == [("exact", ("closing_mark",)), ("other_page", ("closing_mark", "omission")), ("not_found", ())]


HOSTILE = [
    *(
        "“",
        "”",
        '"',
        ' "a',
        "‘a ",
        " 'a",
        "““a b c”",
        "“a b c” ",
        "“the Government of the” ",
        "\n\n“a b c",
        "rnm",
        "l1I",
    ),
    *(
        "[",
        "[1] ",
        "¹",
        "\n",
        "(",
        "… ",
        ". ",
        "- ",
        "\u202e“abc def ghi”\u200f ",
        "e\u0301\u0302",
        "the of ",
        "> the wall\n",
    ),
    *("Document 21, ", "FRUS, 1961–1963, vol. VI, ", "Ibid., 26; ", "p. 26–27, ", "frus1961-63v06/"),
    *("history.state.gov/historicaldocuments/", "Letters of Two Invented Governments "),
    "says:\n\nthe wall shall stand here for ever\n\n",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "“{}”"])
def test_hostile_text_is_checked_in_bounded_work(piece: str, around: str, build: Build) -> None:
    checked = check(around.format((piece * 20_000)[:19_998]), build)
    assert len(checked.findings) <= MOST


def test_what_is_quoted_twice_is_found_twice(build: Build) -> None:
    text = f"“{QUOTE}” “{QUOTE}”"
    found = check(text, build).findings
    assert [text[one.read.span.start : one.read.span.end] for one in found] == [QUOTE, QUOTE]
    assert found[0].read.span < found[1].read.span


def test_only_so_much_is_checked_at_once(build: Build) -> None:
    checked = check("“one two three” " * (MOST + 5), build)
    assert (len(checked.findings), checked.left_out) == (MOST, 5)


@pytest.mark.real_letters
@pytest.mark.parametrize("name", ["frus1961-63v06.xml"])
def test_sentences_of_real_letters_are_found_and_changed_ones_are_not(name: str, tmp_path: Path) -> None:
    ingest_into(tmp_path, SHARED / "letters" / "volumes" / name)
    build = open_active(tmp_path)
    for letter in list(build.catalogue.letters())[::6]:
        for span in sentences_of(letter.text)[5:30:8]:
            words = span.of(letter.text).split(" ")
            if len(words) < 8 or re.search("[“”\n]", span.of(letter.text)):
                continue
            pages = [page.label for page in letter.pages_of(span)]
            cited = f"{letter.ref.volume}, Document {letter.document}, pp. {pages[0]}–{pages[-1]}"
            finding = one(f"“{' '.join(words)}” ({cited})", build)
            assert (finding.verdict, finding.tolerated) == ("exact", ()), finding.detail
            damaged = f"{words[0]}  {' '.join(words[1:])}".replace("l", "1").replace("’", "'")
            assert one(f"“{damaged}” ({cited})", build).verdict == "exact"
            assert one(f"“{' '.join(words[:3] + words[4:])}” ({cited})", build).verdict == "not_found"
    build.close()
