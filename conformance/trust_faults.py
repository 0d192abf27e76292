"""What the operator of the trust list can do wrong, one thing at a time (ETSI TS 119 602; checklist section 10).

No service of this project keeps the list, so these faults live beside the harness and not in a role's `faults`. Two
kinds: the list says something else (`Listed`), and is signed as it should be; or the publication itself is faulty.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from issuer.faults.desk import flipped
from vc_core import base64url, jose, pki, strict_json, trust
from vc_core.pilot import new_key
from vc_core.pki import Authority, Organization, Term
from vc_core.signer import RandomBytes, SoftwareKey
from vc_core.trust import Entitlement, TrustedEntity, TrustList
from vc_core.x509 import thumbprint

_NUMBER, _TIME, _SIGNATURE = (f"TS 119 602, clause {clause}" for clause in ("6.3.2", "6.3.15", "6.8"))
_COMPETENCE = "Reg. 987/2009 Art. 88(4)"
_DAY = timedelta(days=1)
_NO_CERTIFICATE = {"X509Certificates": [{"val": "bm9uZQ=="}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustDesk:
    """What the operator has at hand. institution: whose credential is going to be shown; root: its State's."""

    listed: TrustList
    operator: SoftwareKey
    institution: str
    type_id: str
    root: Authority
    random: RandomBytes
    now: datetime

    def publish(self, listed: TrustList | None = None) -> "Publication":
        return Publication(text=trust.encode_trust_list(listed or self.listed, self.operator, self.now))

    def entity(self) -> TrustedEntity:
        return next(one for one in self.listed.entities if one.institution_id == self.institution)

    def with_entity(self, **changes: Any) -> TrustList:
        entities = tuple(
            replace(one, **changes) if one.institution_id == self.institution else one for one in self.listed.entities
        )
        return replace(self.listed, entities=entities)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a reader gets. known: the highest sequence number that it has accepted before."""

    text: str
    known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFault:
    id: str
    says: str
    section: str
    make: Callable[[TrustDesk], Publication]


def _fault(id_: str, says: str, section: str, make: Callable[[TrustDesk], Publication]) -> TrustFault:
    return TrustFault(id=f"trust.{id_}", says=says, section=section, make=make)


def _listed(id_: str, says: str, section: str, listed: Callable[[TrustDesk], TrustList]) -> TrustFault:
    return _fault(id_, says, section, lambda desk: desk.publish(listed(desk)))


def _document(
    id_: str,
    says: str,
    section: str,
    alter: Callable[[dict[str, Any]], object],
    *,
    header: Mapping[str, Any] | None = None,
) -> TrustFault:
    """The signed document differs in one member."""

    def make(desk: TrustDesk) -> Publication:
        jws = jose.parse_jws(desk.publish().text, max_bytes=2**20)
        document = jws.claims()
        alter(document["LoTE"])
        return Publication(text=jose.sign_jws({**jws.header, **(header or {})}, document, desk.operator))

    return _fault(id_, says, section, make)


def _information(**members: Any) -> Callable[[dict[str, Any]], object]:
    return lambda lote: lote["ListAndSchemeInformation"].update(members)


def _first_service(lote: dict[str, Any]) -> dict[str, Any]:
    service: dict[str, Any] = lote["TrustedEntitiesList"][0]["TrustedEntityServices"][0]["ServiceInformation"]
    return service


def _dated(issued: timedelta, next_update: timedelta) -> Callable[[TrustDesk], TrustList]:
    """Both counted from now."""
    return lambda desk: replace(desk.listed, issued_at=desk.now + issued, next_update=desk.now + next_update)


def _entitled(*, since: int = -3000, until: int | None = None) -> Callable[[TrustDesk], TrustList]:
    """Entitled to the type from and to a day, counted from today."""

    def listed(desk: TrustDesk) -> TrustList:
        today = desk.now.date()
        last = None if until is None else today + until * _DAY
        period = Entitlement(type_id=desk.type_id, issue_from=today + since * _DAY, issue_until=last)
        return desk.with_entity(entitlements=(period,))

    return listed


def _for_another_type(desk: TrustDesk) -> TrustList:
    periods = tuple(replace(one, type_id="another-type") for one in desk.entity().entitlements)
    return desk.with_entity(entitlements=periods)


def _older(desk: TrustDesk) -> TrustList:
    return replace(desk.listed, sequence=desk.listed.sequence - 1)


def _without_institution(desk: TrustDesk) -> TrustList:
    entities = tuple(one for one in desk.listed.entities if one.institution_id != desk.institution)
    return replace(desk.listed, entities=entities)


def _root_renewed(desk: TrustDesk) -> Authority:
    """A root of the same State with another name and key."""
    term = Term(serial=1, not_before=desk.now - _DAY, not_after=desk.now + 3650 * _DAY)
    organization = Organization(country="EU", name="Renewed authority")
    return pki.root(private_key=new_key(desk.random), organization=organization, common_name="Renewed root",
                    contact="https://renewed.example/", term=term)  # fmt: skip


def _root_constrained(desk: TrustDesk) -> x509.Certificate:
    """The root's own name and key, in a certificate that lets it certify nobody but one organization elsewhere."""
    real = desk.root.certificate
    elsewhere = x509.DirectoryName(Organization(country="XX", name="Elsewhere").subject("nobody"))
    builder = x509.CertificateBuilder(
        subject_name=real.subject, issuer_name=real.subject, public_key=real.public_key(), serial_number=1,
        not_valid_before=real.not_valid_before_utc, not_valid_after=real.not_valid_after_utc,
    ).add_extension(x509.NameConstraints([elsewhere], None), critical=True)  # fmt: skip
    for extension in real.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    return builder.sign(desk.root.private_key, hashes.SHA256())


