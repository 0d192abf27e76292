"""The services' logs."""

import io
import json
import logging
import sys

import pytest
import structlog

from socsec import serving


def test_logs_follow_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is when something is logged: where it led when they were set up may be closed by then."""
    earlier, later = io.StringIO(), io.StringIO()
    log = structlog.get_logger()
    monkeypatch.setattr(sys, "stderr", earlier)
    serving.log_as_json(logging.INFO)
    log.info("first")
    earlier_said = earlier.getvalue()
    earlier.close()
    monkeypatch.setattr(sys, "stderr", later)
    log.info("second")
    assert [json.loads(said)["event"] for said in (earlier_said, later.getvalue())] == ["first", "second"]
