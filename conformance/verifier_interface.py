"""The interface of this project's verifier, as the harness uses it: what it is asked, and what it tells.

Used for requests by link (`verifier_under_test`) and for those of a page (`page_under_test`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from conformance.cannot_run import CannotRunError
from conformance.scenario import Asked, Case, Verification
from conformance.world import World
from vc_core import strict_json
from vc_core.rejection import Rejection
from vc_core.transaction_data import INSPECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the wallet was told. error, check: members of the answer's JSON."""

    status: int
    error: str | None
    check: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a verifier made of a presentation. verdict: as JSON, None where it does not tell; told: what the wallet
    learned, None where no wallet was involved."""

    verdict: Mapping[str, Any] | None
    told: Told | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A request of the verifier. link: empty if a page asks. id, read_token: None if somebody else made it."""

    link: str
    id: str | None = None
    read_token: str | None = None


def wanted(world: World, case: Case, asked: Asked) -> dict[str, Any]:
    """The members that a request by link and one of a page have in common."""
    body: dict[str, Any] = {
        "type": case.type_id,
        "profile": world.subjects[case.type_id].profile,
        "formats": [case.format_id],
        "expected": expected(world, case, asked),
    }
    if isinstance(case.scenario, Verification) and case.scenario.case_ref is not None:
        body["transaction_data"] = [{"type": INSPECTION.id, "case_ref": case.scenario.case_ref}]
    return body


def expected(world: World, case: Case, asked: Asked) -> dict[str, Any]:
    person = asked.person
    said: dict[str, Any] = {
        "day": (asked.day or world.day).isoformat(),
        "host_state": asked.host_state or world.subjects[case.type_id].host_state,
        "employer": asked.employer,
    }
    if person is not None:
        birth_date = None if person.birth_date is None else person.birth_date.isoformat()
        who = {"family_name": person.family_name, "given_name": person.given_name, "birth_date": birth_date}
        said["person"] = {name: value for name, value in who.items() if value is not None}
    return {name: value for name, value in said.items() if value is not None}


def read_json(answer: httpx2.Response, status: int) -> Any:
    if answer.status_code != status:
        raise CannotRunError(f"{answer.request.url.path} answered {answer.status_code}: {answer.text[:200]}")
    return answer.json()


def told_of(status: int, body: bytes) -> Told:
    try:
        members = strict_json.parse_object(body, max_bytes=65536)
    except Rejection:
        members = {}
    texts = {name: value for name, value in members.items() if isinstance(value, str)}
    return Told(status=status, error=texts.get("error"), check=texts.get("check"))
