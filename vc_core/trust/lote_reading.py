"""A list of trusted entities (ETSI TS 119 602, JSON binding) read into a `TrustList`; `lote` tells what means what.

Nothing is skipped for not being understood: an unknown service type, status or a certificate that cannot be read makes
the whole list unusable, since a reader who drops what he does not know trusts a list that nobody signed.
"""

import binascii
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import filterfalse
from typing import Any

from cryptography import x509
from jsonschema import Draft202012Validator

from vc_core.certificate import is_authority, parse_certificate, read_certificate
from vc_core.rejection import Rejection
from vc_core.trust import lote
from vc_core.trust.entities import Contact, Entitlement, SchemeOperator, TrustedEntity, TrustList
from vc_core.trust.lote_schema import DOCUMENT

_VALIDATOR = Draft202012Validator(DOCUMENT)
_KNOWN_SERVICES = frozenset({lote.ISSUANCE, lote.STATUS, lote.ACCESS})
_KNOWN_STATUSES = frozenset({lote.NOTIFIED, lote.WITHDRAWN})
_DAY = timedelta(days=1)

Json = Mapping[str, Any]


def read_document(document: Json, *, digest: str = "") -> TrustList:
    """The list a document states; whether it is signed, in force and the newest is judged by `signed_list`.

    Rejects with `trust_list_schema_invalid`, `trust_list_version_unknown`, `trust_list_type_wrong`,
    `trust_list_period_wrong`, `trust_list_service_type_unknown`, `trust_list_service_status_unknown`,
    `trust_list_status_time_wrong`, `trust_list_status_history_wrong`, `trust_list_certificate_malformed`,
    `trust_list_certificates_differ`, `trust_list_credential_type_missing`, `trust_list_institution_id_missing`,
    `trust_list_entity_malformed` or `trust_list_institution_repeated`.
    """
    _require_schema(document)
    information = document["LoTE"]["ListAndSchemeInformation"]
    if information["LoTEVersionIdentifier"] != lote.VERSION:
        raise _refusal("version_unknown", "/LoTE/ListAndSchemeInformation/LoTEVersionIdentifier", "6.3.1")
    if information["LoTEType"] != lote.LIST_TYPE:
        raise _refusal("type_wrong", "/LoTE/ListAndSchemeInformation/LoTEType", "6.3.3")
    entities: list[TrustedEntity] = []
    access_anchors: list[x509.Certificate] = []
    for index, record in enumerate(document["LoTE"].get("TrustedEntitiesList", ())):
        entity = _Entity(record, f"/LoTE/TrustedEntitiesList/{index}")
        access_anchors += entity.access_anchors()
        entities += entity.institution()
    return _list(information, tuple(entities), tuple(access_anchors), digest)


def _require_schema(document: Json) -> None:
    fault = next(_VALIDATOR.iter_errors(document), None)
    if fault is not None:
        where = "".join(f"/{part}" for part in fault.absolute_path)
        raise Rejection(
            "trust_list_schema_invalid",
            where=where,
            section="TS 119 602, annex A",
            evidence={"keyword": str(fault.validator)},
        )


def _list(
    information: Json, entities: tuple[TrustedEntity, ...], access_anchors: tuple[x509.Certificate, ...], digest: str
) -> TrustList:
    place = "/LoTE/ListAndSchemeInformation"
    ids = [entity.institution_id for entity in entities]
    if len(set(ids)) != len(ids):
        raise _refusal("institution_repeated", "/LoTE/TrustedEntitiesList", "6.5")
    try:
        return TrustList(
            sequence=information["LoTESequenceNumber"],
            issued_at=_instant(information["ListIssueDateTime"], f"{place}/ListIssueDateTime"),
            next_update=_instant(information["NextUpdate"], f"{place}/NextUpdate"),
            operator=SchemeOperator(
                name=_text(information["SchemeOperatorName"]),
                territory=information["SchemeTerritory"],
                contact=_contact(information["SchemeOperatorAddress"], "SchemeOperator"),
            ),
            entities=entities,
            access_anchors=access_anchors,
            digest=digest,
        )
    except ValueError:
        raise _refusal("period_wrong", f"{place}/NextUpdate", "6.3.15") from None


