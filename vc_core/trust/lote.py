"""A trust list written as a list of trusted entities (ETSI TS 119 602 V1.1.1, clauses 6.3 to 6.6, JSON binding).

How the pilot's list uses it: an entity is an institution, its id the trade name (annexes D to H use that member for a
registration identifier). It has one issuance service for each credential type and one status service, whose supply
points are address prefixes. An issuance service's status is `notified` while the institution may issue the type and
`withdrawn` otherwise; its history tells the periods before. What is already decided for days to come (a competence
that ends with the year) stands in an extension of the same form, so that a reader who knows nothing of it still sees
the truth of today. A service's certificates are its authorities and, for formats that name a key by thumbprint, its
signers. Service types and statuses are those of annex H (public bodies) and annex F (access certificates); the list
joins both, so its own type is neither.
"""

import base64
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from vc_core.trust.entities import Contact, Entitlement, SchemeOperator, TrustedEntity, TrustList

LIST_TYPE = "urn:socsec:lote:type:institutions"
VERSION = 1
ISSUANCE = "http://uri.etsi.org/19602/SvcType/PubEAA/Issuance"
STATUS = "http://uri.etsi.org/19602/SvcType/PubEAA/Revocation"
ACCESS = "http://uri.etsi.org/19602/SvcType/WRPAC/Issuance"
NOTIFIED = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified"
WITHDRAWN = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn"
# Extensions of this list: members of the objects in ServiceInformationExtensions and TEInformationExtensions.
CREDENTIAL_TYPE = "CredentialType"
ANNOUNCED_STATUSES = "AnnouncedStatuses"
REVOKED_CERTIFICATES = "RevokedCertificates"

_WHOLE_HISTORY = 65535  # HistoricalInformationPeriod, table H.1: nothing is removed
_DAY = timedelta(days=1)

StatusChange = tuple[datetime, str]
"""From that instant on, this status."""


def document(trust_list: TrustList) -> dict[str, Any]:
    """The JSON document, to be signed."""
    operator = trust_list.operator
    information = {
        "LoTEVersionIdentifier": VERSION,
        "LoTESequenceNumber": trust_list.sequence,
        "LoTEType": LIST_TYPE,
        "SchemeOperatorName": _text(operator.name),
        "SchemeOperatorAddress": _address("SchemeOperator", operator.contact, operator.territory),
        "SchemeName": _text(f"{operator.territory}: institutions that issue social security credentials"),
        "SchemeTerritory": operator.territory,
        "HistoricalInformationPeriod": _WHOLE_HISTORY,
        "ListIssueDateTime": instant(trust_list.issued_at),
        "NextUpdate": instant(trust_list.next_update),
    }
    entities = [_entity(entity, trust_list.issued_at) for entity in trust_list.entities]
    if trust_list.access_anchors:
        entities.append(_access_entity(operator, trust_list.access_anchors))
    listed = {"TrustedEntitiesList": entities} if entities else {}
    return {"LoTE": {"ListAndSchemeInformation": information, **listed}}