def _unsigned(desk: TrustDesk) -> Publication:
    return Publication(text=json.dumps(jose.parse_jws(desk.publish().text, max_bytes=2**20).claims()))


def _tampered(desk: TrustDesk) -> Publication:
    rest, _, signature = desk.publish().text.rpartition(".")
    return Publication(text=f"{rest}.{base64url.encode(flipped(base64url.decode(signature)))}")


def _by_another_operator(desk: TrustDesk) -> Publication:
    """A certificate of the same name, which nobody has pinned."""
    key, scheme = new_key(desk.random), desk.listed.operator
    organization = Organization(country=scheme.territory, name=scheme.name)
    term = Term(serial=1, not_before=desk.now - _DAY, not_after=desk.now + 30 * _DAY)
    certificate = pki.list_operator(private_key=key, organization=organization, term=term)
    return replace(desk, operator=SoftwareKey(key, (certificate,))).publish()


def _alg_none(desk: TrustDesk) -> Publication:
    jws = jose.parse_jws(desk.publish().text, max_bytes=2**20)
    header = base64url.encode(strict_json.dump({**jws.header, "alg": "none"}))
    return Publication(text=f"{header}.{base64url.encode(jws.payload)}.")


def _without_chain(desk: TrustDesk) -> Publication:
    jws = jose.parse_jws(desk.publish().text, max_bytes=2**20)
    header = {name: value for name, value in jws.header.items() if name != "x5c"}
    return Publication(text=jose.sign_jws(header, jws.payload, desk.operator))


