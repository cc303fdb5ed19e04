"""What every reader gives: the letters of one file, with what the file says of their volume and what was met."""

from dataclasses import dataclass, field

from qa_service.apparatus import Apparatus
from qa_service.texts import Letter, Volume


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
    apparatus: Apparatus = field(default_factory=Apparatus)
    findings: tuple[Finding, ...] = ()
