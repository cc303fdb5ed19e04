"""What routes are given: the service, and whose request this is."""

from fastapi import Request

from qa_service.api.service import Service
from qa_service.conversations import LOCAL_OWNER


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def owner_of() -> str:
    """Whose conversations a request may see; without keys there is one owner, and only loopback is served."""
    return LOCAL_OWNER
