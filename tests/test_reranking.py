"""Reading the best passages again: with rerankers made by hand, and with a tiny cross-encoder built on the spot."""

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from qa_service.api.requests import AskIn, SearchIn
from qa_service.api.service import Service
from qa_service.dialogue import Hit, Question
from qa_service.embedding import DEFAULT_MODEL, _model_folder, load_embedder
from qa_service.errors import BackendError, CorpusError, InputError
from qa_service.library.builds import Build
from qa_service.reranking import RERANKED, CrossEncoderReranker, Scores, load_reranker, rerank
from qa_service.retrieval.retriever import retrieve
from qa_service.retrieval.scoring import STANDARD
from qa_service.settings import read_settings
from qa_service.texts import Passage, Span
from qa_service.wiring import Parts
from tests.builders import SAMPLE, WordEmbedder, ingest_into, letter_of
from tests.conftest import open_active

HARBOUR = "When did the ice close the harbour?"


@dataclass
class ToldReranker:
    """Scores each text as it is told to, and keeps what it was asked."""

    says: Callable[[str], float]
    name: str = "told"
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        self.asked.append((question, list(texts)))
        return np.array([self.says(text) for text in texts])


def hits_of(*scores: float) -> list[Hit]:
    """Hits whose passages read "0.", "1.", ... in the order given."""
    letter = letter_of("|1|" + " ".join(f"{number}." for number in range(len(scores))), date="1927-04-02")
    made = []
    for number, score in enumerate(scores):
        start = letter.text.index(f"{number}.")
        span = Span(start, start + len(f"{number}."))
        made.append(Hit(Passage(letter.ref, None, span, span.of(letter.text)), letter, score))
    return made


def numbers(hits: Sequence[Hit]) -> list[int]:
    return [int(hit.passage.text.rstrip(".")) for hit in hits]


def number_of(text: str) -> float:
    return float(text.splitlines()[-1].rstrip("."))


def test_what_the_reranker_says_is_standardized_and_added() -> None:
    hits = rerank(hits_of(3, 2, 1), "?", ToldReranker(lambda text: 60.0 if "2." in text else 30.0), 1.0)
    assert numbers(hits) == [2, 0, 1]
    assert [hit.score for hit in hits] == pytest.approx([1 + 2**0.5, 3 - 2**-0.5, 2 - 2**-0.5])


def test_the_weight_says_how_much_it_counts() -> None:
    hits = rerank(hits_of(3, 2, 1), "?", ToldReranker(number_of), 0.1)
    assert numbers(hits) == [0, 1, 2]
    assert [hit.score for hit in hits] == pytest.approx([3 - 0.1 * 1.5**0.5, 2, 1 + 0.1 * 1.5**0.5])


def test_the_best_thirty_are_read_and_the_rest_stays_below_in_its_order() -> None:
    reranker = ToldReranker(number_of)
    hits = rerank(hits_of(*np.linspace(1, 0, 50)), "?", reranker, 100.0)
    assert numbers(hits) == [*reversed(range(RERANKED)), *range(RERANKED, 50)]
    assert [len(texts) for _, texts in reranker.asked] == [RERANKED] == [30]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_the_same_hits_give_the_same_order_and_a_tie_leaves_the_order_as_it_was() -> None:
    hits = hits_of(*[1.0] * 5, *[0.5] * 40)
    once, again = (rerank(hits, "?", ToldReranker(lambda text: len(text) % 2), 1.0) for _ in range(2))
    assert once == again
    assert sorted(numbers(once)) == list(range(45))
    assert rerank(hits, "?", ToldReranker(lambda text: 7.0), 1.0) == tuple(hits)
    assert rerank([], "?", ToldReranker(number_of), 1.0) == ()


def test_a_passage_is_read_behind_who_wrote_to_whom_and_a_note_is_called_one() -> None:
    letter = letter_of("|1|The wall is high.^4", date="1927-04-02")
    body = Hit(Passage(letter.ref, None, Span(0, 8), "The wall"), letter, 2.0)
    note = Hit(Passage(letter.ref, "fn4", Span(0, 4), "Note"), letter, 1.0)
    reranker = ToldReranker(lambda text: 0.0)
    rerank([body, note], "How high?", reranker, 1.0)
    header = "Letter, A to B, April 2, 1927"
    assert reranker.asked == [("How high?", [f"{header}\nThe wall", f"{header}\nNote 4: Note"])]


@pytest.fixture(scope="module")
def build(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    return open_active(Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("reranking") / "home")))


def found(build: Build, question: Question, limit: int, **more: Any) -> tuple[Hit, ...]:
    return retrieve(question, build, WordEmbedder(), limit=limit, **more).hits


