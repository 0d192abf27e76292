"""`trust.lote`, `trust.lote_reading`: the document is TS 119 602's, loses nothing, and is refused for its reasons."""

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from tests import pilot
from tests.vc_core.forged_jws import JSON
from tests.vectors import read_json, vectors
from vc_core.rejection import Rejection
from vc_core.trust import Contact, Entitlement, TrustList
from vc_core.trust.lote import NOTIFIED, WITHDRAWN, document
from vc_core.trust.lote_reading import read_document

JWK = {"definitions": {"jwk": {"type": "object", "required": ["kty"]}}}
"""RFC 7517 as a schema: the published schema refers to one that is not published with it."""

FORMER = Entitlement(type_id="a1", issue_from=date(2018, 5, 1), issue_until=date(2020, 12, 31))
PRESENT = Entitlement(type_id="a1", issue_from=date(2022, 1, 1))
CLOSED = Entitlement(type_id="ehic", issue_from=date(2019, 1, 1), issue_until=date(2025, 6, 30))
ENDING = Entitlement(type_id="s1", issue_from=date(2024, 1, 1), issue_until=date(2026, 12, 31))
COMING = Entitlement(type_id="pwn", issue_from=date(2027, 1, 1), issue_until=date(2030, 12, 31))
AND_AGAIN = Entitlement(type_id="pwn", issue_from=date(2032, 1, 1))
RICH = pilot.trust_list(
    pilot.entity(
        entitlements=(FORMER, PRESENT, CLOSED, ENDING, COMING, AND_AGAIN),
        status_prefixes=(pilot.STATUS_PREFIX, "https://old.urssaf.example/"),
        status_anchors=(pilot.ACCESS_ROOT.certificate,),
        revoked=frozenset({bytes(32), bytes(range(32))}),
    ),
    pilot.entity(
        "EL:IKA01",
        name="e-EFKA",
        country="GR",
        signers=(),
        status_prefixes=(),
        contact=Contact(street_address="8 Agiou Konstantinou", email="a1@efka.example", website="https://efka.example"),
    ),
)
LISTS = {
    "rich": RICH,
    "plain": pilot.trust_list(),
    "no_access_authority": pilot.trust_list(access_anchors=()),
    "nobody": pilot.trust_list(entities=(), access_anchors=()),
    "access_only": pilot.trust_list(entities=()),
}


