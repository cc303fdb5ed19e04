"""What routes are given: the service, and whose request this is."""

from typing import Annotated

from fastapi import Depends, Request

from qa_service.api.access import Owner, owner_now
from qa_service.api.service import Service


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def owner_of(owner: Annotated[Owner, Depends(owner_now)]) -> str:
    """Whose conversations a request may see: it follows from the key, and from nothing that the request says."""
    return owner.id
