"""A device signs for a transaction only if the issuer lets it (OpenID4VP 1.0, B.2.1)."""

from datetime import timedelta

import pytest

from tests.pilot import DOCUMENT_SIGNER, NOW, private_key
from tests.vc_core.test_transaction_data import ASKED
from vc_core import base64url, mdoc
from vc_core.checks import Outcome
from vc_core.formats.base import HolderChallenge, UnverifiedPresentation
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.mdoc import KeyAuthorizations
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.transaction_data import INSPECTION, Transaction

HOLDER = SoftwareKey(private_key(80))
FORMAT = WALLET_FORMATS["mso_mdoc"]
SPACE, ELEMENT = INSPECTION.element or ("", "")


def credential(authorizations: KeyAuthorizations | None) -> str:
    return base64url.encode(
        mdoc.issue(
            doc_type="org.example.1",
            namespaces={"org.example": {"name": "Doe"}},
            device_key=HOLDER.public_key,
            signed=NOW,
            valid_from=NOW,
            valid_until=NOW + timedelta(days=9),
            signer=DOCUMENT_SIGNER,
            random=bytes,
            key_authorizations=authorizations,
        )
    )


def present(authorizations: KeyAuthorizations | None, *transactions: Transaction) -> str:
    return FORMAT.present(
        credential(authorizations),
        paths=[("org.example", "name")],
        challenge=challenge(*transactions),
        holder=HOLDER,
        issued_at=NOW,
    )


def challenge(*transactions: Transaction) -> HolderChallenge:
    return HolderChallenge(nonce="n", client_id="c", response_uri="https://v.example/r", transactions=transactions)


def outcomes(text: str, *transactions: Transaction) -> dict[str, Outcome]:
    parsed = FORMAT.parse(UnverifiedPresentation(text=text))
    checks = parsed.check_holder(challenge(*transactions), now=NOW, max_age=timedelta(minutes=5))
    return {check.id: check.outcome for check in checks}


GRANTED = KeyAuthorizations(elements={SPACE: frozenset({ELEMENT})})


def test_a_device_that_may_sign_for_it() -> None:
    found = outcomes(present(GRANTED, *ASKED), *ASKED)
    assert found["holder.transaction_data"] is Outcome.PASSED
    assert found["holder.device_claims"] is found["holder.signature"] is Outcome.PASSED


@pytest.mark.parametrize(
    "authorizations",
    [None, KeyAuthorizations(elements={SPACE: frozenset({"other"})}), KeyAuthorizations(name_spaces={"org.example"})],
    ids=["none", "another_element", "another_namespace"],
)
def test_a_device_that_may_not_is_not_asked_to(authorizations: KeyAuthorizations | None) -> None:
    with pytest.raises(Rejection) as caught:
        present(authorizations, *ASKED)
    assert (caught.value.reason, caught.value.where) == ("transaction_element_unauthorized", "/transaction_data")


def test_a_device_that_did_not_sign_for_it() -> None:
    assert outcomes(present(GRANTED), *ASKED)["holder.transaction_data"] is Outcome.FAILED


def test_nothing_was_asked() -> None:
    assert outcomes(present(GRANTED))["holder.transaction_data"] is Outcome.NOT_APPLICABLE