class _Entity:
    """One member of TrustedEntitiesList, taken apart."""

    def __init__(self, record: Json, where: str) -> None:
        self.where = where
        self.information: Json = record["TrustedEntityInformation"]
        self.services = [
            _Service(service, f"{where}/TrustedEntityServices/{index}")
            for index, service in enumerate(record["TrustedEntityServices"])
        ]

    def access_anchors(self) -> Iterable[x509.Certificate]:
        for service in self.services:
            if service.kind == lote.ACCESS and service.is_current:
                yield from service.certificates

    def institution(self) -> Sequence[TrustedEntity]:
        """The institution, or nothing for an entity that only certifies relying parties."""
        issuance = [service for service in self.services if service.kind == lote.ISSUANCE]
        status = [service for service in self.services if service.kind == lote.STATUS and service.is_current]
        if all(service.kind == lote.ACCESS for service in self.services):
            return ()
        if not issuance:
            raise _refusal("entity_malformed", f"{self.where}/TrustedEntityServices", "6.6")
        try:
            return (
                TrustedEntity(
                    institution_id=self._institution_id(),
                    name=_text(self.information["TEName"]),
                    country=self.information["TEAddress"]["TEPostalAddress"][0]["Country"],
                    contact=_contact(self.information["TEAddress"], "TE"),
                    anchors=tuple(filter(is_authority, self._certificates(issuance))),
                    signers=tuple(filterfalse(is_authority, self._certificates(issuance))),
                    entitlements=tuple(one for service in issuance for one in service.entitlements()),
                    status_prefixes=tuple(prefix for service in status for prefix in service.supply_points),
                    status_anchors=self._certificates(status) if status else (),
                    revoked=self._revoked(),
                ),
            )
        except ValueError:
            raise _refusal("entity_malformed", self.where, "6.5") from None

    def _institution_id(self) -> str:
        names = self.information.get("TETradeName", ())
        if len(names) != 1:
            raise _refusal("institution_id_missing", f"{self.where}/TrustedEntityInformation/TETradeName", "6.5.2")
        institution_id: str = names[0]["value"]
        return institution_id

    def _certificates(self, services: Sequence["_Service"]) -> tuple[x509.Certificate, ...]:
        """All services of a kind name the same ones: otherwise an authority would vouch for one type only."""
        certificates = services[0].certificates
        for service in services[1:]:
            if service.certificates != certificates:
                raise _refusal("certificates_differ", f"{service.where}/ServiceDigitalIdentity", "6.6.3")
        return certificates

    def _revoked(self) -> frozenset[bytes]:
        texts = _extension(self.information.get("TEInformationExtensions", ()), lote.REVOKED_CERTIFICATES) or ()
        return frozenset(binascii.a2b_base64(text, strict_mode=True) for text in texts)


