"""What endpoints add to their OpenAPI entry: error answers, parameters and bodies that they read themselves."""

from typing import Any

from pydantic import BaseModel

from issuer.http.problem_table import PROBLEMS
from issuer.http.schemas.problems import ProblemBody
from issuer.refusals import Refusal


def problem_responses(*refused: type[Refusal], model: type[BaseModel] = ProblemBody) -> dict[int | str, dict[str, Any]]:
    """The error answers of one endpoint, for its OpenAPI entry."""
    answers: dict[int | str, dict[str, Any]] = {}
    for refusal in refused:
        problem = PROBLEMS[refusal]
        known = answers.setdefault(problem.status, {"model": model, "description": ""})
        codes = dict.fromkeys([*filter(None, known["description"].split(", ")), f"`{problem.code}`"])
        known["description"] = ", ".join(codes)
    return answers


def query_parameter(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    """A parameter that the endpoint reads itself, for its OpenAPI entry."""
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def request_body(media_type: str, schema: dict[str, Any], **example: Any) -> dict[str, Any]:
    """A request body that the endpoint reads itself, for its OpenAPI entry."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema, **example}}}}
