"""Offers, metadata, tokens and answers of an issuer that is wrong in one thing: refused, and nothing is kept."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.wallet_sim.fakes import FakeIssuer, Network, answer
from tests.wallet_sim.world import ISSUER, ISSUER_HOST
from vc_core.rejection import Rejection
from vc_core.verification import TrustUnavailable
from wallet_sim.refusals import PeerDeclined, PeerUnavailable, TransactionCodeRefused, WalletRefusal
from wallet_sim.wallet import Wallet

TOKEN, CREDENTIAL, NONCE = f"POST {ISSUER}/token", f"POST {ISSUER}/credential", f"POST {ISSUER}/nonce"
METADATA = f"GET {ISSUER_HOST}/.well-known/openid-credential-issuer/tenant"
SERVER = f"GET {ISSUER_HOST}/.well-known/oauth-authorization-server/tenant"
OFFER = f"GET {ISSUER}/credential-offer/1"

Bend = Callable[[FakeIssuer], object]


def reason_of(wallet: Wallet, link: str, tx_code: str | None = "123456") -> str:
    """Why the offer was not taken; nothing of it is in the wallet."""
    with pytest.raises((Rejection, WalletRefusal)) as refused:
        wallet.receive(link, tx_code)
    assert wallet.list() == ()
    assert isinstance(refused.value, Rejection | WalletRefusal)
    return refused.value.reason


def reply(place: str, response: Callable[[], httpx2.Response]) -> Bend:
    return lambda issuer: issuer.network.replies.update({place: lambda _: response()})


def text(content: str, content_type: str, status: int = 200) -> Callable[[], httpx2.Response]:
    return lambda: httpx2.Response(status, text=content, headers={"Content-Type": content_type})


def changed(name: str, **members: Any) -> Bend:
    """Members of one of the issuer's documents; `...` takes a member away."""

    def bend(issuer: FakeIssuer) -> None:
        document = getattr(issuer, name)
        for member, value in members.items():
            if value is ...:
                del document[member.replace("__", "-")]
            else:
                document[member.replace("__", "-")] = value

    return bend


# --------------------------------------------------------------------------------------------------------------- offers
LINKS = {
    "offer_missing": ("openid-credential-offer://?other=1", "offer_missing"),
    "offer_given_twice": (
        f"openid-credential-offer://?credential_offer=%7B%7D&credential_offer_uri={ISSUER}/credential-offer/1",
        "offer_given_twice",
    ),
    "offer_uri_http": (
        "openid-credential-offer://?credential_offer_uri=http://issuer.example/credential-offer/1",
        "url_not_https",
    ),
    "offer_uri_loopback": (
        "openid-credential-offer://?credential_offer_uri=http://127.0.0.1/credential-offer/1",
        "url_not_https",
    ),
    "scheme_unknown": (f"mailto://?credential_offer_uri={ISSUER}/credential-offer/1", "link_scheme_unknown"),
    "offer_malformed": ("openid-credential-offer://?credential_offer=%7B", "json_malformed"),
}


@pytest.mark.parametrize(("link", "reason"), LINKS.values(), ids=LINKS)
def test_bad_links_are_refused_before_anything_is_asked(
    wallet: Wallet, issuer: FakeIssuer, link: str, reason: str
) -> None:
    """OpenID4VCI 1.0, section 4.1."""
    assert reason_of(wallet, link) == reason
    assert issuer.network.log == []


OFFERS: dict[str, tuple[Bend, str]] = {
    "configuration_unknown": (
        changed("offer", credential_configuration_ids=["org.example.unheard_of"]),
        "credential_configuration_unknown",
    ),
    "configuration_repeated": (
        lambda issuer: issuer.offer["credential_configuration_ids"].append(next(iter(issuer.wires))),
        "credential_configuration_id_repeated",
    ),
    "configurations_empty": (
        changed("offer", credential_configuration_ids=[]),
        "credential_configuration_ids_empty",
    ),
    "issuer_of_another_host": (changed("offer", credential_issuer="https://other.example"), "http_404"),
    "issuer_http": (changed("offer", credential_issuer="http://issuer.example/tenant"), "url_not_https"),
    "issuer_with_query": (changed("offer", credential_issuer=f"{ISSUER}?a=b"), "credential_issuer_malformed"),
    "authorization_server_although_single": (
        lambda issuer: issuer.grant.update(authorization_server=ISSUER),
        "authorization_server_unexpected",
    ),
    "authorization_server_not_listed": (
        lambda issuer: (
            issuer.grant.update(authorization_server="https://third.example"),
            issuer.metadata.update(authorization_servers=[ISSUER, "https://second.example"]),
        ),
        "authorization_server_unknown",
    ),
    "grant_of_another_kind": (changed("offer", grants={"authorization_code": {}}), "grant_unsupported"),
    "grants_missing": (changed("offer", grants=...), "grant_unsupported"),
    "offer_not_json": (reply(OFFER, text("{}", "text/html")), "offer_media_type_wrong"),
    "offer_redirected": (
        reply(OFFER, lambda: httpx2.Response(302, headers={"Location": "https://elsewhere.example"})),
        "redirect_refused",
    ),
    "offer_gone": (reply(OFFER, lambda: httpx2.Response(404)), "http_404"),
    "offer_too_large": (reply(OFFER, text(" " * 2_000_000, "application/json")), "answer_too_large"),
}


