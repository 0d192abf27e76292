"""Faults of a request that a page makes through the browser (OpenID4VP 1.0, appendix A; HAIP 1.0, section 5.2).

The request is planned as the service plans it and signed once, as `Protocol.SIGNED` has it; one thing of it, of its
signer or of the page that it comes from is altered. Some deviations are none: an unsigned request is bound to its
origin whatever it says of itself, and one signature that holds is enough.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from vc_core import jose
from vc_core.authorization_request import x509_hash_client_id
from vc_core.authorization_request.request_object import TYP
from vc_core.dc_api import DcApiRequest, Identity, Protocol, encode_multisigned, encode_signed, encode_unsigned
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

_PAGE, _CLIENT, _SEVERAL = (
    "OpenID4VP 1.0, appendix A.2", "OpenID4VP 1.0, section 5.9.3", "OpenID4VP 1.0, appendix A.3.2.2"
)  # fmt: skip
_SECTION, _CHAIN, _QUERY = "OpenID4VP 1.0, section 5", "HAIP 1.0, section 5", "OpenID4VP 1.0, section 6"
_ELSEWHERE = "https://elsewhere.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DcDesk:
    """What a page's verifier has at hand. planned: an honest request; origin: of the page; desk: keys, certificates."""

    planned: DcApiRequest
    origin: str
    desk: VerifierDesk

    @property
    def identity(self) -> Identity:
        return Identity(client_id=self.desk.planned.client_id, signer=self.desk.signer)


@dataclass(frozen=True, slots=True, kw_only=True)
class DcAsking:
    """What the browser brings to the wallet: one element of `requests`, and the origin of the page."""

    request: Mapping[str, Any]
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DcRequestFault:
    id: str
    says: str
    section: str
    make: Callable[[DcDesk], DcAsking]


def ask_in_browser(desk: DcDesk) -> DcAsking:
    """An honest signed request."""
    request = encode_signed(desk.planned, desk.identity, issued_at=desk.desk.now)
    return DcAsking(request=request, origin=desk.origin)


# ------------------------------------------------------------------------------------------------------ building blocks
def _fault(id_: str, says: str, section: str, make: Callable[[DcDesk], DcAsking]) -> DcRequestFault:
    return DcRequestFault(id=f"dc_request.{id_}", says=says, section=section, make=make)


def _claims_of(desk: DcDesk) -> dict[str, Any]:
    text: str = ask_in_browser(desk).request["data"]["request"]
    return jose.parse_jws(text).claims()


def _signed(
    desk: DcDesk, claims: Mapping[str, Any], *, typ: str = TYP, signer: SoftwareKey | None = None,
    chain: tuple[Any, ...] | None = None,
) -> DcAsking:  # fmt: skip
    key = signer or desk.desk.signer
    header = {"typ": typ, "x5c": jose.x5c_header(key.chain if chain is None else chain)}
    request = {"protocol": Protocol.SIGNED.value, "data": {"request": jose.sign_jws(header, claims, key)}}
    return DcAsking(request=request, origin=desk.origin)


def _claims(id_: str, says: str, section: str, alter: Alteration) -> DcRequestFault:
    """One thing of the claims differs."""

    def make(desk: DcDesk) -> DcAsking:
        claims = deepcopy(_claims_of(desk))
        alter(claims)
        return _signed(desk, claims)

    return _fault(id_, says, section, make)


def _as_client(desk: DcDesk, client_id: str, signer: SoftwareKey | None = None) -> DcAsking:
    return _signed(desk, {**_claims_of(desk), "client_id": client_id}, signer=signer)


def _by_certificate(desk: DcDesk, signer: SoftwareKey, chain: tuple[Any, ...] | None = None) -> DcAsking:
    claims = {**_claims_of(desk), "client_id": x509_hash_client_id(signer.chain[0])}
    return _signed(desk, claims, signer=signer, chain=chain)


def _tampered(desk: DcDesk) -> DcAsking:
    text = with_broken_signature(ask_in_browser(desk).request["data"]["request"])
    return DcAsking(request={"protocol": Protocol.SIGNED.value, "data": {"request": text}}, origin=desk.origin)


def _without_signature(desk: DcDesk, protocol: str, **members: Any) -> DcAsking:
    """The parameters as they are, under this name of a protocol."""
    data = {**encode_unsigned(desk.planned)["data"], **members}
    return DcAsking(request={"protocol": protocol, "data": data}, origin=desk.origin)


def _several(desk: DcDesk, alter: Callable[[dict[str, Any]], object]) -> DcAsking:
    """Signed under two names of the verifier; `alter` is given the JWS in its JSON serialisation."""
    by_name = Identity(client_id=f"x509_san_dns:{desk.desk.host}", signer=desk.desk.signer)
    request = encode_multisigned(desk.planned, [desk.identity, by_name], issued_at=desk.desk.now)
    alter(request["data"]["request"])
    return DcAsking(request=request, origin=desk.origin)


def _break(*indices: int) -> Callable[[dict[str, Any]], object]:
    def alter(jws: dict[str, Any]) -> None:
        for index in indices:
            signature = jws["signatures"][index]
            signature["signature"] = with_broken_signature(f".{signature['signature']}").removeprefix(".")

    return alter


def _other_payload(jws: dict[str, Any]) -> None:
    """The payload of the same request, in which one letter was changed after signing."""
    jws["payload"] = f"{jws['payload'][:-4]}{'AAAA' if jws['payload'][-4:] != 'AAAA' else 'BBBB'}"


