"""The simulated wallet under test: what it makes of a bad request, and of a bad credential.

A request: the verifier deviates in one thing, the wallet holds an honest credential that would answer it. A receipt:
the issuer deviates in one thing in a credential that was announced, asked for and bound honestly. Either way the wallet
refuses with a reason, and nothing of the holder's leaves it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import httpx2

from conformance.fault_table import FAULTS
from conformance.judging import read_trust
from conformance.mock_network import MockNetwork
from conformance.presenting import held
from conformance.scenario import Case, Role
from conformance.trust_faults import Publication
from conformance.world import World
from issuer.faults import CredentialFault, Desk, NoStatusAnswer, StatusAnswer, StatusDesk, StatusFault
from vc_core.authorization_request import (
    MEDIA_TYPE,
    RequestObject,
    ResponseMode,
    build_client_metadata,
    x509_hash_client_id,
)
from vc_core.dc_api import DcApiMode, DcApiRequest, Trusted
from vc_core.dcql import HeldCredential
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.rejection import Rejection
from vc_core.rulebook import WireType
from vc_core.trust import TrustList
from vc_core.x509 import san_dns
from verifier.faults import Asking, DcDesk, DcRequestFault, VerifierDesk, VerifierFault, ask
from verifier.query import query_for
from wallet_sim.dc_api import error_for, open_dc_request
from wallet_sim.evidence import judge
from wallet_sim.issuance import Collected
from wallet_sim.issuer_metadata import Configuration
from wallet_sim.receipt import accept, read_credential
from wallet_sim.refusals import CredentialRefused, RequestRefused
from wallet_sim.request import RequestReader

_PRESENTED = ("vp_token", "response", "id_token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the wallet did. reason: empty if it accepted. error: what it told the verifier. leaked: what it sent."""

    reason: str = ""
    error: str | None = None
    leaked: bool = False


# ------------------------------------------------------------------------------------------------------------ requests
def ask_wallet(world: World, case: Case) -> Refusal:
    """Shows the wallet a request with this case's fault."""
    desk = verifier_desk(world, case)
    fault = FAULTS[Role.VERIFIER][case.scenario.fault] if case.scenario.fault else None
    if isinstance(fault, DcRequestFault):
        return _ask_in_browser(world, case, fault)
    asking = fault.make(desk) if isinstance(fault, VerifierFault) else ask(desk)
    network = MockNetwork()
    network.answers[desk.request_uri] = lambda request: _request_object(asking, request)
    network.answers[desk.planned.response_uri] = lambda _: httpx2.Response(200, json={})
    reader = RequestReader(
        exchange=network.exchange(),
        anchors=(world.pilot.access_authority.certificate,),
        random=world.random(f"{case.id}/wallet"),
    )
    try:
        reader.open(asking.link, [_held(world, case)], now=world.now)
    except RequestRefused as refusal:
        return Refusal(reason=refusal.reason, error=_told(network), leaked=_leaked(network))
    except Rejection as rejection:
        return Refusal(reason=rejection.reason, error=_told(network), leaked=_leaked(network))
    return Refusal(leaked=_leaked(network))


def _ask_in_browser(world: World, case: Case, fault: DcRequestFault) -> Refusal:
    """The wallet is told by the browser, and answers to it alone: nothing is sent to anybody."""
    asking = fault.make(page_desk(world, case))
    trusted = Trusted(anchors=(world.pilot.access_authority.certificate,))
    try:
        open_dc_request(
            asking.request, origin=asking.origin, trusted=trusted, held=[_held(world, case)], now=world.now
        )  # fmt: skip
    except RequestRefused as refusal:
        return Refusal(reason=refusal.reason, error=error_for(refusal)["error"])
    return Refusal()


def _held(world: World, case: Case) -> HeldCredential:
    """An honest credential that would answer the request."""
    claims = world.claims(case.type_id)
    credential = world.desk(case.type_id, case.format_id, claims=claims, purpose=case.id).credential()
    return held(case.format_id, credential)


def page_desk(world: World, case: Case) -> DcDesk:
    desk = verifier_desk(world, case)
    planned = DcApiRequest(
        nonce=desk.planned.nonce,
        response_mode=DcApiMode.DC_API_JWT,
        dcql_query=desk.planned.dcql_query,
        client_metadata=desk.planned.client_metadata,
        expected_origins=(world.places.verifier,),
    )
    return DcDesk(planned=planned, origin=world.places.verifier, desk=desk)


