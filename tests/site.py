"""history.state.gov for tests: a document of a TEI volume as a page of that site, much as its stylesheet makes it.

Written after the processing models of the site (HistoryAtState/hsg-shell, frus.odd): the class names the TEI element,
a page break is a link, a note's mark leads to a list at the foot.
"""

from html import escape

from lxml import etree

TEI = "{http://www.tei-c.org/ns/1.0}"
_BLOCKS = {
    "p": "p", "head": "h4", "list": "ul", "item": "li", "table": "table", "row": "tr", "cell": "td", "div": "div",
    "dateline": "div", "opener": "div", "closer": "div", "signed": "div", "salute": "div", "postscript": "div",
    "quote": "div", "lg": "div", "l": "div",
}  # fmt: skip

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><title>{title} - Office of the Historian</title>
<link rel="canonical" href="https://history.state.gov/historicaldocuments/{volume}/{id}"/>
<script>var page = "<div class='tei-div3'>";</script></head>
<body><nav class="site"><a href="/historicaldocuments/{volume}/d99">Documents</a></nav>
<ol class="breadcrumb"><li class="section-breadcrumb"><a href="/historicaldocuments/{volume}/{id}">Here</a></li></ol>
<h2 class="hsg-navigation-title" id="navigation-title">{title}</h2>
<div id="content-inner"><div id="content-container"><div class="content">{document}
<div class="footnotes"><ol>{notes}</ol></div></div></div></div>
<aside><div class="hsg-panel"><p>Persons</p></div></aside></body></html>
"""


def page_of(div: etree._Element, volume: str, title: str) -> str:
    """The page of a <div type="document">."""
    notes: list[str] = []
    document = _element(div, volume, notes)
    id = div.get("{http://www.w3.org/XML/1998/namespace}id")
    return PAGE.format(volume=volume, id=id, title=escape(title), document=document, notes="".join(notes))


def _element(element: etree._Element, volume: str, notes: list[str]) -> str:
    if not isinstance(element.tag, str):
        return ""
    namespace, _, tag = element.tag.rpartition("}")
    if tag == "pb":
        label = element.get("n")
        return f'<a class="tei-pb1" href="/historicaldocuments/{volume}/pg_{label}">[Page {label}]</a>'
    if tag == "lb":
        return '<br class="tei-lb"/>'
    if tag == "graphic":
        return '<img class="tei-graphic" alt="a picture"/>'
    if tag == "note" and element.get("rend") != "inline":
        return _mark(element, volume, notes)
    inner = escape(element.text or "", quote=False)
    for child in element:
        inner += _element(child, volume, notes) + escape(child.tail or "", quote=False)
    if tag == "note":
        return f'<p class="tei-note2">{inner}</p>'
    if tag == "ref" and not (element.get("target") or "").startswith("http"):
        target = (element.get("target") or "").replace("#", "/")
        href = f"{volume}{target}" if target.startswith("/") else target
        return f'<a href="/historicaldocuments/{href}">{inner}</a>'
    if f"{namespace}}}" != TEI:
        return f"<frus:{tag}>{inner}</frus:{tag}>"
    html = _BLOCKS.get(tag, "span")
    return f'<{html} class="tei-{tag}3">{inner}</{html}>'


def _mark(note: etree._Element, volume: str, notes: list[str]) -> str:
    number, id = note.get("n") or "", f"1_5_{len(notes) + 4}"
    place = len(notes)
    notes.append("")
    content = escape(note.text or "", quote=False)
    for child in note:
        content += _element(child, volume, notes) + escape(child.tail or "", quote=False)
    notes[place] = (
        f'<li class="footnote" id="fn:{id}" value="{number}"><span class="fn-content">{content}</span>'
        f'<a class="fn-back" href="#fnref:{id}">↩</a></li>'
    )
    return f'<span id="fnref:{id}"><a class="note" rel="footnote" href="#fn:{id}">{number}</a></span>'
