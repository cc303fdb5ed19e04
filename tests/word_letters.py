"""The `letters` command with the word embedder, for tests: python -m tests.word_letters ..."""

from qa_service import cli, wiring
from tests.builders import WordEmbedder

if __name__ == "__main__":
    wiring.Parts.embedder = lambda self, *, threads: WordEmbedder()  # type: ignore[method-assign]
    cli.main()