DC_REQUEST_FAULTS: tuple[DcRequestFault, ...] = (
    _fault("other_page", "It comes from a page that it does not name.", _PAGE,
           lambda desk: DcAsking(request=ask_in_browser(desk).request, origin=_ELSEWHERE)),
    _claims("origins_missing", "It is signed and names no page.", _PAGE, without("expected_origins")),
    _claims("origins_empty", "It is signed and its list of pages is empty.", _PAGE, with_members(expected_origins=[])),
    _claims("origin_with_slash", "It names its page with a slash at the end.", _PAGE,
            lambda claims: claims.update(expected_origins=[f"{one}/" for one in claims["expected_origins"]])),
    _claims("origin_in_capitals", "It names its page in capitals.", _PAGE,
            lambda claims: claims.update(expected_origins=[one.upper() for one in claims["expected_origins"]])),
    _fault("protocol_unknown", "Its protocol has no version.", "OpenID4VP 1.0, appendix A.1",
           lambda desk: _without_signature(desk, "openid4vp")),
    _fault("unsigned_as_signed", "It is called signed and is not.", "OpenID4VP 1.0, appendix A.3.2",
           lambda desk: _without_signature(desk, Protocol.SIGNED.value)),
    _fault("typ_wrong", "Its header says typ JWT.", _SECTION,
           lambda desk: _signed(desk, _claims_of(desk), typ="JWT")),
    _fault("signature_tampered", "One bit of its signature was changed.", _SECTION, _tampered),
    _fault("signed_by_other_key", "Another key signed it than its certificate's.", _SECTION,
           lambda desk: _signed(
               desk, _claims_of(desk), signer=desk.desk.certified(), chain=desk.desk.signer.chain)),
    _claims("client_id_missing", "It is signed and names no client.", _PAGE, without("client_id")),
    _fault("client_id_origin", "The client's prefix is origin, which no request may use.", _CLIENT,
           lambda desk: _as_client(desk, f"origin:{desk.origin}")),
    _fault("client_id_prefix_unknown", "The client's prefix is unknown.", _CLIENT,
           lambda desk: _as_client(desk, "unheard:verifier")),
    _fault("redirect_uri_signed", "A signed request calls itself by a redirect_uri.", _CLIENT,
           lambda desk: _as_client(desk, f"redirect_uri:{desk.origin}/response")),
    _fault("hash_of_other_certificate", "The client is the hash of another certificate.", _CLIENT,
           lambda desk: _as_client(desk, x509_hash_client_id(desk.desk.certified().chain[0]))),
    _fault("name_of_other_host", "The client is a host that its certificate does not name.", _CLIENT,
           lambda desk: _as_client(desk, "x509_san_dns:other.example")),
    _fault("root_unknown", "Its certificate is issued by an authority that is not on the trust list.", _CHAIN,
           lambda desk: _by_certificate(desk, desk.desk.certified(authority=unlisted_authority(desk.desk)))),
    _fault("certificate_expired", "Its certificate ended an hour ago.", _CHAIN,
           lambda desk: _by_certificate(desk, desk.desk.certified(hours=-1))),
    _fault("chain_with_anchor", "The trust anchor is sent along.", _CHAIN,
           lambda desk: _by_certificate(
               desk, desk.desk.signer, (*desk.desk.signer.chain, desk.desk.authority.certificate))),
    _claims("audience_other", "It is for another wallet.", "OpenID4VP 1.0, section 5.8",
            with_members(aud="https://wallet.example")),
    _claims("expired", "It has expired.", "RFC 7519, section 4.1.4", with_members(exp=1_000_000_000)),
    _claims("nonce_missing", "It has no nonce.", "OpenID4VP 1.0, section 5.2", without("nonce")),
    _claims("nonce_characters", "Its nonce has characters that a nonce may not have.", "OpenID4VP 1.0, section 5.2",
            with_members(nonce="white space")),
    _claims("response_type_code", "It wants a code.", _SECTION, with_members(response_type="code")),
    _claims("response_mode_of_a_link", "It wants its answer posted.", _PAGE,
            with_members(response_mode="direct_post.jwt")),
    _claims("query_missing", "It asks for nothing.", _SECTION, without("dcql_query")),
    _claims("query_and_scope", "It asks by query and by scope.", _SECTION, with_members(scope="something")),
    _claims("query_unanswerable", "It asks for a type that the wallet does not hold.", f"{_QUERY}.4",
            of_first_query(lambda query: query.update(
                meta={name: ["urn:x"] if isinstance(value, list) else "urn:x" for name, value in query["meta"].items()}
            ))),
    _claims("transaction_data_unknown", "It has transaction data of a type that the wallet does not know.",
            "OpenID4VP 1.0, section 8.4", with_members(transaction_data=["eyJ0eXBlIjoidW5oZWFyZCJ9"])),
    _claims("keys_missing", "It wants an encrypted answer and names no key.", _SECTION,
            lambda claims: claims["client_metadata"].pop("jwks")),
    _claims("keys_unusable", "It wants an encrypted answer and names no key that the wallet can use.", _SECTION,
            unusable_keys),
    _claims("formats_unknown", "It reads no format that the wallet has.", "OpenID4VP 1.0, section 8.5",
            lambda claims: claims["client_metadata"].update(vp_formats_supported={"unheard": {}})),
    _fault("no_signature_holds", "Of two signatures neither holds.", _SEVERAL,
           lambda desk: _several(desk, _break(0, 1))),
    _fault("payload_exchanged", "What two signatures are over was changed.", _SEVERAL,
           lambda desk: _several(desk, _other_payload)),
    _fault("one_signature_holds", "Of two signatures one does not hold.", _SEVERAL,
           lambda desk: _several(desk, _break(0))),
    _fault("unsigned_with_names", "It is unsigned and names a client and pages all the same.", _PAGE,
           lambda desk: _without_signature(
               desk, Protocol.UNSIGNED.value, client_id="x509_hash:unheard", expected_origins=[_ELSEWHERE])),
)  # fmt: skip
