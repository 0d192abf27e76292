"""Bodies by which institutions ask for something, checked by their schema."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from issuer import refusals
from vc_core import strict_json
from vc_core.rejection import Rejection

_Order = TypeVar("_Order", bound=BaseModel)


def parsed(model: type[_Order], content: bytes, max_bytes: int) -> _Order:
    """Refuses with `BodyMalformed`, or with `OrderMalformed` for the first member that is not as the schema says."""
    try:
        return model.model_validate(strict_json.parse_object(content, max_bytes=max_bytes))
    except Rejection as rejection:
        raise refusals.BodyMalformed(rejection.reason, rejection.where) from rejection
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        reasons = {"missing": "member_missing", "extra_forbidden": "member_unknown"}
        pointer = "".join(f"/{part}" for part in first["loc"])
        raise refusals.OrderMalformed(reasons.get(first["type"], "member_malformed"), pointer) from None
