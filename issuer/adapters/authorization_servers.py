"""Authorization servers that whoever runs the service trusts: a file, and the servers' key sets in files beside it.

Nothing is fetched. A key set is looked at before every use, so that a running service takes up new keys as soon as
their file is replaced; one that cannot be read is logged, and the keys stay as they were.
"""

import threading
import tomllib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field

from issuer.authorization_servers import AuthorizationServer
from issuer.institutions import INSTITUTION_ROLES, Role
from vc_core.access_token import ALGORITHMS, SetKey, parse_key_set
from vc_core.rejection import Rejection

_log = structlog.get_logger()
_Version = tuple[int, int, int]
_Text = Annotated[str, Field(min_length=1, max_length=512)]


class _Entry(BaseModel):
    """One `[[server]]` of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,16}$")]
    issuer: Annotated[_Text, Field(pattern=r"^https://")]
    audience: _Text
    keys: _Text
    algorithms: Annotated[frozenset[str], Field(min_length=1)]
    institutions: Annotated[frozenset[str], Field(min_length=1)]
    roles: Annotated[frozenset[Role], Field(min_length=1)] = INSTITUTION_ROLES


class AuthorizationServerFile:
    """`issuer.ports.AuthorizationServers`."""

    def __init__(self, servers: Mapping[str, "_Server"]) -> None:
        self._servers = servers

    @classmethod
    def read(cls, path: Path, institutions: AbstractSet[str]) -> "AuthorizationServerFile":
        """No servers if there is no file. institutions: ids of those that there are.

        Raises `OSError` if a key set is missing, else `ValueError`.
        """
        if not path.exists():
            return cls({})
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = [_Entry.model_validate(one) for one in content.pop("server", [])]
        if content:
            raise ValueError(f"{path.name}: {', '.join(content)}: unknown")
        for entry in entries:
            if unknown := entry.algorithms - ALGORITHMS:
                raise ValueError(f"{entry.name}: algorithms that are not used: {', '.join(sorted(unknown))}")
            if unknown := entry.institutions - institutions:
                raise ValueError(f"{entry.name}: no such institutions: {', '.join(sorted(unknown))}")
        for names in ([one.name for one in entries], [one.issuer for one in entries]):
            if len(set(names)) < len(names):
                raise ValueError(f"{path.name}: two servers have one name or one issuer")
        return cls({entry.issuer: _Server(entry, path.parent / entry.keys) for entry in entries})

    def find(self, issuer: str) -> AuthorizationServer | None:
        server = self._servers.get(issuer)
        return None if server is None else server.now()


class _Server:
    """One server, with the keys of its file."""

    def __init__(self, entry: _Entry, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._version = _version(path)
        self._server = AuthorizationServer(
            name=entry.name,
            issuer=entry.issuer,
            audience=entry.audience,
            algorithms=entry.algorithms,
            keys=_keys(path),
            institutions=entry.institutions,
            roles=entry.roles,
        )

    def now(self) -> AuthorizationServer:
        if self._changed():
            with self._lock:
                if self._changed():
                    self._take_up()
        return self._server

    def _changed(self) -> bool:
        try:
            return _version(self._path) != self._version
        except OSError:  # between two files, or gone: the keys are those known
            return False

    def _take_up(self) -> None:
        try:
            self._version = _version(self._path)  # before the content: a change meanwhile is read the next time
            keys = _keys(self._path)
        except (OSError, ValueError) as error:
            _log.error("authorization_server_keys_unreadable", server=self._server.name, error=str(error))
            return
        self._server = replace(self._server, keys=keys)


def _version(path: Path) -> _Version:
    found = path.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


def _keys(path: Path) -> Mapping[str, SetKey]:
    try:
        return parse_key_set(path.read_bytes())
    except Rejection as rejection:
        raise ValueError(f"{path.name}: {rejection}") from rejection
