"""Ingests: what is read, taken over, replaced, removed; and that nothing is lost on the way."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from ingest.pipeline import Options
from ingest.report import lines_of
from qa_service.database import open_database
from qa_service.errors import BackendError, CorpusError, InputError, OutdatedError, UnknownError
from qa_service.home import Home
from qa_service.library.builds import list_builds
from qa_service.library.manifest import FORMAT
from qa_service.library.pointer import Pointer
from qa_service.texts import LetterRef, header_line
from tests.builders import SAMPLE, SAMPLE_VOLUME, WordEmbedder, ingest_into, ingest_of
from tests.conftest import open_active

LETTER = "4. Letter From A to B\n\nOne [Page 2] two three four five."


def refs(home: Path) -> set[str]:
    build = open_active(home)
    try:
        return {str(ref) for ref in build.catalogue.refs()}
    finally:
        build.close()


def test_a_second_ingest_of_the_same_folder_embeds_nothing_and_makes_nothing(home: Path) -> None:
    embedder = WordEmbedder()
    before = Pointer(open_database(home)).read()
    report = ingest_into(home, SAMPLE, embedder=embedder)
    assert not report.changed
    assert embedder.embedded == []
    assert Pointer(open_database(home)).read() == before
    assert len(list_builds(Home(home).builds)) == 1
    assert "stays active" in lines_of(report)[-1]


def test_a_new_letter_joins_those_loaded_and_only_it_is_embedded(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LETTER)
    embedder = WordEmbedder()
    report = ingest_into(home, tmp_path / "a.txt", embedder=embedder)
    assert report.changed
    assert (report.letters, report.embedded, len(embedder.embedded)) == (17, 2, 2)  # the passage and its sentence
    assert {f"{SAMPLE_VOLUME}/d1", f"{tmp_path.name}/d4"} <= refs(home)


def test_a_changed_file_replaces_its_letter(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(LETTER)
    ingest_into(home, path)
    path.write_text(LETTER.replace("three", "seven"))
    assert ingest_into(home, path).embedded == 2  # the passage and its sentence
    build = open_active(home)
    assert "seven" in build.catalogue.letter(LetterRef(tmp_path.name, "d4")).text
    build.close()


PRESIDENT = """1. Letter From President Elder to Chairman Ivanov

Washington, May 1, 1962.

[Page 1] Sir: the grain has been counted, and all of it will be sent in spring.

Ada Elder
"""
TELEGRAM = """2. Telegram From the Department of State to the Embassy in Ruritania

Washington, May 2, 1962.

[Page 2] Please deliver the following message from the President without delay to whom it may concern: the ships sail.

Rusk
"""


def carried(home: Path, volume: str) -> tuple[str | None, bool, bool]:
    """Of the telegram: its author; whether the lexical index and the vectors know him."""
    build = open_active(home)
    try:
        ref = LetterRef(volume, "d2")
        letter = build.catalogue.letter(ref)
        (row,) = [row for row, key in enumerate(build.outline.keys) if key.startswith(f"{ref}:")]
        by_header = build.lexical.scores(["Elder"], (1, 0, 0, 0, 0))
        embedded = WordEmbedder().embed([f"{header_line(letter)}\n{letter.text}"])[0]
        near = float(build.units.passages(np.array([row]))[0] @ embedded)
        return letter.author, row in by_header, near > 0.999
    finally:
        build.close()


def test_whose_message_a_telegram_carries_is_kept_indexed_and_embedded(tmp_path: Path) -> None:
    folder, home = tmp_path / "w", tmp_path / "home"
    folder.mkdir()
    (folder / "a.txt").write_text(PRESIDENT)
    (folder / "b.txt").write_text(TELEGRAM)
    ingest_into(home, folder)
    assert carried(home, "w") == ("President Elder", True, True)
    assert not ingest_into(home, folder).changed
    (folder / "c.txt").write_text(LETTER)
    assert ingest_into(home, folder).embedded == 2  # the new letter's passage and sentence
    assert carried(home, "w") == ("President Elder", True, True)


def test_whose_message_is_known_as_soon_as_a_letter_of_his_is_loaded(tmp_path: Path) -> None:
    """The telegram's own file has not changed, and its passages are cut and embedded anew all the same."""
    folder, home = tmp_path / "w", tmp_path / "home"
    folder.mkdir()
    (folder / "b.txt").write_text(TELEGRAM)
    ingest_into(home, folder)
    assert carried(home, "w") == (None, False, True)
    (folder / "a.txt").write_text(PRESIDENT)
    ingest_into(home, folder)
    assert carried(home, "w") == ("President Elder", True, True)
    ingest_of(home).remove(["w/d1"])
    assert carried(home, "w") == (None, False, True)


def test_a_volume_read_again_loses_the_letters_it_no_longer_has(tmp_path: Path) -> None:
    volume = (SAMPLE / f"{SAMPLE_VOLUME}.xml").read_text()
    (tmp_path / "v.xml").write_text(volume)
    ingest_into(tmp_path / "home", tmp_path / "v.xml")
    start = volume.index('<div type="document" xml:id="d16"')
    end = volume.index("</body>")
    shorter = volume[:start] + "</div>" + volume[end:]
    (tmp_path / "v.xml").write_text(shorter)
    ingest_into(tmp_path / "home", tmp_path / "v.xml")
    assert len(refs(tmp_path / "home")) == 15


