"""Traces of requests for OpenTelemetry, sent where they are wanted; the one door to its SDK."""

from typing import TYPE_CHECKING, Any

from qa_service.errors import InputError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import TracerProvider

_PRIVATE = ("url.query", "url.full", "http.url", "http.target")
"""Attributes that may hold what somebody has searched for."""


def provider_for(endpoint: str) -> "TracerProvider":
    """A provider that sends spans over OTLP to an address such as http://127.0.0.1:4318/v1/traces.

    Raises: InputError if the packages for it are not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise InputError(
            f"LETTERS_TRACES_ENDPOINT needs a package that is not installed: {error} (pip install 'letters[tracing]')"
        ) from error
    return provider_of(OTLPSpanExporter(endpoint=endpoint))


def provider_of(exporter: "SpanExporter") -> "TracerProvider":
    """A provider whose spans, without private attributes, go to an exporter in the background."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    class WithoutPrivateAttributes(BatchSpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            kept: dict[str, Any] = {
                name: value for name, value in (span.attributes or {}).items() if name not in _PRIVATE
            }
            span._attributes = kept
            super().on_end(span)

    provider = TracerProvider(resource=Resource.create({"service.name": "letters"}))
    provider.add_span_processor(WithoutPrivateAttributes(exporter))
    return provider
