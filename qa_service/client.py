"""A service that runs on the same home, found and asked by the command line."""

import json
from dataclasses import dataclass
from typing import Any

import httpx2
from filelock import FileLock, Timeout

from qa_service.errors import BackendError, InputError
from qa_service.home import Home

_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service on this machine, by its address; `key` is the API key to show, if any."""

    address: str
    key: str | None = None

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Raises BackendError if it does not answer, InputError with what it says against the request."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            with httpx2.Client(trust_env=False, timeout=_TIMEOUT_S) as client:
                response = client.post(f"{self.address}{path}", json=body, headers=headers)
            answer: dict[str, Any] = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise BackendError(f"the service at {self.address} did not answer: {error}") from error
        if response.status_code != 200:
            raise InputError(str(answer.get("detail", answer)))
        return answer


def running_service(home: Home, key: str | None = None) -> RunningService | None:
    """The service that runs on this home, or None. Raises BackendError if one is just starting."""
    if not home.root.exists():
        return None
    try:
        with FileLock(home.service_lock).acquire(timeout=0):
            return None
    except Timeout:
        try:
            return RunningService(str(json.loads(home.service_address.read_text())["address"]), key)
        except (OSError, ValueError, KeyError) as error:
            raise BackendError("a service is starting on this home; try again in a moment", retryable=True) from error
