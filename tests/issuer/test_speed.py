"""J1, AC1: the 95th percentile of registering a document lies below 200 ms on one core."""

import time

from tests.issuer.world import World

REQUESTS = 60
LIMIT_SECONDS = 0.2


def test_registering_is_quick(world: World) -> None:
    world.register()
    client = world.client()
    took = []
    for number in range(REQUESTS):
        headers = world.auth(**{"Idempotency-Key": f"speed-{number}"})
        claims = world.a1()
        started = time.perf_counter()
        assert client.post("/v1/a1", json=claims, headers=headers).status_code == 201
        took.append(time.perf_counter() - started)
    assert sorted(took)[int(REQUESTS * 0.95)] < LIMIT_SECONDS
