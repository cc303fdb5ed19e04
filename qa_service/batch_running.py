"""Works off the batches while the service runs: a few questions at a time, behind those that people wait for."""

import threading
from collections.abc import Callable
from typing import Any

import structlog

from qa_service.answering.responding import finish
from qa_service.api.service import Service
from qa_service.batches import Batches, Place, Taken
from qa_service.budget import Budget
from qa_service.errors import BusyError, QAServiceError, StoppedError

AT_ONCE = 2
"""Questions of batches that are answered at once, whosever they are."""
_PAUSE_S = 1.0
_END_S = 20.0


class Runner:
    """Threads that answer the questions of batches; begun when there is something to do, ended with the service."""

    def __init__(
        self, batches: Batches, service: Service, may_ask: Callable[[str], bool], *, at_once: int = AT_ONCE
    ) -> None:
        self._batches, self._service, self._may_ask, self._at_once = batches, service, may_ask, at_once
        self._changed = threading.Condition()
        self._under_way: dict[Place, Budget | None] = {}
        self._threads: list[threading.Thread] = []
        self._ended = False

    def start(self) -> None:
        """Go on with what an earlier service left."""
        self._ended = False
        if self._batches.any_unfinished():
            self.wake()

    def wake(self) -> None:
        """There is something to do."""
        with self._changed:
            if not self._threads and not self._ended:
                for number in range(self._at_once):
                    thread = threading.Thread(target=self._work, name=f"batches-{number}", daemon=True)
                    thread.start()
                    self._threads.append(thread)
            self._changed.notify_all()

    def drop(self, batch: str) -> None:
        """Stop what is being answered for a batch that has been deleted."""
        self._stop(lambda place: place[0] == batch)

    def end(self) -> None:
        """Stop, and wait for the threads; what is not done by then is for the next service."""
        with self._changed:
            self._ended = True
            threads, self._threads = self._threads, []
            self._changed.notify_all()
        self._stop(lambda place: True)
        for thread in threads:
            thread.join(_END_S)

    def _stop(self, which: Callable[[Place], bool]) -> None:
        with self._changed:
            budgets = [budget for place, budget in self._under_way.items() if budget and which(place)]
        for budget in budgets:
            budget.stop()

    def _work(self) -> None:
        while not self._ended:
            try:
                taken = self._taken()
                if taken is not None and not self._over(taken):
                    self._rest()
            except Exception:  # the database, perhaps: what was not kept is taken again
                structlog.get_logger().exception("batches_failed")
                self._rest()

    def _taken(self) -> Taken | None:
        """The next question, waited for; None at the end."""
        with self._changed:
            while not self._ended:
                if taken := self._batches.take(self._under_way, self._may_ask):
                    self._under_way[taken.place] = None
                    return taken
                self._changed.wait()
        return None

    def _over(self, taken: Taken) -> bool:
        """Answer a question, and keep what came of it; False if the service was too busy for it."""
        try:
            answer, error = self._answered(taken)
            self._batches.keep(taken, answer, error)
        except BusyError:
            return False
        except StoppedError:
            return True
        finally:
            with self._changed:
                del self._under_way[taken.place]
        return True

    def _answered(self, taken: Taken) -> tuple[dict[str, Any] | None, str]:
        """The answer, or why there is none. Raises: BusyError, StoppedError."""
        try:
            asking = self._service.begin(taken.asked, taken.owner)
            with self._changed:
                self._under_way[taken.place] = asking.budget
                if self._ended:
                    raise StoppedError("the service ends")
            return finish(asking.answered()), ""
        except (BusyError, StoppedError):
            raise
        except QAServiceError as problem:
            return None, str(problem)
        except Exception:
            structlog.get_logger().exception("batch_question_failed", batch=taken.place[0])
            return None, "the service failed at this question; its log says how"

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._ended, _PAUSE_S)
