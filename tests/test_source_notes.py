import pytest

from ingest.readers.source_notes import archive_of, classification_of, marking_in


@pytest.mark.parametrize(
    ("text", "marking"),
    [
        ("Rangoon, May 1.\n\nConfidential\n\n651. Sir.", "Confidential"),
        ("Rangoon, May 1.\n\ntop secret\nPriority\n\n651. Sir.", "Top Secret"),
        ("[Secret]\n\nSir.", "Secret"),
        ("Top Secret Eyes Only\n\nSir.", "Top Secret"),
        ("Secretary’s Meeting\n\nThis is secret.", None),
    ],
)
def test_a_marking_that_stands_alone(text: str, marking: str | None) -> None:
    assert marking_in(text) == marking


@pytest.mark.parametrize(
    ("note", "marking", "archive"),
    [
        ("Source: State Archive, Box 4. Top Secret. Drafted by C.", "Top Secret", "State Archive, Box 4"),
        ("Source: State Archive, Lot 66 D 204. Secret; Niact.", "Secret", "State Archive, Lot 66 D 204"),
        ("Source: State Archive. No classification marking.", "No classification marking", "State Archive"),
        ("Source: The Secret Committee Papers, Box 2.", None, "The Secret Committee Papers, Box 2"),
        ("Source: Printed Papers, vol. II, p. 4. Drafted by C.", None, "Printed Papers, vol. II, p. 4"),
        ("Source: Papers of A. B. Alder: Letters. A copy is ibid.", None, "Papers of A. B. Alder: Letters"),
        ("Summary: A writes to B.\n\nSource: State Archive, Box 4. Secret.", "Secret", "State Archive, Box 4"),
        ("[Source: State Archive, Box 4.]", None, "State Archive, Box 4"),
        ("793.00/1–1052: Telegram", None, "793.00/1–1052"),
        (
            "Source: St. John Papers, Corres. with Secy. A, Vol. I. Secret.",
            "Secret",
            "St. John Papers, Corres. with Secy. A, Vol. I",
        ),
        ("Source: Central Files, 747C.00/2156, Secret; Niact.", "Secret", "Central Files, 747C.00/2156"),
        (
            "Source: Central Files, 747C.00/2156 Confidential. Drafted by B.",
            "Confidential",
            "Central Files, 747C.00/2156",
        ),
        (
            "Summary: They met. Secret Service men came.\n\nSource: State Archive. Confidential.",
            "Confidential",
            "State Archive",
        ),
        ("Source: Papers of A [1961]. Secret.", "Secret", "Papers of A [1961]"),
        ("Alder Papers", None, "Alder Papers"),
    ],
)
def test_marking_and_archive(note: str, marking: str | None, archive: str | None) -> None:
    assert classification_of(note) == marking
    assert archive_of(note) == archive
