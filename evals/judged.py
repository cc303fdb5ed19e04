"""A run judged by models, where they are configured: support of claims, and facts stated."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from evals.cases import Case
from evals.judging import ChatJudge, NliJudge, Nuggets, Support, mean_of_answers, nuggets, support
from evals.records import Record
from evals.validation import Letters
from qa_service.chat import load_chat
from qa_service.entailment import load_entailment
from qa_service.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Judges:
    """Who judges: a chat model, an inference model, both, or nobody."""

    chat: ChatJudge | None = None
    inference: NliJudge | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Judges":
        """Those that are configured. Raises: InputError if one cannot be had."""
        model, inference = settings.judge_model, settings.judge_nli_model
        return cls(
            ChatJudge(load_chat(model, base_url=settings.judge_base_url)) if model else None,
            NliJudge(load_entailment(inference)) if inference else None,
        )

    @property
    def all(self) -> tuple[ChatJudge | NliJudge, ...]:
        return tuple(judge for judge in (self.chat, self.inference) if judge)


def judge_run(
    cases: Sequence[Case], records: Sequence[Record], judges: Judges, letters: Letters, *, jobs: int, progress: Progress
) -> list[dict[str, Any]]:
    """What each judge says of the answers to answerable questions: JSON with the judge's versions, and for each metric
    mean, lower bound, and how many judgements were made and are missing. Facts are judged by the chat model alone.
    """
    answered = [(case, record) for case, record in zip(cases, records, strict=True) if case.gold]
    found = []
    for judge in judges.all:
        said = _in_parallel(answered, partial(_judged, judge=judge, letters=letters), jobs, progress)
        tallies = {
            "support, recall": [one.recall for one, _ in said],
            "support, precision": [one.precision for one, _ in said],
            "facts, vital": [one.strict_vital for _, one in said if one and one.strict_vital is not None],
            "facts, all": [one.strict_all for _, one in said if one],
        }
        metrics = {name: asdict(mean_of_answers(some)) for name, some in tallies.items() if some}
        found.append({"judge": judge.versions, "metrics": metrics})
    return found


def _judged(
    case: Case, record: Record, judge: ChatJudge | NliJudge, letters: Letters
) -> tuple[Support, Nuggets | None]:
    facts = nuggets(case, record, judge) if isinstance(judge, ChatJudge) else None
    return support(record, judge, letters), facts


def _in_parallel(
    answered: Sequence[tuple[Case, Record]],
    work: Callable[[Case, Record], tuple[Support, Nuggets | None]],
    jobs: int,
    progress: Progress,
) -> list[tuple[Support, Nuggets | None]]:
    done = []
    with ThreadPoolExecutor(jobs) as pool:
        for number, one in enumerate(pool.map(lambda pair: work(*pair), answered)):
            progress("judging", number, len(answered))
            done.append(one)
    progress("judging", len(answered), len(answered))
    return done
