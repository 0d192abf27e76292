"""A query parameter that an address does not know is refused, and nothing is done: it may be a misspelt one."""

import pytest

from tests.issuer.world import World

CASES = {
    "register": ("POST", "/v1/a1?held=true", ["hold", "binding"]),
    "job": ("POST", "/v1/jobs?type=a1&binding=none", ["type", "mode"]),
    "offer": ("POST", "/v1/a1/x/offers?binding=none", []),
    "document": ("GET", "/v1/a1/x?on=2026-02-15", []),
    "history": ("GET", "/v1/a1/x/history?day=2026-02-15", ["on"]),
    "events": ("GET", "/v1/events?since=0", ["after", "limit", "state"]),
    "list": ("GET", "/v1/a1?family_name=Moreau", None),
    "withdrawals": ("GET", "/v1/withdrawals?other=1", ["state", "before"]),
    "directory": ("GET", "/v1/directory/x?lang=fr", []),
}


@pytest.mark.parametrize(("method", "path", "known"), CASES.values(), ids=CASES)
def test_unknown(world: World, method: str, path: str, known: list[str] | None) -> None:
    before = world.rows()
    answer = world.client().request(method, path, headers={**world.auth(), "Idempotency-Key": "misspelt"})
    assert (answer.status_code, answer.json()["error"]) == (400, "query_parameter_unknown")
    assert known is None or answer.json()["known"] == known
    assert "Moreau" not in answer.text
    assert world.rows() == before


def test_without_a_key_nothing_is_told_of_the_query(world: World) -> None:
    assert world.client().get("/v1/events?since=0").status_code == 401
