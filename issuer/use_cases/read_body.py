"""Reads a JSON object that an institution sent (`vc_core.strict_json`), and says where it is none."""

import json
from typing import Any

from issuer.refusals import BodyMalformed
from vc_core import strict_json
from vc_core.rejection import Rejection


def read_object(content: bytes, max_bytes: int) -> dict[str, Any]:
    """Refuses with `BodyMalformed`."""
    try:
        return strict_json.parse_object(content, max_bytes=max_bytes)
    except Rejection as rejection:
        line, column = _place(content)
        raise BodyMalformed(rejection.reason, rejection.where, line, column) from rejection


def _place(content: bytes) -> tuple[int, int] | tuple[None, None]:
    """Line and column, from 1, of the first character that is not UTF-8 or not JSON; none for what is wrong as a
    whole."""
    try:
        json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        return before.count("\n") + 1, len(before) - before.rfind("\n")
    except json.JSONDecodeError as error:
        return error.lineno, error.colno
    except (RecursionError, ValueError):
        pass
    return None, None
