"""A service that can be asked how far it is before it can be asked anything else.

Loading models and opening a library takes seconds. Meanwhile the address answers already: `/healthz` that the process
lives, `/readyz` and all else that it is not ready, and which step it waits on.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa_service.api.problems import problem

Step = Callable[[str], None]
Load = Callable[[Step], AbstractContextManager[FastAPI]]
"""Makes the application, telling each step before it is taken; leaving the context lets go of all that it holds."""


class Starting:
    """An ASGI application that loads another one and then hands everything on to it.

    Args:
        load: is entered and left in one thread of its own.
        ready: is told the application once everything is handed on to it.
        failed: is told once if loading fails; the error stands in `failure`.
    """

    def __init__(self, load: Load, ready: Callable[[FastAPI], object], failed: Callable[[], object]) -> None:
        self.failure: BaseException | None = None
        self._load, self._ready, self._failed = load, ready, failed
        self._step = "the process"
        self._app: ASGIApp | None = None
        self._stop = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._not_yet(scope["path"])(scope, receive, send)

    def _not_yet(self, path: str) -> JSONResponse:
        if path == "/healthz":
            return JSONResponse({"status": "ok"})
        return problem(503, f"the service is starting: it waits on {self._step}", "starting", step=self._step)

    async def _live(self, receive: Receive, send: Send) -> None:
        """The application's life: loading begins once the address answers."""
        await receive()
        loading = asyncio.create_task(self._run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stop.set()
        await loading
        await send({"type": "lifespan.shutdown.complete"})

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="loading") as thread:
            try:
                context = self._load(self._tell)
                app = await loop.run_in_executor(thread, context.__enter__)
            except Exception as error:
                self.failure = error
                self._failed()
                return
            try:
                async with app.router.lifespan_context(app):
                    self._app = app
                    self._ready(app)
                    await self._stop.wait()
                    self._app = None
            finally:
                await loop.run_in_executor(thread, context.__exit__, None, None, None)

    def _tell(self, step: str) -> None:
        self._step = step
