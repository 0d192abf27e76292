"""What every `peer.py` does: read one question, ask the implementation, write one answer. JSON on both sides.

Runs in the oracle's environment and so imports nothing but the standard library. A refusal of the implementation is an
answer; any other exception ends the program, and the test that asked.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

Operation = Callable[..., Mapping[str, Any] | None]


def answer(operations: Mapping[str, Operation], *, refusals: tuple[type[Exception], ...]) -> None:
    """refusals: what the implementation raises on input that it judges bad."""
    question = json.load(sys.stdin)
    operation = operations[question.pop("operation")]
    try:
        result = {"accepted": True, **(operation(**question) or {})}
    except refusals as refusal:
        result = {"accepted": False, "reason": f"{type(refusal).__name__}: {refusal}"}
    json.dump(result, sys.stdout)
