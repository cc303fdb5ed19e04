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
    """A service on this machine, by its address; `key` is the API key to show, if any.

    Every call raises BackendError if it does not answer, InputError with what it says against the request.
    """

    address: str
    key: str | None = None

    def get(self, path: str) -> dict[str, Any]:
        return self._object("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._object("POST", path, body)

    def delete(self, path: str) -> None:
        self.text("DELETE", path)

    def text(self, method: str, path: str, body: dict[str, Any] | None = None) -> str:
        """What it answers, as it stands."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            with httpx2.Client(trust_env=False, timeout=_TIMEOUT_S) as client:
                response = client.request(method, f"{self.address}{path}", json=body, headers=headers)
            if response.is_success:
                return response.text
            problem = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise self._silent(error) from error
        raise InputError(str(problem.get("detail", problem)))

    def _object(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = json.loads(self.text(method, path, body))
        except ValueError as error:
            raise self._silent(error) from error
        return answer

    def _silent(self, error: Exception) -> BackendError:
        return BackendError(f"the service at {self.address} did not answer: {error}")


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
