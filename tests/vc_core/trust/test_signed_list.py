"""`trust.signed_list`: only a list of its operator, in force and not older than one seen, is a trust list at all."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, given
from hypothesis import strategies as st

from tests import pilot
from tests.vc_core.forged_jws import ABSENT, changed, forge
from vc_core import base64url, jose, pki, strict_json
from vc_core.pki import Organization
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.trust import TrustList, encode_trust_list, read_trust_list
from vc_core.trust.lote import document

OPERATOR = pilot.OPERATOR
PINNED = OPERATOR.chain[0]
LIST = pilot.trust_list()
SECOND = timedelta(seconds=1)
HEADER = {"alg": "ES256", "typ": "JOSE", "x5c": jose.x5c_header(OPERATOR.chain)}


def operator(number: int, *, country: str = "EU", name: str = "Pilot office", end: datetime = pilot.NOW + pilot.YEAR,
             key: ec.EllipticCurvePrivateKey | None = None) -> SoftwareKey:  # fmt: skip
    key = key or pilot.private_key(number)
    organization = Organization(country=country, name=name)
    made = pki.list_operator(private_key=key, organization=organization, term=pilot.term(number, end=end))
    return SoftwareKey(key, (made,))


def signed(payload: Mapping[str, Any] | None = None, signer: SoftwareKey = OPERATOR, **header: Any) -> str:
    return forge(changed(HEADER, header), document(LIST) if payload is None else payload, signer)


def signed_by(signer: SoftwareKey) -> str:
    return signed(signer=signer, x5c=jose.x5c_header(signer.chain))


@pytest.mark.parametrize("pinned", [PINNED, [operator(90).chain[0], PINNED]], ids=["one", "one_of_several"])
def test_a_list_reads_as_it_is_signed(pinned: Any) -> None:
    text = encode_trust_list(LIST, OPERATOR, pilot.NOW)
    read = read_trust_list(text, operator=pinned, now=pilot.NOW, minimum_sequence=7)
    assert read == LIST
    assert read.digest == base64url.encode(hashlib.sha256(text.encode()).digest())


def test_a_larger_curve_may_sign() -> None:
    strong = operator(91, key=ec.derive_private_key(91, ec.SECP384R1()))
    text = encode_trust_list(LIST, strong, pilot.NOW)
    assert read_trust_list(text, operator=strong.chain[0], now=pilot.NOW) == LIST


def test_nobody_signs_a_list_in_another_s_name() -> None:
    with pytest.raises(ValueError, match="names another"):
        encode_trust_list(LIST, operator(92, name="Somebody else"), pilot.NOW)


@pytest.mark.parametrize("now", [LIST.issued_at, LIST.next_update - SECOND], ids=["first_second", "last_second"])
def test_the_list_is_in_force_between_its_two_instants(now: datetime) -> None:
    assert read_trust_list(signed(), operator=PINNED, now=now) == LIST


@dataclass(frozen=True, kw_only=True)
class Case:
    text: str = field(default_factory=signed)
    pinned: SoftwareKey = OPERATOR
    now: datetime = pilot.NOW
    minimum_sequence: int = 0

    def read(self) -> TrustList:
        return read_trust_list(
            self.text, operator=self.pinned.chain[0], now=self.now, minimum_sequence=self.minimum_sequence
        )


ACCESS_SIGNER = pilot.RELYING_PARTY
EXPIRED = operator(93, end=pilot.NOW - SECOND)
ELSEWHERE = operator(94, country="FR")
SOMEBODY = operator(95, name="Somebody else")
OF_SAME_NAME = operator(96)
TEXT = signed()
PAYLOAD = strict_json.dump(document(LIST))

BAD: dict[str, tuple[str, Case]] = {
    "unsigned": ("trust_list_unsigned", Case(text=PAYLOAD.decode())),
    "unsigned_and_indented": ("trust_list_unsigned", Case(text=f"\n {PAYLOAD.decode()}")),
    "empty": ("trust_list_malformed", Case(text="")),
    "two_parts": ("trust_list_malformed", Case(text=signed().rpartition(".")[0])),
    "payload_not_json": ("trust_list_malformed", Case(text=jose.sign_jws(HEADER, b"LoTE", OPERATOR))),
    "member_repeated": (
        "trust_list_malformed",
        Case(text=jose.sign_jws(HEADER, b'{"LoTE":{},"LoTE":{}}', OPERATOR)),
    ),
    "critical_header": ("trust_list_malformed", Case(text=signed(crit=["sigD"], sigD={}))),
    "typ_of_a_jwt": ("trust_list_typ_wrong", Case(text=signed(typ="JWT"))),
    "typ_missing": ("trust_list_typ_wrong", Case(text=signed(typ=ABSENT))),
    "x5c_missing": ("trust_list_signer_missing", Case(text=signed(x5c=ABSENT))),
    "x5c_malformed": ("trust_list_malformed", Case(text=signed(x5c=["MIIB"]))),
    "signer_of_the_same_name": ("trust_list_signer_unknown", Case(text=signed_by(OF_SAME_NAME))),
    "signer_after_a_pinned_one": (
        "trust_list_signature_invalid",
        Case(text=signed(signer=OF_SAME_NAME, x5c=jose.x5c_header((*OPERATOR.chain, *OF_SAME_NAME.chain)))),
    ),
    "pinned_one_after_the_signer": (
        "trust_list_signer_unknown",
        Case(text=signed(signer=OF_SAME_NAME, x5c=jose.x5c_header((*OF_SAME_NAME.chain, *OPERATOR.chain)))),
    ),
    "signer_expired": ("trust_list_signer_not_valid", Case(text=signed_by(EXPIRED), pinned=EXPIRED)),
    "signer_of_another_profile": (
        "trust_list_signer_not_valid",
        Case(text=signed_by(ACCESS_SIGNER), pinned=ACCESS_SIGNER),
    ),
    "signer_of_another_name": ("trust_list_signer_name_wrong", Case(text=signed_by(SOMEBODY), pinned=SOMEBODY)),
    "signer_of_another_territory": ("trust_list_signer_name_wrong", Case(text=signed_by(ELSEWHERE), pinned=ELSEWHERE)),
    "signature_of_another_key": ("trust_list_signature_invalid", Case(text=signed(signer=OF_SAME_NAME))),
    "algorithm_none": ("trust_list_signature_invalid", Case(text=signed(alg="none"))),
    "algorithm_of_another_curve": ("trust_list_signature_invalid", Case(text=signed(alg="ES384"))),
    "schema_invalid": ("trust_list_schema_invalid", Case(text=signed({"LoTE": {}}))),
    "sequence_gone_back": ("trust_list_rolled_back", Case(minimum_sequence=8)),
    "issued_tomorrow": ("trust_list_from_future", Case(now=LIST.issued_at - SECOND)),
    "next_update_passed": ("trust_list_stale", Case(now=LIST.next_update)),
    "in_force_too_long": (
        "trust_list_period_wrong",
        Case(text=signed(document(pilot.trust_list(next_update=pilot.NOW + pilot.YEAR)))),
    ),
}


@pytest.mark.parametrize(("reason", "case"), BAD.values(), ids=BAD.keys())
def test_a_bad_list_is_no_list_for_its_reason(reason: str, case: Case) -> None:
    with pytest.raises(Rejection) as caught:
        case.read()
    assert caught.value.reason == reason


@given(st.text(max_size=80) | st.builds(lambda left, right: f"{left}.{right}.", st.text(), st.text()))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(Rejection):
        read_trust_list(text, operator=PINNED, now=pilot.NOW)


@given(st.integers(0, 100_000), st.characters(codec="ascii"))
def test_a_changed_character_is_refused(position: int, character: str) -> None:
    text = TEXT[: position % len(TEXT)] + character + TEXT[position % len(TEXT) + 1 :]
    assume(text != TEXT)
    with pytest.raises(Rejection):
        read_trust_list(text, operator=PINNED, now=pilot.NOW)
