"""Faults of a credential request: its body, its access token, its key proof (OpenID4VCI 1.0, section 8.2, F.1, F.4)."""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from vc_core import strict_json
from wallet_sim.exchange import RequestDraft
from wallet_sim.faults.fault import Fate, NotApplicable, RequestFault, RequestIngredients, Stage
from wallet_sim.faults.jwt_draft import JwtDraft, break_signature, private_jwk

AGE = timedelta(days=1)
TOO_LARGE = 1024 * 1024

_PROOF = "OpenID4VCI 1.0, appendix F.4"
_BODY = "OpenID4VCI 1.0, section 8.2"
_TOKEN = "RFC 9449, section 7.1"  # noqa: S105  a clause, not a token

Alter = Callable[[RequestDraft, RequestIngredients], tuple[RequestDraft, ...]]
Body = dict[str, Any]


# -------------------------------------------------------------------------------------------------------- the key proof
Proof = Callable[[JwtDraft, RequestIngredients], JwtDraft | str]


def _body_of(draft: RequestDraft) -> Body:
    return strict_json.parse_object(draft.content, max_bytes=len(draft.content))


def _with_body(draft: RequestDraft, body: Body) -> tuple[RequestDraft, ...]:
    return (replace(draft, content=strict_json.dump(body)),)


def _proof_text(body: Body) -> str:
    if "proofs" not in body:
        raise NotApplicable("the credential is bound to no key")
    text: str = body["proofs"]["jwt"][0]
    return text


def _proof(change: Proof) -> Alter:
    """Another key proof in an honest request."""

    def alter(draft: RequestDraft, x: RequestIngredients) -> tuple[RequestDraft, ...]:
        body = _body_of(draft)
        changed = change(JwtDraft.of(_proof_text(body), x.key), x)
        body["proofs"] = {"jwt": [changed if isinstance(changed, str) else changed.sign()]}
        return _with_body(draft, body)

    return alter


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


