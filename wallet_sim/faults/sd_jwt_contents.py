"""Faults of what an SD-JWT VC presentation shows: disclosures, and the issuer's signed part (RFC 9901, 4.2 and 7.1).

The holder signs over what is altered, so that the holder's proof stays good and the deviation the only one.
"""

# ruff: noqa: ARG005  every alteration takes the same arguments

from collections.abc import Callable

from vc_core import base64url, jose, strict_json, x509
from vc_core.sd_jwt import Disclosure
from vc_core.signer import PublicKey
from wallet_sim.faults.fault import PresentationFault, PresentationIngredients
from wallet_sim.faults.jwt_draft import JwtDraft, break_signature
from wallet_sim.faults.sd_jwt_parts import (
    DISCLOSURE,
    FORM,
    QUERY,
    VERIFY,
    bound,
    chosen,
    fault,
    first,
    held,
    joined,
    withheld,
    without_first,
)

Disclosed = Callable[[list[str], PresentationIngredients], list[str]]


def _forged(contents: object) -> str:
    return base64url.encode(strict_json.dump(contents))


def _instead(change: Callable[[Disclosure], str]) -> Disclosed:
    """The first disclosure shown is replaced by what `change` makes of it."""
    return lambda texts, x: [change(first(chosen(x))), *texts[1:]]


_DISCLOSURES: tuple[tuple[str, str, str, Disclosed], ...] = (
    ("disclosure_tampered", "The value of a disclosure is another one.", VERIFY,
     _instead(lambda one: _forged([one.salt, one.name, "tampered"]))),
    ("disclosure_repeated", "A disclosure stands twice.", FORM, lambda texts, x: [*texts, first(chosen(x)).text]),
    ("disclosure_unreferenced", "A disclosure was made up, no digest refers to it.", VERIFY,
     lambda texts, x: [*texts, _forged(["c2FsdHNhbHRzYWx0c2FsdA", "made_up", True])]),
    ("disclosure_not_base64url", "A disclosure is written in the standard alphabet.", DISCLOSURE,
     _instead(lambda one: "+/" + one.text)),
    ("disclosure_padded", "A disclosure is padded.", DISCLOSURE, _instead(lambda one: one.text + "=")),
    ("disclosure_not_json", "A disclosure is no JSON.", DISCLOSURE,
     _instead(lambda one: base64url.encode(b'["salt", "name", '))),
    ("disclosure_object", "A disclosure is a JSON object.", DISCLOSURE,
     _instead(lambda one: _forged({"salt": one.salt, "value": one.value}))),
    ("disclosure_one_element", "A disclosure has one element.", DISCLOSURE,
     _instead(lambda one: _forged([one.salt]))),
    ("disclosure_four_elements", "A disclosure has four elements.", DISCLOSURE,
     _instead(lambda one: _forged([one.salt, one.name, one.value, one.value]))),
    ("disclosure_salt_number", "The salt of a disclosure is a number.", DISCLOSURE,
     _instead(lambda one: _forged([17, one.name, one.value]))),
    ("disclosure_name_number", "The name in a disclosure is a number.", DISCLOSURE,
     _instead(lambda one: _forged([one.salt, 17, one.value]))),
    ("disclosure_name_missing", "A disclosure of a member has no name.", VERIFY,
     _instead(lambda one: _forged([one.salt, one.value]))),
    ("extra_tilde", "One tilde too many stands before the proof.", FORM, lambda texts, x: [*texts, ""]),
    ("disclosure_unrequested", "A claim is shown that nobody asked for.", QUERY,
     lambda texts, x: [*texts, withheld(x).text]),
    ("disclosure_withheld", "A claim that was asked for is not shown.", QUERY,
     lambda texts, x: without_first(x)),
)  # fmt: skip


def _disclosures(alter: Disclosed) -> Callable[[PresentationIngredients], str]:
    def make(x: PresentationIngredients) -> str:
        altered = alter([disclosure.text for disclosure in chosen(x)], x)
        return bound(x, joined(held(x).jwt.text, altered))

    return make


def _payload_tampered(x: PresentationIngredients) -> str:
    """The expiry is a second later; the issuer's signature stays."""
    jws = held(x).jwt
    claims = jws.claims()
    claims["exp"] += 1
    header, _, signature = jws.text.split(".")
    return f"{header}.{base64url.encode(strict_json.dump(claims))}.{signature}"


def _header_tampered(x: PresentationIngredients) -> str:
    jws = held(x).jwt
    _, payload, signature = jws.text.split(".")
    return f"{base64url.encode(strict_json.dump({**jws.header, 'kid': 'tampered'}))}.{payload}.{signature}"


def _issued(x: PresentationIngredients) -> JwtDraft:
    return JwtDraft.of(held(x).jwt.text, x.stranger)


_ISSUED: tuple[tuple[str, str, str, Callable[[PresentationIngredients], str]], ...] = (
    ("payload_tampered", "The issuer's payload was changed.", VERIFY, _payload_tampered),
    ("header_tampered", "The issuer's header was changed.", VERIFY, _header_tampered),
    ("signature_tampered", "One bit of the issuer's signature is flipped.", VERIFY,
     lambda x: break_signature(held(x).jwt.text)),
    ("issuer_alg_none", "The issuer's part has the algorithm none.", VERIFY, lambda x: _issued(x).unsigned()),
    ("issuer_alg_hs256", "The issuer's part has a MAC with the issuer's public key as the secret.", VERIFY,
     lambda x: _issued(x).with_mac_of(_issuer_key(x))),
    ("issuer_alg_rs256", "The issuer's part claims to be signed with RSA.", VERIFY,
     lambda x: _issued(x).with_header(alg="RS256").sign()),
    ("issuer_replaced", "A stranger signed the issuer's part, and the issuer's certificate stands beside it.",
     VERIFY, lambda x: _issued(x).sign()),
)  # fmt: skip


def _issuer_key(x: PresentationIngredients) -> PublicKey:
    return x509.public_key(jose.parse_x5c(held(x).jwt.header)[0])


def _issued_part(alter: Callable[[PresentationIngredients], str]) -> Callable[[PresentationIngredients], str]:
    def make(x: PresentationIngredients) -> str:
        return bound(x, joined(alter(x), (disclosure.text for disclosure in chosen(x))))

    return make


SHOWN_FAULTS: tuple[PresentationFault, ...] = (
    *(fault(id_, says, section, _disclosures(alter)) for id_, says, section, alter in _DISCLOSURES),
    *(fault(id_, says, section, _issued_part(alter)) for id_, says, section, alter in _ISSUED),
)