@pytest.mark.parametrize(("bend", "reason"), OFFERS.values(), ids=OFFERS)
def test_bad_offers_are_refused_and_the_code_is_not_sent(
    wallet: Wallet, issuer: FakeIssuer, bend: Bend, reason: str
) -> None:
    """OpenID4VCI 1.0, sections 4.1.1 and 4.1.3."""
    bend(issuer)
    assert reason_of(wallet, issuer.link) == reason
    assert TOKEN not in issuer.network.log


# ------------------------------------------------------------------------------------------------------------- metadata
METADATAS: dict[str, tuple[Bend, str]] = {
    "issuer_with_slash": (changed("metadata", credential_issuer=f"{ISSUER}/"), "credential_issuer_mismatch"),
    "issuer_in_capitals": (changed("metadata", credential_issuer=ISSUER.upper()), "credential_issuer_mismatch"),
    "issuer_missing": (changed("metadata", credential_issuer=...), "credential_issuer_missing"),
    "signed_only": (reply(METADATA, text("a.b.c", "application/jwt")), "media_type_wrong"),
    "redirected": (
        reply(METADATA, lambda: httpx2.Response(301, headers={"Location": "https://elsewhere.example"})),
        "redirect_refused",
    ),
    "member_repeated": (
        reply(METADATA, text('{"credential_issuer":"a","credential_issuer":"b"}', "application/json")),
        "json_member_repeated",
    ),
    "configurations_missing": (
        changed("metadata", credential_configurations_supported=...),
        "credential_configurations_supported_missing",
    ),
    "credential_endpoint_http": (
        changed("metadata", credential_endpoint="http://issuer.example/credential"),
        "url_not_https",
    ),
    "nonce_endpoint_http": (changed("metadata", nonce_endpoint="http://issuer.example/nonce"), "url_not_https"),
    "encryption_required": (
        changed("metadata", credential_response_encryption={"encryption_required": True}),
        "alg_values_supported_missing",
    ),
    "binding_without_proof": (
        lambda issuer: issuer.configuration.pop("proof_types_supported"),
        "binding_without_proof",
    ),
    "proof_without_binding": (
        lambda issuer: issuer.configuration.pop("cryptographic_binding_methods_supported"),
        "proof_without_binding",
    ),
    "proof_algorithms_empty": (
        lambda issuer: issuer.configuration["proof_types_supported"]["jwt"].update(
            proof_signing_alg_values_supported=[]
        ),
        "proof_signing_alg_values_supported_empty",
    ),
    "proof_algorithm_not_ours": (
        lambda issuer: issuer.configuration["proof_types_supported"]["jwt"].update(
            proof_signing_alg_values_supported=["RS256"]
        ),
        "proof_algorithm_unsupported",
    ),
    "proof_type_not_ours": (
        lambda issuer: issuer.configuration.update(proof_types_supported={"di_vp": {}}),
        "proof_type_unsupported",
    ),
    "attestation_and_no_provider": (
        lambda issuer: issuer.configuration["proof_types_supported"]["jwt"].update(key_attestations_required={}),
        "key_attestation_unavailable",
    ),
    "attestation_alone_and_no_provider": (
        lambda issuer: issuer.configuration.update(
            proof_types_supported={"attestation": {"proof_signing_alg_values_supported": ["ES256"]}}
        ),
        "key_attestation_unavailable",
    ),
    "attestation_required_malformed": (
        lambda issuer: issuer.configuration["proof_types_supported"]["jwt"].update(key_attestations_required=True),
        "key_attestations_required_malformed",
    ),
    "format_old_name": (lambda issuer: issuer.configuration.update(format="vc+sd-jwt"), "format_unsupported"),
    "format_missing": (lambda issuer: issuer.configuration.pop("format"), "format_missing"),
    "claims_path_malformed": (
        lambda issuer: issuer.configuration["credential_metadata"]["claims"].append({"path": [-1]}),
        "claims_path_invalid",
    ),
    "server_issuer_with_slash": (changed("server_metadata", issuer=f"{ISSUER}/"), "authorization_server_mismatch"),
    "server_without_our_grant": (
        changed("server_metadata", grant_types_supported=["authorization_code"]),
        "grant_type_unsupported",
    ),
    "server_takes_no_anonymous_client": (
        changed("server_metadata", pre__authorized_grant_anonymous_access_supported=False),
        "anonymous_access_unsupported",
    ),
    "token_endpoint_http": (
        changed("server_metadata", token_endpoint="http://issuer.example/token"),
        "url_not_https",
    ),
    "token_endpoint_missing": (changed("server_metadata", token_endpoint=...), "token_endpoint_missing"),
    "server_metadata_missing": (reply(SERVER, lambda: httpx2.Response(404)), "http_404"),
}