def test_retrieval_reads_thirty_however_few_are_wanted(build: Build) -> None:
    question = Question(HARBOUR, HARBOUR)
    fused = found(build, question, 60)
    assert len(fused) > RERANKED
    wanted = fused[RERANKED - 1].passage.text
    reranker = ToldReranker(lambda text: float(text.endswith(f"\n{wanted}") or text.endswith(f": {wanted}")))
    (first,) = found(build, question, 1, reranker=reranker, weights=replace(STANDARD, reranker=10.0))
    assert first.passage == fused[RERANKED - 1].passage
    assert [len(texts) for _, texts in reranker.asked] == [RERANKED]
    reranked = found(build, question, 60, reranker=reranker)
    assert [hit.passage for hit in reranked[RERANKED:]] == [hit.passage for hit in fused[RERANKED:]]
    assert {hit.passage for hit in reranked[:RERANKED]} == {hit.passage for hit in fused[:RERANKED]}


def test_a_reranker_that_says_nothing_or_counts_nothing_changes_nothing(build: Build) -> None:
    question = Question(HARBOUR, HARBOUR)
    fused, reranker = found(build, question, 40), ToldReranker(len)
    assert found(build, question, 40, reranker=ToldReranker(lambda text: 3.0)) == fused
    assert found(build, question, 40, reranker=reranker) != fused
    reranker.asked.clear()
    for limit in (5, 40):
        left_out = replace(STANDARD, reranker=0.0)
        assert found(build, question, limit, reranker=reranker, weights=left_out) == fused[:limit]
    assert reranker.asked == []


def test_of_a_follow_up_the_reranker_reads_what_the_conversation_adds(build: Build) -> None:
    reranker = ToldReranker(len)
    found(build, Question("And who paid?", "?", context="the missing casks"), 5, reranker=reranker)
    assert [question for question, _ in reranker.asked] == ["the missing casks And who paid?"]


def test_the_answer_names_its_reranker_and_is_drawn_from_its_order(service: Service) -> None:
    asked = AskIn(question=HARBOUR, include_passages=True)
    plain = service.answer(asked, "local")
    assert (plain["models"]["embedding"], plain["models"]["reranker"]) == ("words@1", None)
    last = plain["passages"][-1]
    reranker = ToldReranker(lambda text: 1e6 * (last["text"] in text))
    with_reranker = replace(service, reranker=reranker)
    reranked = with_reranker.answer(asked, "local")
    assert (reranked["models"]["embedding"], reranked["models"]["reranker"]) == ("words@1", "told")
    places = [[one["letter"] + one["text"] for one in made["passages"]] for made in (plain, reranked)]
    assert places[1].index(places[0][-1]) < len(places[0]) - 1
    searched = with_reranker.search(SearchIn(question=HARBOUR, limit=20))
    shown = [one.model_dump(mode="json", exclude={"highlights"}) for one in searched.passages]
    assert shown == reranked["passages"]
    assert len(reranker.asked) == 2


class FakeScorer:
    """A cross-encoder of which everything can be set."""

    def __init__(self, says: Any, *, labels: int = 1, architecture: str = "BertForSequenceClassification") -> None:
        self.says, self.num_labels, self.modules = says, labels, 1
        self.config = SimpleNamespace(architectures=[architecture])
        self.within = self.most_within = 0

    def __len__(self) -> int:
        return self.modules

    def predict(self, pairs: list[tuple[str, str]], *, activation_fn: Any, show_progress_bar: bool) -> Any:
        self.within += 1
        self.most_within = max(self.most_within, self.within)
        time.sleep(0.001)
        self.within -= 1
        if isinstance(self.says, Exception):
            raise self.says
        return np.array(self.says, dtype=np.float32)


def test_a_model_that_does_not_score_pairs_is_refused() -> None:
    with pytest.raises(InputError, match=r"'nli' has 3 labels.*LETTERS_JUDGE_NLI_MODEL"):
        CrossEncoderReranker(FakeScorer([], labels=3), "nli", None)
    untrained = FakeScorer([], architecture="BertModel")
    with pytest.raises(InputError, match=r"'bert' was never trained to score pairs.*LETTERS_EMBEDDING_MODEL"):
        CrossEncoderReranker(untrained, "bert", None)
    untrained.modules = 2  # the score comes from a module of its own, as where a language model says yes or no
    assert CrossEncoderReranker(untrained, "qwen", None).name == "qwen"


