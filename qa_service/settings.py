"""What can be set, from environment variables that begin with LETTERS_; read once, by the command line alone."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa_service.embedding import DEFAULT_MODEL
from qa_service.errors import InputError

PREFIX = "LETTERS_"


def _from_json(text: object) -> object:
    return json.loads(text or "{}") if isinstance(text, str) else text


class Settings(BaseSettings):
    """See docs/settings.md, which a test compares with this class."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(default_factory=lambda: user_data_path("letters"))
    """Where builds, caches and conversations are kept."""
    embedding_model: str = DEFAULT_MODEL
    """A sentence-transformers name or folder; the default comes with its weights."""
    reranker: str | None = None
    """A sentence-transformers cross-encoder, by name or folder, which reads the best passages again."""
    passage_tokens: int = Field(default=128, ge=32, le=1000)
    """The most tokens of a passage's own text."""
    frus_base: str = "https://raw.githubusercontent.com/HistoryAtState/frus/master/volumes"
    """Where `letters fetch` finds volumes."""
    host: str = "127.0.0.1"
    """Where `letters serve` listens."""
    port: int = Field(default=8400, ge=0, le=65535)
    """0 takes any free port."""
    chat_model: str | None = None
    """The chat model that writes answers, as provider:model; its key stays in its own variable."""
    chat_base_url: str | None = None
    """Where that model is, if not at its provider's."""
    chat_fallbacks: str = ""
    """Models that are asked when it fails: provider:model or provider:model@address, with commas between."""
    chat_output: Literal["tools", "schema", "text"] = "tools"
    """How a model is made to keep to a form: by a tool it has to call, by a JSON schema, or by words alone."""
    chat_timeout_s: float = Field(default=20.0, gt=0, le=600)
    """How long a model may be silent."""
    chat_seconds: float = Field(default=90.0, gt=0, le=3600)
    """How long one question may take, all calls together."""
    chat_calls: int = Field(default=6, ge=1, le=50)
    """Calls of a model for one question, those that are tried again included."""
    chat_tokens: int = Field(default=60_000, ge=1000, le=10_000_000)
    """Tokens for one question, read and written."""
    chat_reply_tokens: int = Field(default=2000, ge=100, le=100_000)
    """Tokens of one reply."""
    chat_evidence_characters: int = Field(default=24_000, ge=1000, le=2_000_000)
    """How much of the letters a model is given to read."""
    chat_prices: Annotated[dict[str, tuple[float, float]], BeforeValidator(_from_json)] = {}
    """US dollars for a million tokens read and written, by model, as JSON."""
    entailment_model: str | None = None
    """A cross-encoder for natural language inference, which checks what a model writes."""
    retention_days: int | None = Field(default=None, ge=1, le=36_500)
    """For how long conversations are kept after their last change; for ever by default."""
    key: SecretStr | None = None
    """The API key that commands show to a running service."""
    judge_model: str | None = None
    """The chat model that judges answers in `letters eval`, as provider:model; its key stays in its own variable."""
    judge_base_url: str | None = None
    """Where that model is, if not at its provider's."""
    judge_nli_model: str | None = None
    """A cross-encoder for natural language inference, which judges support without a chat model."""


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
