"""Requests that a wallet must refuse: with the right reason, the right error to the verifier, and nothing shown."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network, a1_query
from tests.wallet_sim.world import NOW, SD_JWT, VERIFIER
from vc_core import base64url, jose, pki, strict_json
from vc_core.addresses import LoopbackHttp
from vc_core.authorization_request import ErrorCode, RequestProfile, ResponseMode, x509_hash_client_id
from vc_core.authorization_response import WalletError
from vc_core.dcql import HolderBinding, Mismatch
from vc_core.pki import Organization, Term
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.transaction_data import INSPECTION
from wallet_sim.refusals import NothingToPresent, PeerUnavailable, RequestRefused
from wallet_sim.wallet import Wallet

REQUEST, RESPONSE = f"GET {VERIFIER}/request/1", f"POST {VERIFIER}/response/1"

Bend = Callable[[FakeVerifier], object]


@pytest.fixture
def held(wallet: Wallet, issuer: FakeIssuer) -> Wallet:
    """A wallet with an A1 in both formats."""
    wallet.receive(issuer.link, "123456")
    return wallet


def claims(**changes: Any) -> Bend:
    """Members of the request object; `...` takes one away."""

    def bend(verifier: FakeVerifier) -> None:
        for name, value in changes.items():
            if value is ...:
                del verifier.claims[name]
            else:
                verifier.claims[name] = value

    return bend


def query(change: Callable[[dict[str, Any]], object]) -> Bend:
    """The DCQL query."""
    return lambda verifier: change(verifier.claims["dcql_query"])


def credential(**changes: Any) -> Bend:
    """The one credential query."""
    return query(lambda dcql: dcql["credentials"][0].update(changes))


def client(client_id: str) -> Bend:
    """Another client identifier, in link and object."""

    def bend(verifier: FakeVerifier) -> None:
        verifier.parameters["client_id"] = client_id
        verifier.claims["client_id"] = client_id

    return bend


def signed_by(signer: SoftwareKey) -> Bend:
    """Another certificate, whose hash is the client identifier."""

    def bend(verifier: FakeVerifier) -> None:
        client(x509_hash_client_id(signer.chain[0]))(verifier)
        verifier.signer, verifier.header["x5c"] = signer, jose.x5c_header(signer.chain)

    return bend


def access(seed: str, *, start: timedelta, end: timedelta, authority: Any = None) -> SoftwareKey:
    key = world.key(seed)
    certificate = pki.access_certificate(
        authority or world.PILOT.access_authority,
        public_key=key.public_key,
        organization=Organization(country="DE", name="Some verifier"),
        dns_names=(world.VERIFIER_HOST,),
        term=Term(serial=7, not_before=NOW + start, not_after=NOW + end),
    )
    return SoftwareKey(key.private_key, (certificate,))


HOUR = timedelta(hours=1)
EXPIRED = access("expired", start=-20 * HOUR, end=-HOUR)
OF_OTHER_ROOT = access("other", start=-HOUR, end=HOUR, authority=world.OTHER_PILOT.access_authority)
WITH_ANCHOR = SoftwareKey(
    world.RELYING_PARTY.private_key, (*world.RELYING_PARTY.chain, world.PILOT.access_authority.certificate)
)


# ------------------------------------------------------------------------------------ nobody knows who asks: not a word
UNKNOWN: dict[str, tuple[Bend, str]] = {
    "typ_jwt": (lambda v: v.header.update(typ="JWT"), "type_wrong"),
    "typ_missing": (lambda v: v.header.pop("typ"), "type_wrong"),
    "signature_broken": (lambda v: setattr(v, "signer", world.key("stranger")), "signature_invalid"),
    "client_id_differs_in_link": (
        lambda v: v.parameters.update(client_id=f"x509_san_dns:{world.VERIFIER_HOST}"),
        "client_id_mismatch",
    ),
    "client_id_missing_in_object": (claims(client_id=...), "client_id_missing"),
    "prefix_unknown": (client("unheard_of:verifier.example"), "client_id_prefix_unsupported"),
    "prefix_missing": (client("verifier.example"), "client_id_prefix_missing"),
    "prefix_origin": (client("origin:https://verifier.example"), "client_id_prefix_reserved"),
    "san_of_another": (client("x509_san_dns:other.example"), "client_id_san_mismatch"),
    "hash_of_another": (client("x509_hash:" + "A" * 43), "client_id_hash_mismatch"),
    "redirect_uri_signed": (client(f"redirect_uri:{VERIFIER}/response/1"), "client_id_prefix_unsigned_only"),
    "chain_missing": (lambda v: v.header.pop("x5c"), "x5c_missing"),
    "chain_to_unknown_root": (signed_by(OF_OTHER_ROOT), "issuer_unknown"),
    "chain_with_anchor": (signed_by(WITH_ANCHOR), "anchor_in_chain"),
    "certificate_expired": (signed_by(EXPIRED), "certificate_expired"),
    "certificate_of_document_signer": (signed_by(world.URSSAF), "issuer_unknown"),
    "audience_missing": (claims(aud=...), "aud_missing"),
    "audience_of_another": (claims(aud="https://other.example"), "aud_mismatch"),
    "request_expired": (claims(exp=int((NOW - HOUR).timestamp())), "request_expired"),
}  # fmt: skip


@pytest.mark.parametrize(("bend", "reason"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_request_of_nobody_knows_whom_is_dropped(
    held: Wallet, verifier: FakeVerifier, bend: Bend, reason: str
) -> None:
    """OpenID4VP 1.0, sections 5, 5.8, 5.9.3, 5.10."""
    bend(verifier)
    with pytest.raises(Rejection) as refused:
        held.present(verifier.link)
    assert refused.value.reason == reason
    assert RESPONSE not in verifier.network.log


# ------------------------------------------------------------------------------------------------ the verifier is told
INVALID, TRANSACTION = ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_TRANSACTION_DATA


def transaction(**changes: Any) -> str:
    """One item of `transaction_data`, good but for the changes."""
    item = {"type": INSPECTION.id, "credential_ids": ["a1"], "case_ref": "2026/17"}
    return base64url.encode(strict_json.dump({**item, **changes}))


REFUSED: dict[str, tuple[Bend, str, ErrorCode]] = {
    "response_type_code": (claims(response_type="code"), "response_type_unsupported",
                           ErrorCode.UNSUPPORTED_RESPONSE_TYPE),
    "response_mode_fragment": (claims(response_mode="fragment"), "response_mode_unsupported", INVALID),
    "response_mode_missing": (claims(response_mode=...), "response_mode_missing", INVALID),
    "redirect_uri_with_direct_post": (claims(redirect_uri=f"{VERIFIER}/back"), "redirect_uri_with_direct_post",
                                      INVALID),
    "nonce_missing": (claims(nonce=...), "nonce_missing", INVALID),
    "nonce_with_spaces": (claims(nonce="a nonce"), "nonce_malformed", INVALID),
    "query_and_scope": (claims(scope="a1"), "query_given_twice", INVALID),
    "query_missing": (claims(dcql_query=...), "query_missing", INVALID),
    "scope_alone": (lambda v: (v.claims.pop("dcql_query"), v.claims.update(scope="a1")), "scope_unsupported",
                    ErrorCode.INVALID_SCOPE),
    "transaction_type_unknown": (
        claims(transaction_data=[transaction(type="urn:example:unheard-of")]), "transaction_data_unsupported",
        TRANSACTION),
    "transaction_type_missing": (claims(transaction_data=["e30"]), "transaction_type_missing", TRANSACTION),
    "transaction_hash_unknown": (
        claims(transaction_data=[transaction(transaction_data_hashes_alg=["md5"])]), "transaction_hash_unsupported",
        TRANSACTION),
    "transaction_for_another": (
        claims(transaction_data=[transaction(credential_ids=["other"])]), "transaction_credential_unknown",
        TRANSACTION),
    "metadata_missing": (claims(client_metadata=...), "client_metadata_missing", INVALID),
    "formats_of_others": (lambda v: v.claims["client_metadata"].update(vp_formats_supported={"ldp_vc": {}}),
                          "vp_formats_not_supported", ErrorCode.VP_FORMATS_NOT_SUPPORTED),
    "jwks_missing": (lambda v: v.claims["client_metadata"].pop("jwks"), "jwks_missing", INVALID),
    "jwks_without_usable_key": (lambda v: v.claims["client_metadata"]["jwks"]["keys"][0].update(use="sig"),
                                "jwe_key_none_usable", INVALID),
    "encryption_none_usable": (lambda v: v.claims["client_metadata"].update(
        encrypted_response_enc_values_supported=["A128CBC-HS256"]), "jwe_encryption_none_usable", INVALID),
    # every rule of a well-formed query
    "credentials_missing": (query(lambda q: q.pop("credentials")), "credentials_missing", INVALID),
    "credentials_empty": (query(lambda q: q.update(credentials=[])), "credentials_empty", INVALID),
    "credential_id_missing": (query(lambda q: q["credentials"][0].pop("id")), "credential_id_missing", INVALID),
    "credential_id_characters": (credential(id="a.b"), "credential_id_malformed", INVALID),
    "credential_id_repeated": (query(lambda q: q["credentials"].append(q["credentials"][0])),
                               "credential_id_repeated", INVALID),
    "format_missing": (query(lambda q: q["credentials"][0].pop("format")), "format_missing", INVALID),
    "format_unknown": (credential(format="ldp_vc", meta={}, claims=[{"path": ["a"]}]), "vp_formats_not_supported",
                       ErrorCode.VP_FORMATS_NOT_SUPPORTED),
    "meta_missing": (query(lambda q: q["credentials"][0].pop("meta")), "meta_missing", INVALID),
    "vct_values_missing": (credential(meta={}), "vct_values_missing", INVALID),
    "claims_empty": (credential(claims=[]), "claims_empty", INVALID),
    "path_empty": (credential(claims=[{"path": []}]), "path_empty", INVALID),
    "path_negative": (credential(claims=[{"path": [-1]}]), "claims_path_invalid", INVALID),
    "values_empty": (credential(claims=[{"path": ["a"], "values": []}]), "values_empty", INVALID),
    "claim_twice": (credential(claims=[{"path": ["a"]}, {"path": ["a"]}]), "claim_repeated", INVALID),
    "claim_id_repeated": (credential(claims=[{"id": "x", "path": ["a"]}, {"id": "x", "path": ["b"]}]),
                          "claim_id_repeated", INVALID),
    "claim_sets_without_ids": (credential(claim_sets=[["x"]]), "claim_id_missing", INVALID),
    "claim_sets_unknown": (credential(claims=[{"id": "x", "path": ["a"]}], claim_sets=[["y"]]),
                           "claim_set_unknown_claim", INVALID),
    "option_unknown": (query(lambda q: q.update(credential_sets=[{"options": [["other"]]}])),
                       "option_unknown_credential", INVALID),
    "options_empty": (query(lambda q: q.update(credential_sets=[{"options": []}])), "options_empty", INVALID),
    "authority_malformed": (credential(trusted_authorities=[{"type": "aki", "values": ["+/="]}]),
                            "authority_key_identifier_malformed", INVALID),
    "state_missing_without_holder": (
        lambda v: (credential(require_cryptographic_holder_binding=False)(v), v.claims.pop("state")),
        "state_missing", INVALID),
}  # fmt: skip


@pytest.mark.parametrize(("bend", "reason", "error"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_breaks_a_rule_is_refused_and_the_verifier_told(
    held: Wallet, verifier: FakeVerifier, bend: Bend, reason: str, error: ErrorCode
) -> None:
    """OpenID4VP 1.0, sections 5.1, 5.2, 6, 8.2, 8.3, 8.5."""
    bend(verifier)
    with pytest.raises(RequestRefused) as refused:
        held.present(verifier.link)
    assert (refused.value.reason, refused.value.error, refused.value.told) == (reason, error, True)
    (told,) = verifier.received
    state = verifier.claims.get("state")
    assert told == WalletError(error=error.value, description=reason, state=state)


UNTELLABLE: dict[str, tuple[Bend, str]] = {
    "response_uri_missing": (claims(response_uri=...), "response_uri_missing"),
    "response_uri_http": (claims(response_uri="http://verifier.example/response/1"), "url_not_https"),
    "state_with_spaces": (claims(state="a state"), "state_malformed"),
    "response_uri_loopback": (claims(response_uri="https://127.0.0.1/response/1"), "response_uri_loopback"),
    "response_uri_of_other_host": (
        lambda v: (
            client(f"x509_san_dns:{world.VERIFIER_HOST}")(v),
            v.claims.update(response_uri="https://other.example/response/1"),
        ),
        "response_uri_host_mismatch",
    ),
}


@pytest.mark.parametrize(("bend", "reason"), UNTELLABLE.values(), ids=UNTELLABLE)
def test_where_no_address_may_be_used_nobody_is_told(
    held: Wallet, verifier: FakeVerifier, bend: Bend, reason: str
) -> None:
    """OpenID4VP 1.0, sections 5.9.3 and 14.4.1."""
    bend(verifier)
    before = len(verifier.network.log)
    with pytest.raises(RequestRefused) as refused:
        held.present(verifier.link)
    assert (refused.value.reason, refused.value.told) == (reason, False)
    assert verifier.network.log[before:] == [REQUEST]


# -------------------------------------------------------------------------------------------- nothing that would answer
NOTHING: dict[str, tuple[Bend, Mismatch]] = {
    "other_type": (credential(meta={"vct_values": ["urn:example:other"]}), Mismatch.TYPE),
    "other_value": (credential(claims=[{"path": ["legislation_country"], "values": ["DE"]}]), Mismatch.VALUE),
    "claim_not_there": (credential(claims=[{"path": ["unheard_of"]}]), Mismatch.CLAIM),
    "other_authority": (
        credential(trusted_authorities=[{"type": "aki", "values": ["AAAA"]}]),
        Mismatch.AUTHORITY,
    ),
}


@pytest.mark.parametrize(("bend", "mismatch"), NOTHING.values(), ids=NOTHING)
def test_without_a_required_credential_nothing_is_shown(
    held: Wallet, verifier: FakeVerifier, bend: Bend, mismatch: Mismatch
) -> None:
    """OpenID4VP 1.0, section 6.4: all or nothing; why, the verifier does not learn (15.4.1)."""
    bend(verifier)
    with pytest.raises(NothingToPresent) as refused:
        held.present(verifier.link)
    assert [unmet.reason for unmet in refused.value.unmet.unmet] == [mismatch]
    assert verifier.received == [WalletError(error="access_denied", description=None, state="a-state")]


def test_one_credential_of_two_that_are_required_is_not_shown(held: Wallet, verifier: FakeVerifier) -> None:
    other = {"id": "other", "format": SD_JWT, "meta": {"vct_values": ["urn:example:other"]}}
    verifier.claims["dcql_query"]["credentials"].append(other)
    with pytest.raises(NothingToPresent):
        held.present(verifier.link)
    assert [type(received) for received in verifier.received] == [WalletError]


def test_an_empty_wallet_says_access_denied(wallet: Wallet, verifier: FakeVerifier) -> None:
    with pytest.raises(NothingToPresent):
        wallet.present(verifier.link)
    assert verifier.received == [WalletError(error="access_denied", description=None, state="a-state")]


def unbound(wallet: Wallet, network: Network) -> None:
    """A bearer copy in the wallet."""
    issuer = FakeIssuer(network, formats=(SD_JWT,))
    for member in ("proof_types_supported", "cryptographic_binding_methods_supported"):
        del issuer.configuration[member]
    wallet.receive(issuer.link, "123456")


def test_a_credential_bound_to_no_key_is_no_answer_where_a_proof_is_asked(
    wallet: Wallet, network: Network, verifier: FakeVerifier
) -> None:
    """OpenID4VP 1.0, section 6.1: `require_cryptographic_holder_binding` is true unless said otherwise."""
    unbound(wallet, network)
    with pytest.raises(NothingToPresent) as refused:
        wallet.present(verifier.link)
    assert [unmet.reason for unmet in refused.value.unmet.unmet] == [Mismatch.HOLDER_BINDING]


def test_a_credential_bound_to_no_key_is_not_shown_without_a_proof_either(wallet: Wallet, network: Network) -> None:
    """Not supported: the verifier is told and nothing is shown."""
    unbound(wallet, network)
    verifier = FakeVerifier(network, query=a1_query(SD_JWT, holder_binding=HolderBinding.NOT_REQUIRED))
    with pytest.raises(RequestRefused, match="presentation_without_holder_unsupported"):
        wallet.present(verifier.link)
    assert verifier.received == [WalletError(error="access_denied", description=None, state="a-state")]


# ------------------------------------------------------------------------------------------------------- fetching it
LINKS: dict[str, tuple[dict[str, str], str]] = {
    "client_id_missing": ({"request_uri": f"{VERIFIER}/request/1"}, "client_id_missing"),
    "request_twice": (
        {"client_id": "x509_hash:a", "request_uri": f"{VERIFIER}/request/1", "request": "a.b.c"},
        "request_given_twice",
    ),
    "request_uri_http": ({"client_id": "x509_hash:a", "request_uri": "http://verifier.example/1"}, "url_not_https"),
    "method_unknown": (
        {"client_id": "x509_hash:a", "request_uri": f"{VERIFIER}/request/1", "request_uri_method": "PUT"},
        "request_uri_method_unknown",
    ),
    "method_in_capitals": (
        {"client_id": "x509_hash:a", "request_uri": f"{VERIFIER}/request/1", "request_uri_method": "POST"},
        "request_uri_method_unknown",
    ),
    "unsigned_of_a_signed_kind": (
        {"client_id": f"x509_san_dns:{world.VERIFIER_HOST}", "response_type": "vp_token"},
        "request_not_signed",
    ),
}


@pytest.mark.parametrize(("parameters", "reason"), LINKS.values(), ids=LINKS)
def test_bad_links_are_refused_before_anything_is_asked(
    wallet: Wallet, verifier: FakeVerifier, parameters: dict[str, str], reason: str
) -> None:
    """OpenID4VP 1.0, sections 5.1, 5.9.3 and 8.5; RFC 9101, section 5."""
    with pytest.raises(Rejection) as refused:
        wallet.present(f"openid4vp://?{httpx2.QueryParams(parameters)}")
    assert refused.value.reason == reason
    assert verifier.network.log == []


FETCHED: dict[str, tuple[Callable[[str], httpx2.Response], str]] = {
    "redirected": (lambda _: httpx2.Response(302, headers={"Location": "https://x.example"}), "redirect_refused"),
    "content_type_jwt": (
        lambda text: httpx2.Response(200, text=text, headers={"Content-Type": "application/jwt"}),
        "media_type_wrong",
    ),
    "too_large": (
        lambda _: httpx2.Response(200, text="x" * 70000, headers={"Content-Type": "application/oauth-authz-req+jwt"}),
        "answer_too_large",
    ),
    "not_ascii": (
        lambda _: httpx2.Response(200, text="é.é.é", headers={"Content-Type": "application/oauth-authz-req+jwt"}),
        "jws_malformed",
    ),
}


@pytest.mark.parametrize(("response", "reason"), FETCHED.values(), ids=FETCHED)
def test_a_request_object_that_comes_in_a_wrong_way_is_refused(
    wallet: Wallet, verifier: FakeVerifier, response: Callable[[str], httpx2.Response], reason: str
) -> None:
    """OpenID4VP 1.0, sections 5.10.2 and 14.8."""
    verifier.network.replies[REQUEST] = lambda _: response(verifier.text)
    with pytest.raises(Rejection) as refused:
        wallet.present(verifier.link)
    assert refused.value.reason == reason


def test_a_request_object_that_is_gone_is_unavailable(wallet: Wallet, verifier: FakeVerifier) -> None:
    verifier.network.replies[REQUEST] = lambda _: httpx2.Response(404)
    with pytest.raises(PeerUnavailable, match="http_404"):
        wallet.present(verifier.link)


def test_a_nonce_of_the_wallet_is_sent_and_found_again(held: Wallet, verifier: FakeVerifier) -> None:
    """OpenID4VP 1.0, section 5.10: `request_uri_method=post`."""
    verifier.parameters["request_uri_method"] = "post"
    held.present(verifier.link)
    (body,) = verifier.network.sent(f"POST {VERIFIER}/request/1")
    assert b"wallet_nonce=" in body
    assert b"vp_formats_supported" in body
    assert REQUEST not in verifier.network.log


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("another", "wallet_nonce_mismatch", id="wrong"),
        pytest.param(None, "wallet_nonce_missing", id="missing"),
    ],
)
def test_a_request_without_the_wallets_nonce_is_dropped(
    held: Wallet, verifier: FakeVerifier, value: str | None, reason: str
) -> None:
    verifier.parameters["request_uri_method"] = "post"
    verifier.claims["wallet_nonce"] = value
    verifier.network.replies[f"POST {VERIFIER}/request/1"] = lambda _: verifier.object()
    if value is None:
        del verifier.claims["wallet_nonce"]
    with pytest.raises(Rejection) as refused:
        held.present(verifier.link)
    assert refused.value.reason == reason


# ------------------------------------------------------------------------------------------------------ other requests
def test_a_request_object_in_the_link_is_answered(held: Wallet, network: Network, verifier: FakeVerifier) -> None:
    verifier.parameters = {"client_id": verifier.client_id, "request": verifier.text}
    held.present(verifier.link)
    assert REQUEST not in network.log


def unsigned(verifier: FakeVerifier, response_uri: str) -> str:
    address = f"{VERIFIER}/response/1"
    parameters = {
        **{name: value for name, value in verifier.claims.items() if isinstance(value, str)},
        **{name: strict_json.dump(verifier.claims[name]).decode() for name in ("dcql_query", "client_metadata")},
        "client_id": f"redirect_uri:{address}",
        "response_uri": response_uri,
    }
    return f"openid4vp://?{httpx2.QueryParams(parameters)}"


def test_an_unsigned_request_is_answered_at_its_own_address(held: Wallet, verifier: FakeVerifier) -> None:
    """OpenID4VP 1.0, section 5.9.3: `redirect_uri`."""
    presented = held.present(unsigned(verifier, f"{VERIFIER}/response/1"))
    assert presented.verifier == f"redirect_uri:{VERIFIER}/response/1"


def test_an_unsigned_request_for_an_answer_elsewhere_is_refused(held: Wallet, verifier: FakeVerifier) -> None:
    with pytest.raises(RequestRefused, match="response_uri_not_client_id"):
        held.present(unsigned(verifier, "https://elsewhere.example/response/1"))
    assert verifier.received == []


def test_x509_san_dns_is_answered(held: Wallet, verifier: FakeVerifier) -> None:
    client(f"x509_san_dns:{world.VERIFIER_HOST}")(verifier)
    held.present(verifier.link)
    assert len(verifier.received) == 1


HAIP: dict[str, tuple[Bend, ResponseMode, str]] = {
    "prefix": (
        client(f"x509_san_dns:{world.VERIFIER_HOST}"),
        ResponseMode.DIRECT_POST_JWT,
        "profile_client_id_prefix",
    ),
    "in_clear": (lambda v: None, ResponseMode.DIRECT_POST, "profile_response_mode"),
}


@pytest.mark.parametrize(("bend", "mode", "reason"), HAIP.values(), ids=HAIP)
def test_a_wallet_of_the_haip_profile_answers_less(
    held: Wallet, network: Network, bend: Bend, mode: ResponseMode, reason: str
) -> None:
    """HAIP 1.0, sections 5 and 5.1."""
    held._profile = RequestProfile.HAIP
    verifier = FakeVerifier(network, mode=mode)
    bend(verifier)
    with pytest.raises(RequestRefused, match=reason):
        held.present(verifier.link)


TOLERATED: dict[str, Bend] = {
    "iss_of_anybody": claims(iss="https://anybody.example"),
    "unknown_parameter": claims(unheard_of={"a": 1}),
    "long_nonce_and_state": claims(nonce="n" * 400, state="s" * 400),
    "unusable_key_before_the_usable_one": lambda v: v.claims["client_metadata"]["jwks"]["keys"].insert(
        0, {"kty": "OKP", "crv": "X25519", "x": "AAAA", "kid": "other", "alg": "ECDH-ES"}
    ),
    "key_without_use": lambda v: v.claims["client_metadata"]["jwks"]["keys"][0].pop("use"),
    "unknown_metadata": lambda v: v.claims["client_metadata"].update(client_name="A verifier"),
    "unknown_member_of_the_query": credential(unheard_of=1),
    "optional_set_that_nothing_answers": query(
        lambda q: (
            q["credentials"].append({"id": "other", "format": SD_JWT, "meta": {"vct_values": ["urn:example:other"]}}),
            q.update(credential_sets=[{"options": [["a1"]]}, {"options": [["other"]], "required": False}]),
        )
    ),
}


@pytest.mark.parametrize("bend", TOLERATED.values(), ids=TOLERATED)
def test_what_a_wallet_has_to_put_up_with(held: Wallet, verifier: FakeVerifier, bend: Bend) -> None:
    """OpenID4VP 1.0, sections 5, 5.1, 6.2; the wallet modules of the OpenID Foundation's suite that must pass."""
    bend(verifier)
    presented = held.present(verifier.link)
    assert [shown.query_id for shown in presented.shown] == ["a1"]
    assert [type(received) for received in verifier.received] != [WalletError]


