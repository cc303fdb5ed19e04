from dataclasses import replace

from ingest.readers.reading import Finding
from ingest.report import Report, VolumeCounts, broken_references, count_volumes, lines_of
from ingest.resolving import resolve
from qa_service.apparatus import Apparatus, IndexEntry, Person, Term
from qa_service.texts import LetterRef, Reference, Span, Volume
from tests.builders import letter_of


def test_counts_of_volumes() -> None:
    references = tuple(Reference(None, Span(0, 3), *to) for to in (("v", "d2"), ("x", "d1"), ("v", "d9")))
    first = letter_of("|1|One^1 |2|two.", date="1927-05-30", references=references)
    second = replace(letter_of("|2|Three.", kind="telegram"), ref=LetterRef("v", "d2"))
    image = replace(letter_of(""), ref=LetterRef("w", "d1"))
    letters = resolve([first, second, image], {"v": Volume("v", documents=("d1", "d2"))})
    apparatus = Apparatus((Person("p", "A", "A"),), (Term("t", "T", "Tea"),) * 2, (IndexEntry("Ships", ("1",)),) * 3)
    none = {"resolved": 0, "not loaded": 0, "broken": 0}
    assert count_volumes(letters, {"v": apparatus}) == [
        VolumeCounts(
            "v", 2, {"letter": 1, "telegram": 1}, pages=2, notes=1,
            references={"resolved": 1, "not loaded": 1, "broken": 1}, persons=1, terms=2, index_entries=3,
            undated=1, without_text=0,
        ),
        VolumeCounts(
            "w", 1, {"letter": 1}, pages=0, notes=0, references=none, persons=0, terms=0, index_entries=0, undated=1,
            without_text=1,
        ),
    ]  # fmt: skip
    assert broken_references(letters) == [Finding("reference to a place that its volume does not have", "v/d1 to v/d9")]


def test_a_report_in_lines() -> None:
    report = Report(build="b1", changed=True, files_read=2, letters=3, notes=1, passages=4, embedded=3, from_cache=1)
    report.findings = [Finding("word joined across a page break", f"v/d{number} p. 9") for number in range(6)]
    references = {"resolved": 10, "not loaded": 2, "broken": 0}
    report.volumes = [VolumeCounts("v", 2, {"letter": 1, "note": 1}, 20, 1, references, 5, 6, 7, 1, 0)]
    assert lines_of(report) == [
        "read 2 files, 0 unchanged since the last ingest",
        "met: word joined across a page break (6: v/d0 p. 9, v/d1 p. 9, v/d2 p. 9, v/d3 p. 9, ...)",
        "volume  letters  pages  notes  resolved  not loaded  broken  persons  terms  index  undated  no text",
        "v             2     20      1        10           2       0        5      6      7        1        0",
        "v: 1 letter, 1 note",
        "3 letters, 1 notes, 4 passages; 3 embedded, 1 vectors from the cache",
        "b1 is now the active build",
    ]
