"""The examples of docs/api.md print what it says."""

import re

import pytest

from tests.builders import ROOT
from tests.served import run_example

_EXAMPLE = re.compile(r"^```python\n(.*?)^```\n\n^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = _EXAMPLE.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))


def test_every_example_says_what_it_prints() -> None:
    assert len(EXAMPLES) == (ROOT / "docs" / "api.md").read_text(encoding="utf-8").count("```python")


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_prints_what_stands_below_it(address: str, number: int) -> None:
    code, printed = EXAMPLES[number]
    assert run_example(code, address) == printed
