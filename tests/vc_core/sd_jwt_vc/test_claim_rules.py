"""A credential against its type's claim metadata: SD-JWT VC, draft -24, section 5.6."""

from typing import Any

import pytest

from tests.vc_core.sd_jwt.handmade import ISSUER
from tests.vc_core.sd_jwt.test_concealment import counting
from tests.vectors import read_json, vectors
from vc_core.claims import ClaimPath
from vc_core.rejection import Rejection
from vc_core.sd_jwt import (
    DisclosurePlan,
    Processed,
    SdJwt,
    issue,
    parse_compact,
    present,
    process,
    select_disclosures,
)
from vc_core.sd_jwt_vc import ClaimMetadata, Disclosability, Shown, TypeMetadata, parse_type_metadata, require_claims
from vc_core.sd_jwt_vc.claim_rules import locate

CLAIMS: dict[str, Any] = {
    "name": "Ada",
    "address": {"street": "12 rue du Bac", "city": "Paris"},
    "degrees": [{"field": "a", "year": 1}, {"field": "b", "year": 2}, {"field": "c", "year": 3}],
    "clear": {"x": 1},
}
PLAN = DisclosurePlan(
    paths=(("name",), ("address",), ("address", "street"), ("degrees", None), ("degrees", None, "year"))
)
HELD = issue(CLAIMS, plan=PLAN, signer=ISSUER, header={}, random=counting)


def held() -> Processed:
    return process(HELD)


def presented(*paths: ClaimPath, of: SdJwt = HELD) -> Processed:
    return process(parse_compact(present(of, select_disclosures(of, paths))))


def reason(
    processed: Processed, path: ClaimPath, shown: Shown, *, sd: str | None = None, mandatory: bool | None = None
) -> str:
    """Empty where the claim is as it must be."""
    claim = ClaimMetadata(path=path, sd=None if sd is None else Disclosability(sd), mandatory=mandatory)
    try:
        require_claims(TypeMetadata(vct="t", claims=(claim,)), processed, shown)
    except Rejection as rejection:
        return rejection.reason
    return ""


DISCLOSABLE: dict[str, tuple[ClaimPath, str, str]] = {
    "always_and_is": (("name",), "always", ""),
    "always_and_is_clear": (("clear",), "always", "claim_not_disclosable"),
    "always_but_only_its_parent_is": (("address", "city"), "always", "claim_not_disclosable"),
    "always_for_every_element": (("degrees", None), "always", ""),
    "always_for_a_member_of_every_element": (("degrees", None, "year"), "always", ""),
    "always_but_a_member_of_elements_is_clear": (("degrees", None, "field"), "always", "claim_not_disclosable"),
    "never_and_is_clear": (("clear",), "never", ""),
    "never_though_its_parent_is": (("address", "city"), "never", ""),
    "never_but_is": (("name",), "never", "claim_disclosable"),
    "never_but_an_element_is": (("degrees", 1), "never", "claim_disclosable"),
    "allowed_either_way": (("name",), "allowed", ""),
    "allowed_in_clear": (("clear",), "allowed", ""),
    "absent": (("email",), "always", ""),
}


@pytest.mark.parametrize(("path", "sd", "expected"), DISCLOSABLE.values(), ids=DISCLOSABLE)
def test_disclosability(path: ClaimPath, sd: str, expected: str) -> None:
    assert reason(held(), path, Shown.ALL, sd=sd) == expected