def test_the_purpose_of_the_certificate_is_looked_at(held: Wallet, verifier: FakeVerifier) -> None:
    """An access authority that certifies something else does not make a verifier of it."""
    key = world.key("status")
    certificate = pki.status_signer(
        world.PILOT.access_authority,
        public_key=key.public_key,
        organization=Organization(country="DE", name="Not a verifier"),
        term=Term(serial=9, not_before=NOW - HOUR, not_after=NOW + HOUR),
    )
    signed_by(SoftwareKey(key.private_key, (certificate,)))(verifier)
    with pytest.raises(Rejection, match="extended_key_usage_wrong"):
        held.present(verifier.link)


def test_other_authorities_may_be_named(tmp_path: Path, network: Network, verifier: FakeVerifier) -> None:
    """Whom the trust list names counts only where nobody else is named."""
    wallet = Wallet(
        tmp_path / "wallet",
        http=network.client(),
        clock=world.clock,
        random=world.seeded("wallet"),
        trust=lambda _: world.PILOT.trust_list,
        access_anchors=(world.OTHER_PILOT.access_authority.certificate,),
        catalogue=world.CATALOGUE,
    )
    with pytest.raises(Rejection, match="issuer_unknown"):
        wallet.present(verifier.link)


def test_a_demonstration_on_one_machine_may_use_http(tmp_path: Path, network: Network) -> None:
    """To this machine, and only where policy says so."""
    verifier = FakeVerifier(network)
    address = "http://127.0.0.1:8002/response/1"
    verifier.claims["response_uri"] = address
    network.replies[f"POST {address}"] = network.replies[RESPONSE]
    wallet = Wallet(
        tmp_path / "wallet",
        http=network.client(),
        clock=world.clock,
        random=world.seeded("wallet"),
        trust=lambda _: world.PILOT.trust_list,
        loopback_http=LoopbackHttp.ALLOWED,
        catalogue=world.CATALOGUE,
    )
    with pytest.raises(NothingToPresent) as refused:
        wallet.present(verifier.link)
    assert refused.value.told
