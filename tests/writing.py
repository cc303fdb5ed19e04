"""A scripted model that writes answers over the sample: what it invents, and what it says well."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qa_service.answering.written import Writer
from qa_service.api.service import Service
from qa_service.chat import load_chat
from qa_service.chat_chain import ChatChain
from tests.chat_server import ChatServer, Reply, claims, key_of

CASKS = "What happened to the missing casks?"
COUNTED = "there are 588 casks, and not 612"
MISSING = "Twenty-four casks of herring were missing when the Marguerite Ansole was unladen."
GOOD_TEXT = "Orquelle tells Hasterlind that 588 casks were counted and not 612."

Quotes = Sequence[tuple[str, str]]
"""Words that stand in the passage which is named, and what is said to be quoted from it."""


def written_by(service: Service, model: ChatServer, *, timeout_s: float = 2, **options: Any) -> Service:
    chat = load_chat("openai:scripted", base_url=model.base_url, timeout_s=timeout_s, wait=lambda seconds: None)
    return replace(service, writer=Writer(ChatChain([chat]), **options))


def said(*given: tuple[str, Quotes], answerable: str = "fully") -> Callable[[Mapping[str, Any]], Reply]:
    """A reply with claims, whose passages are named by words that stand in them; "!abc" is the key abc itself."""

    def made(request: Mapping[str, Any]) -> Reply:
        return claims(
            *(
                (text, [(words[1:] if words[:1] == "!" else key_of(request, words), quote) for words, quote in quotes])
                for text, quotes in given
            ),
            answerable=answerable,
        )

    return made


GOOD = (GOOD_TEXT, [(COUNTED, COUNTED)])

INVENTED: Mapping[str, tuple[str, Quotes]] = {
    "a key that was never given": ("Orquelle counted 588 casks.", [("!p1", COUNTED)]),
    "a passage's place as its key": ("Orquelle counted 588 casks.", [("!invented1927-29v01/d5:0-100", COUNTED)]),
    "an empty key": ("Orquelle counted 588 casks.", [("!", COUNTED)]),
    "a quotation that stands nowhere": (
        "Orquelle says that the casks were thrown overboard.", [(COUNTED, "the casks were thrown overboard at night")],
    ),
    "a number altered": ("Orquelle says that 586 casks were counted.", [(COUNTED, "there are 586 casks, and not 612")]),
    "a word altered": ("Orquelle says 588 casks.", [(COUNTED, "there are 588 barrels, and not 612")]),
    "a word left out": ("Orquelle says 588 casks.", [(COUNTED, "there are casks, and not 612")]),
    "a negation left out": ("Orquelle says 612 casks.", [(COUNTED, "there are 588 casks, and 612")]),
    "two passages merged": (
        "Orquelle says that casks were opened.", [(COUNTED, "there are 588 casks. They were opened by four officers")],
    ),
    "two passages merged by an ellipsis": (
        "Orquelle says that casks were opened.", [(COUNTED, "there are 588 casks … They were opened by four officers")],
    ),
    "cut in the middle of a word": ("Orquelle says 588 casks.", [(COUNTED, "ere are 588 casks, and not 6")]),
    "segments in the wrong order": ("Orquelle says 588 casks.", [(COUNTED, "and not 612 … there are 588")]),
    "a right quotation from the wrong letter": ("Hasterlind says 588 casks.", [(MISSING, COUNTED)]),
    "a question's words as a quotation": ("Orquelle asks it.", [(COUNTED, CASKS)]),
    "a quotation of two words": ("Orquelle speaks of casks.", [(COUNTED, "588 casks")]),
    "a quotation of nothing": ("Orquelle speaks of casks.", [(COUNTED, "…")]),
    "one quotation of two invented": (
        "Orquelle says that the casks were counted, 588 in all.",
        [(COUNTED, COUNTED), (COUNTED, "they were all counted twice")],
    ),
    "no quotation": ("Orquelle was furious about it.", []),
    "another number than the quotation's": ("Orquelle says that 598 casks were counted.", [(COUNTED, COUNTED)]),
    "another number in words": ("Orquelle says that thirty casks were missing.", [(COUNTED, COUNTED)]),
    "a name that is not there": ("Napoleon tells Hasterlind that 588 casks were counted.", [(COUNTED, COUNTED)]),
    "a name added": ("Orquelle tells Churchill that 588 casks were counted.", [(COUNTED, COUNTED)]),
    "another day": ("On June 3, 1927, Orquelle says that 588 casks were counted.", [(COUNTED, COUNTED)]),
    "another year": ("On May 30, 1928, Orquelle says that 588 casks were counted.", [(COUNTED, COUNTED)]),
    "a negation added": ("Hasterlind says that the casks were not missing.", [(MISSING, MISSING)]),
    "invented words in quotation marks": ("Orquelle says that 588 casks “vanished in the fog”.", [(COUNTED, COUNTED)]),
    "the recipient as the writer": ("Hasterlind tells him that there are 588 casks.", [(COUNTED, COUNTED)]),
    "a true quotation under another matter": ("Orquelle thanks the matron for her kindness.", [(COUNTED, COUNTED)]),
    "a second sentence": ("Orquelle counted 588 casks. The customs officers stole them.", [(COUNTED, COUNTED)]),
    "a mark of its own": ("Orquelle counted 588 casks [7].", [(COUNTED, COUNTED)]),
    "a link": ("Orquelle counted 588 casks, see https://example.org/x.", [(COUNTED, COUNTED)]),
    "an image": ("Orquelle counted 588 casks ![x](//example.org/x).", [(COUNTED, COUNTED)]),
    "markup": ("Orquelle counted 588 <b>casks</b>.", [(COUNTED, COUNTED)]),
    "text turned around": ("Orquelle counted 588 \u202ecasks.", [(COUNTED, COUNTED)]),
    "half a character": ("Orquelle counted 588 casks \ud800.", [(COUNTED, COUNTED)]),
}  # fmt: skip


WELL_SAID: Mapping[str, tuple[str, Quotes]] = {
    "in its own words": (GOOD_TEXT, [(COUNTED, COUNTED)]),
    "a number in the other form": (
        "Hasterlind owns that 24 casks of herring were missing from the Marguerite Ansole.", [(MISSING, MISSING)],
    ),
    "other quotation marks and dashes": (
        "Hasterlind says that one cask was given to the matron of the Seamen's House.",
        [(MISSING, "who gave one to the matron of the Seamen's House")],
    ),
    "with an ellipsis": (
        "Hasterlind says that officers of the Customs opened them and that two were dismissed.",
        [(MISSING, "They were opened by four officers of our Customs ... Two have been dismissed")],
    ),
    "a negation kept": ("Hasterlind says that the casks did not swim home.", [(MISSING, "They did not swim home.")]),
    "a negation in other words": (
        "Orquelle does not believe that the herring swam home.",
        [(COUNTED, "I do not suppose that the herring swam home.")],
    ),
    "a day from the heading": (
        "On July 7, 1928, Hasterlind acknowledges a debt.", [(MISSING, "a debt to acknowledge")],
    ),
    "with offices": (
        "Prime Minister Orquelle informs Chancellor Hasterlind that the cargo has been counted.",
        [(COUNTED, "the cargo has been counted")],
    ),
    "over two letters": (
        "Orquelle counted 588 casks in place of 612, and Hasterlind owned in July 1928 that twenty-four were missing.",
        [(COUNTED, COUNTED), (MISSING, MISSING)],
    ),
    "words of the letter in quotation marks": (
        "Hasterlind calls it “a debt to acknowledge that is fourteen months old”.",
        [(MISSING, "I have also a debt to acknowledge that is fourteen months old.")],
    ),
    "by the editors": (
        "The editors note that the “Herring Weeks” are usually taken to end with the payment of May 9, 1927.",
        [("Cantonal Bank", "The “Herring Weeks” are usually reckoned to end with this payment, on May 9, 1927.")],
    ),
    "a long quotation": (
        "Orquelle protests, and notes that 588 casks were found where there should be 612.",
        [(COUNTED, "The owners have lodged the 50,000 crowns at Wendelmoor under protest, and the protest is mine also."
                   " And the cargo has been counted: there are 588 casks, and not 612.")],
    ),
}  # fmt: skip
