"""J7: the holder is told, because the institution is: an outbox, signed webhooks at least once, no personal data."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import issuer
from issuer.events import MAX_ATTEMPTS, EventKind
from issuer.use_cases.deliver_events import Delivered
from tests.issuer.http.test_notification_endpoint import SD_JWT, send
from tests.issuer.receiver import HOOK, Post, open_post
from tests.issuer.world import CNAM, DRV, NOW, URSSAF, Registered, Wallet, World

Events = list[dict[str, Any]]


@pytest.fixture
def world(world: World) -> World:
    """The clock stands at its beginning for each test; nothing is due from another one, since all is delivered or
    removed."""
    world.clock.now = NOW
    return world


@pytest.fixture
def post(world: World, pilot: tuple[Path, Mapping[str, str]]) -> Iterator[Post]:
    """The webhook of one institution, empty so far."""
    opened = open_post(world, pilot[0], URSSAF)
    opened.notices.set_webhook(opened.institution, HOOK)
    opened.notices.deliver()
    opened.receiver.seen.clear()
    yield opened
    opened.notices.set_webhook.remove(opened.institution)
    opened.database.close()


def polled(world: World, *, institution_id: str = URSSAF, **query: Any) -> Events:
    response = world.client().get("/v1/events", params=query, headers=world.auth(institution_id))
    assert response.status_code == 200, response.text
    events: Events = response.json()["events"]
    return events


def of(world: World, registered: Registered, **query: Any) -> Events:
    events = polled(world, institution_id=registered.institution_id, limit=1000, **query)
    return [one for one in events if one["document"].endswith(registered.answer["document_id"])]


def types(events: Events) -> list[str]:
    return [one["type"] for one in events]


# ------------------------------------------------------------------------------------------------------------ recorded
def test_issue_collection_report_and_withdrawal_are_told_in_order(world: World) -> None:
    registered, wallet = world.register(), Wallet(world)
    world.clock.advance(seconds=1)
    assert wallet.redeem(registered).status_code == 200
    notification_id = wallet.collect(SD_JWT).json()["notification_id"]
    world.clock.advance(seconds=1)
    for event in ("credential_accepted", "credential_accepted"):
        assert send(wallet, {"notification_id": notification_id, "event": event}).status_code == 204
    world.clock.advance(seconds=1)
    world.withdraw(registered)
    world.withdraw(registered)
    events = of(world, registered)
    assert types(events) == [
        "document.issued",
        "credential.collected",
        "credential.accepted",
        "document.withdrawn",
    ]
    positions = [one["position"] for one in events]
    assert positions == sorted(set(positions))


def test_page_for_institutions_lists_the_events_that_there_are() -> None:
    page = (Path(issuer.__file__).parent / "NOTICES.md").read_text()
    first_cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([a-z.]+)`", " ".join(first_cells))) == set(EventKind)


def test_document_that_takes_anothers_place_withdraws_it(world: World) -> None:
    claims = world.ehic()
    first = world.register(claims, type_id="ehic", institution_id=CNAM)
    world.clock.advance(days=1)
    number = f"{claims['document_number'][:-1]}{(int(claims['document_number'][-1]) + 1) % 10}"
    world.register({**claims, "document_number": number}, type_id="ehic", institution_id=CNAM)
    assert types(of(world, first)) == ["document.issued", "document.withdrawn"]


def test_refused_document_tells_nothing(world: World) -> None:
    before = world.rows()["event"]
    assert world.post({}).status_code == 422
    assert world.rows()["event"] == before


def test_repeated_registration_tells_nothing_new(world: World) -> None:
    claims = world.a1()
    world.post(claims, key="told-once")
    before = world.rows()["event"]
    assert world.post(claims, key="told-once").status_code == 200
    assert world.rows()["event"] == before


def _period(world: World, *, days: int) -> Registered:
    start = NOW.date() + timedelta(days=1)
    days_covered = {"starting_date": start.isoformat(), "ending_date": (start + timedelta(days=days)).isoformat()}
    return world.register({**world.a1(), **days_covered})


def test_end_is_told_thirty_days_ahead_and_once(world: World) -> None:
    registered = _period(world, days=60)
    world.clock.advance(days=30)
    assert types(of(world, registered)) == ["document.issued"]
    world.clock.advance(days=1)
    assert types(of(world, registered)) == ["document.issued", "document.expiring"]
    world.clock.advance(days=300)
    assert types(of(world, registered)) == ["document.issued", "document.expiring"]


def test_end_of_a_short_document_is_not_told(world: World) -> None:
    registered = _period(world, days=20)
    world.clock.advance(days=300)
    assert types(of(world, registered)) == ["document.issued"]


def test_end_of_a_withdrawn_document_is_not_told(world: World) -> None:
    registered = _period(world, days=60)
    world.clock.advance(seconds=1)
    world.withdraw(registered)
    world.clock.advance(days=300)
    assert types(of(world, registered)) == ["document.issued", "document.withdrawn"]


# -------------------------------------------------------------------------------------------------------------- polled
def test_polling_goes_on_after_what_is_known(world: World) -> None:
    world.register(), world.register()
    last = polled(world, limit=1000)[-1]["position"]
    assert polled(world, after=last) == []
    new = world.register()
    assert types(polled(world, after=last)) == ["document.issued"]
    assert of(world, new, after=last)[0]["delivery"]["state"] == "kept"


def test_no_institution_sees_anothers_events(world: World) -> None:
    registered = world.register()
    others = polled(world, institution_id=DRV, limit=1000)
    assert registered.answer["document_id"] not in repr(others)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"after": "-1"}, "/after"),
        ({"after": "x"}, "/after"),
        ({"after": "²"}, "/after"),
        ({"after": "99999999999"}, "/after"),
        ({"after": ["1", "2"]}, "/after"),
        ({"limit": "0"}, "/limit"),
        ({"limit": "1001"}, "/limit"),
        ({"state": "lost"}, "/state"),
    ],
)
def test_query_malformed(world: World, query: dict[str, Any], pointer: str) -> None:
    response = world.client().get("/v1/events", params=query, headers=world.auth())
    assert (response.status_code, response.json()["error"]) == (400, "events_query_malformed")
    assert response.json()["pointer"] == pointer


def test_events_need_a_key(world: World) -> None:
    assert world.client().get("/v1/events").json()["error"] == "api_key_missing"
    assert world.client().post("/v1/events/evt_x/resend").json()["error"] == "api_key_missing"


# ----------------------------------------------------------------------------------------------------------- delivered
def test_delivered_signed_once_and_without_personal_data(world: World, post: Post) -> None:
    claims = world.a1()
    registered = world.register(claims)
    secret = post.notices.set_webhook(post.institution, HOOK)
    assert post.notices.deliver() == Delivered(delivered=1)
    assert post.notices.deliver() == Delivered()
    ((url, headers, body),) = post.receiver.seen
    (event,) = of(world, registered)
    assert (url, headers["webhook-id"]) == (HOOK, event["id"])
    assert post.receiver.bodies == [
        {
            "type": "document.issued",
            "timestamp": NOW.isoformat(),
            "data": {"document": f"https://issuer.example{registered.path}", "position": event["position"]},
        }
    ]
    assert post.receiver.all_genuine(secret)
    said = body.decode() + repr(headers)
    assert not [text for text in _texts(claims) if len(text) > 3 and text in said]
    assert event["delivery"] == {"state": "delivered", "attempts": 1, "next_at": None, "last_failure": None}


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def test_other_secret_or_changed_body_is_not_genuine(world: World, post: Post) -> None:
    world.register()
    former = post.notices.set_webhook(post.institution, HOOK)
    post.notices.deliver()
    other = post.notices.set_webhook.renew_secret(post.institution)
    assert other != former
    assert not post.receiver.all_genuine(other)
    url, headers, body = post.receiver.seen[0]
    post.receiver.seen = [(url, headers, body.replace(b"issued", b"Issued"))]
    assert not post.receiver.all_genuine(former)


def test_after_a_change_both_secrets_sign_for_a_day(world: World, post: Post) -> None:
    former = post.notices.set_webhook(post.institution, HOOK)
    renewed = post.notices.set_webhook.renew_secret(post.institution)
    world.register()
    post.notices.deliver()
    assert post.receiver.all_genuine(former)
    assert post.receiver.all_genuine(renewed)
    post.receiver.seen.clear()
    world.clock.advance(days=1)
    world.register()
    post.notices.deliver()
    assert post.receiver.all_genuine(renewed)
    assert not post.receiver.all_genuine(former)


def test_removed_webhook_comes_back_with_another_secret(post: Post) -> None:
    former = post.notices.set_webhook(post.institution, HOOK)
    post.notices.set_webhook.remove(post.institution)
    assert post.notices.set_webhook(post.institution, HOOK) != former


def test_failure_is_tried_again_later_under_the_same_id(world: World, post: Post) -> None:
    registered = world.register()
    post.receiver.answers = ["http_503", "timeout"]
    assert post.notices.deliver() == Delivered(failed=1)
    (event,) = of(world, registered)
    assert event["delivery"] == {
        "state": "due",
        "attempts": 1,
        "next_at": (NOW + timedelta(seconds=30)).isoformat(),
        "last_failure": "http_503",
    }
    world.clock.advance(seconds=29)
    assert post.notices.deliver() == Delivered()
    world.clock.advance(seconds=1)
    assert post.notices.deliver() == Delivered(failed=1)
    world.clock.advance(seconds=120)
    assert post.notices.deliver() == Delivered(delivered=1)
    assert post.receiver.ids == [event["id"]] * 3


def test_others_wait_meanwhile_untried(world: World, post: Post) -> None:
    for _ in range(3):
        world.register()
    post.receiver.answers = [None, "unreachable"]
    assert post.notices.deliver() == Delivered(delivered=1, failed=1)
    assert sorted(one["delivery"]["attempts"] for one in polled(world, limit=1000)[-3:]) == [0, 1, 1]
    world.clock.advance(seconds=30)
    assert post.notices.deliver() == Delivered(delivered=2)


def test_given_up_in_the_end_visible_and_sent_again(world: World, post: Post) -> None:
    registered = world.register()
    post.receiver.answers = ["http_500"] * MAX_ATTEMPTS
    outcomes = []
    for _ in range(MAX_ATTEMPTS + 2):
        outcomes.append(post.notices.deliver())
        world.clock.advance(hours=8)
    assert outcomes[MAX_ATTEMPTS - 1 :] == [Delivered(failed=1, dead=1), Delivered(), Delivered()]
    (dead,) = of(world, registered, state="dead")
    assert (dead["delivery"]["attempts"], dead["delivery"]["last_failure"]) == (MAX_ATTEMPTS, "http_500")
    path = f"/v1/events/{dead['id']}/resend"
    other = world.client().post(path, headers=world.auth(DRV))
    assert other.json()["error"] == "no_webhook"
    assert world.client().post(path, headers=world.auth()).status_code == 204
    assert of(world, registered, state="dead") == []
    assert post.notices.deliver() == Delivered(delivered=1)


def test_event_of_another_institution_cannot_be_sent_again(world: World, post: Post) -> None:
    claims = world.ehic()
    event = of(world, world.register(claims, type_id="ehic", institution_id=CNAM))[0]
    before = world.rows()
    response = world.client().post(f"/v1/events/{event['id']}/resend", headers=world.auth())
    assert (response.status_code, response.json()["error"]) == (404, "event_unknown")
    assert world.rows() == before


def test_worker_that_dies_after_posting_loses_nothing(world: World, post: Post) -> None:
    """At least once: the claim ends, and another worker posts the same id."""
    world.register()

    class PowerCutError(BaseException):
        """The process ends here."""

    def dies(*sent: Any) -> str | None:
        post.receiver(*sent)
        raise PowerCutError

    with pytest.raises(PowerCutError):
        replace(post.notices.deliver, send=dies)()
    assert post.notices.deliver() == Delivered()
    world.clock.advance(seconds=10 * 21)
    assert post.notices.deliver() == Delivered(delivered=1)
    assert len(post.receiver.ids) == 2
    assert len(set(post.receiver.ids)) == 1


def test_workers_at_once_lose_and_double_nothing(world: World, post: Post) -> None:
    """Twelve documents are registered while four workers deliver."""
    deliver = replace(post.notices.deliver, batch=2)

    def register_some() -> None:
        for _ in range(3):
            world.register()

    with ThreadPoolExecutor(8) as threads:
        writers = [threads.submit(register_some) for _ in range(4)]
        workers = [threads.submit(deliver) for _ in range(4)]
        total = sum((one.result() for one in workers), Delivered())
        assert [one.result() for one in writers] == [None] * 4
    total += deliver()
    assert total == Delivered(delivered=12)
    assert len(set(post.receiver.ids)) == len(post.receiver.ids) == 12
    positions = [body["data"]["position"] for body in post.receiver.bodies]
    assert sorted(positions) == list(range(min(positions), min(positions) + 12))


def test_without_a_webhook_nothing_is_sent(world: World, post: Post) -> None:
    post.notices.set_webhook.remove(post.institution)
    registered = world.register()
    assert post.notices.deliver() == Delivered()
    assert of(world, registered)[0]["delivery"]["state"] == "kept"


def test_what_is_due_when_the_webhook_goes_is_kept(world: World, post: Post) -> None:
    registered = world.register()
    post.receiver.answers = ["timeout"]
    post.notices.deliver()
    post.notices.set_webhook.remove(post.institution)
    world.clock.advance(hours=1)
    assert post.notices.deliver() == Delivered()
    assert of(world, registered)[0]["delivery"]["state"] == "kept"