_ALL = (
    _listed("stale", "Its next update is past.", _TIME, _dated(-40 * _DAY, -_DAY)),
    _listed("from_the_future", "It is dated tomorrow.", "TS 119 602, clause 6.3.14", _dated(_DAY, 30 * _DAY)),
    _listed("in_force_too_long", "It is in force for longer than six months.", _TIME, _dated(-_DAY, 400 * _DAY)),
    _fault("rolled_back", "It is older than one that the reader has accepted.", _NUMBER,
           lambda desk: replace(desk.publish(_older(desk)), known=desk.listed.sequence)),
    _fault("unsigned", "It is not signed.", _SIGNATURE, _unsigned),
    _fault("alg_none", "Its header says alg none and it is not signed.", _SIGNATURE, _alg_none),
    _fault("signature_tampered", "One bit of its signature was changed.", _SIGNATURE, _tampered),
    _fault("other_operator", "Somebody signed it whose certificate nobody has pinned.", _SIGNATURE,
           _by_another_operator),
    _fault("operator_unnamed", "It brings no certificate of its signer.", _SIGNATURE, _without_chain),
    _fault("not_a_list", "It is no JWS.", _SIGNATURE, lambda _: Publication(text="trust me")),
    _document("typ_wrong", "Its header says typ JWT.", "RFC 7515, section 4.1.9", lambda _: None,
              header={"typ": "JWT"}),
    _document("type_wrong", "It is a list of another type.", "TS 119 602, clause 6.3.3",
              _information(LoTEType="http://uri.etsi.org/19602/LoTEType/EUWalletProvidersList")),
    _document("version_unknown", "Its version is one that nobody knows.", "TS 119 602, clause 6.3.1",
              _information(LoTEVersionIdentifier=99)),
    _document("operator_renamed", "It names another operator than its signer.", _SIGNATURE,
              _information(SchemeOperatorName=[{"lang": "en", "value": "Somebody else"}])),
    _document("schema_invalid", "A member that its form prescribes is missing.", "TS 119 602, annex A",
              lambda lote: lote["ListAndSchemeInformation"].pop("NextUpdate")),
    _document("service_type_unknown", "It lists a service of an unknown type.", "TS 119 602, clause 6.6.1",
              lambda lote: _first_service(lote).update(ServiceTypeIdentifier="http://uri.example/unknown")),
    _document("service_status_unknown", "It lists a service in an unknown status.", "TS 119 602, clause 6.6.4",
              lambda lote: _first_service(lote).update(ServiceStatus="http://uri.example/unknown")),
    _document("certificate_malformed", "A certificate in it is no DER.", "TS 119 602, clause 6.6.3",
              lambda lote: _first_service(lote).update(ServiceDigitalIdentity=_NO_CERTIFICATE)),
    _listed("institution_missing", "The institution is not on it.", _COMPETENCE, _without_institution),
    _listed("type_missing", "The institution is on it for another type.", _COMPETENCE, _for_another_type),
    _listed("competence_ended", "The institution's competence ended before the credential was signed.", _COMPETENCE,
            _entitled(until=-1)),
    _listed("competence_not_begun", "The institution's competence begins tomorrow.", _COMPETENCE, _entitled(since=1)),
    _listed("closed_since", "The institution's competence ends today.", _COMPETENCE, _entitled(until=0)),
    _listed("signer_revoked", "The signer's certificate is revoked.", "TS 119 602, clause 6.6.9",
            lambda desk: desk.with_entity(revoked=frozenset(map(thumbprint, desk.entity().signers)))),
    _listed("root_replaced", "The authority that certified the signer has been replaced by another.",
            "RFC 5280, section 6",
            lambda desk: desk.with_entity(anchors=(_root_renewed(desk).certificate,), status_anchors=())),
    _listed("root_constrained", "The authority that certified the signer may certify others only.",
            "RFC 5280, section 4.2.1.10",
            lambda desk: desk.with_entity(anchors=(_root_constrained(desk),), status_anchors=())),
    _listed("status_elsewhere", "The institution's status lists lie under another address.",
            "Token Status List, section 11.4",
            lambda desk: desk.with_entity(status_prefixes=("https://elsewhere.example/",))),
)  # fmt: skip

FAULTS: Mapping[str, TrustFault] = MappingProxyType({fault.id: fault for fault in _ALL})
