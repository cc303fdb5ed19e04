"""Words as they are searched for, and text that goes into one line."""

import re
import unicodedata


def folded_words(text: str) -> str:
    """The words of a text in lower case, without accents, each with a blank before it: " cafe lantern"."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return "".join(f" {word}" for word in re.findall(r"[^\W_]+", plain))


def one_line(text: str) -> str:
    """A text without line ends and control characters."""
    return " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in text).split())
