"""The pointer, and the running library that follows it."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import inspect

from qa_service.database import metadata, open_database
from qa_service.errors import CorpusError
from qa_service.home import Home
from qa_service.library.builds import open_build
from qa_service.library.live import LiveLibrary
from qa_service.library.pointer import Pointer, Published
from qa_service.library.vector_cache import VectorCache
from tests.builders import WordEmbedder, ingest_into

LETTER = "4. Letter From A to B\n\nOne [Page 2] two three four five."


def live(home: Path) -> LiveLibrary:
    cache = VectorCache(Home(home).vector_cache)
    return LiveLibrary(Pointer(open_database(home)), lambda id: open_build(Home(home).builds / id, cache))


def test_the_migrations_make_the_tables_the_code_uses(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    inspector = inspect(engine)
    for table in metadata.sorted_tables:
        assert {c["name"] for c in inspector.get_columns(table.name)} == {c.name for c in table.columns}
    open_database(tmp_path).dispose()


def test_the_pointer_names_the_newest_publication_and_the_one_before(tmp_path: Path) -> None:
    pointer = Pointer(open_database(tmp_path))
    assert pointer.read() is None
    pointer.publish("one", "ingest")
    assert pointer.read() == Published("one", None)
    pointer.publish("two", "ingest")
    pointer.publish("one", "rollback")
    assert pointer.read() == Published("one", "two")


def test_without_letters_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="letters ingest"):
        live(tmp_path).start()


def test_a_question_keeps_its_build_while_the_library_moves_on(home: Path, tmp_path: Path) -> None:
    library = live(home)
    library.start()
    with library.build() as old:
        (tmp_path / "a.txt").write_text(LETTER)
        ingest_into(home, tmp_path / "a.txt")
        library.check_pointer()
        with library.build() as new:
            assert new.id != old.id
            assert new.manifest.counts.letters == 17
        assert len(old.catalogue.refs()) == 16
        assert len(list(old.catalogue.letters())) == 16
        assert len(old.vectors.nearest(WordEmbedder().embed(["harbour"])[0], 5)) == 5
    with open_database(home).connect():
        pass
    library.close()
    with pytest.raises(CorpusError), library.build():
        pass


def test_the_library_goes_back_to_a_build_it_had_open_before(home: Path, tmp_path: Path) -> None:
    pointer, library = Pointer(open_database(home)), live(home)
    library.start()
    (tmp_path / "a.txt").write_text(LETTER)
    ingest_into(home, tmp_path / "a.txt")
    seen, kept = [], []
    for _ in range(3):
        thread = threading.Thread(target=library.check_pointer)  # another thread than the one that opened it
        thread.start()
        thread.join()
        with library.build() as build:
            seen.append(build.manifest.counts.letters)
            kept.append(build)  # so that no lock is given back merely because nobody holds it any more
        published = pointer.read()
        assert published is not None
        assert published.previous is not None
        pointer.publish(published.previous, "rollback")
    assert seen == [17, 16, 17]
    library.close()


def test_the_pointer_is_noticed_within_two_seconds_under_load(home: Path, tmp_path: Path) -> None:
    library = live(home)
    library.start()
    errors: list[Exception] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                with library.build() as build:
                    assert len(build.catalogue.refs()) == build.manifest.counts.letters
                    assert build.lexical.scores(["harbour"])
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    (tmp_path / "a.txt").write_text(LETTER)
    report = ingest_into(home, tmp_path / "a.txt")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with library.build() as build:
            if build.id == report.build:
                break
        time.sleep(0.05)
    else:
        pytest.fail("the new build was not noticed")
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    library.close()


def test_a_damaged_build_at_start_means_the_one_before(home: Path, tmp_path: Path) -> None:
    first = Pointer(open_database(home)).read()
    (tmp_path / "a.txt").write_text(LETTER)
    report = ingest_into(home, tmp_path / "a.txt")
    (Home(home).builds / report.build / "library.sqlite").write_bytes(b"")
    library = live(home)
    library.start()
    with library.build() as build:
        assert first is not None
        assert build.id == first.build
    library.close()


def test_a_new_build_that_cannot_be_opened_is_refused_and_the_old_one_answers(home: Path, tmp_path: Path) -> None:
    library = live(home)
    library.start()
    (tmp_path / "a.txt").write_text(LETTER)
    report = ingest_into(home, tmp_path / "a.txt")
    (Home(home).builds / report.build / "library.sqlite").write_bytes(b"")
    library.check_pointer()
    with library.build() as build:
        assert build.id != report.build
    library.close()
