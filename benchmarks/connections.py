"""A plain HTTP/1.1 client for load: many kept connections at once, little work of its own, every call timed."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson

_T = TypeVar("_T")
_R = TypeVar("_R")

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(slots=True)
class Connection:
    """One kept connection. took: seconds of every call so far, by name."""

    host: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    took: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    async def open(cls, base_url: str) -> "Connection":
        parts = urlsplit(base_url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        return cls(parts.netloc, reader, writer)

    async def call(
        self, name: str, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{key}: {value}" for key, value in (headers or {}).items()]
        started = time.perf_counter()
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        got = dict(_header(line) for line in head[1:] if line)
        answer = await self.reader.readexactly(int(got.get("content-length", "0")))
        self.took.setdefault(name, []).append(time.perf_counter() - started)
        return Answer(status=int(head[0].split()[1]), headers=got, body=answer)

    def close(self) -> None:
        self.writer.close()


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.lower(), value.strip()


async def opened(base_url: str, count: int) -> list[Connection]:
    return [await Connection.open(base_url) for _ in range(count)]


async def at_once(
    connections: Sequence[Connection], work: Callable[[Connection, _T], Awaitable[_R]], items: Sequence[_T]
) -> list[_R]:
    """One item on each connection, all at the same time."""
    return list(await asyncio.gather(*(work(*pair) for pair in zip(connections, items, strict=True))))
