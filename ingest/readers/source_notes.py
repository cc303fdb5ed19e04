"""What a source note says: where the original lies, and how it was marked; and the markings that stand in letters."""

import re

_MARKINGS = (
    "Top Secret", "Secret", "Confidential", "Administratively Confidential", "Limited Official Use",
    "Official Use Only", "Restricted", "Unclassified", "No classification marking",
)  # fmt: skip
_ALONE = {marking.lower(): marking for marking in _MARKINGS}
_CLASSIFICATION = re.compile(rf"(?:^|[.;,]\s+|[”\"\d]\s+)({'|'.join(_MARKINGS)})(?=\s*(?:[.;,/—–\n\]]|$))")
_SOURCE = re.compile(r"(?:^|\n|\[)\s*Source:\s*")
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bp)(?<!\bpp)(?<!\b[Vv]ol)(?<!\bNo)(?<!\bed)(?<!\bMr)(?<!\bSt)(?<!\bSecy)(?<!\bCorres)\.(?=\s+[A-Z©“(\[]|\s*$)|\n"
)
_KIND_AT_THE_END = re.compile(r":\s*\w[\w ]{0,25}$")


def is_source_note(text: str) -> bool:
    """Whether a note says of itself where the letter was found; a summary may stand before that."""
    return "Source:" in text and _SOURCE.search(text) is not None


def classification_of(source_note: str) -> str | None:
    """The marking that a source note gives, such as "Top Secret", or None."""
    match = _CLASSIFICATION.search(_source_part(source_note))
    return match.group(1) if match else None


def archive_of(source_note: str) -> str | None:
    """Where the original lies: what stands after "Source:", up to the marking or the end of the sentence.

    Older volumes give the file number alone, with the kind of document after it ("793.00/1–1052: Telegram").
    """
    said = _source_part(source_note)
    end = _CLASSIFICATION.search(said) or _SENTENCE_END.search(said)
    place = (said[: end.start() + 1] if end else said).rstrip(" .;,")
    place = place[:-1].rstrip(" .") if place.endswith("]") and "[" not in place else place
    return (place if is_source_note(source_note) else _KIND_AT_THE_END.sub("", place)) or None


def _source_part(source_note: str) -> str:
    begin = _SOURCE.search(source_note)
    return source_note[begin.end() :] if begin else source_note


def marking_in(text: str) -> str | None:
    """The marking that stands alone in one of a letter's first paragraphs, as older volumes print it ("Top Secret")."""
    for paragraph in text.split("\n\n", 5)[:5]:
        line = paragraph.partition("\n")[0].strip("[]. ").lower()
        if marking := _ALONE.get(line.removesuffix(" eyes only")):
            return marking
    return None
