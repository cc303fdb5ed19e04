"""Who speaks in a claim, and who speaks in what it quotes."""

import re
from collections.abc import Iterator, Sequence

from qa_service.retrieval.query import STOP_WORDS

_SAYING = """
acknowledge add admit announce answer argue assert assure claim complain confess confirm declare explain express inform
insist maintain mention note notify observe point recall reiterate remark remind reply report respond state stress
suggest
""".split()
_DOING = """
accept advise agree apologize ask believe call caution concede condemn consider demand deny deplore doubt expect fear
hope intend invite object offer plead pledge promise propose protest recommend refuse regret reject request thank
undertake urge want warn welcome
""".split()
"""What is done with words as well, and what one must tell to be known to think it."""
_OFFICES = frozenset(
    "ambassador chairman chancellor consul general king marshal minister premier president queen secretary shah".split()
)
_IRREGULAR = "write writes wrote written tell tells told say says said".split()
_THINKING = [
    *"think thinks thought find finds found feel feels felt".split(),
    r"(?:is|was) (?:convinced|certain|sure|glad)",
]


def _forms(verb: str) -> Iterator[str]:
    yield verb
    if verb.endswith("e"):
        yield from (f"{verb}s", f"{verb}d")
    elif verb.endswith("y") and verb[-2] not in "aeo":
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied")
    elif verb in ("admit", "regret"):
        yield from (f"{verb}s", f"{verb}ted")
    else:
        yield from (f"{verb}s", f"{verb}ed")


def _any_of(verbs: Sequence[str], others: Sequence[str] = ()) -> str:
    return "(?:" + "|".join([*(form for verb in verbs for form in _forms(verb)), *_IRREGULAR, *others]) + r")\b"


_SAYS, _TELLS = _any_of(_SAYING), _any_of([*_SAYING, *_DOING], _THINKING)
_BETWEEN = r"(?:(?:\w+ly|also|then|had|has|have|therefore|again|first|never|did|does|do|would|not)\s+){0,3}"
_WRITINGS = r"(?:letter|note|message|telegram|cable|reply|answer|memorandum|proposal|protest|statement)s?\b"
_TITLES = r"(?:[\w.]+\s+){0,3}"
_YOU_SAID = re.compile(rf"\b(?:you\s+{_BETWEEN}{_TELLS}|your\s+(?:\w+\s+){{0,2}}{_WRITINGS})", re.IGNORECASE)
_NAMED = r"[^\W\d_a-z][^\W\d_]*(?:[’'-][^\W\d_]+)*"
_SPEAKER = re.compile(rf"(?<![\w’'-])({_NAMED}),?\s+{_BETWEEN}{_TELLS}|\b(?:says|said)\s+({_NAMED})")


def speaks(name: str, text: str, *, only_says: bool = False) -> bool:
    """Whether a text has somebody of this name tell something, and not together with somebody else.

    Args:
        only_says: not where something is done with words, as in "he refuses".
    """
    found = re.escape(name)
    told = re.search(
        rf"(\band\s+(?:[^\W\d_a-z]\w*\s+){{0,3}})?(?<![\w-]){found}\s+{_BETWEEN}{_SAYS if only_says else _TELLS}", text
    )
    return bool(
        (told and not told.group(1))
        or re.search(rf"\b[Aa]ccording\s+to\s+{_TITLES}{found}\b", text)
        or re.search(rf"(?<![\w-]){found}[’']s?\s+(?:[\w.]+\s+){{0,2}}{_WRITINGS}", text)
        or re.search(rf"\b{_WRITINGS}\s+(?:of\s+[^,;:]{{1,30}},?\s+)?(?:from|by)\s+{_TITLES}{found}\b", text)
    )


def tells_what_you_said(text: str) -> bool:
    """Whether a letter tells its recipient what the recipient has said: "you told me", "in your last note"."""
    return bool(_YOU_SAID.search(text))


def tells_what_was_said(text: str) -> bool:
    return bool(re.search(rf"\b{_SAYS}", text))


def is_office(name: str) -> bool:
    return name.lower() in _OFFICES


def speakers_of(text: str) -> frozenset[str]:
    """The names right before a verb of telling: of "Count Delmarsin said" the last word."""
    found = (first or second for first, second in _SPEAKER.findall(text))
    return frozenset(re.sub(r"[’']s?$", "", name) for name in found if name.lower() not in STOP_WORDS)
