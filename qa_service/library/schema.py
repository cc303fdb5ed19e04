"""The tables of `library.sqlite`, written once with a build and only read afterwards."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, MetaData, String, Table, Text

metadata = MetaData()

volumes = Table(
    "volumes",
    metadata,
    Column("id", String, primary_key=True),
    *(
        Column(name, Text, nullable=False)
        for name in ("title", "series", "subseries", "number", "name", "editor", "place", "publisher", "year")
    ),
    Column("documents", Text, nullable=False, doc="ids of all it prints, parted by blanks"),
    Column("invented", Boolean, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("volume", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("position", Integer, nullable=False, index=True),
    Column("document", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    *(
        Column(f"date_{name}", kind, index=name in ("first", "last"))
        for name, kind in (
            ("first", String),
            ("last", String),
            ("precision", String),
            ("taken_from", String),
            ("certain", Boolean),
            ("words", Text),
            ("time", String),
        )
    ),
    Column("place", Text),
    Column("writer_folded", Text, nullable=False),
    Column("recipient_folded", Text, nullable=False),
    Column("classification", Text),
    Column("archive", Text),
    Column("form", String, nullable=False),
    Column("source", String, nullable=False),
)


def _of_a_letter(name: str, *columns: Column[str] | Column[int] | Column[bool]) -> Table:
    return Table(
        name,
        metadata,
        Column("volume", String, primary_key=True),
        Column("letter", String, primary_key=True),
        Column("position", Integer, primary_key=True),
        *columns,
        ForeignKeyConstraint(["volume", "letter"], ["letters.volume", "letters.id"]),
    )


pages = _of_a_letter("pages", Column("label", String, nullable=False), Column("start", Integer, nullable=False))

notes = _of_a_letter(
    "notes",
    Column("id", String, nullable=False),
    Column("number", String, nullable=False),
    Column("anchor", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Boolean, nullable=False),
)

parties = _of_a_letter(
    "parties",
    Column("role", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("office", Text),
    Column("person", String),
)

letter_references = _of_a_letter(
    "letter_references",
    Column("note", String),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("to_volume", String, nullable=False),
    Column("to_letter", String),
    Column("to_note", String),
    Column("to_page", String),
    Column("status", String, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("volume", String, nullable=False),
    Column("letter", String, nullable=False),
    Column("note", String),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("embedded", String, nullable=False, doc="digest of the text that was embedded, see vector_cache"),
    ForeignKeyConstraint(["volume", "letter"], ["letters.volume", "letters.id"]),
)

sentences = Table(
    "sentences",
    metadata,
    Column("number", Integer, primary_key=True, doc="in the order of the passages"),
    Column("passage", Integer, nullable=False, index=True, doc="the passage's number"),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("embedded", String, nullable=False),
)

names = Table(
    "names", metadata, Column("word", String, primary_key=True, doc="in lower case, mostly capitalized in the letters")
)

index_entries = Table(
    "index_entries",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("volume", String, nullable=False),
    Column("phrase", Text, nullable=False),
    Column("pages", Text, nullable=False, doc="labels parted by blanks"),
    Column("letters", Text, nullable=False, doc="ids parted by blanks"),
    Column("in_notes", Text, nullable=False, doc="those of both that are marked with n, parted by blanks"),
    Column("see", Text, nullable=False, doc="phrases, a line each"),
)

persons = Table(
    "persons",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("volume", String, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("id", "name", "listed", "description")),
)

terms = Table(
    "terms",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("volume", String, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("id", "term", "meaning")),
)

sources = Table(
    "sources",
    metadata,
    Column("digest", String, primary_key=True),
    Column("path", Text, nullable=False),
    Column("form", String, nullable=False),
    Column("gave", Integer, nullable=False, doc="letters the file gave when it was read"),
)
