"""Bodies by which institutions ask for something, checked by their schema."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from issuer import refusals
from issuer.use_cases.read_body import read_object

_Order = TypeVar("_Order", bound=BaseModel)


def parsed(model: type[_Order], content: bytes, max_bytes: int) -> _Order:
    """Refuses with `BodyMalformed`, or with `OrderMalformed` for the first member that is not as the schema says."""
    sent = read_object(content, max_bytes)
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        reasons = {"missing": "member_missing", "extra_forbidden": "member_unknown"}
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise refusals.OrderMalformed(reasons.get(first["type"], "member_malformed"), pointer) from None
