"""The fault drill: the verifier while its status list's server or a trust list fails, over real HTTP on loopback.

A genuine code is handed in again and again; each time one thing is wrong, and a list of its own is asked for, so that
nothing kept from before helps. Whatever is wrong, the verdict is CANNOT_CONFIRM with the check that decided and why:
not reachable is not withdrawn, and not checked is not passed (design.md 5). First and last nothing is wrong, so that
the table shows the drill and not a verifier that confirms nothing. The verifier goes by two trust lists. The second
operator lists everybody and may speak for other States only: what is wrong with that list changes nothing.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from starlette.testclient import TestClient

import verifier.app.service
from conformance.cannot_run import CannotRunError
from conformance.fault_table import FAULTS
from conformance.faulty_server import Behaviour, Drip, Endless, FaultyServer, RedirectToItself, Silence
from conformance.in_process import quiet
from conformance.scenario import Role
from conformance.trust_faults import TrustDesk, TrustFault
from conformance.world import World
from conformance.world_folder import write_world
from issuer.faults import Desk, NoStatusAnswer, StatusAnswer, StatusDesk, StatusFault
from vc_core import pki
from vc_core.formats.registry import INSPECTION_CODE
from vc_core.pilot import new_key
from vc_core.pki import Organization, Term
from vc_core.signer import SoftwareKey
from vc_core.verdict import Word
from verifier.settings import VerifierSettings

PATIENCE_SECONDS = 0.5
"""For so long the verifier waits for a server; it is the slow servers' measure too."""

_SLOWER = 4 * PATIENCE_SECONDS
_TRUST_PATH, _OTHER_PATH = "/trust-list.jwt", "/other-states.jwt"
_OTHER_OPERATOR = "Operator of the other States' list"
_CONTENT = "application/jwt"
_TOO_MUCH = 64 * 1024 * 1024

StatusBehaviour = Callable[[StatusDesk], Behaviour]
TrustBehaviour = Callable[[TrustDesk], Behaviour]


