"""What a wallet finds wrong with a credential that an issuer sends: refused with the reason, and not kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, Network
from tests.wallet_sim.world import MDOC, NOW, SD_JWT, STATUS_PREFIX
from vc_core import base64url, mdoc, sd_jwt
from vc_core.claims import put
from vc_core.formats.base import HolderChallenge, PlannedCredential
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.status_list import StatusReference
from wallet_sim.refusals import CredentialRefused
from wallet_sim.wallet import Wallet

Change = Callable[[PlannedCredential], PlannedCredential]

FORMATS = pytest.mark.parametrize("format_id", [SD_JWT, MDOC])


def refusal(wallet: Wallet, network: Network, format_id: str, **bent: Any) -> CredentialRefused:
    """Of an issuer that offers one format and is bent in one thing."""
    issuer = FakeIssuer(network, formats=(format_id,), **bent)
    with pytest.raises(CredentialRefused) as refused:
        wallet.receive(issuer.link, "123456")
    assert wallet.list() == ()
    return refused.value


def plan(**changes: Any) -> Change:
    return lambda planned: replace(planned, **changes)


def claim(pointer: str, value: Any) -> Change:
    path = tuple(pointer.strip("/").split("/"))
    return lambda planned: replace(planned, claims=put(planned.claims, path, value))


PLANS: dict[str, tuple[Change, str, str]] = {
    "bound_to_other_key": (plan(holder_key=world.key("other").public_key), "holder_key_other", ""),
    "bound_to_no_key": (plan(holder_key=None), "holder_key_missing", ""),
    "expired": (plan(issued_at=NOW - timedelta(hours=20), expires_at=NOW - timedelta(hours=2)), "expired",
                "validity.technical"),
    "from_the_future": (plan(issued_at=NOW + timedelta(days=1)), "issued_in_the_future", "validity.technical"),
    "status_missing": (plan(status=None), "status_missing", "status.reference"),
    "status_out_of_range": (plan(status=StatusReference(uri=world.STATUS_URI, idx=10**6)), "status_index_out_of_range",
                            "status.value"),
    "status_at_an_address_not_permitted": (
        plan(status=StatusReference(uri="https://elsewhere.example/lists/1", idx=1)), "status_address_not_permitted",
        "status.token_available",
    ),
    "rule_broken": (claim("/ending_date", "2026-01-01"), "rule_broken", "rule.A1-01"),
    "institution_of_another": (claim("/authentic_source", {"id": "FR:910000", "name": "CNAM"}),
                               "institution_differs", "trust.issuer_entitled"),
    "claim_of_wrong_form": (claim("/legislation_country", "France"), "claim_malformed", "claims.schema"),
}  # fmt: skip


@FORMATS
@pytest.mark.parametrize(("change", "reason", "check"), PLANS.values(), ids=PLANS)
def test_a_bad_credential_is_refused(
    wallet: Wallet, network: Network, format_id: str, change: Change, reason: str, check: str
) -> None:
    """RFC 9901, section 7.2; OpenID4VCI 1.0, section 8.3."""
    found = refusal(wallet, network, format_id, change=change)
    assert (found.reason, found.check) == (reason, check)


SIGNERS = {
    "other_root": (world.OTHER_PILOT.institutions["FR:117000"].document_signer, "issuer_unknown", "trust.issuer_chain"),
    "other_institution": (world.CNAM, "institution_differs", "trust.issuer_entitled"),
    "status_signer": (world.STATUS_SIGNER, "extended_key_usage_wrong", "trust.signer_certificate"),
    "list_operator": (world.PILOT.operator, "issuer_not_on_trust_list", "trust.issuer_chain"),
}


@FORMATS
@pytest.mark.parametrize(("signer", "reason", "check"), SIGNERS.values(), ids=SIGNERS)
def test_a_credential_of_somebody_else_is_refused(
    wallet: Wallet, network: Network, format_id: str, signer: Any, reason: str, check: str
) -> None:
    """SD-JWT VC, section 2.5; ISO/IEC 18013-5, 9.3.1."""
    found = refusal(wallet, network, format_id, signer=signer)
    assert (found.reason, found.check) == (reason, check)


@FORMATS
def test_a_tampered_credential_is_refused(wallet: Wallet, network: Network, format_id: str) -> None:
    """The last but one byte of the signature is another one."""

    def tamper(text: str) -> str:
        head, tilde, rest = text.partition("~")
        place = len(head) - (10 if tilde else 20)
        return head[:place] + ("A" if head[place] != "A" else "B") + head[place + 1 :] + tilde + rest

    found = refusal(wallet, network, format_id, finish=tamper)
    assert (found.reason, found.check) == ("signature_invalid", "integrity.issuer_signature")


def test_a_key_binding_from_an_issuer_is_refused(wallet: Wallet, network: Network) -> None:
    """RFC 9901, section 7.2: an issuer's SD-JWT ends in a tilde."""
    stranger = world.key("stranger")
    found = refusal(
        wallet, network, SD_JWT,
        finish=lambda text: sd_jwt.bind(text, holder=stranger, audience="a", nonce="n", issued_at=NOW),
    )  # fmt: skip
    assert found.reason == "key_binding_unexpected"


def test_even_an_empty_key_binding_is_refused(wallet: Wallet, network: Network) -> None:
    assert refusal(wallet, network, SD_JWT, finish=lambda text: f"{text}..").reason == "key_binding_unexpected"


