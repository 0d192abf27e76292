"""`sd-jwt` 0.10.4 and we read each other's SD-JWTs and key binding (RFC 9901), and refuse tampered ones."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from tests.oracles import ours
from tests.oracles.ours import HOLDER, STRANGER, Parts, flipped, reworded
from tests.oracles.peers import Peer
from tests.vc_core.forged_jws import forge
from tests.vc_core.sd_jwt import handmade
from vc_core import sd_jwt as ours_sd_jwt
from vc_core.claims import ClaimPath
from vc_core.pilot import new_key
from vc_core.rejection import Rejection
from vc_core.sd_jwt import DisclosurePlan, Processed, SdJwt
from vc_core.signer import SoftwareKey

ISSUER_KEY = SoftwareKey(new_key(os.urandom))
AUDIENCE, NONCE = "x509_hash:verifier", "n-0S6_WzA2Mj"
CLAIMS: dict[str, Any] = {
    "iss": "https://issuer.example",
    "vct": "urn:example:type:1",
    "name": "Zoë",
    "address": {"street": "12 rue du Bac", "city": "Paris", "country": "FR"},
    "nationalities": ["DE", "FR"],
    "jobs": [{"title": "engineer", "since": 2019}, {"title": "poet", "since": 2021}],
}
PLANS: dict[str, tuple[ClaimPath, ...]] = {
    "top": (("name",),),
    "nested": (("address", "street"), ("address", "city")),
    "array_elements": (("nationalities", None),),
    "recursive": (("address",), ("address", "street")),
    "recursive_through_an_array": (("jobs", None), ("jobs", None, "title")),
    "everything": (
        ("name",), ("address",), ("address", "street"), ("nationalities", None), ("jobs", None),
        ("jobs", None, "title"),
    ),
}  # fmt: skip
each_plan = pytest.mark.parametrize("paths", PLANS.values(), ids=PLANS.keys())
with_and_without_decoys = pytest.mark.parametrize("decoys", [False, True], ids=["no_decoys", "decoys"])


# ---------------------------------------------------------------------------------------------- they read what we issue
def issued(paths: tuple[ClaimPath, ...], *, decoys: bool = False) -> SdJwt:
    return ours_sd_jwt.issue(
        {**CLAIMS, "cnf": {"jwk": ours.jwk(HOLDER)}},
        plan=DisclosurePlan(paths=paths),
        signer=ISSUER_KEY,
        header={"typ": "dc+sd-jwt"},
        random=os.urandom,
        decoys_to_multiple_of=5 if decoys else 1,
    )


def bound(shown: str, holder: SoftwareKey = HOLDER) -> str:
    return ours_sd_jwt.bind(shown, holder=holder, audience=AUDIENCE, nonce=NONCE, issued_at=ours.now())


def asked(text: str, **changes: Any) -> dict[str, Any]:
    return {
        "presentation": text,
        "issuer_key": ours.jwk(ISSUER_KEY),
        "audience": AUDIENCE,
        "nonce": NONCE,
        **changes,
    }


@each_plan
@with_and_without_decoys
def test_they_accept_what_we_issue(sd_jwt: Peer, paths: tuple[ClaimPath, ...], decoys: bool) -> None:
    claims = sd_jwt.accepts("verify", **asked(bound(issued(paths, decoys=decoys).text)))["claims"]
    assert claims == {**CLAIMS, "cnf": {"jwk": ours.jwk(HOLDER)}}


def test_they_see_what_is_shown_and_no_more(sd_jwt: Peer) -> None:
    held = issued(PLANS["everything"], decoys=True)
    wanted = [("address", "street"), ("jobs", 1, "title")]
    shown = ours_sd_jwt.present(held, ours_sd_jwt.select_disclosures(held, wanted))
    claims = sd_jwt.accepts("verify", **asked(bound(shown)))["claims"]
    assert claims == ours_sd_jwt.process(ours_sd_jwt.parse_compact(shown)).claims
    assert claims["address"] == CLAIMS["address"]
    assert (claims["nationalities"], claims["jobs"]) == ([], [CLAIMS["jobs"][1]])
    assert "name" not in claims


Change = Callable[[Parts], Parts]
CHANGES: dict[str, Change] = {
    "issuer_signature": lambda parts: replace(parts, jwt=flipped(parts.jwt)),
    "kb_signature": lambda parts: replace(parts, kb_jwt=flipped(parts.kb_jwt)),
    "disclosure_withheld_after_binding": lambda parts: replace(parts, disclosures=parts.disclosures[:-1]),
    "disclosure_changed_after_binding": lambda parts: replace(
        parts, disclosures=(reworded(parts.disclosures[0]), *parts.disclosures[1:])
    ),
}
THEIR_REASONS = {
    "issuer_signature": "InvalidJWSSignature",
    "kb_signature": "InvalidJWSSignature",
    "disclosure_withheld_after_binding": "Invalid digest in KB-JWT",
    "disclosure_changed_after_binding": "Invalid digest in KB-JWT",
}
OUR_REASONS = {
    "issuer_signature": "signature_invalid",
    "kb_signature": "signature_invalid",
    "disclosure_withheld_after_binding": "sd_hash_wrong",
    "disclosure_changed_after_binding": "disclosure_unreferenced",
}


@pytest.mark.parametrize("change", CHANGES)
def test_they_refuse_ours_tampered(sd_jwt: Peer, change: str) -> None:
    good = Parts.of(bound(issued(PLANS["array_elements"]).text))
    assert THEIR_REASONS[change] in sd_jwt.refuses("verify", **asked(str(CHANGES[change](good))))


def test_they_refuse_the_proof_of_a_stranger(sd_jwt: Peer) -> None:
    text = bound(issued(PLANS["top"]).text, STRANGER)
    assert "InvalidJWSSignature" in sd_jwt.refuses("verify", **asked(text))


@pytest.mark.parametrize(
    ("other", "reason"),
    [({"audience": "x509_hash:other"}, "Invalid audience"), ({"nonce": "of-another-request"}, "Invalid nonce")],
    ids=["audience", "nonce"],
)
def test_they_refuse_a_proof_for_another_request(sd_jwt: Peer, other: dict[str, str], reason: str) -> None:
    assert reason in sd_jwt.refuses("verify", **asked(bound(issued(PLANS["top"]).text), **other))


# ---------------------------------------------------------------------------------------------- we read what they issue
def issued_by(peer: Peer, paths: tuple[ClaimPath, ...], *, decoys: bool = False) -> str:
    text: str = peer.accepts(
        "issue",
        claims=CLAIMS,
        paths=[list(path) for path in paths],
        issuer_key=ours.private_jwk(ISSUER_KEY),
        holder_key=ours.jwk(HOLDER),
        decoys=decoys,
    )["sd_jwt"]
    return text


def presented_by(peer: Peer, text: str, disclose: Any) -> str:
    question = {"audience": AUDIENCE, "nonce": NONCE, "holder_key": ours.private_jwk(HOLDER)}
    shown: str = peer.accepts("present", sd_jwt=text, disclose=disclose, **question)["presentation"]
    return shown


def verified(text: str) -> Processed:
    """Every question we ask of an SD-JWT with key binding."""
    parsed = ours_sd_jwt.parse_compact(text)
    ours_sd_jwt.verify_issuer_signature(parsed, ISSUER_KEY.public_key)
    processed = ours_sd_jwt.process(parsed)
    binding = ours_sd_jwt.parse_key_binding(parsed)
    ours_sd_jwt.verify_binding_signature(binding, ours_sd_jwt.confirmation_key(processed.claims))
    ours_sd_jwt.require_nonce(binding, NONCE)
    ours_sd_jwt.require_audience(binding, AUDIENCE)
    ours_sd_jwt.require_issued_now(binding, ours.now())
    ours_sd_jwt.require_sd_hash(binding, parsed)
    return processed


EVERYTHING = {
    "name": True,
    "address": {"street": True, "city": True},
    "nationalities": [True, True],
    "jobs": [{"title": True}, {"title": True}],
}


@each_plan
@with_and_without_decoys
def test_we_accept_what_they_issue(sd_jwt: Peer, paths: tuple[ClaimPath, ...], decoys: bool) -> None:
    text = issued_by(sd_jwt, paths, decoys=decoys)
    processed = verified(presented_by(sd_jwt, text, EVERYTHING))
    confirmation = processed.claims["cnf"]
    assert processed.claims == {**CLAIMS, "cnf": confirmation}
    assert bool(processed.hidden_members) is decoys


def test_we_see_what_they_show_and_no_more(sd_jwt: Peer) -> None:
    text = issued_by(sd_jwt, PLANS["everything"], decoys=True)
    processed = verified(presented_by(sd_jwt, text, {"address": {"street": True}, "jobs": [False, {"title": True}]}))
    assert processed.disclosed.keys() == {("address",), ("address", "street"), ("jobs", 0), ("jobs", 0, "title")}
    assert processed.claims["jobs"] == [CLAIMS["jobs"][1]]


@pytest.mark.parametrize("change", CHANGES)
def test_we_refuse_theirs_tampered(sd_jwt: Peer, change: str) -> None:
    good = Parts.of(presented_by(sd_jwt, issued_by(sd_jwt, PLANS["array_elements"]), EVERYTHING))
    with pytest.raises(Rejection) as caught:
        verified(str(CHANGES[change](good)))
    assert caught.value.reason == OUR_REASONS[change]


# --------------------------------------------------------------------------------------------------------- their faults
def read_in_time(text: str) -> None:
    """Digests, and the age of the proof."""
    parsed = ours_sd_jwt.parse_compact(text)
    ours_sd_jwt.process(parsed)
    ours_sd_jwt.require_issued_now(ours_sd_jwt.parse_key_binding(parsed), ours.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What 0.10.4 lets pass and RFC 9901 does not; reason: ours."""

    text: str
    reason: str


