"""Access tokens that are over are forgotten; the rest of these stores is asked through the service."""

from datetime import timedelta

from issuer.adapters.database import Database
from issuer.adapters.offer_store import GrantStore
from issuer.offers import Grant
from tests.issuer.world import NOW, Registered, World


def grant_of(registered: Registered, first_byte: int, **ends: float) -> Grant:
    fingerprint = bytes([first_byte]) + registered.offer_id.encode()[:31].ljust(31, b"f")
    return Grant(
        token_fingerprint=fingerprint,
        family=fingerprint,
        offer_id=registered.offer_id,
        document_id=registered.answer["document_id"],
        jkt="thumbprint",
        client_id=None,
        configuration_ids=("configuration",),
        identifiers={},
        expires_at=NOW + timedelta(**ends),
    )


def test_tokens_that_are_over_are_forgotten(world: World, registered: Registered) -> None:
    """By a call whose fingerprint says so, and no sooner than an hour after their end."""
    over, ending = grant_of(registered, 1, hours=1), grant_of(registered, 2, hours=1, seconds=1)
    quiet, sweeping = grant_of(registered, 3, hours=2, seconds=1), grant_of(registered, 64, hours=2, seconds=1)
    database = Database(world.database_url)

    def left(added: Grant) -> list[bool]:
        database.write(lambda connection: GrantStore(connection).add(added))
        return database.read(
            lambda connection: [
                GrantStore(connection).find(known.token_fingerprint) is not None for known in (over, ending)
            ]
        )

    assert left(over) == [True, False]
    assert left(ending) == [True, True]
    assert left(quiet) == [True, True]
    assert left(sweeping) == [False, True]
    database.close()
