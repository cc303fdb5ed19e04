"""What the service counts, in the form that Prometheus collects."""

from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST

_QUICK_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0)


class Metrics:
    """The counts of one service, in a registry of their own. Nothing that anybody has asked stands in them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "letters_requests", "Requests.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "letters_request_seconds", "How long requests took.", ["route"], buckets=_QUICK_S, registry=self._registry
        )
        self._answers = Counter(
            "letters_answers",
            "Answers, by what came of the question.",
            ["outcome", "answerer"],
            registry=self._registry,
        )
        self._stages = Histogram(
            "letters_stage_seconds", "How long the stages of an answer took.", ["stage"], buckets=_QUICK_S,
            registry=self._registry,
        )  # fmt: skip
        self._fallbacks = Counter(
            "letters_fallbacks", "Answers made without the language model that was asked.", registry=self._registry
        )
        self._dropped = Counter(
            "letters_dropped_claims", "Claims that were drafted and could not be proved.", registry=self._registry
        )
        self._calls = Counter("letters_model_calls", "Calls of language models.", registry=self._registry)
        self._tokens = Counter(
            "letters_tokens", "Tokens read and written by language models.", ["direction"], registry=self._registry
        )
        self._cost = Counter("letters_cost_usd", "What language models cost, where known.", registry=self._registry)
        self._loaded = Gauge("letters_loaded", "Letters in the active build.", registry=self._registry)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request under its route as it is declared, so that no address makes a line of its own."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_answer(self, answer: Mapping[str, Any]) -> None:
        """Count an answer as the API gives it."""
        self._answers.labels(answer["outcome"], answer["answerer"]).inc()
        for stage, milliseconds in answer["timings_ms"].items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        self._fallbacks.inc(bool(answer["fallback"]))
        self._dropped.inc(answer["dropped_claims"])
        if usage := answer["usage"]:
            self._calls.inc(usage["calls"])
            self._tokens.labels("read").inc(usage["tokens_in"])
            self._tokens.labels("written").inc(usage["tokens_out"])
            self._cost.inc(usage["cost_usd"] or 0)

    def exposed(self, letters: int) -> bytes:
        """All counts as Prometheus reads them."""
        self._loaded.set(letters)
        return generate_latest(self._registry)