def test_a_folder_is_named_by_its_last_part(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert CrossEncoderReranker(FakeScorer([]), str(tmp_path / "mine"), None).name == "mine"
    assert CrossEncoderReranker(FakeScorer([]), "cross-encoder/some", None).name == "cross-encoder/some"


@pytest.mark.parametrize(
    "says",
    [[1.0, float("nan")], [1.0, float("inf")], [1.0], [[1.0], [2.0]], RuntimeError("out of memory"), RuntimeError()],
)
def test_a_reranker_that_fails_is_a_backend_error(says: Any) -> None:
    with pytest.raises(BackendError, match="the reranker broken"):
        CrossEncoderReranker(FakeScorer(says), "broken", None).scores("?", ["a", "b"])


def test_one_question_at_a_time_is_in_the_model() -> None:
    scorer = FakeScorer([1.0, 2.0])
    reranker = CrossEncoderReranker(scorer, "busy", None)
    got: list[list[float]] = []
    threads = [threading.Thread(target=lambda: got.append(reranker.scores("?", ["a", "b"]).tolist())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got, scorer.most_within) == ([[1.0, 2.0]] * 8, 1)


@pytest.mark.parametrize("environment", [{}, {"LETTERS_RERANKER": ""}])
def test_without_a_name_there_is_no_reranker(environment: dict[str, str], tmp_path: Path) -> None:
    assert Parts(read_settings(environment, tmp_path)).reranker(threads=1) is None


def tiny_cross_encoder(folder: Path, *, labels: int = 1) -> Any:
    """A cross-encoder of random numbers that reads 16 tokens."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(7)
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join("[PAD] [UNK] [CLS] [SEP] [MASK] the wall is high low".split()))
    config = BertConfig(
        vocab_size=10, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=16, num_labels=labels, initializer_range=2.0,
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    model.classifier.bias.data[:] = 9.0
    model.save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=16).save_pretrained(folder)
    return model.eval()


@pytest.mark.heavy
def test_a_real_cross_encoder_gives_its_raw_logits(tmp_path: Path) -> None:
    import torch
    from transformers import BertTokenizerFast

    model = tiny_cross_encoder(tmp_path / "tiny")
    tokenizer = BertTokenizerFast.from_pretrained(tmp_path / "tiny")
    reranker = load_reranker(str(tmp_path / "tiny"), threads=1)
    texts = ["the wall is high", "the wall is low " * 20, "low"]
    with torch.inference_mode():
        pairs = [tokenizer("is the wall high", text, truncation=True, return_tensors="pt") for text in texts]
        logits = [float(model(**pair).logits[0, 0]) for pair in pairs]
    assert max(map(abs, logits)) > 1  # which no sigmoid gives
    assert reranker.scores("is the wall high", texts) == pytest.approx(logits, abs=1e-4)
    assert len(set(logits)) == 3
    assert (reranker.scores("high", texts) == reranker.scores("high", texts)).all()
    assert reranker.name == "tiny"


@pytest.mark.heavy
def test_real_models_of_another_kind_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    tiny_cross_encoder(tmp_path / "three", labels=3)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="has 3 labels"):
        load_reranker(str(tmp_path / "three"), threads=1)
    with pytest.raises(InputError, match="never trained to score pairs"):
        load_reranker(str(_model_folder(DEFAULT_MODEL)), threads=1)
    for nothing in (tmp_path / "nothing", tmp_path / "empty", "nobody/no-such-model"):
        with pytest.raises(InputError, match=r"^LETTERS_RERANKER: expected the name or folder[^\n]+$"):
            load_reranker(str(nothing), threads=1)


def tiny_embedding_model(folder: Path) -> None:
    """Random numbers behind the tokenizer of the default model: mean pooling, 24 dimensions."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    tokenizer = BertTokenizerFast.from_pretrained(_model_folder(DEFAULT_MODEL))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
        max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    modules = [Transformer(str(folder / "base")), Pooling(24, pooling_mode="mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "other-model"))


@pytest.mark.heavy
def test_models_by_folder_go_through_the_same_pipeline(tmp_path: Path) -> None:
    tiny_embedding_model(tmp_path)
    tiny_cross_encoder(tmp_path / "tiny")
    chosen = {"LETTERS_EMBEDDING_MODEL": str(tmp_path / "other-model"), "LETTERS_RERANKER": str(tmp_path / "tiny")}
    home = tmp_path / "home"
    embedder = load_embedder(chosen["LETTERS_EMBEDDING_MODEL"], home / "cache" / "models", threads=1)
    ingest_into(home, SAMPLE, embedder=embedder)  # type: ignore[arg-type]
    with Parts(read_settings(chosen, home)).service() as service:
        answer = service.answer(AskIn(question="How many casks were missing?", include_passages=True), "local")
        with service.library.build() as build:
            count = len(build.outline.keys)
            vectors = build.units.passages(np.arange(count))
            sentences = np.concatenate([build.units.sentences(row) for row in range(count)])
            nearest = build.vectors.nearest(embedder.embed(["casks"])[0], 5)
    assert (answer["models"]["embedding"], answer["models"]["reranker"]) == (embedder.name, "tiny")
    assert embedder.name.startswith("other-model@")
    assert "casks" in " ".join(one["quote"] for one in answer["citations"])
    assert len(answer["passages"]) == 20
    for one in (vectors, sentences):
        assert one.shape[1] == 24
        assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=2e-3)
    assert len(sentences) > len(vectors)
    assert len(nearest) == 5
    with pytest.raises(CorpusError, match="ingest anew"), Parts(read_settings({}, home)).service():
        pass