MANDATORY: dict[str, tuple[Processed, ClaimPath, Shown, str]] = {
    "there": (held(), ("name",), Shown.ALL, ""),
    "absent_from_a_whole_credential": (held(), ("email",), Shown.ALL, "claim_mandatory_missing"),
    "absent_member_of_every_element": (held(), ("degrees", None, "grade"), Shown.ALL, "claim_mandatory_missing"),
    "withheld_in_a_presentation": (presented(), ("name",), Shown.SOME, ""),
    "may_be_withheld_in_a_presentation": (presented(), ("email",), Shown.SOME, ""),
    "parent_withheld": (presented(), ("address", "city"), Shown.SOME, ""),
    "element_withheld": (presented(), ("degrees", 0), Shown.SOME, ""),
    "within_a_withheld_element": (presented(), ("degrees", 2, "field"), Shown.SOME, ""),
    "absent_where_nothing_is_hidden": (presented(), ("clear", "y"), Shown.SOME, "claim_mandatory_missing"),
    "absent_element_of_a_shown_array": (presented(), ("degrees", 3), Shown.SOME, "claim_mandatory_missing"),
    "withheld_from_one_who_has_all": (presented(), ("name",), Shown.ALL, "claim_mandatory_missing"),
}


@pytest.mark.parametrize(("processed", "path", "shown", "expected"), MANDATORY.values(), ids=MANDATORY)
def test_mandatory(processed: Processed, path: ClaimPath, shown: Shown, expected: str) -> None:
    """What is withheld is not missing (SD-JWT VC, section 5.6)."""
    assert reason(processed, path, shown, mandatory=True) == expected


def test_a_withheld_element_is_disclosable() -> None:
    assert reason(presented(("degrees", 1)), ("degrees", None), Shown.SOME, sd="always") == ""
    assert reason(presented(("degrees", 1)), ("degrees", 0), Shown.SOME, sd="never") == "claim_disclosable"


def test_positions_are_counted_as_issued() -> None:
    processed = presented(("degrees", 1))
    assert processed.claims["degrees"] == [{"field": "b", "year": 2}]
    located = locate(processed, ("degrees", 1, "field"))
    assert (located.shown, located.hidden_elements, located.perhaps_more) == ((("degrees", 0, "field"),), 0, False)
    assert locate(processed, ("degrees", 0)).hidden_elements == 1
    assert locate(processed, ("degrees", None)).hidden_elements == 2


@pytest.mark.parametrize("path", [("name", "first"), ("name", None), ("degrees", "x"), ("clear", 0), (0,)])
def test_a_path_into_something_of_another_type(path: ClaimPath) -> None:
    """SD-JWT VC, section 5.6.1.2."""
    assert reason(held(), path, Shown.ALL) == "claims_path_type_mismatch"


def test_published_paths() -> None:
    claims = read_json(vectors("sdjwt-vc") / "type-metadata" / "5.6.1.1-claim-path-input.json")
    processed = process(issue(claims, plan=DisclosurePlan(), signer=ISSUER, header={}, random=counting))
    assert locate(processed, ("degrees", None, "type")).shown == (("degrees", 0, "type"), ("degrees", 1, "type"))
    assert locate(processed, ("address",)).shown == (("address",),)
    assert locate(processed, ("address", "street_address")).shown == (("address", "street_address"),)
    assert locate(processed, ("degrees", None, "grade")).shown == ()


ALWAYS: tuple[ClaimPath, ...] = (
    ("name",), ("address",), ("address", "street_address"), ("degrees", None), ("degrees", None, "date_awarded"),
)  # fmt: skip


@pytest.mark.parametrize("left_out", ALWAYS)
def test_published_credential_against_its_published_type(left_out: ClaimPath) -> None:
    """SD-JWT VC, A.2: good when issued just as the type says, and not when one claim stands in the clear."""
    folder = vectors("sdjwt-vc") / "type-metadata"
    metadata = parse_type_metadata((folder / "A.2-type_metadata.json").read_bytes())
    claims = read_json(folder / "A.2-credential.json")

    def issued(paths: tuple[ClaimPath, ...]) -> SdJwt:
        return issue(claims, plan=DisclosurePlan(paths=paths), signer=ISSUER, header={}, random=counting)

    require_claims(metadata, process(issued(ALWAYS)), Shown.ALL)
    require_claims(metadata, presented(of=issued(ALWAYS)), Shown.SOME)
    with pytest.raises(Rejection) as caught:
        require_claims(metadata, process(issued(tuple(path for path in ALWAYS if path != left_out))), Shown.ALL)
    assert caught.value.reason == "claim_not_disclosable"
