"""Status list tokens in the database, the last one fetched of each address, for all workers."""

from sqlalchemy import Connection, select

from vc_core.verification import StatusFetched
from verifier.adapters.database import Database, insert_into
from verifier.adapters.tables import status_token
from verifier.ports import CachedStatusToken


class StoredStatusTokens:
    """`ports.StatusCache` on the table `status_token`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, uri: str) -> CachedStatusToken | None:
        query = select(status_token).where(status_token.c.uri == uri)
        row = self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        if row is None:
            return None
        token = StatusFetched(body=row["body"], content_type=row["content_type"], fetched_at=row["fetched_at"])
        return CachedStatusToken(token=token, etag=row["etag"])

    def put(self, uri: str, cached: CachedStatusToken) -> None:
        token = cached.token
        row = {
            "content_type": token.content_type,
            "body": token.body,
            "etag": cached.etag,
            "fetched_at": token.fetched_at,
        }

        def work(connection: Connection) -> None:
            added = insert_into(connection, status_token, {"uri": uri, **row})
            connection.execute(added.on_conflict_do_update(index_elements=["uri"], set_=row))

        self._database.write(work)
