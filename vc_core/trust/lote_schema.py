"""What a document must look like before it is read: TS 119 602's JSON binding as far as the pilot's list uses it.

Members that the binding knows and we do not read are let in unread; members that it does not know are refused, as its
own schema refuses them. What is narrower than the binding: members that it leaves optional but the pilot needs (type,
territory, postal and electronic address, service type), and instants in the one form of clause 6.1.
"""

from typing import Any

Schema = dict[str, Any]

_ANY: Schema = {}
_STRING: Schema = {"type": "string", "minLength": 1, "maxLength": 4096}
_COUNTRY: Schema = {"type": "string", "pattern": "^[A-Z]{2}$"}
_INSTANT: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _record(required: dict[str, Schema], optional: dict[str, Schema] | None = None, *unread: str) -> Schema:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {}), **dict.fromkeys(unread, _ANY)},
        "additionalProperties": False,
    }


_TEXTS = _list(_record({"lang": _STRING, "value": _STRING}))
_LINKS = _list(_record({"lang": _STRING, "uriValue": _STRING}))
_POSTAL = _list(
    _record(
        {"lang": _STRING, "StreetAddress": _STRING, "Country": _COUNTRY},
        {"Locality": _STRING, "PostalCode": _STRING},
        "StateOrProvince",
    )
)
_IDENTITY = _record(
    {"X509Certificates": _list(_record({"val": _STRING}, None, "encoding", "specRef"))},
    None,
    *("X509SubjectNames", "PublicKeyValues", "X509SKIs", "OtherIds"),
)
_STATUS = {"ServiceStatus": _STRING, "StatusStartingTime": _INSTANT}
_EXTENSION: Schema = {
    "type": "object",
    "properties": {
        "CredentialType": _STRING,
        "AnnouncedStatuses": _list(_record(_STATUS)),
        "RevokedCertificates": _list(_STRING),
    },
}
_SERVICE = _record(
    {"ServiceName": _TEXTS, "ServiceDigitalIdentity": _IDENTITY, "ServiceTypeIdentifier": _STRING},
    {
        **_STATUS,
        "ServiceSupplyPoints": _list(_record({"uriValue": _STRING}, None, "ServiceType")),
        "ServiceInformationExtensions": _list(_EXTENSION),
    },
    *("SchemeServiceDefinitionURI", "ServiceDefinitionURI"),
)
_HISTORY = _record(
    {"ServiceName": _TEXTS, "ServiceDigitalIdentity": _ANY, **_STATUS},
    None,
    *("ServiceTypeIdentifier", "ServiceInformationExtensions"),
)
_ENTITY = _record(
    {
        "TrustedEntityInformation": _record(
            {
                "TEName": _TEXTS,
                "TEAddress": _record({"TEPostalAddress": _POSTAL, "TEElectronicAddress": _LINKS}),
                "TEInformationURI": _LINKS,
            },
            {"TETradeName": _TEXTS, "TEInformationExtensions": _list(_EXTENSION)},
        ),
        "TrustedEntityServices": _list(
            _record({"ServiceInformation": _SERVICE}, {"ServiceHistory": _list(_HISTORY)}),
        ),
    }
)
_INFORMATION = _record(
    {
        "LoTEVersionIdentifier": {"type": "integer"},
        "LoTESequenceNumber": {"type": "integer", "minimum": 0},
        "LoTEType": _STRING,
        "SchemeOperatorName": _TEXTS,
        "SchemeOperatorAddress": _record(
            {"SchemeOperatorPostalAddress": _POSTAL, "SchemeOperatorElectronicAddress": _LINKS}
        ),
        "SchemeTerritory": _COUNTRY,
        "ListIssueDateTime": _INSTANT,
        "NextUpdate": _INSTANT,
    },
    None,
    *("SchemeName", "SchemeInformationURI", "StatusDeterminationApproach", "SchemeTypeCommunityRules"),
    *("PolicyOrLegalNotice", "HistoricalInformationPeriod", "PointersToOtherLoTE", "DistributionPoints"),
    "SchemeExtensions",
)

DOCUMENT = _record(
    {"LoTE": _record({"ListAndSchemeInformation": _INFORMATION}, {"TrustedEntitiesList": _list(_ENTITY)})}
)
