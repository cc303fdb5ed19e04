"""What can be set, from environment variables that begin with LETTERS_; read once, by the command line alone."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from qa_service.embedding import DEFAULT_MODEL
from qa_service.errors import InputError

PREFIX = "LETTERS_"


def _from_json(text: object) -> object:
    return json.loads(text or "{}") if isinstance(text, str) else text


class Settings(BaseSettings):
    """What is said of each setting here stands in docs/settings.md, which is made of this class."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", use_attribute_docstrings=True)

    home: Path = Field(default_factory=lambda: user_data_path("letters"))
    """Where builds, caches, exported models and conversations are kept. `--home` on the command line comes before it.
    `make run` uses `.home/sample` and `.home/letters` in the project.
    """
    embedding_model: str = DEFAULT_MODEL
    """The embedding model: a sentence-transformers name or a folder. The default comes with its weights in a package;
    other names are fetched by sentence-transformers from its hub. A build answers only with the model it was made
    with; after a change, ingest anew. See [models.md](models.md).
    """
    reranker: str | None = None
    """A cross-encoder that reads the question beside each of the best 30 passages and ranks them anew: a
    sentence-transformers name or folder, with one label. Answers take longer. See [models.md](models.md).
    """
    passage_tokens: int = Field(default=128, ge=32, le=1000)
    """The most tokens of a passage's own text (32 to 1000); header line and notes come on top, and the whole never
    passes what the model reads.
    """
    frus_base: str = "https://raw.githubusercontent.com/HistoryAtState/frus/master/volumes"
    """Where `letters fetch` finds volumes: the Office of the Historian's public repository, or a mirror of its
    `volumes` folder.
    """
    host: str = "127.0.0.1"
    """Where `letters serve` listens. Addresses other than loopback ones are accepted once there is an API key; see
    [keys.md](keys.md).
    """
    port: int = Field(default=8400, ge=0, le=65535)
    """Its port; `0` takes any free one."""
    chat_model: str | None = None
    """The chat model that writes answers, as `provider:model`: see [language-models.md](language-models.md). Its key
    stays where the provider looks for it (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, `GOOGLE_API_KEY`, …). Without it
    answers are made of the letters' own sentences, and nothing is sent anywhere.
    """
    chat_base_url: str | None = None
    """Where that model is, if not at its provider's: any server that speaks as the provider does, such as
    `http://127.0.0.1:8000/v1` with `openai:NAME` (and any `OPENAI_API_KEY`).
    """
    chat_fallbacks: str = ""
    """Models that are asked, in this order, when it fails: `provider:model` or `provider:model@http://address`, with
    commas between. After the last of them the letters' own sentences answer.
    """
    chat_output: Literal["tools", "schema", "text"] = "tools"
    """How a model is made to fill a form: `tools` (it has to call a function), `schema` (OpenAI's `response_format`
    with a JSON schema, which llama.cpp, vLLM and Ollama enforce), or `text` (asked for in words alone).
    """
    chat_timeout_s: float = Field(default=20.0, gt=0, le=600)
    """Seconds that a model may say nothing, at the start and in the middle, before it is given up."""
    chat_seconds: float = Field(default=90.0, gt=0, le=3600)
    """Seconds for one question, all calls together."""
    chat_calls: int = Field(default=6, ge=1, le=50)
    """Calls of models for one question, those that are tried again included. A plain question takes one."""
    chat_tokens: int = Field(default=60_000, ge=1000, le=10_000_000)
    """Tokens for one question, read and written; no call begins past it."""
    chat_reply_tokens: int = Field(default=2000, ge=100, le=100_000)
    """The most tokens of one reply."""
    chat_evidence_characters: int = Field(default=24_000, ge=1000, le=2_000_000)
    """How much of the letters a model is given to read for one question; four characters are about a token."""
    chat_prices: Annotated[dict[str, tuple[float, float]], NoDecode, BeforeValidator(_from_json)] = {}
    """US dollars for a million tokens read and written, by model, as JSON: `{"openai:gpt-4.1-mini": [0.4, 1.6]}`. Then
    answers say what they cost.
    """
    entailment_model: str | None = None
    """A cross-encoder for natural language inference (as below), which is asked of each claim that a model writes
    whether its quotations say it; claims that it denies are dropped.
    """
    log_questions: bool = False
    """Whether the log holds the words of questions. Otherwise it holds their length and a digest, by which the same
    question can be told again.
    """
    traces_endpoint: str | None = None
    """Where OpenTelemetry traces of requests are sent over OTLP, such as `http://127.0.0.1:4318/v1/traces` (`pip
    install 'letters[tracing]'`).
    """
    retention_days: int | None = Field(default=None, ge=1, le=36_500)
    """After how many days without a change a conversation or a batch is deleted: when the service starts, and once a
    day. Without it they are kept for ever. See [conversations.md](conversations.md).
    """
    key: SecretStr | None = None
    """The API key that `letters ask` and `letters replay` show to a running service; without a service, they act for
    its owner. See [keys.md](keys.md).
    """
    judge_model: str | None = None
    """A chat model that judges answers in evaluations, as `provider:model` (`openai:gpt-4.1-mini`,
    `anthropic:claude-sonnet-4-5`, …: the providers of LangChain's `init_chat_model`). Its package must be installed
    (`pip install 'letters[openai]'`). Its key stays where the provider looks for it (`OPENAI_API_KEY`,
    `ANTHROPIC_API_KEY`, …). Without it nothing is sent anywhere.
    """
    judge_base_url: str | None = None
    """Where that model is, if not at its provider's: any server that speaks as the provider does, such as
    `http://127.0.0.1:8000/v1` with `openai:NAME` (and any `OPENAI_API_KEY`).
    """
    judge_nli_model: str | None = None
    """A cross-encoder for natural language inference (a sentence-transformers name or folder, one of whose labels is
    “entailment”), which judges whether quotations support their claims without a chat model.
    """


def read_settings(environment: Mapping[str, str] = os.environ, home: Path | None = None) -> Settings:
    """Read the settings, a home given on the command line before one of the environment.

    Raises: InputError for a value that does not fit or a LETTERS_ variable that is no setting.
    """
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    if unknown := sorted(given.keys() - Settings.model_fields.keys()):
        known = ", ".join(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
        raise InputError(f"{PREFIX}{unknown[0].upper()} is no setting; the settings are {known}")
    if home is not None:
        given["home"] = str(home)
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise InputError(f"{name}: {first['msg']}, got {first['input']!r}") from error
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})
