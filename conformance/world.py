"""The world that scenarios play in: a whole pilot from one seed at one instant (`world.toml`).

Institutions with their keys, a signed trust list, a relying party, holders' keys, example documents, status lists. The
same seed and instant make the same keys, so that two runs differ in signatures only. Simulated: no program of a real
pilot sees all keys. Nothing here is faulty; faults are committed in `presenting`.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from issuer.faults import Desk, StatusDesk, StatusPlan
from vc_core.catalogue import Catalogue
from vc_core.claims import Claims, first
from vc_core.formats.base import Format, HolderChallenge, PlannedCredential
from vc_core.formats.registry import FORMATS, WALLET_FORMATS
from vc_core.jose import jwk_from_public_key, jwk_thumbprint
from vc_core.pilot import Institution, InstitutionKeys, Pilot, make_pilot, new_key
from vc_core.pki import Organization
from vc_core.rulebook import Rulebook
from vc_core.signer import RandomBytes, SoftwareKey
from vc_core.status_list import StatusList, StatusReference
from vc_core.status_token import TokenFormat
from vc_core.trust import Contact, TrustList, read_trust_list

SETTINGS = Path(__file__).parent / "world.toml"
_SINCE = date(2020, 1, 1)
_CREDENTIAL_AGE = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is shown of one type, and what is asked, unless a scenario says otherwise."""

    type: str
    example: str
    profile: str
    host_state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """issuer: credential issuer. status: prefix of all status lists. verifier: base address."""

    issuer: str
    status: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class World:
    """document: `world.toml` as read. now: aware UTC, whole seconds. stored: a pilot made before; else one is made."""

    document: Mapping[str, Any]
    now: datetime
    places: Places
    catalogue: Catalogue
    stored: Pilot | None = None

    @classmethod
    def make(
        cls,
        *,
        now: datetime | None = None,
        seed: str | None = None,
        places: Mapping[str, str] | None = None,
        stored: Pilot | None = None,
        catalogue: Catalogue | None = None,
        settings: Path = SETTINGS,
    ) -> "World":
        """now, seed: those of `world.toml` unless others are given; places: others than its own, by name."""
        document = tomllib.loads(settings.read_text(encoding="utf-8"))
        if seed is not None:
            document["seed"] = seed
        return cls(
            document=document,
            now=(now or document["now"]).astimezone(UTC).replace(microsecond=0),
            places=Places(**{**document["places"], **(places or {})}),
            catalogue=catalogue or Catalogue.load(),
            stored=stored,
        )

    def random(self, purpose: str) -> RandomBytes:
        """Bytes that look random, the same in every run, and others for every purpose."""
        return Stream(f"{self.document['seed']}/{purpose}")

    @cached_property
    def institutions(self) -> Mapping[str, Institution]:
        return {
            entry["id"]: Institution(
                id=entry["id"],
                name=entry["name"],
                country=entry["country"],
                types=tuple(entry["types"]),
                status_prefix=self.places.status,
                contact=Contact(
                    street_address="1 Example Street", email="office@example.eu", website="https://example.eu/"
                ),
                issue_from=_SINCE,
            )
            for entry in self.document["institution"]
        }

    @cached_property
    def pilot(self) -> Pilot:
        if self.stored is not None:
            return self.stored
        host = self.places.verifier.partition("://")[2].partition("/")[0].partition(":")[0]
        return make_pilot(
            tuple(self.institutions.values()), verifier_hosts=(host,), now=self.now, random=self.random("pilot")
        )

    @cached_property
    def trust_list(self) -> TrustList:
        """The pilot's list as a reader has it."""
        return read_trust_list(self.pilot.trust_list_text, operator=self.pilot.operator.chain[0], now=self.now)

    @cached_property
    def examples(self) -> Mapping[str, Mapping[str, Claims]]:
        """The example documents, by type and name."""
        return {type_id: self.catalogue.examples(type_id) for type_id in self.subjects}

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        return {entry["type"]: Subject(**entry) for entry in self.document["subject"]}

    @property
    def day(self) -> date:
        day: date = self.document["day"]
        return day

    # ------------------------------------------------------------------------------------------------- one document
    def claims(self, type_id: str, example: str | None = None) -> Claims:
        return self.examples[type_id][example or self.subjects[type_id].example]

    def institution_of(self, rulebook: Rulebook, claims: Claims) -> Institution:
        """The one that the document names by id or by name; the first one of its type if it names none of ours."""
        named = first(claims, (rulebook.institution,))
        candidates = [one for one in self.institutions.values() if rulebook.type_id in one.types]
        for one in candidates:
            if named is not None and named.value in (one.id, one.name):
                return one
        return candidates[0]

    def keys(self, institution: Institution) -> InstitutionKeys:
        return self.pilot.institutions[institution.id]

    def stranger_to(self, institution: Institution) -> InstitutionKeys:
        """The keys of the next institution on the list."""
        ids = list(self.institutions)
        return self.pilot.institutions[ids[(ids.index(institution.id) + 1) % len(ids)]]

    def holder(self, name: str = "holder") -> SoftwareKey:
        return SoftwareKey(new_key(self.random(name)))

    def desk(self, type_id: str, format_id: str, *, claims: Claims, purpose: str) -> Desk:
        """Where the institution that the claims name makes a credential of this type and format."""
        rulebook, format_ = self.catalogue.type(type_id), FORMATS[format_id]
        institution = self.institution_of(rulebook, claims)
        keys = self.keys(institution)
        return Desk(
            format=format_,
            planned=self._planned(rulebook, format_, claims, self.reference(purpose)),
            signer=keys.document_signer,
            status_signer=keys.status_signer,
            stranger=self.stranger_to(institution).document_signer,
            authority=self.pilot.roots[institution.country],
            organization=Organization(country=institution.country, name=institution.name, identifier=institution.id),
            random=self.random(purpose),
            now=self.now,
        )

    def _planned(
        self, rulebook: Rulebook, format_: Format, claims: Claims, reference: StatusReference
    ) -> PlannedCredential:
        bound = format_.id in WALLET_FORMATS
        listed = rulebook.status.required or not bound
        return PlannedCredential(
            rulebook=rulebook,
            wire=rulebook.wire(format_.id),
            claims=claims,
            issuer_uri=self.places.issuer,
            credential_id="urn:uuid:0194f5b2-7e3f-7c5a-8d61-1f0c2b3a4d5e",
            issued_at=self.now - _CREDENTIAL_AGE,
            expires_at=self.now + rulebook.credential_lifetime,
            holder_key=self.holder().public_key if bound else None,
            status=reference if listed else None,
        )

    # -------------------------------------------------------------------------------------------------- status lists
    def reference(self, purpose: str) -> StatusReference:
        """Every case has a list of its own, so that a verifier that keeps lists is not misled by an earlier case."""
        name = hashlib.sha256(purpose.encode()).hexdigest()[:16]
        return StatusReference(uri=f"{self.places.status}{name}", idx=self.document["status"]["index"])

    def status_desk(self, desk: Desk, purpose: str) -> StatusDesk:
        """Where the provider of the list that the case has makes its token."""
        settings, rulebook = self.document["status"], desk.planned.rulebook
        institution = self.institution_of(rulebook, desk.planned.claims)
        reference = self.reference(purpose)
        issued_at = self.now - timedelta(seconds=settings["age_seconds"])
        plan = StatusPlan(
            form=TokenFormat(settings["forms"][desk.format.id]),
            subject=reference.uri,
            statuses=StatusList.of({}, bits=rulebook.status.bits, size=settings["size"]),
            issued_at=issued_at,
            expires=issued_at + timedelta(days=settings["lifetime_days"]),
            ttl=rulebook.status.ttl,
            signer=desk.status_signer,
        )
        return StatusDesk(
            plan=plan,
            reference=reference,
            stranger=self.stranger_to(institution).status_signer,
            document_signer=desk.signer,
            random=self.random(f"{purpose}/status"),
            now=self.now,
        )

    # ------------------------------------------------------------------------------------------------------ requests
    def challenge(self, purpose: str = "this request") -> HolderChallenge:
        """What a request of the pilot's relying party asks a holder's proof to be over."""
        number, encryption = hashlib.sha256(purpose.encode()).hexdigest(), self.holder("encryption")
        return HolderChallenge(
            nonce=number[:32],
            client_id="x509_hash:kBy3nUuxwQ5RTNkBqgGMrhnTAOFvNnWjiRzGf3zbJ9Q",
            response_uri=f"{self.places.verifier}/response/{number[:8]}",
            encryption_thumbprint=jwk_thumbprint(jwk_from_public_key(encryption.public_key)),
            agreement=encryption,
        )


class Stream:
    """SHAKE-256 over a name and a counter."""

    def __init__(self, name: str) -> None:
        self._name, self._drawn = name, 0

    def __call__(self, count: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._name}/{self._drawn}".encode()).digest(count)
