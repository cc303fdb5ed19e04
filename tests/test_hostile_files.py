"""Files that want to do harm: each is refused with one line or read safely, and the rest of the folder is ingested.

Reading happens in a process of its own with a bound on its memory, so that a bomb fails the test and not the machine.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import ROOT, SAMPLE, SAMPLE_VOLUME, ingest_into

MEMORY_BYTES = 500 * 1024 * 1024
TIMEOUT_S = 120

READ = f"""
import json, resource, sys
from pathlib import Path
from ingest.readers.files import find_sources, read
from qa_service.errors import InputError
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_BYTES}, {MEMORY_BYTES}))
(source,) = find_sources([Path(sys.argv[1])])
try:
    reading = read(source, source.content())
    print(json.dumps([len(reading.letters), sum(len(letter.text) for letter in reading.letters)]))
except InputError as error:
    print(json.dumps(str(error)))
"""

VOLUME = (SAMPLE / f"{SAMPLE_VOLUME}.xml").read_text(encoding="utf-8")


def with_doctype(declarations: str, text: str) -> str:
    """The sample volume with a document type declaration, and with `text` in its first paragraph."""
    declared = VOLUME.replace("<TEI ", f"<!DOCTYPE TEI [{declarations}]><TEI ", 1)
    return declared.replace("<p>DEAR MR", f"<p>{text} DEAR MR", 1)


def bomb(levels: int, each: int) -> str:
    names = "abcdefghijklmnopqrstuvwxyz"
    inner = '<!ENTITY a "hahahaha">'
    for level in range(1, levels):
        inner += f'<!ENTITY {names[level]} "{f"&{names[level - 1]};" * each}">'
    return with_doctype(inner, f"&{names[levels - 1]};")


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("volume.xml", VOLUME)


def huge(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"<?xml version='1.0'?><TEI>")
        file.truncate(200 * 1024 * 1024)


def latin_1(path: Path) -> None:
    path.write_bytes(VOLUME.encode().replace("’".encode(), b"\x92"))


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


DEEP = "<hi>" * 100_000 + "deep" + "</hi>" * 100_000
CHAIN = (
    '<html><div class="tei-div3"><h4 class="tei-head">1. A</h4><p>x<a class="note" href="#f1">1</a></p></div>'
    + "".join(f'<li id="f{n}">x<a class="note" href="#f{n + 1}">1</a></li>' for n in range(1, 5_000))
    + "</html>"
)
HOSTILE: dict[str, tuple[str, Callable[[Path], object], str | None]] = {
    "external entity": ("a.xml", text(with_doctype('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")), None),
    "parameter entity": ("a.xml", text(with_doctype('<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;', "")), None),
    "entity bomb": ("a.xml", text(bomb(12, 10)), "broken XML"),
    "wide entity bomb": ("a.xml", text(with_doctype(f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 20_000)), "broken XML"),
    "deep nesting": ("a.xml", text(VOLUME.replace("<p>DEAR MR", f"<p>{DEEP} DEAR MR", 1)), "broken XML"),
    "one endless text": ("a.xml", text(VOLUME.replace("<p>DEAR MR", f"<p>{'x' * 15_000_000}", 1)), "broken XML"),
    "endless page": ("a.html", text(f"<html><body class='tei-div'>{'<p>x' * 5_000_000}"), "at most 16 MiB"),
    "deep page": ("a.html", text(f"<html><div class='tei-div3'><h4 class='tei-head'>1. A</h4>{DEEP}"), None),
    "notes in notes": ("a.html", text(CHAIN), "nested too deeply"),
    "200 MB": ("a.xml", huge, "at most 32 MiB"),
    "NUL in XML": ("a.xml", text(VOLUME.replace("DEAR MR", "DEAR \0MR", 1)), "broken XML"),
    "NUL in text": ("a.txt", text("1. Letter From A to B\n\nSir\0.\n"), "NUL"),
    "UTF-16": ("a.xml", text(VOLUME, "utf-16"), "UTF-16"),
    "Latin-1 that says UTF-8": ("a.xml", latin_1, "broken XML"),
    "zip": ("a.xml", zipped, "UTF-8"),
    "ten thousand notes": (
        "a.txt",
        text("1. Letter From A to B 1\n\nSir: in 1 2 3\n\n" + "".join(f"{n}. x\n" for n in range(1, 10_000))),
        "at most 500 notes",
    ),
}  # fmt: skip
"""Name of the attack -> the file's name, what writes it, and what the refusal says; None where it may also be read."""


def write(folder: Path, attack: str) -> Path:
    name, make, _ = HOSTILE[attack]
    path = folder / name
    make(path)
    return path


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_file_is_refused_or_read_safely(tmp_path: Path, attack: str) -> None:
    path = write(tmp_path, attack)
    ran = subprocess.run(
        [sys.executable, "-c", READ, str(path)],
        capture_output=True, text=True, timeout=TIMEOUT_S, cwd=ROOT,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    said = json.loads(ran.stdout)
    refusal = HOSTILE[attack][2]
    if isinstance(said, str):
        assert (refusal or "") in said
        assert "\n" not in said
        assert str(path) in said
    else:
        assert refusal is None, "it was to be refused"
        assert said[1] < len(VOLUME) * 2


def test_an_external_entity_brings_nothing_of_the_file_it_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret of the machine")
    volume = tmp_path / "a.xml"
    volume.write_text(with_doctype(f'<!ENTITY x SYSTEM "file://{secret}">', "&x;"), encoding="utf-8")
    (tmp_path / "good.txt").write_text("1. Letter From A to B\n\nSir: I have the honour.\n")
    report = ingest_into(tmp_path / "home", volume.parent)
    assert "secret of the machine" not in json.dumps(report.as_json())
    database = next((tmp_path / "home" / "builds").glob("*/library.sqlite"))
    assert b"secret of the machine" not in database.read_bytes()


def test_a_volume_of_four_megabytes_is_read_in_bounded_memory(tmp_path: Path) -> None:
    start, end = VOLUME.index('<div type="document"'), VOLUME.index("</body>")
    documents = VOLUME[start : VOLUME.rindex("</div>", 0, end)]
    times = 4_000_000 // len(documents)
    path = tmp_path / "a.xml"
    path.write_text(VOLUME[:start] + documents * times + VOLUME[VOLUME.rindex("</div>", 0, end) :], encoding="utf-8")
    ran = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)[0] == 16 * times


def test_the_rest_of_the_folder_is_ingested_and_the_report_says_which_was_not(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    for attack in HOSTILE:
        folder = letters / attack.replace(" ", "-")
        folder.mkdir(parents=True)
        write(folder, attack)
    (letters / "good.txt").write_text("1. Letter From A to B\n\nSir: I have the honour.\n")
    outside = tmp_path / "outside.txt"
    outside.write_text("2. Letter From C to D\n\nMadam.\n")
    (letters / "link.txt").symlink_to(outside)
    report = ingest_into(tmp_path / "home", letters)
    refused = {attack for attack, (_, _, refusal) in HOSTILE.items() if refusal}
    failed = "\n".join(report.files_failed)
    assert {attack for attack in refused if attack.replace(" ", "-") in failed} == refused - {"zip"}
    assert report.files_skipped == ["a.xml"]  # the zip file: of no known form
    assert report.volumes[0].letters >= 1
    database = next((tmp_path / "home" / "builds").glob("*/library.sqlite"))
    assert b"I have the honour" in database.read_bytes()
    assert b"Madam." not in database.read_bytes()
