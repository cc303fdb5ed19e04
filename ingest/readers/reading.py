"""What every reader gives: the letters of one file, with what the file says of their volume and what was met."""

from dataclasses import dataclass

from qa_service.texts import IndexEntry, Letter, Volume


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader met that a person may want to know: what, and where ("frus1961-63v06/d49")."""

    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, read: the letters in printed order and all that came with them."""

    form: str
    volume: Volume
    letters: tuple[Letter, ...]
    index: tuple[IndexEntry, ...] = ()
    findings: tuple[Finding, ...] = ()