@pytest.mark.parametrize(("bend", "reason"), METADATAS.values(), ids=METADATAS)
def test_bad_metadata_is_refused_and_the_code_is_not_sent(
    wallet: Wallet, issuer: FakeIssuer, bend: Bend, reason: str
) -> None:
    """OpenID4VCI 1.0, section 12.2; RFC 8414, section 3.3."""
    bend(issuer)
    assert reason_of(wallet, issuer.link) == reason
    assert TOKEN not in issuer.network.log


def test_configurations_of_unknown_formats_that_are_not_offered_do_no_harm(wallet: Wallet, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 12.2.4: what is not understood is ignored."""
    issuer.metadata["credential_configurations_supported"]["org.example.other"] = {"format": "ldp_vc"}
    issuer.metadata["unheard_of"] = {"a": [1]}
    assert len(wallet.receive(issuer.link, "123456")) == 2


def test_the_authorization_server_may_be_another(wallet: Wallet, issuer: FakeIssuer) -> None:
    other = "https://login.example"
    issuer.metadata["authorization_servers"] = [other]
    issuer.server_metadata["issuer"] = other
    server = issuer.network.replies.pop(SERVER)
    issuer.network.replies[f"GET {other}/.well-known/oauth-authorization-server"] = server
    assert len(wallet.receive(issuer.link, "123456")) == 2


# --------------------------------------------------------------------------------------------------- transaction codes
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param(None, "tx_code_missing", id="missing"),
        pytest.param("12345", "tx_code_malformed", id="too_short"),
        pytest.param("12345a", "tx_code_malformed", id="letter"),
        pytest.param("", "tx_code_malformed", id="empty"),
        pytest.param("١٢٣٤٥٦", "tx_code_malformed", id="other_digits"),
    ],
)
def test_a_transaction_code_that_cannot_be_right_is_not_sent(
    wallet: Wallet, issuer: FakeIssuer, given: str | None, reason: str
) -> None:
    """OpenID4VCI 1.0, section 4.1.1: an attempt would be lost."""
    assert reason_of(wallet, issuer.link, given) == reason
    assert TOKEN not in issuer.network.log


def test_an_empty_tx_code_object_means_that_one_is_sent(wallet: Wallet, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 4.1.1: present, even empty."""
    issuer.grant["tx_code"] = {}
    assert reason_of(wallet, issuer.link, None) == "tx_code_missing"
    assert len(wallet.receive(issuer.link, "123456")) == 2


def test_a_code_nobody_asked_for_is_not_sent(wallet: Wallet, issuer: FakeIssuer) -> None:
    del issuer.grant["tx_code"]
    with pytest.raises(TransactionCodeRefused, match="tx_code_unexpected"):
        wallet.receive(issuer.link, "123456")
    assert len(wallet.receive(issuer.link)) == 2


def test_a_wrong_transaction_code_is_told_as_the_server_says_it(wallet: Wallet, issuer: FakeIssuer) -> None:
    with pytest.raises(PeerDeclined) as refused:
        wallet.receive(issuer.link, "654321")
    assert (refused.value.status, refused.value.error) == (400, "invalid_grant")
    assert wallet.list() == ()


# ----------------------------------------------------------------------------------------------- answers of the issuer
TOKENS: dict[str, tuple[Bend, str]] = {
    "type_bearer": (changed("token", token_type="Bearer"), "token_type_not_dpop"),
    "type_missing": (changed("token", token_type=...), "token_type_missing"),
    "token_missing": (changed("token", access_token=...), "access_token_missing"),
    "token_number": (changed("token", access_token=17), "access_token_malformed"),
    "token_with_line_break": (changed("token", access_token="a\r\nX: y"), "access_token_malformed"),
    "identifiers_empty": (
        changed(
            "token",
            authorization_details=[
                {"type": "openid_credential", "credential_configuration_id": "a", "credential_identifiers": []}
            ],
        ),
        "credential_identifiers_empty",
    ),
    "not_json": (reply(TOKEN, text("{}", "text/plain")), "media_type_wrong"),
    "redirected": (
        reply(TOKEN, lambda: httpx2.Response(307, headers={"Location": "https://elsewhere.example"})),
        "redirect_refused",
    ),
    "error_without_code": (reply(TOKEN, lambda: httpx2.Response(500)), "http_500"),
}


@pytest.mark.parametrize(("bend", "reason"), TOKENS.values(), ids=TOKENS)
def test_bad_token_answers_are_refused(wallet: Wallet, issuer: FakeIssuer, bend: Bend, reason: str) -> None:
    """OpenID4VCI 1.0, section 6.2; RFC 9449, section 5."""
    bend(issuer)
    assert reason_of(wallet, issuer.link) == reason
    assert CREDENTIAL not in issuer.network.log


def credentials(*values: Any) -> Callable[[], httpx2.Response]:
    return lambda: answer({"credentials": list(values)})


ANSWERS: dict[str, tuple[Bend, str]] = {
    "nonce_missing": (reply(NONCE, lambda: answer({})), "c_nonce_missing"),
    "nonce_refused": (reply(NONCE, lambda: httpx2.Response(503)), "http_503"),
    "credentials_missing": (reply(CREDENTIAL, lambda: answer({})), "credentials_missing"),
    "credentials_empty": (reply(CREDENTIAL, credentials()), "credentials_empty"),
    "more_credentials_than_proofs": (
        reply(CREDENTIAL, credentials({"credential": "a"}, {"credential": "b"})),
        "credentials_too_many",
    ),
    "credential_bare": (reply(CREDENTIAL, credentials("a")), "credential_malformed"),
    "credential_object": (reply(CREDENTIAL, credentials({"credential": {}})), "credential_malformed"),
    "singular_as_before": (reply(CREDENTIAL, lambda: answer({"credential": "a"})), "credentials_missing"),
    "deferred_without_an_endpoint": (
        reply(CREDENTIAL, lambda: answer({"transaction_id": "1", "interval": 5}, 202)),
        "deferred_endpoint_missing",
    ),
    "deferred_without_a_transaction": (
        reply(CREDENTIAL, lambda: answer({"interval": 5}, 202)),
        "transaction_id_missing",
    ),
    "deferred_without_an_interval": (
        reply(CREDENTIAL, lambda: answer({"transaction_id": "1"}, 202)),
        "interval_missing",
    ),
    "deferred_for_no_time": (
        reply(CREDENTIAL, lambda: answer({"transaction_id": "1", "interval": 0}, 202)),
        "interval_malformed",
    ),
    "deferred_for_ever": (
        reply(CREDENTIAL, lambda: answer({"transaction_id": "1", "interval": 2592001}, 202)),
        "interval_malformed",
    ),
    "deferred_in_another_media_type": (reply(CREDENTIAL, text("{}", "text/plain", 202)), "media_type_wrong"),
    "encrypted_unasked": (reply(CREDENTIAL, text("a.b.c.d.e", "application/jwt")), "media_type_wrong"),
    "denied": (reply(CREDENTIAL, lambda: answer({"error": "credential_request_denied"}, 400)), "peer_declined"),
}


@pytest.mark.parametrize(("bend", "reason"), ANSWERS.values(), ids=ANSWERS)
def test_bad_credential_answers_are_refused(wallet: Wallet, issuer: FakeIssuer, bend: Bend, reason: str) -> None:
    """OpenID4VCI 1.0, sections 7.2, 8.3 and 8.3.1.2."""
    bend(issuer)
    assert reason_of(wallet, issuer.link) == reason


def test_a_nonce_that_was_not_taken_is_replaced_once(wallet: Wallet, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 8.3.1.2: `invalid_nonce`, then a fresh one for the same key."""
    honest = issuer.network.replies[CREDENTIAL]

    def forgetful(request: httpx2.Request) -> httpx2.Response:
        if issuer.network.log.count(CREDENTIAL) == 1:
            issuer.open_nonces.clear()
        return honest(request)

    issuer.network.replies[CREDENTIAL] = forgetful
    assert len(wallet.receive(issuer.link, "123456")) == 2
    assert issuer.refused == ["c_nonce_refused"]
    assert (issuer.network.log.count(CREDENTIAL), issuer.network.log.count(NONCE)) == (3, 3)


def test_a_nonce_that_is_never_taken_ends_it(wallet: Wallet, issuer: FakeIssuer) -> None:
    issuer.network.replies[NONCE] = lambda _: answer({"c_nonce": "made-up"})
    with pytest.raises(PeerDeclined) as refused:
        wallet.receive(issuer.link, "123456")
    assert refused.value.error == "invalid_nonce"
    assert issuer.network.log.count(CREDENTIAL) == 2


def test_an_issuer_without_nonce_endpoint_gets_proofs_without_nonce(wallet: Wallet, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 7: the nonce is asked for only where there is somewhere to ask."""
    del issuer.metadata["nonce_endpoint"]
    with pytest.raises(PeerDeclined):
        wallet.receive(issuer.link, "123456")
    assert issuer.refused == ["proof_without_nonce"]


def test_credential_identifiers_of_the_token_are_used(wallet: Wallet, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 8.2."""
    details = [
        {"type": "openid_credential", "credential_configuration_id": id_, "credential_identifiers": [id_]}
        for id_ in issuer.wires
    ]
    issuer.token["authorization_details"] = [{"type": "other"}, *details]
    wallet.receive(issuer.link, "123456")
    bodies = issuer.network.sent(CREDENTIAL)
    assert all(b"credential_identifier" in body and b"credential_configuration_id" not in body for body in bodies)


def test_each_credential_has_a_key_and_a_nonce_of_its_own(wallet: Wallet, issuer: FakeIssuer) -> None:
    stored = wallet.receive(issuer.link, "123456")
    keys = [wallet.store.key(record) for record in stored]
    assert len({key.private_key.private_numbers().private_value for key in keys if key is not None}) == 2
    assert issuer.network.log.count(NONCE) == 2


def test_if_one_credential_is_refused_none_is_kept(wallet: Wallet, issuer: FakeIssuer) -> None:
    """An offer is taken whole or not at all."""
    issuer.finish = lambda credential: credential if "~" in credential else "AAAA"
    assert reason_of(wallet, issuer.link) != ""


def test_a_dpop_nonce_is_used_when_the_server_wants_one(wallet: Wallet, issuer: FakeIssuer) -> None:
    """RFC 9449, sections 8 and 9: one retry at the first server, none after that."""
    issuer.dpop_nonce = "server-nonce"
    assert len(wallet.receive(issuer.link, "123456")) == 2
    assert issuer.refused == ["nonce_missing"]


def test_a_server_that_is_not_there_is_unavailable(wallet: Wallet, network: Network) -> None:
    def unreachable(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route")

    network.replies[OFFER] = unreachable
    with pytest.raises(PeerUnavailable, match="unreachable"):
        wallet.receive(f"openid-credential-offer://?credential_offer_uri={ISSUER}/credential-offer/1")


def test_an_offer_by_value_is_taken(wallet: Wallet, issuer: FakeIssuer) -> None:
    """HAIP 1.0, section 4.2: same device."""
    link = f"openid-credential-offer://?{httpx2.QueryParams({'credential_offer': json.dumps(issuer.offer)})}"
    assert len(wallet.receive(link, "123456")) == 2
    assert OFFER not in issuer.network.log


def test_an_offer_can_be_looked_at_before_it_is_taken(wallet: Wallet, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 13.5: a person decides; nothing of the holder's has been sent."""
    opened = wallet.open_offer(issuer.link)
    assert opened.metadata.name == "Pilot issuer"
    assert [configuration.name for configuration in opened.configurations] == ["A1 certificate"] * 2
    assert opened.tx_code is not None
    assert not [place for place in issuer.network.log if place.startswith("POST")]


def test_without_a_trust_list_the_code_is_not_spent(wallet: Wallet, issuer: FakeIssuer) -> None:
    wallet._read_trust = lambda _: TrustUnavailable(reason="trust_list_stale")
    assert reason_of(wallet, issuer.link) == "trust_list_missing"
    assert TOKEN not in issuer.network.log
