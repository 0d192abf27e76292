"""Bodies that the service takes as they stand, for its OpenAPI document; a test sends each of them.

Types, places and questions are those of the catalogue. `GIVEN` stands for what only the service can have given before:
the state of a request, a token, a sealed verdict.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from vc_core.catalogue import Catalogue
from vc_core.inspection_code import PREFIX
from vc_core.openapi_document import Examples
from vc_core.verdict import IdentityCompared
from verifier.http.pages import IDENTIFYING
from verifier.inspection_profiles import InspectionProfile, Profiles
from verifier.transactions import Flow

GIVEN = "as it was given"
_EXPECTED = {"day": "2026-02-15", "host_state": "DE"}
_PERSON = {"family_name": "Moreau", "given_name": "Camille", "birth_date": "1988-04-12"}
_CODE = f"{PREFIX}0123456789ABCDEF"

SAME_DEVICE = {"flow": Flow.SAME_DEVICE.value}

IDENTITY: Examples = {
    "It is the person": {"identity_compared": IdentityCompared.YES.value},
    "It is somebody else": {"identity_compared": IdentityCompared.MISMATCH.value},
}
HANDED_IN: Examples = {
    "An inspection code": {"text": _CODE, "expected": {**_EXPECTED, "person": _PERSON}},
    "What a wallet presented to somebody else": {
        "text": "eyJ0eXAiOiJkYytzZC1qd3QifQ.e30.c2ln~",
        "challenge": {
            "nonce": "n-0S6_WzA2Mj0S6_WzA2Mj",
            "client_id": "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk",
        },
    },
}
HANDED_IN_FORM: Examples = {"An inspection code": {"text": _CODE, **_EXPECTED, **_PERSON}}
DECLINED_THERE: Examples = {"The wallet declined": {"data": {"error": "access_denied"}}}
DECLINED: Examples = {"The wallet declines": {"error": "access_denied", "state": GIVEN}}
FETCHED: Examples = {"With a nonce of the wallet": {"wallet_nonce": "n-0S6_WzA2Mj"}}


def requests(catalogue: Catalogue, profiles: Profiles, **identified: Any) -> Examples:
    """For a request to a wallet. identified: what else is asked in the example with the holder's identity."""
    found = {}
    for type_id, profile in islice(_places(catalogue, profiles), 1):
        asked = {"type": type_id, "profile": profile.id, "expected": _EXPECTED}
        found["A document, asked about a day and a State"] = asked
        for identity in islice(_identities(catalogue), 1):
            found["Together with the holder's identity"] = {**asked, "identified_by": identity, **identified}
    return found


def questions(catalogue: Catalogue, **given: str) -> Examples:
    """For a case file. given: what has to come with the question."""
    found = {}
    purposes = (purpose for rulebook in catalogue.types() for purpose in rulebook.dialogues)
    for purpose in islice(purposes, 1):
        period = {"since": "2026-02-01", "until": "2026-02-15"}
        asked = {"purpose": purpose, "remark": "Nobody of that name works at this address.", **period}
        found["A question to the institution that issued"] = {**asked, **given}
    return found


def _places(catalogue: Catalogue, profiles: Profiles) -> Iterator[tuple[str, InspectionProfile]]:
    """Types, and where each can be asked for with no other expectations than those here."""
    for rulebook in catalogue.types():
        for profile in profiles.by_id.values():
            known = profile.query in rulebook.queries and profile.suits(rulebook.type_id)
            if known and not profile.missing(_EXPECTED):
                yield rulebook.type_id, profile


def _identities(catalogue: Catalogue) -> Iterator[str]:
    return (rulebook.type_id for rulebook in catalogue.types() if IDENTIFYING in rulebook.queries)
