import re
from pathlib import Path

import pytest

from qa_service.errors import InputError
from qa_service.settings import PREFIX, Settings, read_settings
from tests.builders import ROOT


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `(LETTERS_\w+)` \| (.+?) \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    documented = dict(rows)
    assert set(documented) == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        if name != "home":
            assert documented[f"{PREFIX}{name.upper()}"] == f"`{field.default}`"


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
    ],
)
def test_wrong_settings_name_key_and_value(environment: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_settings(environment)
