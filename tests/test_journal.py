"""Long work that can go on after an interruption."""

from pathlib import Path

import pytest

from qa_service.errors import InputError
from qa_service.journal import appending, lines_of


def test_lines_are_kept_and_gone_on_with(tmp_path: Path) -> None:
    kept = tmp_path / "deep" / "journal"
    with appending(kept, {"of": "a"}, fresh=True) as keep:
        keep({"n": 1})
    with appending(kept, {"of": "a"}, fresh=False) as keep:
        keep({"n": 2})
    assert lines_of(kept, {"of": "a"}) == [{"n": 1}, {"n": 2}]


def test_what_is_about_something_else_is_not_taken(tmp_path: Path) -> None:
    with appending(tmp_path / "journal", {"of": "a"}, fresh=True) as keep:
        keep({"n": 1})
    assert lines_of(tmp_path / "journal", {"of": "b"}) == []
    assert lines_of(tmp_path / "nothing", {"of": "a"}) == []


@pytest.mark.parametrize("torn", ['{"n": 2', "7", "", '{"n": "\\ud8'])
def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path, torn: str) -> None:
    kept = tmp_path / "journal"
    with appending(kept, {"of": "a"}, fresh=True) as keep:
        keep({"n": 1})
    with kept.open("a", encoding="utf-8") as file:
        file.write(torn)
    with appending(kept, {"of": "a"}, fresh=False) as keep:
        keep({"n": 3})
    assert lines_of(kept, {"of": "a"}) == [{"n": 1}, {"n": 3}]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be kept in"), appending(tmp_path / "file" / "x", {}, fresh=True):
        pass
