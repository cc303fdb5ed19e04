"""Gold over letters that must not be quoted: a quotation becomes the place where it stands, and a digest of its words.

`python -m evals.placing HOME GOLD...` prints the cases with each quotation so replaced.
"""

import sys
from pathlib import Path

from evals.cases import Case, GoldPlace, read_cases, words_check
from evals.validation import Letters, by_document, located
from qa_service.settings import read_settings
from qa_service.wiring import Parts


def placed(case: Case, letters: Letters) -> Case:
    """The case without its quotations. Raises: Misplaced if one does not stand where it should."""
    return case.model_copy(update={"gold": tuple(_placed(place, letters) for place in case.gold)})


def _placed(place: GoldPlace, letters: Letters) -> GoldPlace:
    if place.quote is None:
        return place
    found = located(place, letters)
    return place.model_copy(
        update={"quote": None, "start": found.start, "end": found.end, "check": words_check(found.words)}
    )


def main(home: str, *gold: str) -> None:
    """Print the cases of some files without quotations, a JSON object a line."""
    with Parts(read_settings(home=Path(home))).catalogue() as catalogue:
        letters = by_document(catalogue.letters())
    for case in read_cases([Path(name) for name in gold]):
        print(placed(case, letters).model_dump_json(exclude_defaults=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
