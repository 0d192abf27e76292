"""Faults of the holder's proof of an SD-JWT VC: the key binding JWT (RFC 9901, sections 4.3 and 7.3)."""

# ruff: noqa: ARG005  every alteration takes the same arguments

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from vc_core.signer import Signer
from vc_core.transaction_data import HASH_CLAIM, HASHES_CLAIM
from wallet_sim.faults.fault import NotApplicable, PresentationFault, PresentationIngredients
from wallet_sim.faults.jwt_draft import JwtDraft, break_signature
from wallet_sim.faults.sd_jwt_parts import (
    FORM,
    HASH,
    HOLDER,
    PAGE,
    TRANSACTION,
    chosen,
    fault,
    hash_of,
    held,
    joined,
    proof,
    shown,
    swapped,
    withheld,
    without_first,
)

YEAR = timedelta(days=365)

Signed = Callable[[JwtDraft, PresentationIngredients], JwtDraft | str]

_KEY_BINDING: tuple[tuple[str, str, str, Signed], ...] = (
    ("kb_jwt_empty", "The key binding JWT has three parts and nothing in them.", HOLDER, lambda _, x: ".."),
    ("kb_typ_jwt", "Its type is JWT.", HOLDER, lambda kb, x: kb.with_header(typ="JWT")),
    ("kb_typ_missing", "It says no type.", HOLDER, lambda kb, x: kb.without("typ")),
    ("kb_alg_none", "Its algorithm is none, its signature empty.", HOLDER, lambda kb, x: kb.unsigned()),
    ("kb_alg_hs256", "It has a MAC with the holder's public key as the secret.", HOLDER,
     lambda kb, x: kb.with_mac_of(x.planned.holder.public_key)),
    ("kb_critical_header", "It names a critical header that does not exist.", HOLDER,
     lambda kb, x: kb.with_header(crit=["urn:example:unheard"])),
    ("kb_signature_broken", "One bit of its signature is flipped.", HOLDER,
     lambda kb, x: break_signature(kb.sign())),
    ("kb_signed_by_other_key", "A key signed it that the credential is not bound to.", HOLDER,
     lambda kb, x: kb.signed_by(x.stranger)),
    ("kb_signed_by_issuer_key", "The issuer's key signed it.", HOLDER, lambda kb, x: kb.signed_by(_issuer(x))),
    ("kb_aud_array", "Its audience is the right one, in an array.", HOLDER,
     lambda kb, x: kb.with_claims(aud=[kb.claims["aud"]])),
    ("kb_aud_wrong", "Its audience is another verifier.", HOLDER,
     lambda kb, x: kb.with_claims(aud="x509_hash:another-verifier")),
    ("kb_aud_of_other_page", "Its audience is another page.", PAGE,
     lambda kb, x: kb.with_claims(aud=f"origin:{_page(x).replace('://', '://other.')}")),
    ("kb_aud_page_without_prefix", "Its audience is the page, without the prefix.", PAGE,
     lambda kb, x: kb.with_claims(aud=_page(x))),
    ("kb_aud_missing", "It names no audience.", HOLDER, lambda kb, x: kb.without("aud")),
    ("kb_nonce_wrong", "Its nonce is another one.", HOLDER, lambda kb, x: kb.with_claims(nonce="another-nonce")),
    ("kb_nonce_missing", "It has no nonce.", HOLDER, lambda kb, x: kb.without("nonce")),
    ("kb_nonce_number", "Its nonce is a number.", HOLDER, lambda kb, x: kb.with_claims(nonce=1234567890)),
    ("kb_nonce_of_other_session", "Its nonce is that of an earlier request.", HOLDER,
     lambda kb, x: kb.with_claims(nonce=x.earlier.nonce)),
    ("kb_iat_missing", "It does not say when it was made.", HOLDER, lambda kb, x: kb.without("iat")),
    ("kb_iat_text", "It says in words when it was made.", HOLDER,
     lambda kb, x: kb.with_claims(iat=x.planned.issued_at.isoformat())),
    ("kb_iat_year_past", "It was made a year ago.", HOLDER,
     lambda kb, x: kb.with_claims(iat=int((x.planned.issued_at - YEAR).timestamp()))),
    ("kb_iat_year_future", "It was made a year from now.", HOLDER,
     lambda kb, x: kb.with_claims(iat=int((x.planned.issued_at + YEAR).timestamp()))),
    ("kb_sd_hash_missing", "It does not say what it was made over.", HASH, lambda kb, x: kb.without("sd_hash")),
    ("kb_sd_hash_of_other_disclosures", "Its hash is over all disclosures withheld.", HASH,
     lambda kb, x: kb.with_claims(sd_hash=hash_of(joined(held(x).jwt.text, ())))),
    ("kb_sd_hash_without_last_tilde", "Its hash stops before the last tilde.", HASH,
     lambda kb, x: kb.with_claims(sd_hash=hash_of(shown(x).removesuffix("~")))),
    ("kb_sd_hash_wrong_hash", "Its hash is another function than _sd_alg names.", HASH,
     lambda kb, x: kb.with_claims(sd_hash=hash_of(shown(x), "sha512"))),
    ("kb_transaction_hashes_missing", "It does not say which transaction it agrees to.", TRANSACTION,
     lambda kb, x: _agreed(kb).without(HASHES_CLAIM)),
    ("kb_transaction_hashes_wrong", "It agrees to another transaction.", TRANSACTION,
     lambda kb, x: _agreed(kb).with_claims(**{HASHES_CLAIM: [hash_of("another transaction")]})),
    ("kb_transaction_hash_wrong", "It names another hash function for the transaction.", TRANSACTION,
     lambda kb, x: _agreed(kb).with_claims(**{HASH_CLAIM: "sha-512"})),
    ("kb_sd_hash_hex", "Its hash is written in hexadecimal.", HASH,
     lambda kb, x: kb.with_claims(sd_hash=hashlib.sha256(shown(x).encode()).hexdigest())),
)  # fmt: skip