def test_a_device_response_from_an_issuer_is_refused(wallet: Wallet, network: Network) -> None:
    """OpenID4VCI 1.0, A.2.4: the credential is IssuerSigned."""
    challenge = HolderChallenge(nonce="n", client_id="c", response_uri="https://r.example")

    def respond(text: str) -> str:
        issued = mdoc.parse_issuer_signed(base64url.decode(text))
        paths = [(space, item.identifier) for space, items in issued.name_spaces.items() for item in items]
        return WALLET_FORMATS[MDOC].present(
            text, paths=paths, challenge=challenge, holder=world.key("stranger"), issued_at=NOW
        )

    assert refusal(wallet, network, MDOC, finish=respond).reason == "key_binding_unexpected"


UNREADABLE = {
    "last_tilde_missing": (SD_JWT, lambda text: text.removesuffix("~"), "final_tilde_missing"),
    "disclosure_empty": (SD_JWT, lambda text: f"{text}~", "disclosure_empty"),
    "base64_padded": (MDOC, lambda text: f"{text}=", "base64url_malformed"),
    "cbor_truncated": (MDOC, lambda text: base64url.encode(base64url.decode(text)[:-1]), "cbor_truncated"),
    "cbor_trailing": (MDOC, lambda text: base64url.encode(base64url.decode(text) + b"\0"), "cbor_trailing_bytes"),
}


@pytest.mark.parametrize(("format_id", "finish", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused(
    wallet: Wallet, network: Network, format_id: str, finish: Callable[[str], str], reason: str
) -> None:
    found = refusal(wallet, network, format_id, finish=finish)
    assert (found.reason, found.check) == (reason, "format.well_formed")


def test_a_credential_of_the_other_format_is_refused(wallet: Wallet, network: Network) -> None:
    mdoc_text = world.encode(world.planned(world.A1, world.wire(world.A1, MDOC), None))
    assert refusal(wallet, network, SD_JWT, finish=lambda _: mdoc_text).check == "format.well_formed"


def test_a_credential_of_another_type_is_refused(wallet: Wallet, network: Network) -> None:
    """Genuine, for our key, and not what was offered."""

    def other(plan_: PlannedCredential) -> PlannedCredential:
        return world.planned(world.EHIC, world.wire(world.EHIC, SD_JWT), plan_.holder_key)

    issuer = FakeIssuer(network, formats=(SD_JWT,), change=other)
    with pytest.raises(CredentialRefused, match="type_not_announced"):
        wallet.receive(issuer.link, "123456")
    assert wallet.list() == ()


@FORMATS
def test_a_claim_announced_as_mandatory_has_to_be_there(wallet: Wallet, network: Network, format_id: str) -> None:
    """OpenID4VCI 1.0, appendix B.2."""
    issuer = FakeIssuer(network, formats=(format_id,))
    issuer.configuration["credential_metadata"]["claims"].append({"path": ["unheard_of"], "mandatory": True})
    with pytest.raises(CredentialRefused, match="claim_announced_missing"):
        wallet.receive(issuer.link, "123456")
    assert wallet.list() == ()


@FORMATS
def test_a_withdrawn_credential_is_not_kept(wallet: Wallet, network: Network, format_id: str) -> None:
    found = refusal(wallet, network, format_id, status=1)
    assert (found.reason, found.check) == ("withdrawn", "status.value")


UNKNOWN_STATUS: dict[str, tuple[Callable[[], httpx2.Response], str]] = {
    "not_there": (lambda: httpx2.Response(404), "http_404"),
    "redirected": (lambda: httpx2.Response(302, headers={"Location": "https://x.example"}), "redirect_refused"),
}


@pytest.mark.parametrize(("response", "reason"), UNKNOWN_STATUS.values(), ids=UNKNOWN_STATUS)
def test_a_status_that_cannot_be_had_is_noted_and_the_credential_kept(
    wallet: Wallet, network: Network, response: Callable[[], httpx2.Response], reason: str
) -> None:
    """Not reachable is not withdrawn."""
    issuer = FakeIssuer(network, formats=(SD_JWT,))
    network.replies[f"GET {STATUS_PREFIX}1"] = lambda _: response()
    (stored,) = wallet.receive(issuer.link, "123456")
    assert stored.status_unknown == reason


def test_a_status_list_of_somebody_else_is_refused(wallet: Wallet, network: Network) -> None:
    issuer = FakeIssuer(network, formats=(SD_JWT,))
    network.replies[f"GET {STATUS_PREFIX}1"] = network.replies[f"GET {STATUS_PREFIX}2"]
    with pytest.raises(CredentialRefused) as refused:
        wallet.receive(issuer.link, "123456")
    assert refused.value.check == "status.token_signer"


def test_cover_that_begins_next_month_is_no_reason_to_refuse(wallet: Wallet, network: Network) -> None:
    """An A1 may be issued before it takes effect."""
    claims = put(world.A1_CLAIMS, ("starting_date",), "2026-03-01")
    issuer = FakeIssuer(network, change=plan(claims=claims))
    assert len(wallet.receive(issuer.link, "123456")) == 2


def test_a_credential_bound_to_no_key_is_kept_where_none_was_asked_for(wallet: Wallet, network: Network) -> None:
    """A bearer copy, as an employer holds one."""
    issuer = FakeIssuer(network, formats=(SD_JWT,))
    for member in ("proof_types_supported", "cryptographic_binding_methods_supported"):
        del issuer.configuration[member]
    (stored,) = wallet.receive(issuer.link, "123456")
    assert not stored.bound
    assert wallet.store.key(stored) is None


def test_a_key_where_none_was_asked_for_is_refused(wallet: Wallet, network: Network) -> None:
    stranger = world.key("stranger").public_key
    issuer = FakeIssuer(network, formats=(SD_JWT,), change=plan(holder_key=stranger))
    for member in ("proof_types_supported", "cryptographic_binding_methods_supported"):
        del issuer.configuration[member]
    with pytest.raises(CredentialRefused, match="holder_key_unexpected"):
        wallet.receive(issuer.link, "123456")
