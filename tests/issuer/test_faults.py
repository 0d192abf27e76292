"""Faults of the issuing side: each deviates, is named and placed, and leaves the honest artefact as it was.

What a verifier makes of each is told by the scenarios (`tests/conformance`).
"""

import pytest

from conformance.world import World
from issuer.faults import FAULTS, CredentialFault, NoStatusAnswer, StatusAnswer, StatusFault
from issuer.faults.sd_jwt_draft import SdJwtDraft
from vc_core import sd_jwt
from vc_core.formats import mso_mdoc, sd_jwt_vc
from vc_core.formats.registry import FORMATS, INSPECTION_CODE
from vc_core.status_token import TokenFormat

TYPE = "a1"
WORLD = World.make()
CREDENTIAL_FAULTS = [
    (one, format_id)
    for one in FAULTS.values()
    if isinstance(one, CredentialFault)
    for format_id in one.formats or tuple(FORMATS)
]
STATUS_FAULTS = [
    (one, form)
    for one in FAULTS.values()
    if isinstance(one, StatusFault)
    for form in ([one.form] if one.form else list(TokenFormat))
]
FORMAT_OF = {TokenFormat.JWT: sd_jwt_vc.ID, TokenFormat.CWT: mso_mdoc.ID}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_says_what_differs_and_which_clause_it_breaks(fault: CredentialFault | StatusFault) -> None:
    assert fault.id == next(id_ for id_, one in FAULTS.items() if one is fault)
    assert fault.says.endswith(".")
    assert fault.section


def made(fault: CredentialFault | None, format_id: str) -> str:
    desk = WORLD.desk(TYPE, format_id, claims=WORLD.claims(TYPE), purpose="faults")
    return desk.credential() if fault is None else fault.make(desk)


@pytest.mark.parametrize(
    ("fault", "format_id"), CREDENTIAL_FAULTS, ids=[f"{one.id}-{format_id}" for one, format_id in CREDENTIAL_FAULTS]
)
def test_a_faulty_credential_is_not_the_honest_one(fault: CredentialFault, format_id: str) -> None:
    claims = WORLD.claims(TYPE)
    before = repr(claims)
    assert made(fault, format_id) != made(None, format_id)
    assert repr(claims) == before


@pytest.mark.parametrize(("fault", "form"), STATUS_FAULTS, ids=[f"{one.id}-{form.name}" for one, form in STATUS_FAULTS])
def test_a_faulty_status_list_is_served_otherwise(fault: StatusFault, form: TokenFormat) -> None:
    desk = WORLD.desk(TYPE, FORMAT_OF[form], claims=WORLD.claims(TYPE), purpose="faults")
    status = WORLD.status_desk(desk, "faults")
    assert status.plan.form is form
    answer = fault.make(status)
    assert isinstance(answer, NoStatusAnswer | StatusAnswer)
    assert answer != status.answer()


def test_a_draft_that_nobody_changes_is_the_honest_credential_signed_anew() -> None:
    desk = WORLD.desk(TYPE, sd_jwt_vc.ID, claims=WORLD.claims(TYPE), purpose="faults")
    draft = SdJwtDraft.of(desk)
    made_again = sd_jwt.parse_compact(draft.write())
    assert (made_again.payload, [one.text for one in made_again.disclosures]) == (draft.payload, draft.disclosures)
    sd_jwt.verify_issuer_signature(made_again, desk.signer.public_key)


def test_a_code_is_no_credential_of_a_wallet() -> None:
    assert not [
        one for one, format_id in CREDENTIAL_FAULTS if one.id.startswith("code.") and format_id != INSPECTION_CODE.id
    ]
