from pathlib import Path

import pytest

from ingest.readers.files import MAX_FILE_BYTES, Source, find_sources, read
from qa_service.errors import InputError
from tests.builders import SAMPLE

LETTER = "4. Letter From A to B\n\nOne [Page 2] two."


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_formats_are_told_apart_by_content(tmp_path: Path) -> None:
    volume = (SAMPLE / "invented1927-29v01.xml").read_bytes()
    disguised = Source(file(tmp_path, "volume.txt", volume), named=True)
    letter = Source(file(tmp_path, "letter.xml", LETTER), named=True)
    forms = [reading.form for source in (disguised, letter) if (reading := read(source, source.content()))]
    assert forms == ["tei", "plain"]


def test_a_folder_is_searched_to_the_bottom_hidden_files_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/a.txt", ".hidden/c.txt", ".d.txt", "letters.toml"):
        file(tmp_path, name, LETTER if name.endswith("txt") else "")
    (tmp_path / "letters.toml").write_text('[[letter]]\nfile="b.txt"\nvolume="v9"\n')
    found = find_sources([tmp_path])
    assert [source.path.name for source in found] == ["b.txt", "a.txt"]
    assert found[0].facts == {"volume": "v9"}


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = file(tmp_path, "a.txt", LETTER)
    assert len(find_sources([path, tmp_path])) == 1


def test_facts_change_the_digest(tmp_path: Path) -> None:
    path = file(tmp_path, "a.txt", LETTER)
    assert Source(path).digest(b"x") != Source(path, {"volume": "v"}).digest(b"x") != Source(path).digest(b"y")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"just some words", "of no known form"),
        (b"4. Letter \xff\xfe", "expected UTF-8"),
        (b"<?xml version='1.0'?><TEI><text>", "broken XML"),
        (b"<?xml version='1.0'?><html/>", "expected a TEI document"),
        (b"", "of no known form"),
        (b"PK\x03\x04 a zip file named .xml", "of no known form"),
        (b"4. Letter From A to B\n\nOne \x00 two.", "NUL"),
        (b"<?xml version='1.0'?><TEI xmlns='http://www.tei-c.org/ns/1.0'>" + b"<p>" * 3000, "broken XML"),
        (b"<?xml version='1.0'?><TEI>\x00</TEI>", "broken XML"),
    ],
)
def test_a_named_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    source = Source(file(tmp_path, "a", content), named=True)
    with pytest.raises(InputError, match=message):
        read(source, source.content())


def test_a_file_of_no_known_form_in_a_folder_is_left_out(tmp_path: Path) -> None:
    for content in (b"# Readme", b"\x89PNG\x00\xff"):
        assert read(Source(file(tmp_path, "a", content)), content) is None


def test_missing_and_empty_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found nothing there"):
        find_sources([tmp_path / "none"])
    with pytest.raises(InputError, match="holds no files"):
        find_sources([tmp_path])


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[[letter", "broken TOML"),
        ("title = 1", r"only \[\[letter\]\] tables"),
        ('[[letter]]\nvolume="v"', "file ="),
        ('[[letter]]\nfile="a.txt"\ncolour="red"', "colour"),
        ("letter = [1]", "file ="),
        ('[[letter]]\nfile="b.txt"', "found none"),
        ('[[letter]]\nfile="a.txt"\ndate="soon"', "expected date to be a day"),
        ('[[letter]]\nfile="a.txt"\ndate=10:00:00', "expected date to be a day"),
        ('[[letter]]\nfile="a.txt"\nplace=1981', "expected place to be text"),
        ('[[letter]]\nfile="a.txt"\ninvented="no"', "expected invented to be true or false"),
        ('[[letter]]\nfile="a.txt"\nvolume="a/b"', "letters, digits"),
    ],
)
def test_a_wrong_letters_toml_is_refused(tmp_path: Path, toml: str, message: str) -> None:
    file(tmp_path, "a.txt", LETTER)
    file(tmp_path, "letters.toml", toml)
    with pytest.raises(InputError, match=message):
        find_sources([tmp_path])


def test_a_link_that_leads_out_of_the_folder_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    inside = file(folder, "a.txt", LETTER)
    (folder / "b.txt").symlink_to(file(tmp_path, "secret.txt", LETTER))
    (folder / "c.txt").symlink_to(inside)
    assert [source.path.name for source in find_sources([folder])] == ["a.txt"]


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = file(tmp_path, "a.xml", b"")
    with path.open("r+b") as large:
        large.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(InputError, match="at most 32 MiB"):
        Source(path, named=True).content()
