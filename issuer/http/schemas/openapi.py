"""What endpoints add to their OpenAPI entry: error answers, parameters and bodies that they read themselves."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from pydantic import BaseModel

from issuer import refusals
from issuer.http.problem_table import PROBLEMS
from issuer.http.schemas.problems import FaultyBody, ProblemBody
from issuer.http.schemas.withdrawals import WithdrawalFaultyBody
from issuer.refusals import Refusal

_BODIES: Mapping[type[Refusal], type[BaseModel]] = {
    refusals.DocumentFaulty: FaultyBody,
    refusals.WithdrawalFaulty: WithdrawalFaultyBody,
}
"""Of refusals that list more than others do."""

CLAIMS = "Claims"
"""The component that describes the claims of a document, whatever its type."""
CLAIMS_BODY: Mapping[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{CLAIMS}"}}},
    }
}


def problem_responses(*refused: type[Refusal], model: type[BaseModel] = ProblemBody) -> dict[int | str, dict[str, Any]]:
    """The error answers of one endpoint, for its OpenAPI entry: for each status all codes and all bodies."""
    by_status: dict[int, list[type[Refusal]]] = {}
    for refusal in refused:
        by_status.setdefault(PROBLEMS[refusal].status, []).append(refusal)
    return {
        status: {
            "model": reduce(or_, dict.fromkeys(_BODIES.get(one, model) for one in several)),
            "description": ", ".join(dict.fromkeys(f"`{PROBLEMS[one].code}`" for one in several)),
        }
        for status, several in by_status.items()
    }


def query_parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """A parameter that the endpoint reads itself, for its OpenAPI entry."""
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def request_body(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A request body that the endpoint reads itself, for its OpenAPI entry."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}
