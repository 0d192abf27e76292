"""The table from refusals to error codes is complete, and its codes are those that the specifications define."""

from collections.abc import Iterator

from issuer import refusals
from issuer.http.problem_table import PROBLEMS
from issuer.refusals import CredentialRefusal, Refusal, TokenRefusal

TOKEN_CODES = {
    "invalid_request",
    "invalid_grant",
    "unsupported_grant_type",
    "invalid_authorization_details",
    "invalid_dpop_proof",
    "use_dpop_nonce",
    "invalid_client",
    "invalid_scope",
    "unsupported_response_type",
    "use_attestation_challenge",
}
"""RFC 6749, sections 4.1.2.1 and 5.2; RFC 9396, section 5; RFC 9449, sections 5 and 8; attestation-based client
authentication, section 7.4."""

ACCESS_CODES = {"invalid_token", "invalid_dpop_proof", "use_dpop_nonce"}
"""RFC 6750, section 3.1; RFC 9449, sections 7.1 and 9."""

CREDENTIAL_CODES = {
    "invalid_credential_request",
    "unknown_credential_configuration",
    "unknown_credential_identifier",
    "invalid_proof",
    "invalid_nonce",
    "invalid_encryption_parameters",
    "credential_request_denied",
    "invalid_notification_request",
    "invalid_transaction_id",
    "invalid_notification_id",
}
"""OpenID4VCI 1.0, sections 8.3.1.2, 9.3 and 11.3."""


def _leaves(base: type[Refusal]) -> Iterator[type[Refusal]]:
    below = base.__subclasses__()
    if not below:
        yield base
    for one in below:
        yield from _leaves(one)


def test_every_refusal_has_its_problem() -> None:
    assert set(PROBLEMS) == set(_leaves(Refusal))


def test_every_refusal_belongs_to_a_family() -> None:
    assert set(Refusal.__subclasses__()) == set(refusals.FAMILIES)


def test_codes_are_those_of_the_specifications() -> None:
    for refusal, problem in PROBLEMS.items():
        if issubclass(refusal, TokenRefusal):
            assert (problem.status, problem.code in TOKEN_CODES) == (400, True)
        if issubclass(refusal, CredentialRefusal):
            codes = ACCESS_CODES if problem.status == 401 else CREDENTIAL_CODES
            assert problem.code in codes
            assert problem.status in {400, 401}


def test_institutions_can_tell_refusals_apart_by_code() -> None:
    codes = [problem.code for refusal, problem in PROBLEMS.items() if issubclass(refusal, refusals.InstitutionRefusal)]
    assert len(set(codes)) == len(codes)
