"""One pilot for all wallet tests, the same in every run: keys, trust list, claims, a source of bytes from a seed."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests import packaged
from vc_core.formats.base import PlannedCredential
from vc_core.formats.registry import INSPECTION_CODE, WALLET_FORMATS
from vc_core.pilot import Institution, make_pilot, new_key
from vc_core.rulebook import Rulebook, WireType
from vc_core.signer import PublicKey, RandomBytes, SoftwareKey
from vc_core.status_list import StatusReference
from vc_core.trust import Contact

NOW = datetime(2026, 2, 15, 10, 0, tzinfo=UTC)
ISSUER_HOST = "https://issuer.example"
ISSUER = f"{ISSUER_HOST}/tenant"
STATUS_PREFIX = f"{ISSUER}/status/"
STATUS_URI = f"{STATUS_PREFIX}1"
VERIFIER_HOST = "verifier.example"
VERIFIER = f"https://{VERIFIER_HOST}"
SD_JWT, MDOC = WALLET_FORMATS

_CONTACT = Contact(street_address="1 Example Street", email="office@example.org", website="https://example.org")


def seeded(seed: str) -> RandomBytes:
    """SHA-256 in counter mode."""
    counter = iter(range(2**32))

    def draw(n: int) -> bytes:
        out = b""
        while len(out) < n:
            out += hashlib.sha256(f"{seed}/{next(counter)}".encode()).digest()
        return out[:n]

    return draw


def key(seed: str) -> SoftwareKey:
    return SoftwareKey(new_key(seeded(seed)))


def institution(id_: str, name: str, *types: str) -> Institution:
    return Institution(
        id=id_, name=name, country=id_[:2], types=types, status_prefix=STATUS_PREFIX, contact=_CONTACT,
        issue_from=date(2020, 1, 1),
    )  # fmt: skip


CATALOGUE = packaged.CATALOGUE
A1, EHIC = CATALOGUE.type("a1"), CATALOGUE.type("ehic")
PILOT = make_pilot(
    (institution("FR:117000", "Urssaf", "a1"), institution("FR:910000", "CNAM", "ehic")),
    verifier_hosts=(VERIFIER_HOST,),
    now=NOW,
    random=seeded("pilot"),
)
OTHER_PILOT = make_pilot(
    (institution("FR:117000", "Urssaf", "a1"),), verifier_hosts=(VERIFIER_HOST,), now=NOW, random=seeded("other")
)
URSSAF = PILOT.institutions["FR:117000"].document_signer
CNAM = PILOT.institutions["FR:910000"].document_signer
STATUS_SIGNER = PILOT.institutions["FR:117000"].status_signer
SIGNERS = {"a1": URSSAF, "ehic": CNAM}
STATUS_SIGNERS = {"a1": STATUS_SIGNER, "ehic": PILOT.institutions["FR:910000"].status_signer}
RELYING_PARTY = PILOT.relying_party

A1_CLAIMS: dict[str, Any] = dict(CATALOGUE.examples("a1")["valid_posted_worker"])
EHIC_CLAIMS: dict[str, Any] = dict(CATALOGUE.examples("ehic")["valid_card"])
CLAIMS = {"a1": A1_CLAIMS, "ehic": EHIC_CLAIMS}


def wire(rulebook: Rulebook, format_id: str) -> WireType:
    found = rulebook.wire(format_id)
    assert found is not None
    return found


def planned(
    rulebook: Rulebook, form: WireType | None, holder_key: PublicKey | None, **changes: Any
) -> PlannedCredential:
    """A good credential before it is signed, with the changes asked for."""
    plan = PlannedCredential(
        rulebook=rulebook,
        wire=form,
        claims=CLAIMS[rulebook.type_id],
        issuer_uri=ISSUER,
        credential_id="0123456789abcdef",
        issued_at=NOW.replace(hour=0),
        expires_at=NOW.replace(hour=0) + timedelta(days=90),
        holder_key=holder_key,
        status=StatusReference(uri=STATUS_URI if rulebook is A1 else f"{STATUS_PREFIX}2", idx=5),
    )
    return replace(plan, **changes)


def encode(plan: PlannedCredential, *, signer: SoftwareKey | None = None, seed: str = "credential") -> str:
    assert plan.wire is not None
    format_ = WALLET_FORMATS[plan.wire.format_id]
    return format_.encode(plan, signer=signer or SIGNERS[plan.rulebook.type_id], random=seeded(seed))


def inspection_code(**changes: Any) -> str:
    return INSPECTION_CODE.encode(planned(A1, None, None, **changes), signer=URSSAF, random=seeded("code"))


Clock = Callable[[], datetime]


def clock() -> datetime:
    return NOW
