"""One verification, from end to end and without a network: the case is set up, shown and judged by the core.

What a verifier's adapters make of servers that fail is made of them here with the same reason codes (`http_404`,
`unreachable`); a trust list that is refused is a value, as in a service.
"""

from dataclasses import replace
from datetime import timedelta

from conformance.presenting import set_up
from conformance.scenario import Asked, Case
from conformance.trust_faults import Publication
from conformance.world import World
from issuer.faults import NoStatusAnswer, StatusAnswer
from vc_core.rejection import Rejection
from vc_core.trust import TrustList, read_trust_list
from vc_core.verdict import Verdict
from vc_core.verification import (
    CredentialUnreadable,
    Expected,
    HolderPolicy,
    Person,
    Policy,
    StatusFetched,
    StatusUnavailable,
    TrustUnavailable,
    begin,
    finish,
    wanted_status_lists,
)
from vc_core.verification.case import Amend, as_answered
from vc_core.verification.procedure import read, unreadable


def judge(world: World, case: Case, amend: Amend = as_answered) -> Verdict:
    """amend: what is made of each answer before it counts."""
    stage = set_up(world, case)
    text, expected = stage.credential(), expectation(world, case.type_id, stage.scenario.asked)
    holder = HolderPolicy.NOT_ASKED
    if not stage.handed_in:
        asking, holder = stage.asking(), HolderPolicy.REQUIRED
        text = stage.presentation(text, asking)
        expected = replace(expected, challenge=asking.challenge, query=asking.query)
    parsed = read(text)
    if isinstance(parsed, CredentialUnreadable):
        return unreadable(parsed, world.now, amend)
    policy = Policy(holder=holder)
    trust, server = read_trust(world, stage.publication()), stage.status_server()
    begun = begin(parsed, expected, trust, policy, world.now, world.catalogue, amend)
    return finish(begun, {uri: _fetched(world, server(uri)) for uri in wanted_status_lists(begun)})


def expectation(world: World, type_id: str, asked: Asked) -> Expected:
    """What the inspector asks about, without what was asked of the wallet."""
    person = asked.person
    return Expected(
        day=asked.day or world.day,
        host_state=asked.host_state or world.subjects[type_id].host_state,
        employer=asked.employer,
        person=None
        if person is None
        else Person(family_name=person.family_name, given_name=person.given_name, birth_date=person.birth_date),
    )


def read_trust(world: World, publication: Publication) -> TrustList | TrustUnavailable:
    """The honest list is read once, as a service reads it: most scenarios are about something else."""
    if publication == Publication(text=world.pilot.trust_list_text):
        return world.trust_list
    try:
        return read_trust_list(
            publication.text, operator=world.pilot.operator.chain[0], now=world.now, minimum_sequence=publication.known
        )
    except Rejection as rejection:
        return TrustUnavailable(reason=rejection.reason)


def _fetched(world: World, answer: StatusAnswer | NoStatusAnswer) -> StatusFetched | StatusUnavailable:
    match answer:
        case NoStatusAnswer():
            return StatusUnavailable(reason="unreachable")
        case StatusAnswer(status=status) if not 200 <= status < 300:
            return StatusUnavailable(reason=f"http_{status}")
        case StatusAnswer(body=body, content_type=content_type):
            return StatusFetched(body=body, content_type=content_type, fetched_at=world.now - timedelta(seconds=1))
