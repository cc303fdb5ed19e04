from dataclasses import replace

from ingest.readers.reading import Finding
from ingest.report import Report, VolumeCounts, count_volumes, lines_of
from qa_service.texts import LetterRef
from tests.builders import letter_of


def test_counts_of_volumes() -> None:
    first = letter_of("|1|One^1 |2|two.", date="1927-05-30")
    second = replace(letter_of("|2|Three.", kind="telegram"), ref=LetterRef("v", "d2"))
    image = replace(letter_of(""), ref=LetterRef("w", "d1"))
    assert count_volumes([first, second, image]) == [
        VolumeCounts("v", 2, {"letter": 1, "telegram": 1}, pages=2, notes=1, undated=1, without_text=0),
        VolumeCounts("w", 1, {"letter": 1}, pages=0, notes=0, undated=1, without_text=1),
    ]


def test_a_report_in_lines() -> None:
    report = Report(build="b1", changed=True, files_read=2, letters=3, notes=1, passages=4, embedded=3, from_cache=1)
    report.findings = [Finding("word joined across a page break", f"v/d{number} p. 9") for number in range(6)]
    report.volumes = [VolumeCounts("v", 2, {"letter": 2}, pages=2, notes=1, undated=1, without_text=0)]
    assert lines_of(report) == [
        "read 2 files, 0 unchanged since the last ingest",
        "met: word joined across a page break (6: v/d0 p. 9, v/d1 p. 9, v/d2 p. 9, v/d3 p. 9, ...)",
        "v: 2 (2 letter), 2 pages, 1 notes, 1 undated",
        "3 letters, 1 notes, 4 passages; 3 embedded, 1 vectors from the cache",
        "b1 is now the active build",
    ]
