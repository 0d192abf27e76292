"""Faults of a request by link: of its object, its signer or the link itself.

The request object is planned as the service plans it, one thing of it, of its signer or of the link to it is altered,
and it is signed. Whoever drives these shows the link to a wallet and answers its fetch with `Asking.answer`. A wallet
refuses every one of them and sends nothing of the holder's (OpenID4VP 1.0, sections 5 and 14; checklist section 6).
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from vc_core import jose, strict_json
from vc_core.authorization_request import RequestUriMethod, encode_request_object, x509_hash_client_id
from vc_core.authorization_request.request_object import TYP
from vc_core.signer import SoftwareKey
from verifier.faults.alterations import (
    Alteration,
    VerifierDesk,
    of_first_query,
    unlisted_authority,
    unusable_keys,
    with_broken_signature,
    with_members,
    without,
)

_SECTION, _PREFIX, _POST = "OpenID4VP 1.0, section 5", "OpenID4VP 1.0, section 5.9.3", "OpenID4VP 1.0, section 8.2"
_FETCH, _QUERY, _METADATA = "OpenID4VP 1.0, section 5.10", "OpenID4VP 1.0, section 6", "OpenID4VP 1.0, section 5.1"
_CHAIN = "HAIP 1.0, section 5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request on its way: the link that the wallet follows, and what it fetches, given its `wallet_nonce`."""

    link: str
    answer: Callable[[str | None], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierFault:
    id: str
    says: str
    section: str
    make: Callable[[VerifierDesk], Asking]


def ask(desk: VerifierDesk) -> Asking:
    """An honest request, fetched by POST with the wallet's nonce."""
    return Asking(
        link=_link(desk),
        answer=lambda nonce: encode_request_object(
            replace(desk.planned, wallet_nonce=nonce), desk.signer, issued_at=desk.now
        ),
    )


def _link(desk: VerifierDesk, **parameters: str) -> str:
    honest = {
        "client_id": desk.planned.client_id,
        "request_uri": desk.request_uri,
        "request_uri_method": RequestUriMethod.POST.value,
    }
    return f"openid4vp://?{urlencode({**honest, **parameters})}"


def _fault(id_: str, says: str, section: str, make: Callable[[VerifierDesk], Asking]) -> VerifierFault:
    return VerifierFault(id=f"request.{id_}", says=says, section=section, make=make)


def _signed(
    desk: VerifierDesk, claims: Callable[[str | None], Mapping[str, Any]], *, typ: str = TYP,
    signer: SoftwareKey | None = None, chain: tuple[Any, ...] | None = None, link: str | None = None,
) -> Asking:  # fmt: skip
    key = signer or desk.signer
    header = {"typ": typ, "x5c": jose.x5c_header(key.chain if chain is None else chain)}
    return Asking(link=link or _link(desk), answer=lambda nonce: jose.sign_jws(header, claims(nonce), key))


def _honest(desk: VerifierDesk) -> Callable[[str | None], dict[str, Any]]:
    return lambda nonce: desk.claims if nonce is None else {**desk.claims, "wallet_nonce": nonce}


def _claims(id_: str, says: str, section: str, alter: Alteration) -> VerifierFault:
    """One thing of the claims differs."""

    def make(desk: VerifierDesk) -> Asking:
        def altered(nonce: str | None) -> dict[str, Any]:
            claims = deepcopy(_honest(desk)(nonce))
            alter(claims)
            return claims

        return _signed(desk, altered)

    return _fault(id_, says, section, make)


def _as_client(
    desk: VerifierDesk, client_id: str, *, signer: SoftwareKey | None = None, chain: tuple[Any, ...] | None = None
) -> Asking:
    """The same request in the name of this client, in link and object alike."""
    return _signed(
        desk, lambda nonce: {**_honest(desk)(nonce), "client_id": client_id}, signer=signer, chain=chain,
        link=_link(desk, client_id=client_id),
    )  # fmt: skip


def _by_certificate(desk: VerifierDesk, signer: SoftwareKey, chain: tuple[Any, ...] | None = None) -> Asking:
    return _as_client(desk, x509_hash_client_id(signer.chain[0]), signer=signer, chain=chain)


def _tampered(desk: VerifierDesk) -> Asking:
    honest = ask(desk)
    return replace(honest, answer=lambda nonce: with_broken_signature(honest.answer(nonce)))


def _unsigned_elsewhere(desk: VerifierDesk) -> Asking:
    """An unsigned request whose client is not the address of the answer."""
    parameters = {
        "client_id": "redirect_uri:https://somewhere.example/response",
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": "https://elsewhere.example/response",
        "nonce": desk.planned.nonce,
        "dcql_query": strict_json.dump(desk.planned.dcql_query).decode(),
        "client_metadata": strict_json.dump(desk.planned.client_metadata).decode(),
    }
    return Asking(link=f"openid4vp://?{urlencode(parameters)}", answer=lambda _: "")


def _by_name(desk: VerifierDesk, host: str) -> Asking:
    return _as_client(desk, f"x509_san_dns:{host}")


REQUEST_FAULTS: tuple[VerifierFault, ...] = (
    _fault("typ_wrong", "Its header says typ JWT.", _SECTION, lambda desk: _signed(desk, _honest(desk), typ="JWT")),
    _fault("signature_tampered", "One bit of its signature was changed.", _SECTION, _tampered),
    _fault("signed_by_other_key", "Another key signed it than its certificate's.", _SECTION,
           lambda desk: _signed(desk, _honest(desk), signer=desk.certified(), chain=desk.signer.chain)),
    _fault("client_id_differs", "The link names the client by its host, the request by its certificate.", _SECTION,
           lambda desk: _signed(desk, _honest(desk), link=_link(desk, client_id=f"x509_san_dns:{desk.host}"))),
    _fault("client_id_without_prefix", "The client has no prefix and is not registered.",
           "OpenID4VP 1.0, section 5.9.2",
           lambda desk: _as_client(desk, "verifier")),
    _fault("client_id_prefix_unknown", "The client's prefix is unknown.", _PREFIX,
           lambda desk: _as_client(desk, "unheard:verifier")),
    _fault("client_id_origin", "The client's prefix is origin, which no request may use.", _PREFIX,
           lambda desk: _as_client(desk, "origin:https://verifier.example")),
    _fault("hash_of_other_certificate", "The client is the hash of another certificate.", _PREFIX,
           lambda desk: _as_client(desk, x509_hash_client_id(desk.certified().chain[0]))),
    _fault("name_of_other_host", "The client is a host that its certificate does not name.", _PREFIX,
           lambda desk: _by_name(desk, "other.example")),
    _fault("root_unknown", "Its certificate is issued by an authority that is not on the trust list.", _CHAIN,
           lambda desk: _by_certificate(desk, desk.certified(authority=unlisted_authority(desk)))),
    _fault("certificate_expired", "Its certificate ended an hour ago.", _CHAIN,
           lambda desk: _by_certificate(desk, desk.certified(hours=-1))),
    _fault("chain_with_anchor", "The trust anchor is sent along.", _CHAIN,
           lambda desk: _by_certificate(desk, desk.signer, (*desk.signer.chain, desk.authority.certificate))),
    _fault("redirect_uri_signed", "A signed request calls itself by its redirect_uri.", _PREFIX,
           lambda desk: _as_client(desk, f"redirect_uri:{desk.planned.response_uri}")),
    _fault("redirect_uri_elsewhere", "An unsigned request wants its answer somewhere else than its name says.", _PREFIX,
           _unsigned_elsewhere),
    _fault("request_uri_http", "The request lies at an http address.", "OpenID4VP 1.0, section 5.7",
           lambda desk: replace(ask(desk), link=_link(desk, request_uri="http://verifier.example/request/1"))),
    _fault("request_uri_method_unknown", "The request is to be fetched by PUT.", _FETCH,
           lambda desk: replace(ask(desk), link=_link(desk, request_uri_method="put"))),
    _fault("request_uri_method_capitals", "The method of fetching is spelled POST.", _FETCH,
           lambda desk: replace(ask(desk), link=_link(desk, request_uri_method="POST"))),
    _claims("audience_other", "It is for another wallet.", "OpenID4VP 1.0, section 5.8",
            with_members(aud="https://wallet.example")),
    _claims("audience_missing", "It does not say whom it is for.", "OpenID4VP 1.0, section 5.8", without("aud")),
    _claims("expired", "It has expired.", "RFC 7519, section 4.1.4", with_members(exp=1_000_000_000)),
    _claims("wallet_nonce_missing", "It does not repeat the wallet's nonce.", _FETCH, without("wallet_nonce")),
    _claims("wallet_nonce_other", "It repeats another nonce than the wallet's.", _FETCH,
            with_members(wallet_nonce="other")),
    _claims("nonce_missing", "It has no nonce.", "OpenID4VP 1.0, section 5.2", without("nonce")),
    _claims("nonce_characters", "Its nonce has characters that a nonce may not have.", "OpenID4VP 1.0, section 5.2",
            with_members(nonce="white space")),
    _claims("state_characters", "Its state has characters that a state may not have.", "OpenID4VP 1.0, section 5.2",
            with_members(state="a&b")),
    _claims("response_type_code", "It wants a code.", _SECTION, with_members(response_type="code")),
    _claims("response_mode_unknown", "It wants its answer in a fragment.", _POST,
            with_members(response_mode="fragment")),
    _claims("redirect_uri_beside_direct_post", "It has a redirect_uri beside direct_post.", _POST,
            with_members(redirect_uri="https://verifier.example/cb")),
    _claims("response_uri_missing", "It does not say where the answer goes.", _POST, without("response_uri")),
    _claims("response_uri_http", "The answer would go to an http address.", "OpenID4VP 1.0, section 14.4.1",
            with_members(response_uri="http://verifier.example/response")),
    _claims("response_uri_loopback", "The answer would go to the holder's own machine.",
            "OpenID4VP 1.0, section 14.4.1",
            with_members(response_uri="https://127.0.0.1/response")),
    _claims("query_missing", "It asks for nothing.", _METADATA, without("dcql_query")),
    _claims("query_and_scope", "It asks by query and by scope.", _METADATA, with_members(scope="something")),
    _claims("transaction_data_unknown", "It has transaction data of a type that the wallet does not know.",
            "OpenID4VP 1.0, section 8.4", with_members(transaction_data=["eyJ0eXBlIjoidW5oZWFyZCJ9"])),
    _claims("keys_missing", "It wants an encrypted answer and names no key.", _METADATA,
            lambda claims: claims["client_metadata"].pop("jwks")),
    _claims("keys_unusable", "It wants an encrypted answer and names no key that the wallet can use.", _METADATA,
            unusable_keys),
    _claims("encryption_unknown", "It wants an encryption that the wallet does not know.", _METADATA,
            lambda claims: claims["client_metadata"].update(encrypted_response_enc_values_supported=["A256CBC-HS512"])),
    _claims("formats_unknown", "It reads no format that the wallet has.", "OpenID4VP 1.0, section 8.5",
            lambda claims: claims["client_metadata"].update(vp_formats_supported={"unheard": {}})),
    _claims("query_without_credentials", "Its query has no credentials.", _QUERY,
            lambda claims: claims["dcql_query"].update(credentials=[])),
    _claims("query_id_characters", "A credential query has an id of other characters.", f"{_QUERY}.1",
            of_first_query(lambda query: query.update(id="white space"))),
    _claims("query_id_twice", "Two credential queries have the same id.", f"{_QUERY}.1",
            lambda claims: claims["dcql_query"]["credentials"].append(claims["dcql_query"]["credentials"][0])),
    _claims("query_format_missing", "A credential query names no format.", f"{_QUERY}.1",
            of_first_query(lambda query: query.pop("format"))),
    _claims("query_meta_missing", "A credential query does not say of which type.", f"{_QUERY}.1",
            of_first_query(lambda query: query.pop("meta"))),
    _claims("query_claims_empty", "A credential query has an empty list of claims.", f"{_QUERY}.1",
            of_first_query(lambda query: query.update(claims=[], claim_sets=None))),
    _claims("query_path_empty", "A claim is asked for by an empty path.", f"{_QUERY}.3",
            of_first_query(lambda query: query["claims"][0].update(path=[]))),
    _claims("query_set_unknown_id", "A credential set names a query that is not there.", f"{_QUERY}.2",
            lambda claims: claims["dcql_query"].update(credential_sets=[{"options": [["unheard"]]}])),
    _claims("query_unanswerable", "It asks for a type that the wallet does not hold.", f"{_QUERY}.4",
            of_first_query(lambda query: query.update(
                meta={name: ["urn:x"] if isinstance(value, list) else "urn:x" for name, value in query["meta"].items()}
            ))),
    _claims("query_value_unmet", "It asks for a value that the credential does not have.", f"{_QUERY}.4",
            of_first_query(lambda query: query["claims"][0].update(values=["no such value"]))),
)  # fmt: skip
