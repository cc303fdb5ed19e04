"""Names of files that somebody has sent."""

import io
from pathlib import Path

import pytest

from qa_service.errors import BackendError, InputError
from qa_service.uploads import MAX_NAME_BYTES, keep, safe_names


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("frus1961-63v06.xml", "frus1961-63v06.xml"),
        ("../../etc/passwd", "passwd"),
        ("C:\\letters\\one.txt", "one.txt"),
        ("a\x00b\n\u202ec.txt", "abc.txt"),
        ("half \ud800.txt", "half.txt"),
        ("  two\u00a0 blanks .txt", "two blanks.txt"),
        (".hidden", "hidden"),
        ("", "file"),
        ("..", "file"),
        ("folder/", "file"),
        ("E\u0301lise.txt", "Élise.txt"),
        ("letters.toml", "letters.toml"),
    ],
)
def test_a_name_is_made_safe_and_stays_recognizable(given: str, safe: str) -> None:
    assert safe_names([given]) == [safe]


@pytest.mark.parametrize("one", ["x", "é", "𝔘"])
def test_a_long_name_is_cut_and_keeps_its_ending(one: str) -> None:
    names = safe_names([f"{one * 10_000}.xml"] * 3)
    assert len(set(names)) == 3
    assert all(len(name.encode()) <= MAX_NAME_BYTES and name.endswith(".xml") for name in names)
    assert all(len(name.encode()) <= MAX_NAME_BYTES for name in safe_names([f"x.{one * 10_000}", f".{one * 10_000}"]))


def test_no_two_names_are_the_same() -> None:
    given = ["a.txt", "A.TXT", "b/a.txt", "á.txt", "a (2).txt", "Letters.toml", "letters.toml"]
    assert safe_names(given) == [
        "a.txt", "A (2).TXT", "a (3).txt", "á (4).txt", "a (2) (2).txt", "Letters (2).toml", "letters.toml",
    ]  # fmt: skip


def test_there_is_one_file_of_facts() -> None:
    with pytest.raises(InputError, match=r"expected one letters\.toml, got 2"):
        safe_names(["letters.toml", "letters.toml"])


def test_files_are_kept_all_or_none(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="could not be kept"):
        keep([("a", io.BytesIO(b"1")), ("a", io.BytesIO(b"2"))], tmp_path / "some")
    assert list(tmp_path.iterdir()) == []
    keep([("a", io.BytesIO(b"1")), ("b", io.BytesIO(b"2"))], tmp_path / "some" / "letters")
    assert (tmp_path / "some" / "letters" / "b").read_bytes() == b"2"
