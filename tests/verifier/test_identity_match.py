"""A document and its holder's identity asked in one request, and the persons compared (issue: A1 and PID together)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.verifier.wallet import Asked, ask, bearer, form, offered, present, read
from tests.verifier.world import Held, World
from vc_core import dcql
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import QUERY_FORMATS, WALLET_FORMATS
from vc_core.transaction_data import INSPECTION, parse_transactions
from vc_core.verification.query import facts

SD_JWT, MDOC = "dc+sd-jwt", "mso_mdoc"
EXPECTED = {"day": "2026-02-15", "host_state": "DE"}


def both(client: TestClient, **body: Any) -> Asked:
    return ask(client, identified_by="pid", expected=EXPECTED, **body)


def vp_token(world: World, asked: Asked, *held: Held, **challenge: Any) -> dict[str, list[str]]:
    """What a wallet shows that holds these."""
    query = dcql.parse_query(asked.claims["dcql_query"], QUERY_FORMATS)
    candidates = [_candidate(one, str(index)) for index, one in enumerate(held)]
    answer = dcql.evaluate(query, candidates)
    assert isinstance(answer, dcql.Answer), answer
    shown: dict[str, list[str]] = {}
    for query_id, choices in answer.choices.items():
        for choice in choices:
            one = held[int(choice.credential.id)]
            shown.setdefault(query_id, []).append(
                WALLET_FORMATS[one.format_id].present(
                    one.text,
                    paths=choice.paths,
                    challenge=asked.challenge(**challenge),
                    holder=one.key,
                    issued_at=world.clock.now,
                )
            )
    return shown


def _candidate(held: Held, id_: str) -> dcql.HeldCredential:
    known = facts(WALLET_FORMATS[held.format_id].parse(UnverifiedPresentation(text=held.text)), holder_bound=True)
    return dcql.HeldCredential(
        id=id_,
        format=known.format,
        identifier=known.identifier,
        claims=known.claims,
        disclosures=known.disclosures,
        hidden_elements=known.hidden_elements,
        holder_bound=True,
        authority_key_ids=known.authority_key_ids,
    )


def verdicts(client: TestClient, world: World, asked: Asked, *held: Held) -> dict[str, dict[str, Any]]:
    answer = client.post(asked.response_path, data=form(asked, vp_token(world, asked, *held)))
    assert answer.status_code == 200, answer.text
    return {verdict["document"]["type_id"]: verdict for verdict in read(client, asked)["verdicts"]}


NUMBER = "288041300512345"


def identity(world: World, format_id: str = SD_JWT, **changes: Any) -> Held:
    """The identity of the posted worker, under the number that the certificate has."""
    claims = {**world.claims("pid", "valid_french_worker"), "personal_administrative_number": NUMBER, **changes}
    return world.credential(format_id, type_id="pid", claims=claims)


@pytest.mark.parametrize("format_id", [SD_JWT, MDOC])
def test_document_and_identity_of_one_person(client: TestClient, world: World, format_id: str) -> None:
    """The certificate travels without names, so that the number decides."""
    asked = both(client)
    found = verdicts(client, world, asked, world.credential(SD_JWT), identity(world, format_id))
    assert (found["a1"]["verdict"], found["a1"]["identity_compared"]) == ("CONFIRMED", "yes")
    assert found["a1"]["identity_match"] == {"type_id": "pid", "reason": "same_personal_number"}
    assert found["pid"]["identity_compared"] == "no"


def test_numbers_of_different_kinds_leave_the_question_open(client: TestClient, world: World) -> None:
    person = identity(world, personal_administrative_number="FR880412M0417")
    found = verdicts(client, world, both(client), world.credential(SD_JWT), person)["a1"]
    assert (found["identity_compared"], found["identity_match"]["reason"]) == ("no", "name_or_birth_date_missing")


def test_the_number_is_asked_only_where_it_has_to_be(client: TestClient) -> None:
    """users.md, J12, AC2."""
    assert "personal_administrative_number" not in str(ask(client).claims["dcql_query"])
    assert "personal_administrative_number" in str(both(client).claims["dcql_query"])


def test_an_identity_that_is_not_confirmed_matches_nobody(client: TestClient, world: World) -> None:
    asked, document, person = both(client), world.credential(SD_JWT), identity(world)
    world.withdraw_last()
    found = verdicts(client, world, asked, document, person)
    assert (found["pid"]["verdict"], found["a1"]["identity_compared"]) == ("WITHDRAWN", "no")
    assert found["a1"]["identity_match"]["reason"] == "identity_not_confirmed"


def test_a_person_may_correct_the_comparison(client: TestClient, world: World) -> None:
    asked = both(client)
    verdicts(client, world, asked, world.credential(SD_JWT), identity(world))
    address, headers = f"/v1/requests/{asked.offer['id']}/identity", bearer(asked.offer["read_token"])
    assert client.post(address, json={"identity_compared": "mismatch"}, headers=headers).status_code == 200
    assert {one["identity_compared"] for one in read(client, asked)["verdicts"]} == {"mismatch"}


def test_the_document_alone_leads_to_the_identity_step(client: TestClient, world: World) -> None:
    asked = ask(client, expected=EXPECTED)
    vp = present(world, asked, world.credential(SD_JWT))
    client.post(asked.response_path, data=form(asked, vp))
    [verdict] = read(client, asked)["verdicts"]
    assert verdict["identity_compared"] == "no"
    assert "identity_match" not in verdict


def test_the_document_alone_does_not_answer_a_request_for_both(client: TestClient, world: World) -> None:
    asked = both(client)
    shown = vp_token(world, asked, world.credential(SD_JWT), identity(world))
    answer = client.post(asked.response_path, data=form(asked, {id_: shown[id_] for id_ in shown if id_[0] == "a"}))
    assert (answer.status_code, answer.json()["check"]) == (400, "query.satisfied")


def test_a_transaction_is_agreed_to_with_the_document(client: TestClient) -> None:
    asked = both(client, transaction_data=[{"type": INSPECTION.id, "case_ref": "2026/17"}])
    query = dcql.parse_query(asked.claims["dcql_query"], QUERY_FORMATS)
    [one] = parse_transactions(asked.claims["transaction_data"], query)
    assert one.credential_ids == ("a1-1", "a1-2")


def test_an_unknown_identity_type(client: TestClient) -> None:
    body = {"type": "a1", "profile": "building_site", "identified_by": "unheard_of"}
    assert client.post("/v1/requests", json=body).json()["error"] == "type_unknown"
    assert offered(client, identified_by="a1")["id"], "a document identifies nobody by itself"