def _published(desk: TrustDesk) -> Behaviour:
    return StatusAnswer(body=desk.publish().text.encode(), content_type=_CONTENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One thing that is wrong. trust: the list with the institution. other: that of the other States' operator.

    expected: the deciding check and its reason; None where the document is to be confirmed.
    """

    id: str
    says: str
    status: StatusBehaviour = lambda desk: desk.answer()
    trust: TrustBehaviour = _published
    other: TrustBehaviour = _published
    expected: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of one drill. check, reason: the first that decided; None where nothing stood in the way."""

    drill: Drill
    word: Word
    check: str | None
    reason: str | None

    @property
    def as_expected(self) -> bool:
        if self.drill.expected is None:
            return self.word is Word.CONFIRMED and self.check is None
        return self.word is Word.CANNOT_CONFIRM and (self.check, self.reason) == self.drill.expected


def _status(fault: str, expected: tuple[str, str]) -> Drill:
    """A fault of the status provider, by id."""
    known = FAULTS[Role.STATUS_PROVIDER][fault]
    if not isinstance(known, StatusFault):
        raise TypeError(f"{fault} is no fault of a status list")
    return Drill(id=fault, says=known.says, status=known.make, expected=expected)


def _trust(fault: str, reason: str) -> Drill:
    """A fault of the trust list's operator, by id."""
    says, served = _trust_fault(fault)
    return Drill(id=fault, says=says, trust=served, expected=("trust.list", reason))


def _other(fault: str) -> Drill:
    """The same fault of the other operator, which is none for this institution."""
    says, served = _trust_fault(fault)
    return Drill(id=f"other_{fault}", says=f"The other States' list: {says}", other=served, expected=None)


def _trust_fault(fault: str) -> tuple[str, TrustBehaviour]:
    known = FAULTS[Role.TRUST_OPERATOR][fault]
    if not isinstance(known, TrustFault):
        raise TypeError(f"{fault} is no fault of a trust list")
    make = known.make
    return known.says, lambda desk: StatusAnswer(body=make(desk).text.encode(), content_type=_CONTENT)


def _unavailable(id_: str, says: str, status: StatusBehaviour, reason: str) -> Drill:
    return Drill(id=id_, says=says, status=status, expected=("status.token_available", reason))


NOTHING_WRONG = Drill(id="none", says="Nothing is wrong.", expected=None)
TRUST_DOWN = Drill(
    id="trust.down", says="The trust list's server does not listen, and no list has ever been read.",
    expected=("trust.list", "unreachable"),
)  # fmt: skip
STATUS_DOWN = _unavailable(
    "status.down", "The server does not listen.", lambda _: NoStatusAnswer(), "unreachable"
)  # fmt: skip

DRILLS = (
    NOTHING_WRONG,
    _unavailable("status.hung_up", "The server ends the connection.", lambda _: NoStatusAnswer(), "unreachable"),
    _unavailable("status.silent", "The server never answers.", lambda _: Silence(_SLOWER), "timeout"),
    _unavailable("status.slow", "The list arrives a byte at a time.",
                 lambda desk: Drip(answer=desk.answer(), pause=PATIENCE_SECONDS / 10), "timeout"),
    _status("status.not_found", ("status.token_available", "http_404")),
    _status("status.server_error", ("status.token_available", "http_500")),
    _unavailable("status.redirect_loop", "The server redirects to the same address.", lambda _: RedirectToItself(),
                 "too_many_redirects"),
    _unavailable("status.endless", "The body does not end.", lambda _: Endless(_TOO_MUCH), "too_large"),
    _status("status.text_plain", ("status.token_signature", "media_type_wrong")),
    _status("status.list_bomb", ("status.token_signature", "status_list_too_large")),
    _status("status.expired", ("status.token_time", "token_expired")),
    _status("status.list_of_other_uri", ("status.token_subject", "status_list_of_other_uri")),
    _status("status.signer_of_other_institution", ("status.token_signer", "status_signer_of_other_institution")),
    _status("status.signed_by_other_key", ("status.token_signature", "signature_invalid")),
    _trust("trust.stale", "trust_list_stale"),
    _trust("trust.rolled_back", "trust_list_rolled_back"),
    _trust("trust.other_operator", "trust_list_signer_unknown"),
    _trust("trust.signature_tampered", "trust_list_signature_invalid"),
    _other("trust.stale"),
    _other("trust.rolled_back"),
    _other("trust.other_operator"),
    _other("trust.signature_tampered"),
    Drill(id="other_trust.silent", says="The other States' list: its server never answers.",
          other=lambda _: Silence(_SLOWER), expected=None),
    Drill(id="trust.institution_on_other", says="The institution is on the other States' list alone.",
          trust=_trust_fault("trust.institution_missing")[1],
          expected=("integrity.issuer_signature", "signer_certificate_unknown")),
    replace(NOTHING_WRONG, id="none_again"),
)  # fmt: skip


def run_drill() -> Iterator[Row]:
    """The whole table, in order; what is down at first comes up in its midst."""
    with ExitStack() as stack:
        stack.enter_context(quiet())
        trust, status = (stack.enter_context(_closing(FaultyServer())) for _ in range(2))
        world = World.make(places={"status": f"{status.address}/status/"})
        other = _other_operator(world)
        drilled = _Drilled(
            world, stack.enter_context(_verifier(world, trust, other)), trust=trust, status=status, other_operator=other
        )
        yield drilled.row(TRUST_DOWN)
        stack.enter_context(trust.listening())
        yield drilled.row(STATUS_DOWN)
        stack.enter_context(status.listening())
        yield from map(drilled.row, DRILLS)


def holds(rows: list[Row]) -> bool:
    """Whether every row is as expected; above all, no fault is CONFIRMED and none is WITHDRAWN."""
    return all(row.as_expected for row in rows)


def drill_json(rows: list[Row]) -> dict[str, Any]:
    faults = [row for row in rows if row.drill.expected is not None]
    return {
        "rows": [
            {
                "id": row.drill.id,
                "says": row.drill.says,
                "verdict": row.word.value,
                "check": row.check,
                "reason": row.reason,
                "as_expected": row.as_expected,
            }
            for row in rows
        ],
        "faults": len(faults),
        "faults_confirmed": sum(row.word in (Word.CONFIRMED, Word.CONFIRMED_STATUS_OLD) for row in faults),
        "faults_withdrawn": sum(row.word is Word.WITHDRAWN for row in faults),
        "as_expected": holds(rows),
    }


@dataclass(frozen=True, slots=True)
class _Drilled:
    world: World
    verifier: TestClient
    trust: FaultyServer
    status: FaultyServer
    other_operator: SoftwareKey

    def row(self, drill: Drill) -> Row:
        desk = self._desk(drill.id)
        provider = self.world.status_desk(desk, drill.id)
        self.status.behave(provider.reference.uri.removeprefix(self.status.address), drill.status(provider))
        operator = self._operator(desk, drill.id)
        self.trust.behave(_TRUST_PATH, drill.trust(operator))
        listed = replace(operator.listed, operator=replace(operator.listed.operator, name=_OTHER_OPERATOR))
        self.trust.behave(_OTHER_PATH, drill.other(replace(operator, listed=listed, operator=self.other_operator)))
        verdict = self._verdict(desk.credential(), desk.planned.rulebook.type_id)
        check = next(iter(verdict["deciding"]), None)
        reason = next((one["reason"] for one in verdict["checks"] if one["id"] == check), None)
        return Row(drill=drill, word=Word(verdict["verdict"]), check=check, reason=reason)

    def _desk(self, purpose: str) -> Desk:
        type_id = next(iter(self.world.subjects))
        return self.world.desk(type_id, INSPECTION_CODE.id, claims=self.world.claims(type_id), purpose=purpose)

    def _operator(self, desk: Desk, purpose: str) -> TrustDesk:
        pilot, rulebook = self.world.pilot, desk.planned.rulebook
        institution = self.world.institution_of(rulebook, desk.planned.claims)
        return TrustDesk(
            listed=pilot.trust_list,
            operator=pilot.operator,
            institution=institution.id,
            type_id=rulebook.type_id,
            root=pilot.roots[institution.country],
            random=self.world.random(f"{purpose}/trust"),
            now=self.world.now,
        )

    def _verdict(self, text: str, type_id: str) -> Mapping[str, Any]:
        asked = {"day": self.world.day.isoformat(), "host_state": self.world.subjects[type_id].host_state}
        answer = self.verifier.post("/v1/verify", json={"text": text, "expected": asked})
        if answer.status_code != 200:
            raise CannotRunError(f"the verifier answered {answer.status_code}")
        verdict: Mapping[str, Any] = answer.json()
        return verdict


@contextmanager
def _verifier(world: World, trust: FaultyServer, other: SoftwareKey) -> Iterator[TestClient]:
    """On a folder and a database of its own; it asks over HTTP, as it always does, and keeps nothing for later."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "world"
        write_world(world, folder)
        (folder / "pki" / "other.pem").write_bytes(other.chain[0].public_bytes(Encoding.PEM))
        (folder / "pki" / "trust-lists.toml").write_text(_two_lists(world, trust))
        settings = VerifierSettings(
            data=folder,
            base_url=world.places.verifier,
            trust_list_reuse_seconds=0,
            status_reuse_seconds=0,
            fetch_timeout_seconds=PATIENCE_SECONDS,
        )
        app = verifier.app.service.build_app(
            settings, clock=lambda: world.now, random=world.random("verifier"), catalogue=world.catalogue
        )
        with TestClient(app, base_url=world.places.verifier) as client:
            yield client


def _two_lists(world: World, trust: FaultyServer) -> str:
    """The second may list the institutions of all States but that of the document's."""
    type_id = next(iter(world.subjects))
    own = world.institution_of(world.catalogue.type(type_id), world.claims(type_id)).country
    others = sorted({one.country for one in world.institutions.values()} - {own})
    tables = (
        ("own", f"{trust.address}{_TRUST_PATH}", "operator.pem", [own]),
        ("others", f"{trust.address}{_OTHER_PATH}", "other.pem", others),
    )
    return "".join(
        f"[[list]]\nname = {json.dumps(name)}\nsource = {json.dumps(source)}\n"
        f"operator_certificate = {json.dumps(certificate)}\nterritories = {json.dumps(territories)}\n"
        for name, source, certificate, territories in tables
    )


def _other_operator(world: World) -> SoftwareKey:
    key, territory = new_key(world.random("other operator")), world.pilot.trust_list.operator.territory
    term = Term(serial=1, not_before=world.now - timedelta(days=1), not_after=world.now + timedelta(days=365))
    organization = Organization(country=territory, name=_OTHER_OPERATOR)
    return SoftwareKey(key, (pki.list_operator(private_key=key, organization=organization, term=term),))


@contextmanager
def _closing(server: FaultyServer) -> Iterator[FaultyServer]:
    try:
        yield server
    finally:
        server.close()
