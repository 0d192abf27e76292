"""Keys, credentials and evidence to measure with: one State, its institutions, a holder, a status list token."""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.x509 import Certificate

from vc_core import status_token
from vc_core.catalogue import Catalogue
from vc_core.formats.base import HolderChallenge, PlannedCredential, UnverifiedPresentation
from vc_core.formats.registry import FORMATS, WALLET_FORMATS
from vc_core.pilot import Institution, Pilot, make_pilot, new_key
from vc_core.signer import Signer, SoftwareKey
from vc_core.status_list import StatusList, StatusReference
from vc_core.trust import Contact
from vc_core.verification import Evidence, Expected, HolderPolicy, Policy, StatusFetched

NOW = datetime(2026, 2, 15, 10, tzinfo=UTC)
STATUS = StatusReference(uri="https://issuer.example/status/1", idx=77)
SHARD_ENTRIES = 2**20
SIGNERS = 200
"""More institutions than certificates are remembered."""
CHALLENGE = HolderChallenge(
    nonce="3yIq9zA0mWQb1nTt5vKc8g",
    client_id="x509_hash:kBy3nUuxwQ5RTNkBqgGMrhnTAOFvNnWjiRzGf3zbJ9Q",
    response_uri="https://verifier.example/response/1",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An example of a type, in one format."""

    type_id: str
    example: str
    format_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What every measure shares. signers: of documents, one for each institution. status_token: of a whole shard."""

    catalogue: Catalogue
    pilot: Pilot
    signers: tuple[Signer, ...]
    holder: SoftwareKey
    status_token: bytes

    @property
    def anchors(self) -> tuple[Certificate, ...]:
        return tuple(authority.certificate for authority in self.pilot.roots.values())

    @property
    def evidence(self) -> Evidence:
        media_type = status_token.TokenFormat.JWT.value
        fetched = StatusFetched(body=self.status_token, content_type=media_type, fetched_at=NOW)
        return Evidence(trust=self.pilot.trust_list, status={STATUS.uri: fetched})

    def planned(self, document: Document) -> PlannedCredential:
        rulebook = self.catalogue.type(document.type_id)
        return PlannedCredential(
            rulebook=rulebook,
            wire=rulebook.wire(document.format_id),
            claims=self.catalogue.examples(document.type_id)[document.example],
            issuer_uri="https://issuer.example",
            credential_id="urn:uuid:0194f5b2-7e3f-7c5a-8d61-1f0c2b3a4d5e",
            issued_at=NOW - timedelta(hours=1),
            expires_at=NOW + timedelta(days=90),
            holder_key=self.holder.public_key,
            status=STATUS,
        )

    def presented(self, document: Document, signer: Signer | None = None) -> UnverifiedPresentation:
        """Everything shown, with the holder's proof where the format has one."""
        signer = signer or self.signers[0]
        issued = FORMATS[document.format_id].encode(self.planned(document), signer=signer, random=os.urandom)
        wallet = WALLET_FORMATS.get(document.format_id)
        if wallet is None:
            return UnverifiedPresentation(text=issued)
        paths = wallet.parse(UnverifiedPresentation(text=issued)).query_facts().disclosures
        text = wallet.present(issued, paths=paths, challenge=CHALLENGE, holder=self.holder, issued_at=NOW)
        return UnverifiedPresentation(text=text)


def expectation(format_id: str) -> tuple[Expected, Policy]:
    """A proof of the holder is asked wherever the format has one."""
    bound = format_id in WALLET_FORMATS
    expected = Expected(day=NOW.date(), host_state="DE", challenge=CHALLENGE if bound else None)
    return expected, Policy(holder=HolderPolicy.REQUIRED if bound else HolderPolicy.NOT_ASKED)


def make_world() -> World:
    catalogue = Catalogue.load(extra=[Path(__file__).parent / "schemas"])
    # The first one is the institution that the documents name.
    numbers = [117_000, *range(200_000, 200_000 + SIGNERS)]
    institutions = [_institution(f"FR:{number}", tuple(catalogue.rulebooks)) for number in numbers]
    pilot = make_pilot(institutions, verifier_hosts=["verifier.example"], now=NOW, random=os.urandom)
    token = status_token.encode_jwt(
        StatusList.of({}, bits=1, size=SHARD_ENTRIES).deflate(),
        subject=STATUS.uri,
        issued_at=NOW - timedelta(minutes=2),
        signer=pilot.institutions[institutions[0].id].status_signer,
        expires=NOW + timedelta(days=7),
        ttl=timedelta(minutes=15),
    )
    return World(
        catalogue=catalogue,
        pilot=pilot,
        signers=tuple(keys.document_signer for keys in pilot.institutions.values()),
        holder=SoftwareKey(new_key(os.urandom)),
        status_token=token.encode(),
    )


def _institution(id_: str, types: tuple[str, ...]) -> Institution:
    return Institution(
        id=id_,
        name=f"Institution {id_}",
        country="FR",
        types=types,
        status_prefix="https://issuer.example/status/",
        contact=Contact(
            street_address="1 rue de la Paix", email="post@issuer.example", website="https://issuer.example"
        ),
        issue_from=date(2024, 1, 1),
    )
