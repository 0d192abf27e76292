"""Verification receipts: made without personal data, checked again later, refused for one thing wrong."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pilot import ACCESS_ROOT, DOCUMENT_SIGNER, FRENCH_ROOT, NOW, RELYING_PARTY, private_key, trust_list
from vc_core import jose
from vc_core.jose import sign_jws, x5c_header
from vc_core.receipt import (
    DocumentHash,
    Receipt,
    check_receipt,
    encode_receipt,
    list_digest,
    make_receipt,
    require_about,
)
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.verdict import Document, Verdict, Word
from vc_core.verification import Evidence, StatusFetched, StatusUnavailable

DOCUMENT = Document(type_id="a1", institution_id="FR:117000", document_number="2026-00017")
CLAIMS = {"credential_holder": {"family_name": "Moreau"}}
VERDICT = Verdict(word=Word.CONFIRMED, deciding=(), checks=(), document=DOCUMENT, claims=CLAIMS, at=NOW)
URI = "https://status.example/1"
EVIDENCE = Evidence(
    trust=replace(trust_list(), digest="the-digest"),
    status={
        URI: StatusFetched(body=b"token", content_type="application/statuslist+jwt", fetched_at=NOW),
        "https://status.example/2": StatusUnavailable(reason="timeout"),
    },
)
ANCHORS = (ACCESS_ROOT.certificate,)
YEARS_LATER = NOW + timedelta(days=3000)


def made(verdict: Verdict = VERDICT, evidence: Evidence | None = EVIDENCE) -> Receipt:
    return make_receipt(verdict, evidence, verifier="x509_hash:zoll", policy="2026-11", random=lambda n: b"s" * n)


def test_a_receipt_says_when_who_what_and_on_which_lists() -> None:
    receipt = made()
    assert (receipt.verifier, receipt.at, receipt.word, receipt.policy) == (
        "x509_hash:zoll", NOW, Word.CONFIRMED, "2026-11",
    )  # fmt: skip
    assert receipt.trust_list == "the-digest"
    assert receipt.status_lists == {URI: list_digest(b"token")}


def test_it_is_checked_again_years_later() -> None:
    """The certificate has run out since; it held then."""
    assert check_receipt(encode_receipt(made(), RELYING_PARTY), anchors=ANCHORS, now=YEARS_LATER) == made()


def test_it_holds_nothing_of_the_person_and_not_the_number() -> None:
    claims = jose.parse_jws(encode_receipt(made(), RELYING_PARTY)).claims()
    assert claims.keys() == {
        "iss", "iat", "verdict", "policy", "document", "trust_list", "status_lists",
    }  # fmt: skip
    assert "Moreau" not in str(claims)
    assert "00017" not in str(claims)


def test_only_who_has_the_document_knows_which_it_is() -> None:
    receipt = made()
    require_about(receipt, DOCUMENT)
    for name in ("type_id", "institution_id", "document_number"):
        with pytest.raises(Rejection, match="document_mismatch"):
            require_about(receipt, replace(DOCUMENT, **{name: "other"}))
    moved = Document(type_id="a1", institution_id="FR:11700", document_number="02026-00017")
    with pytest.raises(Rejection, match="document_mismatch"):
        require_about(receipt, moved)


def test_two_receipts_do_not_tell_that_they_are_about_one_document() -> None:
    assert DocumentHash.of(DOCUMENT, b"1" * 16).digest != DocumentHash.of(DOCUMENT, b"2" * 16).digest


def test_what_could_not_be_read_is_not_named() -> None:
    receipt = made(replace(VERDICT, word=Word.CANNOT_CONFIRM, document=Document()), None)
    assert (receipt.document, receipt.trust_list, receipt.status_lists) == (None, "", {})
    text = encode_receipt(receipt, RELYING_PARTY)
    assert check_receipt(text, anchors=ANCHORS, now=NOW) == receipt
    with pytest.raises(Rejection, match="document_not_named"):
        require_about(receipt, DOCUMENT)


def signed(*, header: dict[str, Any] | None = None, signer: SoftwareKey = RELYING_PARTY, **changes: Any) -> str:
    claims = jose.parse_jws(encode_receipt(made(), RELYING_PARTY)).claims() | changes
    members = {"typ": "verification-receipt+jwt", "x5c": x5c_header(RELYING_PARTY.chain)} | (header or {})
    return sign_jws(
        {name: value for name, value in members.items() if value is not None},
        {name: value for name, value in claims.items() if value is not None},
        signer,
    )


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "typ_wrong": ({"header": {"typ": "JWT"}}, "type_wrong"),
    "chain_missing": ({"header": {"x5c": None}}, "x5c_missing"),
    "signed_by_another_key": ({"signer": SoftwareKey(private_key(9))}, "signature_invalid"),
    "signed_by_an_institution": (
        {"signer": DOCUMENT_SIGNER, "header": {"x5c": x5c_header(DOCUMENT_SIGNER.chain)}}, "issuer_unknown",
    ),
    "iat_missing": ({"iat": None}, "iat_missing"),
    "iat_text": ({"iat": "today"}, "iat_malformed"),
    "from_the_future": ({"iat": int(YEARS_LATER.timestamp()) + 1}, "iat_in_future"),
    "before_its_certificate": ({"iat": 1_000_000_000}, "certificate_not_yet_valid"),
    "iss_missing": ({"iss": None}, "iss_missing"),
    "policy_missing": ({"policy": None}, "policy_missing"),
    "verdict_missing": ({"verdict": None}, "verdict_missing"),
    "verdict_of_another_word": ({"verdict": "VALID"}, "verdict_unknown"),
    "document_text": ({"document": "a1"}, "document_malformed"),
    "document_without_salt": ({"document": {"sha256": "AA"}}, "salt_missing"),
    "hash_not_base64url": ({"document": {"salt": "AA", "sha256": "+"}}, "base64url_malformed"),
    "list_text": ({"status_lists": ["x"]}, "status_lists_malformed"),
    "list_without_hash": ({"status_lists": [{"uri": URI}]}, "sha256_missing"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "reason"), BAD.values(), ids=BAD)
def test_what_is_no_receipt(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejection) as caught:
        check_receipt(signed(**changes), anchors=ANCHORS, now=YEARS_LATER)
    assert caught.value.reason == reason


def test_a_verifier_that_nobody_certified() -> None:
    with pytest.raises(Rejection, match="issuer_unknown"):
        check_receipt(signed(), anchors=(FRENCH_ROOT.certificate,), now=YEARS_LATER)


def test_one_bit_changed() -> None:
    text = signed()
    with pytest.raises(Rejection, match="signature_invalid"):
        check_receipt(text[:-8] + ("A" if text[-8] != "A" else "B") + text[-7:], anchors=ANCHORS, now=YEARS_LATER)


@given(
    name=st.sampled_from(["iss", "iat", "verdict", "document", "status_lists"]), value=st.text() | st.integers(-9, 9)
)
def test_any_claim_is_read_or_rejected(name: str, value: Any) -> None:
    with suppress(Rejection):
        check_receipt(signed(**{name: value}), anchors=ANCHORS, now=YEARS_LATER)
