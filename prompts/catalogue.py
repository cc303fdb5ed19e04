"""Prompts: texts with named slots, checked when they are read, and known by a version that changes with the text.

A prompt is a file NAME.md in this folder. Its first line declares its slots, `<!-- slots: claim, quotations -->`; what
follows is the text, in which `{{claim}}` stands for what is filled in. A line that is only `---` parts what is the same
for every question, and stands first so that providers can keep it in their caches, from what is filled in.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_FRONT = re.compile(r"<!-- slots: (\w+(?:, \w+)*) -->")
_SLOT = re.compile(r"\{\{(\w+)\}\}")
_PARTING = re.compile(r"^---\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt; `version` is the first twelve hexadecimal digits of the SHA-256 of its file's text.

    `instructions` is the part that is the same for every question, empty where the file is not parted.
    """

    name: str
    version: str
    text: str
    slots: frozenset[str]
    instructions: str = ""

    def fill(self, **values: str) -> str:
        """The text with its slots filled; a value that looks like a slot stays as it is.

        Raises: ValueError for a slot without a value, or a value without a slot.
        """
        if values.keys() != self.slots:
            raise ValueError(f"prompt {self.name}: expected values for {sorted(self.slots)}, got {sorted(values)}")
        return _SLOT.sub(lambda slot: values[slot[1]], self.text)


def load(name: str) -> Prompt:
    """Read a prompt. Raises: ValueError if there is none of that name, or its slots are not those it declares."""
    path = _FOLDER / f"{name}.md"
    if not path.is_file():
        known = ", ".join(sorted(path.stem for path in _FOLDER.glob("*.md")))
        raise ValueError(f"no prompt {name!r}; the prompts are {known}")
    return parse(name, path.read_text(encoding="utf-8"))


def parse(name: str, file_text: str) -> Prompt:
    """A prompt from its file's text. Raises: ValueError if its slots are not those it declares."""
    front, _, text = file_text.partition("\n")
    declared = _FRONT.fullmatch(front)
    if declared is None:
        raise ValueError(f"prompt {name}: expected a first line such as '<!-- slots: claim -->', got {front!r}")
    slots = frozenset(declared[1].split(", "))
    used = frozenset(_SLOT.findall(text))
    if used != slots:
        raise ValueError(f"prompt {name}: it declares the slots {sorted(slots)} and uses {sorted(used)}")
    if re.search(r"\{\{|\}\}", _SLOT.sub("", text)):
        raise ValueError(f"prompt {name}: braces are doubled around what is no slot")
    *before, text = _PARTING.split(text, maxsplit=1)
    instructions = before[0].strip() if before else ""
    if _SLOT.search(instructions):
        raise ValueError(f"prompt {name}: a slot stands above the line '---', where nothing may change")
    return Prompt(name, hashlib.sha256(file_text.encode()).hexdigest()[:12], text.strip(), slots, instructions)


def as_material(value: object) -> str:
    """Untrusted text (or a list of texts) as JSON, in which neither a quotation mark nor a tag can end it early."""
    return json.dumps(value, ensure_ascii=False, indent=1).replace("<", "\\u003c").replace(">", "\\u003e")
