"""Small TEI volumes for tests."""

from ingest.readers.reading import Reading
from ingest.readers.tei import read_tei

VOLUME = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0">
<teiHeader><fileDesc><titleStmt><title type="complete">A Volume</title><title type="sub-series">1900</title></titleStmt>
<publicationStmt><publisher>Press</publisher><date>1901</date><idno type="frus">v1</idno></publicationStmt></fileDesc>
</teiHeader><text><front><pb n="I"/>
<div xml:id="persons"><list><item><persName xml:id="p_A1">Alder, Ann B.</persName>, of X</item></list></div></front>
<body><pb n="1"/><div type="compilation"><head>All</head>{documents}</div></body>
<back><div type="index" xml:id="index"><head>Index</head><list>{index}</list></div></back></text></TEI>"""


def read(*documents: str, index: str = "<item>Nothing</item>") -> Reading:
    return read_tei(VOLUME.format(documents="".join(documents), index=index).encode(), "v1.xml")


def document(body: str, head: str = "1. Letter From A to B", id: str = "d1") -> str:
    return f'<div type="document" xml:id="{id}" n="{id[1:]}"><head>{head}</head>{body}</div>'


def text_of(body: str) -> str:
    return read(document(body)).letters[0].text