def instant(moment: datetime) -> str:
    """Clause 6.1: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def status_changes(entitlements: Iterable[Entitlement]) -> list[StatusChange]:
    """The entitlements for one type, in order, as the days on which its status changes."""
    changes: list[StatusChange] = []
    for one in entitlements:
        changes.append((_midnight(one.issue_from), NOTIFIED))
        if one.issue_until is not None:
            changes.append((_midnight(one.issue_until + _DAY), WITHDRAWN))
    return changes


def _entity(entity: TrustedEntity, issued_at: datetime) -> dict[str, Any]:
    information = _information(entity.name, entity.contact, entity.country)
    information["TETradeName"] = _text(entity.institution_id)
    if entity.revoked:
        revoked = [base64.b64encode(digest).decode() for digest in sorted(entity.revoked)]
        information["TEInformationExtensions"] = [{REVOKED_CERTIFICATES: revoked}]
    services = [
        _issuance_service(type_id, status_changes(periods), entity, issued_at)
        for type_id, periods in groupby(entity.entitlements, key=lambda one: one.type_id)
    ]
    if entity.status_prefixes:
        services.append(_status_service(entity))
    return {"TrustedEntityInformation": information, "TrustedEntityServices": services}


def _issuance_service(
    type_id: str, changes: list[StatusChange], entity: TrustedEntity, issued_at: datetime
) -> dict[str, Any]:
    """Clauses 6.5 and 6.6: what was goes to the history, what is to the service, what will be to the extension."""
    past = [change for change in changes if change[0] <= issued_at]
    announced = changes[len(past) :]
    name = _text(f"Issuance of {type_id}")
    information = _service(ISSUANCE, name, (*entity.anchors, *entity.signers))
    information |= _status(past[-1] if past else (_midnight(issued_at.date()), WITHDRAWN))
    extensions: list[dict[str, Any]] = [{CREDENTIAL_TYPE: type_id}]
    if announced:
        extensions.append({ANNOUNCED_STATUSES: [_status(change) for change in announced]})
    information["ServiceInformationExtensions"] = extensions
    service = {"ServiceInformation": information}
    if len(past) > 1:
        keys = {"X509SKIs": [_key_identifier(anchor) for anchor in entity.anchors]}
        history = [
            {"ServiceName": name, "ServiceDigitalIdentity": keys, **_status(change)} for change in reversed(past[:-1])
        ]
        return {**service, "ServiceHistory": history}
    return service


def _status_service(entity: TrustedEntity) -> dict[str, Any]:
    information = _service(STATUS, _text("Status lists"), entity.status_anchors)
    information |= _status((_midnight(min(one.issue_from for one in entity.entitlements)), NOTIFIED))
    information["ServiceSupplyPoints"] = [{"uriValue": prefix} for prefix in entity.status_prefixes]
    return {"ServiceInformation": information}


def _access_entity(operator: SchemeOperator, anchors: Iterable[x509.Certificate]) -> dict[str, Any]:
    """Annex F; its services carry no status, being listed is being trusted (table F.3)."""
    service = _service(ACCESS, _text("Access certificates of relying parties"), anchors)
    information = _information(operator.name, operator.contact, operator.territory)
    return {"TrustedEntityInformation": information, "TrustedEntityServices": [{"ServiceInformation": service}]}


def _information(name: str, contact: Contact, country: str) -> dict[str, Any]:
    return {
        "TEName": _text(name),
        "TEAddress": _address("TE", contact, country),
        "TEInformationURI": [{"lang": "en", "uriValue": contact.website}],
    }


def _address(prefix: str, contact: Contact, country: str) -> dict[str, Any]:
    postal = {"lang": "en", "StreetAddress": contact.street_address, "Country": country}
    if contact.locality is not None:
        postal["Locality"] = contact.locality
    if contact.postal_code is not None:
        postal["PostalCode"] = contact.postal_code
    electronic = [f"mailto:{contact.email}", contact.website]
    if contact.telephone is not None:
        electronic.append(f"tel:{contact.telephone}")
    return {
        f"{prefix}PostalAddress": [postal],
        f"{prefix}ElectronicAddress": [{"lang": "en", "uriValue": uri} for uri in electronic],
    }


def _service(service_type: str, name: list[dict[str, str]], anchors: Iterable[x509.Certificate]) -> dict[str, Any]:
    certificates = [{"val": base64.b64encode(anchor.public_bytes(Encoding.DER)).decode()} for anchor in anchors]
    return {
        "ServiceName": name,
        "ServiceDigitalIdentity": {"X509Certificates": certificates},
        "ServiceTypeIdentifier": service_type,
    }


def _status(change: StatusChange) -> dict[str, str]:
    return {"ServiceStatus": change[1], "StatusStartingTime": instant(change[0])}


def _key_identifier(anchor: x509.Certificate) -> str:
    digest = x509.SubjectKeyIdentifier.from_public_key(anchor.public_key()).digest
    return base64.b64encode(digest).decode()


def _text(value: str) -> list[dict[str, str]]:
    return [{"lang": "en", "value": value}]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
