"""The examples of the documents on the API print what they say."""

import re

import pytest

from tests.builders import ROOT
from tests.served import run_example

_EXAMPLE = re.compile(r"^```python\n(.*?)^```\n\n^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEXTS = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("api.md", "browsing.md")}
EXAMPLES = {name: _EXAMPLE.findall(text) for name, text in TEXTS.items()}
NUMBERED = [(name, number) for name, examples in EXAMPLES.items() for number in range(len(examples))]


@pytest.mark.parametrize("name", TEXTS)
def test_every_example_says_what_it_prints(name: str) -> None:
    assert len(EXAMPLES[name]) == TEXTS[name].count("```python")


@pytest.mark.parametrize(("name", "number"), NUMBERED)
def test_an_example_prints_what_stands_below_it(address: str, name: str, number: int) -> None:
    code, printed = EXAMPLES[name][number]
    assert run_example(code, address) == printed