def verifier_desk(world: World, case: Case) -> VerifierDesk:
    signer, places = world.pilot.relying_party, world.places
    rulebook = world.catalogue.type(case.type_id)
    formats = {id_: format_.vp_formats for id_, format_ in WALLET_FORMATS.items()}
    planned = RequestObject(
        client_id=x509_hash_client_id(signer.chain[0]),
        nonce=world.challenge(case.id).nonce,
        response_uri=f"{places.verifier}/response/1",
        response_mode=ResponseMode.DIRECT_POST_JWT,
        dcql_query=query_for(rulebook, world.subjects[case.type_id].profile, [case.format_id]),
        client_metadata=build_client_metadata(formats, world.holder("encryption").public_key),
        state="state-of-this-request",
    )
    return VerifierDesk(
        planned=planned,
        request_uri=f"{places.verifier}/request/1",
        signer=signer,
        authority=world.pilot.access_authority,
        host=san_dns(signer.chain[0])[0],
        random=world.random(case.id),
        now=world.now,
    )


def _request_object(asking: Asking, request: httpx2.Request) -> httpx2.Response:
    nonces = parse_qs(request.content.decode()).get("wallet_nonce", [None])
    return httpx2.Response(200, headers={"Content-Type": MEDIA_TYPE}, text=asking.answer(nonces[0]))


def _told(network: MockNetwork) -> str | None:
    errors = [parse_qs(body).get("error", [None])[0] for _, body in network.posted]
    return next((error for error in errors if error), None)


def _leaked(network: MockNetwork) -> bool:
    return any(name in parse_qs(body) for _, body in network.posted for name in _PRESENTED)


# ------------------------------------------------------------------------------------------------------------ receipts
def give_wallet(world: World, case: Case) -> Refusal:
    """Gives the wallet a credential with this case's fault, or with this fault of its status list."""
    desk = world.desk(case.type_id, case.format_id, claims=world.claims(case.type_id), purpose=case.id)
    collected = Collected(
        configuration=_announced(desk), key=world.holder(), text=_credential(desk, case)
    )  # fmt: skip
    network = MockNetwork()
    status = world.status_desk(desk, case.id)
    network.answers[status.reference.uri] = lambda _: _status_answer(status, case)
    trust = read_trust(world, Publication(text=world.pilot.trust_list_text))
    if not isinstance(trust, TrustList):
        raise LookupError(trust.reason)
    try:
        parsed = read_credential(collected)
        verdict = judge(parsed, trust, network.exchange(), now=world.now, catalogue=world.catalogue)
        accept(collected, parsed, verdict, now=world.now, catalogue=world.catalogue)
    except CredentialRefused as refusal:
        return Refusal(reason=refusal.reason)
    return Refusal()


def _credential(desk: Desk, case: Case) -> str:
    fault = FAULTS[case.scenario.role].get(case.scenario.fault or "")
    return fault.make(desk) if isinstance(fault, CredentialFault) else desk.credential()


def _status_answer(desk: StatusDesk, case: Case) -> httpx2.Response:
    fault = FAULTS[case.scenario.role].get(case.scenario.fault or "")
    answer = fault.make(desk) if isinstance(fault, StatusFault) else desk.answer()
    match answer:
        case NoStatusAnswer():
            raise httpx2.RemoteProtocolError("the server ends the connection")
        case StatusAnswer(body=body, content_type=content_type, status=status):
            return httpx2.Response(status, headers={"Content-Type": content_type}, content=body)


def _announced(desk: Desk) -> Configuration:
    """What the issuer's metadata says of this credential."""
    rulebook, wire = desk.planned.rulebook, desk.planned.wire
    if wire is None:
        raise LookupError("a wallet collects only what has a form on the wire")
    paths = [wire.request_path(entry.path) for entry in rulebook.claims if entry.mandatory]
    return Configuration(
        id=wire.configuration_id,
        format=wire.format_id,
        name=rulebook.titles["en"],
        members=_members(wire),
        proof_algorithms=frozenset({"ES256"}),
        mandatory=tuple(dict.fromkeys(path for path in paths if path is not None)),
    )


def _members(wire: WireType) -> Mapping[str, object]:
    return WALLET_FORMATS[wire.format_id].issuer_metadata(wire)
