"""One event loop for all test clients that are not entered: each request would start a thread and a loop of its own,
which takes nearly half of the time of a short one."""

from contextlib import ExitStack
from functools import cache

from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient

_OPEN = ExitStack()


def on_one_loop(client: TestClient) -> TestClient:
    """The same client; its requests run on the loop."""
    client.portal = _portal()
    return client


def end() -> None:
    """To be called at the end of a run: the loop's threads keep the process from ending."""
    _OPEN.close()


@cache
def _portal() -> BlockingPortal:
    return _OPEN.enter_context(start_blocking_portal())