class _Service:
    """One member of TrustedEntityServices, taken apart; its type and its statuses are known ones."""

    def __init__(self, record: Json, where: str) -> None:
        self.information: Json = record["ServiceInformation"]
        self.where = f"{where}/ServiceInformation"
        self.kind: str = self.information["ServiceTypeIdentifier"]
        if self.kind not in _KNOWN_SERVICES:
            raise _refusal("service_type_unknown", f"{self.where}/ServiceTypeIdentifier", "6.6.1")
        self.extensions: Sequence[Json] = self.information.get("ServiceInformationExtensions", ())
        announced: Sequence[Json] = _extension(self.extensions, lote.ANNOUNCED_STATUSES) or ()
        history: Sequence[Json] = record.get("ServiceHistory", ())
        self.changes = [_change(one, where) for one in (*reversed(history), self.information, *announced)]
        self.certificates = tuple(
            _certificate(entry["val"], f"{self.where}/ServiceDigitalIdentity/X509Certificates/{index}")
            for index, entry in enumerate(self.information["ServiceDigitalIdentity"]["X509Certificates"])
        )

    @property
    def is_current(self) -> bool:
        """Whether the service counts now; one of a kind that has no status does by being listed (table F.3)."""
        return bool(self.information.get("ServiceStatus", lote.NOTIFIED) == lote.NOTIFIED)

    @property
    def supply_points(self) -> tuple[str, ...]:
        return tuple(point["uriValue"] for point in self.information.get("ServiceSupplyPoints", ()))

    def entitlements(self) -> list[Entitlement]:
        """The periods between `notified` and `withdrawn`; instants ascend and lie at midnight UTC."""
        type_id = _extension(self.extensions, lote.CREDENTIAL_TYPE)
        if type_id is None:
            raise _refusal("credential_type_missing", f"{self.where}/ServiceInformationExtensions", "6.6.9")
        periods: list[Entitlement] = []
        since: datetime | None = None
        before: datetime | None = None
        for moment, status in self.changes:
            if moment is None or moment.time() != time.min:
                raise _refusal("status_time_wrong", f"{self.where}/StatusStartingTime", "6.6.5")
            if (before is not None and moment <= before) or (status == lote.NOTIFIED and since is not None):
                raise _refusal("status_history_wrong", self.where, "6.6.10")
            before = moment
            if status == lote.NOTIFIED:
                since = moment
            elif since is not None:
                periods.append(_entitlement(type_id, since, moment))
                since = None
        return periods if since is None else [*periods, _entitlement(type_id, since, None)]


def _entitlement(type_id: str, since: datetime, until: datetime | None) -> Entitlement:
    last = None if until is None else until.date() - _DAY
    return Entitlement(type_id=type_id, issue_from=since.date(), issue_until=last)


def _change(record: Json, where: str) -> tuple[datetime | None, str]:
    """None for the instant where it is absent, which only services without a status may leave out."""
    status = record.get("ServiceStatus", lote.NOTIFIED)
    if status not in _KNOWN_STATUSES:
        raise _refusal("service_status_unknown", f"{where}/ServiceStatus", "6.6.4")
    starts = record.get("StatusStartingTime")
    return (None if starts is None else _instant(starts, f"{where}/StatusStartingTime")), status


def _extension(extensions: Iterable[Json], name: str) -> Any:
    return next((extension[name] for extension in extensions if name in extension), None)


def _certificate(text: str, where: str) -> x509.Certificate:
    try:
        return read_certificate(parse_certificate(binascii.a2b_base64(text, strict_mode=True))).certificate
    except (ValueError, Rejection):
        raise _refusal("certificate_malformed", where, "6.6.3") from None


def _contact(address: Json, prefix: str) -> Contact:
    postal = address[f"{prefix}PostalAddress"][0]
    uris = [entry["uriValue"] for entry in address[f"{prefix}ElectronicAddress"]]
    return Contact(
        street_address=postal["StreetAddress"],
        locality=postal.get("Locality"),
        postal_code=postal.get("PostalCode"),
        email=next((uri.removeprefix("mailto:") for uri in uris if uri.startswith("mailto:")), ""),
        telephone=next((uri.removeprefix("tel:") for uri in uris if uri.startswith("tel:")), None),
        website=next((uri for uri in uris if uri.startswith(("https:", "http:"))), ""),
    )


def _text(texts: Sequence[Json]) -> str:
    """The English text, which clause 6.1 asks for, else the first."""
    value: str = next((text for text in texts if text["lang"] == "en"), texts[0])["value"]
    return value


def _instant(text: str, where: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _refusal("schema_invalid", where, "6.1") from None


def _refusal(reason: str, where: str, clause: str) -> Rejection:
    return Rejection(f"trust_list_{reason}", where=where, section=f"TS 119 602, clause {clause}")
