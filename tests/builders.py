"""Letters, embedders and homes made by hand, for all tests."""

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.pipeline import Ingest, Options
from ingest.report import Report
from qa_service.database import open_database
from qa_service.dating import Dating
from qa_service.embedding import Vectors
from qa_service.home import Home
from qa_service.library.pointer import Pointer
from qa_service.library.verification import problems_of
from qa_service.texts import Footnote, Letter, LetterRef, Page, Party, Passage, Span

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "ingest" / "sample"
SAMPLE_VOLUME = "invented1927-29v01"
SHARED = ROOT.parent / "shared"

_DIMENSIONS = 512


def letter_of(marked: str, **more: object) -> Letter:
    """A letter from text with its marks inline: "|26|We agree^1 |27|to the ban." has pages 26 and 27 and a note 1."""
    text, pages, notes = "", [], []
    for part in re.split(r"(\|[^|]+\||\^\d+)", marked):
        if part.startswith("|"):
            pages.append(Page(part.strip("|"), len(text)))
        elif part.startswith("^"):
            notes.append(Footnote(f"fn{part[1:]}", part[1:], len(text), f"Note {part[1:]} to {text[-10:]!r}."))
        else:
            text += part
    fields = {"document": "1", "title": "Letter From A to B", "kind": "letter", "writer": "A", "recipient": "B"} | more
    names = [("writer", fields.pop("writer")), ("recipient", fields.pop("recipient"))]
    fields.setdefault("parties", tuple(Party(role, name) for role, name in names if name))  # type: ignore[arg-type]
    if date := fields.pop("date", None):
        fields["dating"] = Dating(str(date), str(date))
    return Letter(ref=LetterRef("v", "d1"), text=text, pages=tuple(pages), notes=tuple(notes), **fields)  # type: ignore[arg-type]


def whole(letter: Letter) -> Passage:
    """The whole body of a letter as one passage."""
    return Passage(letter.ref, None, Span(0, len(letter.text)), letter.text)


class WordEmbedder:
    """Vectors of hashed words: texts that share words are near, others are not. Deterministic, and counts its work."""

    name = "words@1"
    backend = "hash"
    max_tokens = 256

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.zeros((len(texts), _DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % _DIMENSIONS] += 1
            vectors[row, 0] += 1e-3
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts]


def quiet(stage: str, done: int, total: int) -> None:
    """Progress for nobody."""


def ingest_into(home: Path, *paths: Path, embedder: WordEmbedder | None = None, options: Options = Options()) -> Report:
    """Ingest paths into a home with the word embedder; builds are verified in this process, which is quicker."""
    return ingest_of(home, embedder).add(paths, options)


def ingest_of(home: Path, embedder: WordEmbedder | None = None) -> Ingest:
    pointer = Pointer(open_database(home))
    return Ingest(
        Home(home), pointer, embedder or WordEmbedder(), passage_tokens=128, progress=quiet, verify=problems_of
    )