_PROOFS: tuple[tuple[str, str, str, Proof], ...] = (
    ("proof_alg_none", "The proof's algorithm is none.", _PROOF, lambda proof, x: proof.unsigned()),
    ("proof_alg_hs256", "The proof has a MAC with the public key as the secret.", _PROOF,
     lambda proof, x: proof.with_mac_of(x.key.public_key)),
    ("proof_alg_not_listed", "The proof claims an algorithm that the metadata does not list.", _PROOF,
     lambda proof, x: proof.with_header(alg="RS256")),
    ("proof_typ_jwt", "The proof's type is JWT.", _PROOF, lambda proof, x: proof.with_header(typ="JWT")),
    ("proof_typ_missing", "The proof says no type.", _PROOF, lambda proof, x: proof.without("typ")),
    ("proof_critical_header", "The proof names a critical header that does not exist.", _PROOF,
     lambda proof, x: proof.with_header(crit=["urn:example:unheard"])),
    ("proof_signature_broken", "One bit of the proof's signature is flipped.", _PROOF,
     lambda proof, x: break_signature(proof.sign())),
    ("proof_signed_by_other_key", "A key signed the proof that is not the one in its header.", _PROOF,
     lambda proof, x: proof.signed_by(x.stranger)),
    ("proof_jwk_private", "The key in the proof's header is a private one.", _PROOF,
     lambda proof, x: proof.with_header(jwk=private_jwk(x.key))),
    ("proof_jwk_and_kid", "The proof names its key twice.", _PROOF, lambda proof, x: proof.with_header(kid="key-1")),
    ("proof_key_missing", "The proof names no key.", _PROOF, lambda proof, x: proof.without("jwk")),
    ("proof_aud_wrong", "The proof is for another issuer.", _PROOF,
     lambda proof, x: proof.with_claims(aud="https://another.example")),
    ("proof_aud_array", "The proof's audience is the right one, in an array.", _PROOF,
     lambda proof, x: proof.with_claims(aud=[proof.claims["aud"]])),
    ("proof_aud_missing", "The proof names no audience.", _PROOF, lambda proof, x: proof.without("aud")),
    ("proof_iat_old", "The proof was made a day ago.", _PROOF,
     lambda proof, x: proof.with_claims(iat=_seconds(x.now - AGE))),
    ("proof_iat_future", "The proof was made a day from now.", _PROOF,
     lambda proof, x: proof.with_claims(iat=_seconds(x.now + AGE))),
    ("proof_iat_missing", "The proof does not say when it was made.", _PROOF, lambda proof, x: proof.without("iat")),
    ("proof_nonce_missing", "The proof has no nonce.", _PROOF, lambda proof, x: proof.without("nonce")),
    ("proof_nonce_random", "The proof's nonce was made up.", _PROOF,
     lambda proof, x: proof.with_claims(nonce="bWFkZSB1cCBieSB0aGUgd2FsbGV0")),
    ("proof_nonce_replayed", "The proof's nonce has served before.", _PROOF,
     lambda proof, x: proof.with_claims(nonce=x.spent_nonce)),
    ("proof_nonce_number", "The proof's nonce is a number.", _PROOF, lambda proof, x: proof.with_claims(nonce=17)),
    ("proof_iss_unexpected", "The proof names a client, and the client is anonymous.", _PROOF,
     lambda proof, x: proof.with_claims(iss="some-client")),
    ("proof_not_jwt", "The proof is no JWT.", _PROOF, lambda proof, x: "not-a-jwt"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- the body
Change = Callable[[Body], Body]


def _body(change: Change) -> Alter:
    def alter(draft: RequestDraft, x: RequestIngredients) -> tuple[RequestDraft, ...]:
        return _with_body(draft, change(_body_of(draft)))

    return alter


def _proofs(value: Callable[[str], object]) -> Alter:
    """Other `proofs`, made from the text of the honest one."""
    return _body(lambda body: {**body, "proofs": value(_proof_text(body))})


def _without_proofs(body: Body) -> Body:
    _proof_text(body)
    return {name: value for name, value in body.items() if name != "proofs"}


def _singular(body: Body) -> Body:
    """As drafts before the final text had it."""
    return {**_without_proofs(body), "proof": {"proof_type": "jwt", "jwt": _proof_text(body)}}


def _named(**names: str) -> Alter:
    """Another way of saying which credential is meant."""
    ways = ("credential_configuration_id", "credential_identifier")
    return _body(lambda body: {**{name: value for name, value in body.items() if name not in ways}, **names})


def _both_names(body: Body) -> Body:
    return {**body, "credential_configuration_id": "any", "credential_identifier": "any", **body}


def _raw(change: Callable[[bytes], bytes]) -> Alter:
    return lambda draft, x: (replace(draft, content=change(draft.content)),)


def _in_query(draft: RequestDraft, x: RequestIngredients) -> tuple[RequestDraft, ...]:
    query = urlencode({"access_token": draft.access_token or ""})
    return (replace(draft, url=f"{draft.url}?{query}", access_token=None),)


_BODIES: tuple[tuple[str, str, str, Alter], ...] = (
    ("proof_missing", "No proof is sent.", _BODY, _body(_without_proofs)),
    ("proofs_empty", "The array of proofs is empty.", _BODY, _proofs(lambda _: {"jwt": []})),
    ("proofs_no_type", "No proof type is named.", _BODY, _proofs(lambda _: {})),
    ("proofs_two_types", "Two proof types are sent.", _BODY,
     _proofs(lambda text: {"jwt": [text], "attestation": [text]})),
    ("proofs_too_many", "Two proofs are sent, and batches are not offered.", _BODY,
     _proofs(lambda text: {"jwt": [text, text]})),
    ("proof_singular", "One proof is sent, as in drafts before the final text.", _BODY, _body(_singular)),
    ("configuration_unknown", "A configuration is asked for that does not exist.", _BODY,
     _named(credential_configuration_id="org.example.unheard_of")),
    ("identifier_unknown", "A credential is asked for by an identifier that does not exist.", _BODY,
     _named(credential_identifier="unheard-of")),
    ("identifiers_both", "The credential is named in both ways.", _BODY, _body(_both_names)),
    ("identifiers_missing", "It is not said which credential is meant.", _BODY, _named()),
    ("body_malformed", "The body is no JSON.", _BODY, _raw(lambda content: content[:-1])),
    ("body_member_repeated", "A member of the body stands twice.", "RFC 8259, section 4",
     _raw(lambda content: content[:-1] + b"," + content[1:])),
    ("body_not_object", "The body is a JSON array.", _BODY, _raw(lambda content: b"[" + content + b"]")),
    ("body_too_large", "The body has a megabyte.", _BODY, _raw(lambda content: content + b" " * TOO_LARGE)),
    ("content_type_wrong", "The body is called a form.", _BODY,
     lambda draft, x: (replace(draft, media_type="application/x-www-form-urlencoded"),)),
    ("response_encryption_unsupported", "An encryption is asked for that does not exist.",
     "OpenID4VCI 1.0, section 10",
     _body(lambda body: {**body, "credential_response_encryption": {
         "jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "alg": "unheard"}, "enc": "unheard"}})),
    ("access_token_missing", "No access token is sent.", _TOKEN,
     lambda draft, x: (replace(draft, access_token=None),)),
    ("access_token_wrong", "The access token is another one.", _TOKEN,
     lambda draft, x: (replace(draft, access_token=f"{draft.access_token}x"),)),
    ("access_token_in_query", "The access token stands in the address.", "RFC 6750, section 2.3", _in_query),
    ("credential_twice", "The same request is sent a second time.", "OpenID4VCI 1.0, section 8.3.1.2",
     lambda draft, x: (draft, draft)),
)  # fmt: skip


def _faults() -> tuple[RequestFault, ...]:
    rows = (*((id_, says, section, _proof(change)) for id_, says, section, change in _PROOFS), *_BODIES)
    return tuple(
        RequestFault(id=id_, says=says, section=section, stage=Stage.CREDENTIAL_REQUEST, alter=alter)
        for id_, says, section, alter in rows
    )


CREDENTIAL_REQUEST_FAULTS: tuple[RequestFault, ...] = (
    *_faults(),
    RequestFault(
        id="credential_request_unknown_member",
        says="The body has a member that nobody knows.",
        section="OpenID4VCI 1.0, section 8.2",
        stage=Stage.CREDENTIAL_REQUEST,
        fate=Fate.TOLERATED,
        alter=_body(lambda body: {**body, "unheard_of": True}),
    ),
)