def test_the_richer_form_of_a_letter_is_kept_whatever_the_order(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ingest_into(home, SAMPLE / "plain")
    assert len(refs(home)) == 2
    report = ingest_into(home, SAMPLE / f"{SAMPLE_VOLUME}.xml")
    assert sum("the richer form (tei) is kept" in finding.what for finding in report.findings) == 2
    report = ingest_into(home, SAMPLE / "plain")
    assert not report.changed
    build = open_active(home)
    assert {letter.form for letter in build.catalogue.letters()} == {"tei"}
    build.close()


def test_two_files_with_the_same_letter_keep_the_first_and_say_so_every_time(tmp_path: Path) -> None:
    folder, home = tmp_path / "w", tmp_path / "home"
    folder.mkdir()
    (folder / "a.txt").write_text(LETTER)
    (folder / "b.txt").write_text(LETTER.replace("three", "seven"))
    first = ingest_into(home, folder)
    assert [finding.what for finding in first.findings if "twice" in finding.what] == [
        "given twice; that of a.txt is kept, that of b.txt left out"
    ]
    second = ingest_into(home, folder)
    assert not second.changed
    assert any("twice" in finding.what for finding in second.findings)


def test_two_files_of_one_volume_are_put_together(tmp_path: Path) -> None:
    volume = (SAMPLE / f"{SAMPLE_VOLUME}.xml").read_text()
    start, end = volume.index('<div type="document" xml:id="d16"'), volume.index("</body>")
    folder, home = tmp_path / "w", tmp_path / "home"
    folder.mkdir()
    (folder / "a.xml").write_text(volume[:start] + "</div>" + volume[end:])
    (folder / "b.xml").write_text(volume)
    report = ingest_into(home, folder)
    assert report.letters == 16
    assert sum("given twice" in finding.what for finding in report.findings) == 15
    assert not ingest_into(home, folder).changed


def test_a_letter_whose_volume_is_named_later_does_not_stay_under_its_old_name(tmp_path: Path) -> None:
    folder, home = tmp_path / "w", tmp_path / "home"
    folder.mkdir()
    (folder / "a.txt").write_text(LETTER)
    ingest_into(home, folder)
    assert refs(home) == {"w/d4"}
    (folder / "letters.toml").write_text('[[letter]]\nfile = "a.txt"\nvolume = "frus1977-80v06"\n')
    ingest_into(home, folder)
    assert refs(home) == {"frus1977-80v06/d4"}


def test_a_letter_that_was_removed_comes_back_with_its_file(home: Path) -> None:
    ingest_of(home).remove([f"{SAMPLE_VOLUME}/d3"])
    report = ingest_into(home, SAMPLE)
    assert (report.changed, report.letters, report.embedded) == (True, 16, 0)


def test_kinds_that_select_nothing_change_nothing(home: Path) -> None:
    with pytest.raises(InputError, match="ballad"):
        ingest_into(home, SAMPLE, options=Options(frozenset({"ballad"})))
    assert len(refs(home)) == 16


def test_only_some_kinds_and_then_all(tmp_path: Path) -> None:
    home, volume = tmp_path / "home", SAMPLE / f"{SAMPLE_VOLUME}.xml"
    ingest_into(home, volume, options=Options(frozenset({"telegram"})))
    assert len(refs(home)) == 2
    ingest_into(home, volume)
    assert len(refs(home)) == 16
    with pytest.raises(InputError, match="ballad"):
        ingest_into(tmp_path / "other", volume, options=Options(frozenset({"ballad"})))


def test_the_index_can_be_left_out(tmp_path: Path) -> None:
    ingest_into(tmp_path, SAMPLE / f"{SAMPLE_VOLUME}.xml", options=Options(with_index=False))
    build = open_active(tmp_path)
    assert build.catalogue.apparatus(SAMPLE_VOLUME).index == ()
    assert build.lexical.scores(["Scare"]) == {}
    build.close()


def test_the_report_counts_the_volume_and_names_its_broken_reference(tmp_path: Path) -> None:
    report = ingest_into(tmp_path, SAMPLE / f"{SAMPLE_VOLUME}.xml")
    (counts,) = report.volumes
    assert (counts.letters, counts.notes, counts.persons, counts.terms) == (16, 75, 17, 10)
    assert counts.references == {"resolved": 26, "not loaded": 1, "broken": 1}
    broken = [finding.where for finding in report.findings if finding.what.startswith("reference to a place")]
    assert broken == [f"{SAMPLE_VOLUME}/d10 to {SAMPLE_VOLUME}/d23"]


def test_removing_letters_and_volumes(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LETTER)
    ingest_into(home, tmp_path / "a.txt")
    report = ingest_of(home).remove([f"{SAMPLE_VOLUME}/d3", tmp_path.name])
    assert report.removed == [f"{SAMPLE_VOLUME}/d3", f"{tmp_path.name}/d4"] or set(report.removed) == {
        f"{SAMPLE_VOLUME}/d3", f"{tmp_path.name}/d4",
    }  # fmt: skip
    assert report.embedded == 0
    assert len(refs(home)) == 15


def test_removing_what_is_not_there_or_everything_changes_nothing(home: Path) -> None:
    before = Pointer(open_database(home)).read()
    with pytest.raises(UnknownError, match="d99"):
        ingest_of(home).remove([f"{SAMPLE_VOLUME}/d1", f"{SAMPLE_VOLUME}/d99"])
    with pytest.raises(InputError, match="no letters at all"):
        ingest_of(home).remove([SAMPLE_VOLUME])
    assert Pointer(open_database(home)).read() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [("just words", "no known form"), ("<?xml version='1.0'?><TEI", "broken XML"), (b"4. A\xff", "UTF-8")],
)
def test_a_named_file_that_is_wrong_changes_nothing(
    home: Path, tmp_path: Path, content: str | bytes, message: str
) -> None:
    (tmp_path / "good.txt").write_text(LETTER)
    (tmp_path / "bad").write_bytes(content if isinstance(content, bytes) else content.encode())
    before = Pointer(open_database(home)).read()
    with pytest.raises(InputError, match=message):
        ingest_into(home, tmp_path / "good.txt", tmp_path / "bad")
    assert Pointer(open_database(home)).read() == before


