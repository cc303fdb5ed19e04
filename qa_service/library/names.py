"""Which words of the letters are names, so that they are known as such in whatever case a question types them."""

import re
from collections import Counter
from collections.abc import Iterable

_MOSTLY = 0.9
_INSIDE = re.compile(r"(?<=[^.?!:\"“] )[^\W\d_]+")


def written_large(texts: Iterable[str]) -> frozenset[str]:
    """The words that are mostly capitalized inside sentences, in lower case."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for text in texts:
        for match in _INSIDE.finditer(text):
            word = match.group().lower()
            total[word] += 1
            capital[word] += match.group()[0].isupper()
    return frozenset(word for word, count in total.items() if capital[word] >= _MOSTLY * count)
