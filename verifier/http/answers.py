"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from vc_core import strict_json
from verifier.http.bodies import JSON


def json_answer(value: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(strict_json.dump(value), status, headers, media_type=JSON)
