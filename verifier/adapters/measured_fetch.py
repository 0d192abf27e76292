"""Downloads, measured."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from vc_core.verification import StatusUnavailable
from verifier.ports import Downloaded, Fetch, Measures, NotModified


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFetch:
    """`ports.Fetch` by another one."""

    fetch: Fetch
    measures: Measures

    def __call__(
        self, uri: str, *, accept: str, etag: str | None, permitted: Callable[[str], bool]
    ) -> Downloaded | NotModified | StatusUnavailable:
        started = time.perf_counter()
        answer = self.fetch(uri, accept=accept, etag=etag, permitted=permitted)
        self.measures.fetched(_outcome(answer), time.perf_counter() - started)
        return answer


def _outcome(answer: Downloaded | NotModified | StatusUnavailable) -> str:
    match answer:
        case Downloaded():
            return "downloaded"
        case NotModified():
            return "not_modified"
        case StatusUnavailable(reason=reason):
            return reason
        case _:
            assert_never(answer)
