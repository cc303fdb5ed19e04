"""What the service says of itself in OpenAPI."""

from typing import Any

from fastapi import FastAPI

from qa_service.api.problems import Problem


class Described(FastAPI):
    """An application whose OpenAPI has the shape of problems, which no route gives as its own answer."""

    def openapi(self) -> dict[str, Any]:
        described = super().openapi()
        described["components"]["schemas"].setdefault("Problem", Problem.model_json_schema())
        return described
