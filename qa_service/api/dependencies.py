"""What routes are given: the service, and whose request this is."""

from collections import Counter
from typing import Annotated

from fastapi import Depends, Request

from qa_service.api.access import Owner, owner_now
from qa_service.api.service import Service
from qa_service.errors import InputError

_SEVERAL = {path: frozenset(["volume", "writer", "recipient", "kind"]) for path in ("/v1/letters", "/v1/facets")}
"""The parameters that may be given several times, by path: any of their values fits."""


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def named_once(request: Request) -> None:
    """Only those parameters of a query take two values that are made for it, and none of two is silently left out.

    Raises: InputError.
    """
    several = _SEVERAL.get(request.url.path, frozenset())
    given = Counter(name for name, _ in request.query_params.multi_items() if name not in several)
    if twice := next((name for name, times in given.items() if times > 1), None):
        raise InputError(f"expected each parameter once, got {twice[:80]!r} {given[twice]} times")


def owner_of(owner: Annotated[Owner, Depends(owner_now)]) -> str:
    """Whose conversations a request may see: it follows from the key, and from nothing that the request says."""
    return owner.id
