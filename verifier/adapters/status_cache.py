"""Status list tokens in the database, the last one fetched of each address, for all workers.

Bounded in number and in bytes: what was vouched for longest ago goes first, and the one just put never goes.
"""

from sqlalchemy import Connection, bindparam, delete, func, select

from vc_core.verification import StatusFetched
from verifier.adapters.database import Database, insert_into
from verifier.adapters.tables import status_token
from verifier.ports import CachedStatusToken

MAX_LISTS = 10_000
MAX_BYTES = 512 * 1024 * 1024

_FIND = select(status_token).where(status_token.c.uri == bindparam("uri"))
_SIZE = func.length(status_token.c.body)


class StoredStatusTokens:
    """`ports.StatusCache` on the table `status_token`."""

    def __init__(self, database: Database, *, max_lists: int = MAX_LISTS, max_bytes: int = MAX_BYTES) -> None:
        self._database, self._max_lists, self._max_bytes = database, max_lists, max_bytes

    def find(self, uri: str) -> CachedStatusToken | None:
        row = self._database.statement(
            lambda connection: connection.execute(_FIND, {"uri": uri}).mappings().one_or_none()
        )
        if row is None:
            return None
        token = StatusFetched(body=row["body"], content_type=row["content_type"], fetched_at=row["fetched_at"])
        return CachedStatusToken(token=token, etag=row["etag"], held_until=row["held_until"])

    def put(self, uri: str, cached: CachedStatusToken) -> None:
        token = cached.token
        row = {
            "content_type": token.content_type,
            "body": token.body,
            "etag": cached.etag,
            "fetched_at": token.fetched_at,
            "held_until": cached.held_until,
        }

        def work(connection: Connection) -> None:
            added = insert_into(connection, status_token, {"uri": uri, **row})
            connection.execute(added.on_conflict_do_update(index_elements=["uri"], set_=row))
            self._evict(connection, uri)

        self._database.transaction(work)

    def _evict(self, connection: Connection, kept: str) -> None:
        lists, size = connection.execute(select(func.count(), func.sum(_SIZE)).select_from(status_token)).one()
        if lists <= self._max_lists and size <= self._max_bytes:
            return
        oldest = select(status_token.c.uri, _SIZE).where(status_token.c.uri != kept).order_by(status_token.c.fetched_at)
        gone = []
        for uri, length in connection.execute(oldest):
            if lists <= self._max_lists and size <= self._max_bytes:
                break
            lists, size = lists - 1, size - length
            gone.append(uri)
        for uri in gone:
            connection.execute(delete(status_token).where(status_token.c.uri == uri))