def _issuer(x: PresentationIngredients) -> Signer:
    if x.issuer is None:
        raise NotApplicable("the issuer's key is out of reach")
    return x.issuer


def _page(x: PresentationIngredients) -> str:
    if x.planned.challenge.origin is None:
        raise NotApplicable("no page asks")
    return x.planned.challenge.origin


def _agreed(proof_: JwtDraft) -> JwtDraft:
    if HASHES_CLAIM not in proof_.claims:
        raise NotApplicable("no transaction is asked for")
    return proof_


def _key_binding(alter: Signed) -> Callable[[PresentationIngredients], str]:
    def make(x: PresentationIngredients) -> str:
        text = shown(x)
        altered = alter(proof(x, text), x)
        return text + (altered if isinstance(altered, str) else altered.sign())

    return make


Bound = Callable[[list[str], PresentationIngredients], list[str]]
"""What stands before the proof, from what the proof is over."""


def _after(alter: Bound) -> Callable[[PresentationIngredients], str]:
    """Other disclosures under a proof made for the honest ones."""

    def make(x: PresentationIngredients) -> str:
        altered = alter([disclosure.text for disclosure in chosen(x)], x)
        return joined(held(x).jwt.text, altered) + proof(x, shown(x)).sign()

    return make


_WHOLE: tuple[tuple[str, str, str, Callable[[PresentationIngredients], str]], ...] = (
    ("kb_jwt_missing", "No key binding JWT follows the last tilde.", HOLDER, shown),
    ("kb_jwt_replayed", "The presentation is the one given to an earlier request.", HOLDER,
     lambda x: replace(x.planned, challenge=x.earlier).make()),
    ("final_tilde_missing", "The last tilde is missing, and with it the proof.", FORM,
     lambda x: shown(x).removesuffix("~")),
    ("disclosure_removed_after_binding", "A disclosure that the proof is over was taken out.", HASH,
     _after(lambda texts, x: without_first(x))),
    ("disclosure_added_after_binding", "A disclosure that the proof is not over was added.", HASH,
     _after(lambda texts, x: [*texts, withheld(x).text])),
    ("disclosures_reordered_after_binding", "Two disclosures have changed places.", HASH,
     _after(lambda texts, x: swapped(chosen(x)))),
)  # fmt: skip


KEY_BINDING_FAULTS: tuple[PresentationFault, ...] = (
    *(fault(id_, says, section, _key_binding(alter)) for id_, says, section, alter in _KEY_BINDING),
    *(fault(id_, says, section, make) for id_, says, section, make in _WHOLE),
)
