"""`trust.entities`: who may issue what and when, whose certificate it is, where its status lists lie."""

from datetime import date, timedelta
from typing import Any

import pytest
from cryptography.x509 import Certificate

from tests import pilot
from tests.vc_core.handmade_certificates import certificate
from vc_core import x509
from vc_core.trust import Entitlement, TrustedEntity, TrustList, TrustLists

DAY = timedelta(days=1)
SIGNER = pilot.DOCUMENT_SIGNER.chain[0]
FIRST = Entitlement(type_id="a1", issue_from=date(2020, 1, 1), issue_until=date(2021, 6, 30))
SECOND = Entitlement(type_id="a1", issue_from=date(2023, 1, 1))
TWICE = pilot.entity(entitlements=(SECOND, FIRST))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (FIRST.issue_from - DAY, False),
        (FIRST.issue_from, True),
        (date(2021, 6, 30), True),
        (date(2021, 7, 1), False),
        (SECOND.issue_from - DAY, False),
        (SECOND.issue_from, True),
        (date(2099, 1, 1), True),
    ],
    ids=str,
)
def test_entitlement_has_days_and_may_have_periods(day: date, expected: bool) -> None:
    assert TWICE.entitled("a1", day) is expected
    assert not TWICE.entitled("ehic", day)


def found_by(listed: TrustList, leaf: Certificate) -> list[TrustedEntity]:
    return [entry.entity for entry in TrustLists.of(listed).entries_for(leaf)]


def test_an_entity_is_found_by_the_id_in_the_certificate() -> None:
    other = pilot.entity("FR:180000", signers=())
    listed = pilot.trust_list(pilot.entity(), other)
    assert found_by(listed, SIGNER) == [pilot.entity()]
    assert found_by(listed, pilot.STATUS_SIGNER.chain[0]) == [pilot.entity()]
    assert found_by(listed, pilot.RELYING_PARTY.chain[0]) == []
    assert found_by(listed, pilot.FRENCH_ROOT.certificate) == []
    assert listed.entity("FR:180000") == other
    assert listed.entity("DE:180000") is None


def test_a_revoked_certificate_has_no_entity() -> None:
    listed = pilot.trust_list(pilot.entity(revoked=frozenset({x509.thumbprint(SIGNER)})))
    lists = TrustLists.of(listed)
    assert found_by(listed, SIGNER) == []
    assert lists.revokes(SIGNER)
    assert not lists.revokes(pilot.STATUS_SIGNER.chain[0])
    assert not lists.revokes(pilot.RELYING_PARTY.chain[0])
    assert found_by(listed, pilot.STATUS_SIGNER.chain[0]) != []


@pytest.mark.parametrize("length", [8, 16, 32])
def test_a_signer_is_found_by_the_beginning_of_its_thumbprint(length: int) -> None:
    assert TrustLists.of(pilot.trust_list()).certificate(x509.thumbprint(SIGNER)[:length]) == SIGNER


@pytest.mark.parametrize(
    "key_id",
    [b"", x509.thumbprint(SIGNER)[:7], bytes(8), x509.thumbprint(SIGNER) + b"\0"],
    ids=["empty", "too_short", "unknown", "too_long"],
)
def test_no_signer_is_found_by_less_or_by_something_else(key_id: bytes) -> None:
    assert TrustLists.of(pilot.trust_list()).certificate(key_id) is None


def test_anchors_vouch_for_status_lists_unless_others_are_named() -> None:
    assert pilot.entity().status_anchors == (pilot.FRENCH_ROOT.certificate,)
    other = (pilot.ACCESS_ROOT.certificate,)
    assert pilot.entity(status_anchors=other).status_anchors == other


PREFIX = pilot.STATUS_PREFIX


@pytest.mark.parametrize("uri", [f"{PREFIX}1", f"{PREFIX}2026/1.jwt", f"{PREFIX}1?x=1"])
def test_an_address_under_the_prefix_is_permitted(uri: str) -> None:
    assert pilot.trust_list().permits_status_uri(pilot.entity(), uri)


@pytest.mark.parametrize(
    "uri",
    [
        "https://status.urssaf.example/",
        "https://status.urssaf.example.evil/lists/1",
        "https://status.urssaf.example@evil/lists/1",
        "http://status.urssaf.example/lists/1",
        "HTTPS://status.urssaf.example/lists/1",
        f"{PREFIX}../1",
        f"{PREFIX}%2e%2E/1",
        f"{PREFIX}a/./1",
        f"{PREFIX}..\\1",
        f"{PREFIX}1#2",
        f"{PREFIX}é",
        f"{PREFIX}1\n",
        "https://[::1/lists/1",
        "",
    ],
    ids=repr,
)
def test_an_address_elsewhere_is_not(uri: str) -> None:
    assert not pilot.trust_list().permits_status_uri(pilot.entity(), uri)


@pytest.mark.parametrize(
    "changes",
    [
        {"institution_id": "FR:117"},
        {"institution_id": "FR: 117000"},
        {"country": "fr"},
        {"anchors": ()},
        {"anchors": (SIGNER,)},
        {"status_anchors": (SIGNER,)},
        {"signers": (pilot.FRENCH_ROOT.certificate,)},
        {"signers": pilot.RELYING_PARTY.chain},
        {"signers": (certificate(name=pilot.FRENCH_ROOT.certificate.subject),)},
        {"entitlements": ()},
        {"entitlements": (FIRST, FIRST)},
        {"entitlements": (FIRST, Entitlement(type_id="a1", issue_from=date(2021, 7, 1)))},
        {"entitlements": (SECOND, Entitlement(type_id="a1", issue_from=date(2024, 1, 1)))},
        {"status_prefixes": ("https://status.urssaf.example",)},
        {"status_prefixes": ("https://status.urssaf.example/../",)},
        {"status_prefixes": ("ftp://status.urssaf.example/",)},
    ],
    ids=lambda changes: f"{next(iter(changes))}",
)
def test_an_entity_that_contradicts_itself_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  our own mistake, whatever its words
        pilot.entity(**{"signers": (), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"entities": (pilot.entity(), pilot.entity())},
        {"next_update": pilot.NOW - DAY},
        {"issued_at": pilot.NOW.replace(microsecond=1)},
    ],
    ids=["institution_twice", "never_in_force", "fraction_of_a_second"],
)
def test_a_list_that_contradicts_itself_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  our own mistake, whatever its words
        pilot.trust_list(**changes)


def test_an_entitlement_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Entitlement(type_id="a1", issue_from=date(2026, 1, 2), issue_until=date(2026, 1, 1))
