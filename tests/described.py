"""An application whose description is asked for again while it is being made."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from fastapi import FastAPI


def described_for_two(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, place: str, completing: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """What both get. place: where the application finds `completing`, during which the second asks, and waits."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(document: dict[str, Any]) -> None:
        begun.set()
        assert go_on.wait(10)
        completing(document)

    monkeypatch.setattr(place, slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(app.openapi)
        assert begun.wait(10)
        second = threads.submit(app.openapi)
        assert not wait([second], timeout=0.2).done
        go_on.set()
        assert first.result() == second.result()
        return second.result()