REPEATED = {**handmade.PAYLOAD, "nationalities": [{"...": handmade.digest(handmade.GERMAN)}] * 2}
A_YEAR_AGO = int((ours.now() - timedelta(days=365)).timestamp())


def by_hand(payload: dict[str, Any], *disclosures: str, issued_at: int | None = None) -> str:
    text = handmade.sd_jwt(payload, *disclosures)
    claims = {**handmade.kb_claims(text), "iat": issued_at or int(ours.now().timestamp())}
    return text + forge(handmade.KB_HEADER, claims, handmade.HOLDER)


FAULTS = {
    "disclosure_without_digest": Fault(
        text=by_hand(handmade.PAYLOAD, *handmade.DISCLOSURES, handmade.disclosure("salt-x", "title", "Dr")),
        reason="disclosure_unreferenced",
    ),
    "digest_twice_in_an_array": Fault(text=by_hand(REPEATED, *handmade.DISCLOSURES), reason="digest_repeated"),
    "proof_of_a_year_ago": Fault(
        text=by_hand(handmade.PAYLOAD, *handmade.DISCLOSURES, issued_at=A_YEAR_AGO), reason="iat_too_old"
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_faults_met(sd_jwt: Peer, fault: Fault) -> None:
    """As long as they stand: a release that mends one fails here, and the README is due."""
    sd_jwt.accepts(
        "verify",
        presentation=fault.text,
        issuer_key=ours.jwk(handmade.ISSUER),
        audience=handmade.AUDIENCE,
        nonce=handmade.NONCE,
    )
    with pytest.raises(Rejection) as caught:
        read_in_time(fault.text)
    assert caught.value.reason == fault.reason
