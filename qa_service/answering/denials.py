"""What a text denies, word by word, and where two texts say the contrary of each other.

A "not" surely denies the few words after it. In a wider sense, which only ever excuses, a word is denied where anything
that denies stands before it in its clause or right behind it. Not seen: contraries that have no word in common
("refuse" and "accept"), and a "not" in a claim that repeats no word of what it denies.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa_service.answering.numerals import without_accents
from qa_service.retrieval.query import STOP_WORDS, stems

NEGATIONS = frozenset("not no never none nobody nothing neither nor cannot without nowhere hardly scarcely".split())
_DENYING = re.compile(
    r"(?:abandon|absen|abst[ae][in]|avoid|cancel|ceas|contra[rd]|declin|den(?:y|ied|ial)|disa[gplv]|disclaim|doubt|exclud"
    r"|fail|forb[ai]d|imp(?:ermis|ossib|rob)|inadmis|insufficien|inadequa|incap|inab|lack|oppose|opposing|prevent|prohibit"
    r"|refrain|refus|reject|renounc|repudiat|stop|suspen|withdr[ae]w|withh[eo]ld"
    r"|un(?!i[^nm]|de[rf]|t[io]|ion|anim|cle|le)[^\W\d_]{3,}"
    r"|(?:banned|banning|barred|br[eo]ken?|instead|outside|object(?:s|ed|ing|ions?)?)$)"
)
"""Other words that deny, by their beginnings: they carry a "not" of a claim, but do not need one."""
_INSTEAD = re.compile(
    r"\b(?:rather than|far from|free (?:of|from)|rul(?:e|ed|es|ing) out|too \w+ (?:to|for)|no longer)\b", re.IGNORECASE
)
"""Phrases that deny like the word "instead"."""
_LIMITING = frozenset("against before except less least limit maximum minimum most only than unless until".split())
"""Words that a "not more than" or "not before" may stand for."""
_NO_DENIALS = frozenset("only merely just least doubt sooner".split())
""" "Not only", "no doubt"."""
_COMPARED = frozenset("more less later earlier fewer higher lower greater longer".split())
""" "Not later than May 15" does not deny May 15."""
_CONDITIONS = frozenset({"until", "unless"})
_CLAUSE = re.compile(r"[;:!?—.]|\b(?:but|while|whereas|although|though|yet|because|since)\b", re.IGNORECASE)
_JOINTS = frozenset(
    ", and about above against at before by during for from in into of on over to under upon with".split()
)
"""What is behind these is no longer surely denied."""
_REACH = 6
"""A negation surely reaches so many words, if no joint comes before."""
_FAR = 8
"""So many words behind it a denial may still excuse."""
_OF_NOUNS = frozenset("no none neither nor without".split())
_NO_ADVERBS = frozenset("ally apply assembly comply family imply rely reply supply".split())
_MOST = 0.5
_PREFIXES = ("un", "in", "im", "ir", "il", "dis")
_ADJECTIVE = re.compile(r".{2,}(?:ble|bly|ient|quate|rate|ular|egal|tical|plete|dent|cere|orrect|irect)$")


@dataclass(frozen=True, slots=True)
class _Denial:
    """One negation: the stem of the first word that it surely denies, and those of its clause, between commas."""

    first: frozenset[str]
    clause: frozenset[str]
    of_a_noun: bool
    """Whether it is "no" or the like. Who mentions what there is not does not yet say that there is."""

    def is_contradicted_by(self, said: frozenset[str], all_said: frozenset[str]) -> bool:
        """Whether a text says the word that is denied; of a noun, only if it shares most with the clause as well.

        Args:
            said: what the text says with no denial near.
            all_said: everything that it says.
        """
        shared = len(self.clause & all_said) / max(1, min(len(self.clause), len(all_said)))
        return bool(self.first & said) and (shared > _MOST or not self.of_a_noun)


@dataclass(frozen=True, slots=True)
class _Polarity:
    """The negations of a text, and the stems of its content words: those that are said somewhere with no denial near,
    and those that are denied somewhere in the wide sense.
    """

    denials: tuple[_Denial, ...]
    affirmed: frozenset[str]
    denied: frozenset[str]

    @property
    def all_said(self) -> frozenset[str]:
        return self.affirmed | self.denied


def has_negation(text: str) -> bool:
    """Whether it says "not", "no", "never" or the like; "not only" does not count."""
    return any(True for words in _clauses(text) for _ in _negations(words))


def denies(text: str) -> bool:
    """Whether anything is denied or limited in it, in whatever words."""
    return any(
        next(_deniers(words), None) is not None or _LIMITING & {word.lower() for word in words}
        for words in _clauses(text)
    )


def said_though_denied(claim: str, source: str) -> frozenset[str]:
    """Stems of what the source denies and nowhere affirms, and the claim says with no denial."""
    said, given = _polarity(claim), _polarity(source)
    plain = said.affirmed - said.denied - given.affirmed
    contradicted = (one.first for one in given.denials if one.is_contradicted_by(plain, said.all_said))
    return frozenset().union(*contradicted, _turned(claim, source))


def denied_though_said(claim: str, source: str, near: str = "") -> frozenset[str]:
    """Stems of what the claim denies, and the source says and neither it nor what is near it denies."""
    said, given = _polarity(claim), _polarity(source)
    plain = given.affirmed - given.denied - _polarity(near).denied
    return frozenset().union(*(one.first for one in said.denials if one.is_contradicted_by(plain, given.all_said)))


def _polarity(text: str) -> _Polarity:
    denials: list[_Denial] = []
    affirmed: set[str] = set()
    denied: set[str] = set()
    for words in _clauses(text):
        deniers = list(_deniers(words))
        for at, word in enumerate(words):
            near = any(at - _FAR <= one < at or _is_denied_behind(words, at, one) for one in deniers)
            (denied if near else affirmed).update(_content([word]))
        for at in _negations(words):
            reached = (
                _content([word]) for word in words[at + 1 : _end_of_reach(words, at) + 1] if not _is_adverb(word)
            )
            if first := next(filter(None, reached), None):
                denials.append(_Denial(first, _content(_between_commas(words, at)), words[at].lower() in _OF_NOUNS))
    return _Polarity(tuple(denials), frozenset(affirmed), frozenset(denied))


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and word not in _NO_ADVERBS


def _between_commas(words: list[str], at: int) -> list[str]:
    start = next((place + 1 for place in range(at, 0, -1) if words[place] == ","), 0)
    return words[start : next((place for place in range(at, len(words)) if words[place] == ","), len(words))]


def _is_denied_behind(words: list[str], at: int, denier: int) -> bool:
    """Of "orders were never given", "the order was refused"."""
    return at < denier <= at + 2 and words[denier].lower() not in _OF_NOUNS and "," not in words[at:denier]


def _content(words: Iterable[str]) -> frozenset[str]:
    return stems(" ".join(word for word in words if word[0].isalpha() and word.lower() not in STOP_WORDS))


def _end_of_reach(words: list[str], at: int) -> int:
    """The last place that a negation here reaches; none after itself where it only limits, or is "nothing of"."""
    low = [word.lower() for word in words[at + 1 : at + 1 + _REACH]]
    if "," in low:
        low = low[: low.index(",")]
    compared = any(word in _COMPARED and low[step + 1 : step + 2] == ["than"] for step, word in enumerate(low[:4]))
    if compared or _CONDITIONS & set(low) or low[:1] == ["of"]:
        return at
    joints = (step for step, word in enumerate(low) if word in _JOINTS and (word == "and" or _content(low[:step])))
    return at + next(joints, len(low))


def _turned(claim: str, source: str) -> frozenset[str]:
    """ "Willing" where the source has "unwilling" alone, or the other way round."""
    own, other = (set(re.findall(r"[^\W\d_]{4,}", text.lower())) for text in (claim, source))
    bare = {word for word in own - other if _contraries(word) & other}
    prefixed = {word for word in other - own if _contraries(word) & own}
    return stems(" ".join(bare)) - _polarity(claim).denied | stems(" ".join(prefixed)) - _polarity(source).denied


def _contraries(word: str) -> set[str]:
    """Words that say the contrary of a bare one: "unwilling" of "willing", "impossible" of "possible"."""
    return {prefix + word for prefix in _PREFIXES if prefix == "un" or _ADJECTIVE.match(word)}


def _negations(words: list[str]) -> Iterator[int]:
    for at, word in enumerate(words):
        following = words[at + 1].lower() if at + 1 < len(words) else ""
        if _is_negation(word) and following not in _NO_DENIALS:
            yield at


def _deniers(words: list[str]) -> Iterator[int]:
    return (at for at, word in enumerate(words) if _is_negation(word) or _DENYING.match(word.lower()))


def _is_negation(word: str) -> bool:
    return word.lower() in NEGATIONS or word.lower().endswith("n't")


def _clauses(text: str) -> Iterator[list[str]]:
    """The words and commas of each clause."""
    plain = _INSTEAD.sub(
        "instead", re.sub(r"\bnos?\.\s*(?=\d)", "", without_accents(text).replace("’", "'"), flags=re.I)
    )
    for clause in _CLAUSE.split(plain):
        if words := re.findall(r"[^\W_]+(?:'[^\W_]+)*|,", clause):
            yield words
