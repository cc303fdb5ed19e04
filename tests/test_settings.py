from pathlib import Path

import pytest

from qa_service.errors import InputError
from qa_service.settings import Settings, read_settings
from qa_service.settings_page import settings_page
from tests.builders import ROOT


def test_the_page_of_settings_is_made_of_the_settings() -> None:
    """Mend it with `python -m qa_service.settings_page > docs/settings.md`."""
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()


def test_every_setting_says_what_it_sets() -> None:
    assert all(len(field.description or "") > 20 for field in Settings.model_fields.values())


def test_values_come_from_the_environment_and_the_command_line_comes_first(tmp_path: Path) -> None:
    settings = read_settings({"LETTERS_PORT": "9", "LETTERS_HOME": "/elsewhere", "PATH": "x"}, home=tmp_path)
    assert (settings.port, settings.home) == (9, tmp_path)
    assert read_settings({}).home.is_absolute()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"LETTERS_PROT": "1"}, "LETTERS_PROT is no setting"),
        ({"LETTERS_PORT": "many"}, "LETTERS_PORT.*'many'"),
        ({"LETTERS_PASSAGE_TOKENS": "3"}, "LETTERS_PASSAGE_TOKENS"),
        ({"LETTERS_CHAT_PRICES": "nonsense"}, "LETTERS_CHAT_PRICES.*'nonsense'"),
        ({"LETTERS_CHAT_PRICES": '{"a": 1}'}, "LETTERS_CHAT_PRICES"),
    ],
)
def test_wrong_settings_name_key_and_value(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], message: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=message):
        read_settings(environment)
