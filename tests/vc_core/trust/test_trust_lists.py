"""`trust.trust_lists`: several lists side by side, each limited to the countries it may speak for."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from cryptography.x509 import Certificate

from tests import pilot
from vc_core import pki, x509
from vc_core.pki import Organization
from vc_core.trust import ConsultedList, Entitlement, TrustedEntity, TrustList, TrustLists, TrustUnavailable

SIGNER = pilot.DOCUMENT_SIGNER.chain[0]
FRENCH = pilot.entity()
GERMAN = pilot.entity("DE:180000", name="DVKA", country="DE", signers=())
STALE = TrustUnavailable(reason="trust_list_stale")


def consulted(name: str, *entities: TrustedEntity, territories: str = "") -> ConsultedList:
    return ConsultedList(
        name=name, territories=frozenset(territories.split()), published=pilot.trust_list(*entities)
    )  # fmt: skip


def lists(*several: ConsultedList) -> TrustLists:
    return TrustLists(lists=several)


def names(found: object) -> list[str]:
    return [one.name for one in found]  # type: ignore[attr-defined]


TWO = lists(consulted("fr", FRENCH, territories="FR"), consulted("de", GERMAN, territories="DE"))


def test_an_institution_is_found_on_its_list() -> None:
    (french,), (german,) = TWO.entries_for(SIGNER), TWO.entries("DE:180000")
    assert (french.source.name, french.entity) == ("fr", FRENCH)
    assert (german.source.name, german.entity) == ("de", GERMAN)
    assert TWO.entries("AT:180000") == ()


def test_an_institution_on_two_lists_has_two_entries_and_nothing_is_merged() -> None:
    other = pilot.entity(entitlements=(Entitlement(type_id="ehic", issue_from=date(2020, 1, 1)),))
    found = lists(consulted("one", FRENCH), consulted("two", other)).entries_for(SIGNER)
    assert [entry.entity for entry in found] == [FRENCH, other]


def test_one_list_is_the_simple_case() -> None:
    listed = pilot.trust_list()
    one = TrustLists.of(listed)
    assert one.entries_for(SIGNER)[0].listed is listed
    assert TrustLists.of(one) is one
    assert TrustLists.of(STALE).missing(SIGNER) == (ConsultedList(published=STALE),)


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        pytest.param((consulted("fr", FRENCH), consulted("other", FRENCH)), SIGNER, id="on_both_the_same"),
        pytest.param((consulted("fr", FRENCH), consulted("de", GERMAN)), SIGNER, id="on_one"),
        pytest.param((consulted("fr", FRENCH, territories="DE"),), None, id="outside_territory"),
        pytest.param((consulted("de", GERMAN),), None, id="on_none"),
    ],
)
def test_a_signer_is_found_by_key_id_on_any_list(several: tuple[ConsultedList, ...], expected: object) -> None:
    assert lists(*several).certificate(x509.thumbprint(SIGNER)[:8]) == expected


class Colliding(TrustList):
    """As if the thumbprints of all its signers began alike."""

    def certificates(self, key_id: bytes) -> Mapping[bytes, Certificate]:
        return {x509.thumbprint(one): one for entity in self.entities for one in entity.signers}


def test_a_key_id_that_one_list_cannot_tell_is_not_told_by_another() -> None:
    second = pki.document_signer(
        pilot.FRENCH_ROOT, public_key=pilot.private_key(22).public_key(), organization=pilot.URSSAF, term=pilot.term(22)
    )
    listed = pilot.trust_list(pilot.entity(signers=(SIGNER, second)))
    colliding = ConsultedList(name="colliding", published=Colliding(**_given(listed)))
    key_id = x509.thumbprint(SIGNER)[:8]
    assert lists(consulted("fr", FRENCH)).certificate(key_id) == SIGNER
    assert lists(colliding).certificate(key_id) is None
    assert lists(colliding, consulted("fr", FRENCH)).certificate(key_id) is None


def _given(listed: TrustList) -> dict[str, Any]:
    return {one.name: getattr(listed, one.name) for one in fields(listed) if one.init}


def test_revoked_on_one_list_is_revoked() -> None:
    """What speaks against a certificate counts from every list; what speaks for it never adds up."""
    revoking = pilot.entity(revoked=frozenset({x509.thumbprint(SIGNER)}))
    both = lists(consulted("one", FRENCH), consulted("two", revoking))
    assert both.revokes(SIGNER)
    assert both.entries_for(SIGNER) == ()
    assert not TWO.revokes(SIGNER)


TERRITORIES = {
    "own": ("FR:117000", "FR", "FR", True),
    "own_of_several": ("FR:117000", "FR", "DE FR", True),
    "any": ("FR:117000", "FR", "", True),
    "other": ("FR:117000", "FR", "DE", False),
    "country_of_another_state": ("FR:117000", "DE", "FR", False),
    "id_of_another_state": ("DE:117000", "FR", "FR", False),
    "greece_as_eessi_spells_it": ("EL:117000", "GR", "GR", True),
    "united_kingdom_as_eessi_spells_it": ("UK:117000", "GB", "GB", True),
    "greece_throughout_as_eessi_spells_it": ("EL:117000", "EL", "EL", True),
    "greece_limited_as_eessi_spells_it": ("EL:117000", "GR", "EL", True),
    "united_kingdom_limited_as_eessi_spells_it": ("UK:117000", "GB", "FR UK", True),
    "france_by_greece": ("FR:117000", "FR", "EL", False),
    "greece_by_another": ("EL:117000", "GR", "FR", False),
}


@pytest.mark.parametrize(("id_", "country", "territories", "counts"), TERRITORIES.values(), ids=TERRITORIES)
def test_a_list_speaks_for_its_own_countries_only(id_: str, country: str, territories: str, counts: bool) -> None:
    entity = pilot.entity(id_, country=country, signers=())
    one = consulted("list", entity, GERMAN, territories=territories)
    assert bool(lists(one).entries(id_)) is counts
    assert one.outside.get(id_) == (None if counts else "issuer_of_other_territory")


@pytest.mark.parametrize(("spelled", "iso"), [("EL", "GR"), ("UK", "GB"), ("EL GR", "GR"), ("FR", "FR")])
def test_the_territories_of_a_list_are_told_as_iso_spells_them(spelled: str, iso: str) -> None:
    assert consulted("list", territories=spelled).territories == {iso}


def test_an_entry_out_of_territory_takes_nothing_from_the_others() -> None:
    one = consulted("fr", FRENCH, GERMAN, territories="FR")
    assert lists(one).entries_for(SIGNER)[0].entity is FRENCH
    assert one.outside == {"DE:180000": "issuer_of_other_territory"}


def test_a_list_entitles_to_its_own_types_only() -> None:
    pid = Entitlement(type_id="pid", issue_from=date(2024, 1, 1))
    both = pilot.entity(entitlements=(*FRENCH.entitlements, pid))
    one = ConsultedList(types=frozenset({"pid"}), published=pilot.trust_list(both, GERMAN))
    (entry,) = lists(one).all_entries()
    assert entry.entity == replace(both, entitlements=(pid,))
    assert one.outside == {"DE:180000": "issuer_of_other_type"}


@pytest.mark.parametrize(("type_id", "expected"), [("pid", ["down"]), (None, ["down"]), ("a1", [])], ids=str)
def test_a_list_is_missed_where_it_may_entitle_to_the_type(type_id: str | None, expected: list[str]) -> None:
    down = ConsultedList(name="down", types=frozenset({"pid"}), published=STALE)
    assert names(lists(consulted("de", GERMAN), down).missing(SIGNER, type_id)) == expected


def test_it_is_told_which_list_named_whom_it_may_not() -> None:
    several = lists(consulted("de", FRENCH, GERMAN, territories="DE"), consulted("at", GERMAN))
    assert [(one.name, reason) for one, reason in several.refusing(SIGNER)] == [("de", "issuer_of_other_territory")]
    assert several.refusing(pilot.RELYING_PARTY.chain[0]) == ()


@pytest.mark.parametrize(
    ("territories", "expected"),
    [("", ["down"]), ("FR", ["down"]), ("DE FR", ["down"]), ("DE", [])],
    ids=["any", "of_the_issuer", "also_of_the_issuer", "of_another_state"],
)
def test_a_list_is_missed_by_those_who_may_stand_on_it(territories: str, expected: list[str]) -> None:
    down = ConsultedList(name="down", territories=frozenset(territories.split()), published=STALE)
    several = lists(consulted("de", GERMAN), down)
    assert names(several.missing(SIGNER)) == expected
    assert names(several.missing(None)) == ["down"], "of an unknown signer nobody can tell"


def test_with_no_list_at_hand_all_are_missing() -> None:
    down = ConsultedList(name="down", territories=frozenset({"DE"}), published=STALE)
    assert names(lists(down).missing(SIGNER)) == ["down"]


def test_a_key_that_two_lists_give_to_two_institutions_is_shared() -> None:
    sharing = consulted("de", _with_key_of_french_signer(), territories="DE")
    assert [one.entity.institution_id for one in lists(consulted("fr", FRENCH), sharing).sharing(SIGNER)] == [
        "DE:180000"
    ]
    assert TWO.sharing(SIGNER) == ()


def test_institutions_that_share_a_key_on_one_list_are_its_operators_business() -> None:
    both = consulted("eu", FRENCH, _with_key_of_french_signer())
    assert lists(both, consulted("de", GERMAN)).sharing(SIGNER) == ()


@pytest.mark.parametrize("several", [(), (consulted("a", FRENCH), consulted("a", GERMAN))], ids=["none", "one_name"])
def test_lists_have_names_of_their_own(several: tuple[ConsultedList, ...]) -> None:
    with pytest.raises(ValueError, match="no two of one name"):
        lists(*several)


def _with_key_of_french_signer() -> TrustedEntity:
    german = pki.document_signer(
        pilot.root(1, country="DE", name="Deutschland"),
        public_key=SIGNER.public_key(),  # type: ignore[arg-type]
        organization=Organization(country="DE", name="DVKA", identifier="DE:180000"),
        term=pilot.term(90),
    )
    return pilot.entity("DE:180000", country="DE", signers=(german,))