def test_a_wrong_file_in_a_folder_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "good.txt").write_text(LETTER)
    (folder / "bad.xml").write_text("<?xml version='1.0'?><TEI")
    (folder / "notes.md").write_text("# Notes")
    report = ingest_into(tmp_path / "home", folder)
    assert report.letters == 1
    assert "broken XML" in report.files_failed[0]
    assert report.files_skipped == ["notes.md"]
    (folder / "good.txt").unlink()
    with pytest.raises(InputError, match="broken XML"):
        ingest_into(tmp_path / "home2", folder)


def test_two_ingests_at_once_are_refused(home: Path) -> None:
    with FileLock(Home(home).ingest_lock), pytest.raises(BackendError, match="another ingest"):
        ingest_into(home, SAMPLE)


def test_old_builds_are_deleted_but_never_those_the_pointer_names(home: Path, tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / "a.txt").write_text(LETTER + " more" * number)
        ingest_into(home, tmp_path / "a.txt")
    published = Pointer(open_database(home)).read()
    assert published is not None
    kept = [manifest.build for manifest in list_builds(Home(home).builds)]
    assert len(kept) == 3
    assert {published.build, published.previous} <= set(kept)


def test_a_damaged_active_build_is_made_anew_from_the_same_letters(home: Path) -> None:
    published = Pointer(open_database(home)).read()
    assert published is not None
    shutil.rmtree(Home(home).builds / published.build / "chroma")
    report = ingest_into(home, SAMPLE)
    assert report.changed
    build = open_active(home)
    assert not build.degraded
    build.close()


def test_letters_of_an_unreadable_build_are_not_lost_silently(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LETTER)
    first = Pointer(open_database(home)).read()
    assert first is not None
    (Home(home).builds / first.build / "library.sqlite").unlink()
    report = ingest_into(home, tmp_path / "a.txt")
    assert "nothing taken over" in report.findings[0].what
    second = Pointer(open_database(home)).read()
    assert second is not None
    (Home(home).builds / second.build / "library.sqlite").unlink()
    with pytest.raises(CorpusError, match="letters rollback"):
        ingest_into(home, tmp_path / "a.txt")


def test_a_build_of_another_format_is_not_read_and_its_letters_are_named_as_left_behind(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(LETTER)
    ingest_into(home, tmp_path / "a.txt")
    for manifest in Home(home).builds.glob("*/manifest.json"):
        manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 0'))
    with pytest.raises(OutdatedError, match="ingest the letters anew"):
        open_active(home)
    report = ingest_into(home, tmp_path / "a.txt")
    assert "another version" in report.findings[0].what
    assert len(list(Home(home).builds.iterdir())) == 2  # the new one, and the one before, which the pointer names
    assert refs(home) == {f"{tmp_path.name}/d4"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_ingest_killed_at_any_moment_leaves_the_active_build_answering(
    home: Path, tmp_path: Path, seed: int
) -> None:
    (tmp_path / "a.txt").write_text(LETTER)
    before = Pointer(open_database(home)).read()
    code = (
        "from pathlib import Path; from tests.builders import ingest_into; import sys; print('go', flush=True); "
        f"ingest_into(Path({str(home)!r}), Path({str(tmp_path / 'a.txt')!r}))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3 * seed)
        os.kill(process.pid, signal.SIGKILL)
    after = Pointer(open_database(home)).read()
    assert after is not None
    assert f"{SAMPLE_VOLUME}/d1" in refs(home)
    report = ingest_into(home, tmp_path / "a.txt")
    assert report.letters == 17
    assert not [path.name for path in Home(home).builds.glob(".*")]
    assert before is not None