def etsi_validator() -> Draft7Validator:
    """The published schema and its siblings, untouched, under the names by which they refer to one another."""
    folder = vectors("lote-ts119602")
    main = read_json(folder / "1960201_json_schema.json")
    resources = {
        "1960201-jsonSchema.json": main,
        "1960201_json_schema_sie.json": read_json(folder / "1960201_json_schema_sie.json"),
        "1960201_json_schema_tie.json": read_json(folder / "1960201_json_schema_tie.json"),
        "rfcs/rfc7517.json": JWK,
    }
    registry: Registry[Any] = Registry().with_resources(
        (name, DRAFT7.create_resource(content)) for name, content in resources.items()
    )
    return Draft7Validator(main, registry=registry, format_checker=Draft7Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("trust_list", LISTS.values(), ids=LISTS.keys())
def test_our_document_is_valid_under_the_published_schema(trust_list: TrustList) -> None:
    etsi_validator().validate(document(trust_list))


@pytest.mark.parametrize("extension", ["ServiceUniqueIdentifier", "OtherAssociatedBodies"])
def test_the_published_extensions_are_let_in_unread(extension: str) -> None:
    """1960201_json_schema_sie and _tie define one extension each; a list that has them reads as one that has not."""
    bodies = [{"AssociatedBodyName": [{"lang": "en", "value": "Ministry"}]}]
    definitions = {
        "ServiceUniqueIdentifier": ("1960201_json_schema_sie.json", "https://urssaf.example/service"),
        "OtherAssociatedBodies": ("1960201_json_schema_tie.json", bodies),
    }
    file, value = definitions[extension]
    etsi_validator().evolve(schema={"$ref": f"{file}#/definitions/{extension}"}).validate(value)
    text = document(RICH)
    entity = text["LoTE"]["TrustedEntitiesList"][0]
    entity["TrustedEntityInformation"]["TEInformationExtensions"].insert(0, {extension: value})
    entity["TrustedEntityServices"][0]["ServiceInformation"]["ServiceInformationExtensions"].insert(
        0, {extension: value}
    )
    assert read_document(text) == RICH


@pytest.mark.parametrize("trust_list", LISTS.values(), ids=LISTS.keys())
def test_a_list_reads_as_it_is_written(trust_list: TrustList) -> None:
    assert read_document(document(trust_list)) == trust_list


def service(trust_list: TrustList, type_id: str) -> dict[str, Any]:
    services: list[dict[str, Any]] = document(trust_list)["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"]
    return next(
        one
        for one in services
        if {"CredentialType": type_id} in one["ServiceInformation"].get("ServiceInformationExtensions", ())
    )


@pytest.mark.parametrize(
    ("type_id", "status", "since", "before", "announced"),
    [
        ("a1", NOTIFIED, "2022-01-01", ["2021-01-01", "2018-05-01"], []),
        ("ehic", WITHDRAWN, "2025-07-01", ["2019-01-01"], []),
        ("s1", NOTIFIED, "2024-01-01", [], ["2027-01-01"]),
        ("pwn", WITHDRAWN, "2026-02-14", [], ["2027-01-01", "2031-01-01", "2032-01-01"]),
    ],
)
def test_a_reader_of_the_standard_alone_sees_the_status_of_the_day(
    type_id: str, status: str, since: str, before: list[str], announced: list[str]
) -> None:
    """Clauses 6.5, 6.6: the service tells what is, its history what was (latest first), an extension what will be."""
    record = service(RICH, type_id)
    information = record["ServiceInformation"]
    assert (information["ServiceStatus"], information["StatusStartingTime"]) == (status, f"{since}T00:00:00Z")
    assert [one["StatusStartingTime"][:10] for one in record.get("ServiceHistory", ())] == before
    extensions = {name: value for one in information["ServiceInformationExtensions"] for name, value in one.items()}
    assert [one["StatusStartingTime"][:10] for one in extensions.get("AnnouncedStatuses", ())] == announced


def test_the_day_a_list_is_issued_counts_as_come() -> None:
    trust_list = pilot.trust_list(
        pilot.entity(entitlements=(Entitlement(type_id="a1", issue_from=date(2026, 2, 14)),)),
        issued_at=datetime(2026, 2, 14, tzinfo=UTC),
    )
    assert service(trust_list, "a1")["ServiceInformation"]["ServiceStatus"] == NOTIFIED
    assert read_document(document(trust_list)) == trust_list


@st.composite
def periods(draw: st.DrawFn) -> tuple[Entitlement, ...]:
    """One to four periods, apart by a day at least, the last perhaps open."""
    gaps = draw(st.lists(st.integers(0, 900), min_size=2, max_size=8).filter(lambda gaps: len(gaps) % 2 == 0))
    day, found = date(2022, 1, 1), []
    for before, length in zip(gaps[::2], gaps[1::2], strict=True):
        start = day + timedelta(days=before + 2)
        day = start + timedelta(days=length)
        found.append(Entitlement(type_id="a1", issue_from=start, issue_until=day))
    if draw(st.booleans()):
        found[-1] = Entitlement(type_id="a1", issue_from=found[-1].issue_from)
    return tuple(found)


@given(periods())
def test_no_period_is_lost(entitlements: tuple[Entitlement, ...]) -> None:
    trust_list = pilot.trust_list(pilot.entity(entitlements=entitlements))
    assert read_document(document(trust_list)) == trust_list


GOOD = document(RICH)
Change = Callable[[Any], object]
INFORMATION = ("LoTE", "ListAndSchemeInformation")
ENTITY = ("LoTE", "TrustedEntitiesList", 0)
SERVICE = (*ENTITY, "TrustedEntityServices", 0, "ServiceInformation")
HISTORY = (*ENTITY, "TrustedEntityServices", 0, "ServiceHistory", 0)
STATUS_SERVICE = (*ENTITY, "TrustedEntityServices", 4, "ServiceInformation")
CERTIFICATE = (*SERVICE, "ServiceDigitalIdentity", "X509Certificates", 0, "val")
TE = (*ENTITY, "TrustedEntityInformation")
REMOVED = object()


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The good document with the member at `path` replaced, or removed."""
    changed_document = copy.deepcopy(GOOD)
    place: Any = changed_document
    for step in path[:-1]:
        place = place[step]
    if to is REMOVED:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return changed_document


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "not_a_list": ("trust_list_schema_invalid", {}),
    "unknown_member": ("trust_list_schema_invalid", changed("LoTE", "Comment", to="x")),
    "sequence_missing": ("trust_list_schema_invalid", changed(*INFORMATION, "LoTESequenceNumber", to=REMOVED)),
    "sequence_text": ("trust_list_schema_invalid", changed(*INFORMATION, "LoTESequenceNumber", to="7")),
    "sequence_negative": ("trust_list_schema_invalid", changed(*INFORMATION, "LoTESequenceNumber", to=-1)),
    "type_missing": ("trust_list_schema_invalid", changed(*INFORMATION, "LoTEType", to=REMOVED)),
    "next_update_missing": ("trust_list_schema_invalid", changed(*INFORMATION, "NextUpdate", to=REMOVED)),
    "next_update_without_zone": (
        "trust_list_schema_invalid",
        changed(*INFORMATION, "NextUpdate", to="2026-03-16T10:00:00"),
    ),
    "next_update_in_month_13": (
        "trust_list_schema_invalid",
        changed(*INFORMATION, "NextUpdate", to="2026-13-16T10:00:00Z"),
    ),
    "empty_entities": ("trust_list_schema_invalid", changed("LoTE", "TrustedEntitiesList", to=[])),
    "no_services": ("trust_list_schema_invalid", changed(*ENTITY, "TrustedEntityServices", to=[])),
    "no_certificates": ("trust_list_schema_invalid", changed(*SERVICE, "ServiceDigitalIdentity", to={})),
    "announced_not_a_list": (
        "trust_list_schema_invalid",
        changed(*SERVICE, "ServiceInformationExtensions", to=[{"AnnouncedStatuses": {}}]),
    ),
    "version_of_tomorrow": ("trust_list_version_unknown", changed(*INFORMATION, "LoTEVersionIdentifier", to=2)),
    "list_of_wallet_providers": (
        "trust_list_type_wrong",
        changed(*INFORMATION, "LoTEType", to="http://uri.etsi.org/19602/LoTEType/EUWalletProvidersList"),
    ),
    "ends_before_it_begins": (
        "trust_list_period_wrong",
        changed(*INFORMATION, "NextUpdate", to="2020-01-01T00:00:00Z"),
    ),
    "service_type_unknown": (
        "trust_list_service_type_unknown",
        changed(*SERVICE, "ServiceTypeIdentifier", to="http://uri.etsi.org/19602/SvcType/PID/Issuance"),
    ),
    "service_status_unknown": (
        "trust_list_service_status_unknown",
        changed(*SERVICE, "ServiceStatus", to="http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"),
    ),
    "history_status_unknown": ("trust_list_service_status_unknown", changed(*HISTORY, "ServiceStatus", to="x")),
    "status_time_missing": ("trust_list_status_time_wrong", changed(*SERVICE, "StatusStartingTime", to=REMOVED)),
    "status_time_not_midnight": (
        "trust_list_status_time_wrong",
        changed(*SERVICE, "StatusStartingTime", to="2022-01-01T08:00:00Z"),
    ),
    "history_after_the_present": (
        "trust_list_status_history_wrong",
        changed(*HISTORY, "StatusStartingTime", to="2023-01-01T00:00:00Z"),
    ),
    "history_out_of_order": (
        "trust_list_status_history_wrong",
        changed(*HISTORY, "StatusStartingTime", to="2017-01-01T00:00:00Z"),
    ),
    "notified_twice": ("trust_list_status_history_wrong", changed(*HISTORY, "ServiceStatus", to=NOTIFIED)),
    "certificate_not_base64": ("trust_list_certificate_malformed", changed(*CERTIFICATE, to="MIIB!")),
    "certificate_not_der": ("trust_list_certificate_malformed", changed(*CERTIFICATE, to="AAAA")),
    "certificate_pem": ("trust_list_certificate_malformed", changed(*CERTIFICATE, to="-----BEGIN CERTIFICATE-----")),
    "anchors_of_one_type_only": (
        "trust_list_certificates_differ",
        changed(*CERTIFICATE, to=GOOD["LoTE"]["TrustedEntitiesList"][2]["TrustedEntityServices"][0]
        ["ServiceInformation"]["ServiceDigitalIdentity"]["X509Certificates"][0]["val"]),
    ),
    "credential_type_missing": (
        "trust_list_credential_type_missing",
        changed(*SERVICE, "ServiceInformationExtensions", to=REMOVED),
    ),
    "institution_id_missing": ("trust_list_institution_id_missing", changed(*TE, "TETradeName", to=REMOVED)),
    "institution_id_twice": (
        "trust_list_institution_id_missing",
        changed(*TE, "TETradeName", to=GOOD["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityInformation"]
        ["TETradeName"] * 2),
    ),
    "institution_id_malformed": (
        "trust_list_entity_malformed",
        changed(*TE, "TETradeName", to=[{"lang": "en", "value": "Urssaf"}]),
    ),
    "institution_twice": (
        "trust_list_institution_repeated",
        changed("LoTE", "TrustedEntitiesList", to=GOOD["LoTE"]["TrustedEntitiesList"][:1] * 2),
    ),
    "signer_of_another_institution": (
        "trust_list_entity_malformed",
        changed(*TE, "TETradeName", to=[{"lang": "en", "value": "FR:999999"}]),
    ),
    "status_prefix_without_slash": (
        "trust_list_entity_malformed",
        changed(*STATUS_SERVICE, "ServiceSupplyPoints", to=[{"uriValue": "https://status.urssaf.example"}]),
    ),
    "revoked_not_base64": (
        "trust_list_entity_malformed",
        changed(*TE, "TEInformationExtensions", to=[{"RevokedCertificates": ["!"]}]),
    ),
    "status_service_alone": (
        "trust_list_entity_malformed",
        changed(*ENTITY, "TrustedEntityServices", to=GOOD["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"]
        [4:]),
    ),
    "type_listed_twice": (
        "trust_list_entity_malformed",
        changed(*ENTITY, "TrustedEntityServices", to=GOOD["LoTE"]["TrustedEntitiesList"][0]["TrustedEntityServices"]
        [:1] * 2),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("reason", "bad"), BAD.values(), ids=BAD.keys())
def test_a_bad_document_is_refused_for_its_reason(reason: str, bad: dict[str, Any]) -> None:
    with pytest.raises(Rejection) as caught:
        read_document(bad)
    assert caught.value.reason == reason


def test_a_withdrawn_status_service_vouches_for_no_list() -> None:
    trust_list = read_document(changed(*STATUS_SERVICE, "ServiceStatus", to=WITHDRAWN))
    assert trust_list.entities[0].status_prefixes == ()


def test_a_withdrawn_access_authority_is_no_anchor() -> None:
    path = ("LoTE", "TrustedEntitiesList", 2, "TrustedEntityServices", 0, "ServiceInformation", "ServiceStatus")
    assert read_document(changed(*path, to=NOTIFIED)).access_anchors == RICH.access_anchors
    assert read_document(changed(*path, to=WITHDRAWN)).access_anchors == ()


PATHS: list[tuple[Any, ...]] = [
    INFORMATION, (*INFORMATION, "LoTESequenceNumber"), (*INFORMATION, "SchemeOperatorAddress"), ENTITY, TE,
    (*TE, "TETradeName"), (*TE, "TEAddress"), (*TE, "TEInformationExtensions"), SERVICE, HISTORY, STATUS_SERVICE,
    (*SERVICE, "ServiceInformationExtensions"), CERTIFICATE, (*STATUS_SERVICE, "ServiceSupplyPoints"),
    (*SERVICE, "StatusStartingTime"),
]  # fmt: skip


@given(st.sampled_from(PATHS), JSON)
def test_a_document_with_anything_anywhere_is_read_or_refused(path: tuple[Any, ...], value: object) -> None:
    try:
        read_document(changed(*path, to=value))
    except Rejection:
        return
