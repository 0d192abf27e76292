"""A network of one process: addresses and who answers them, for a wallet under test.

Whatever is posted is kept, so that a scenario can tell that nothing was sent that should not have been.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from vc_core.addresses import LoopbackHttp
from wallet_sim.exchange import Exchange

Answer = Callable[[httpx2.Request], httpx2.Response]


@dataclass(slots=True)
class MockNetwork:
    """answers: by address without query. posted: address and body of every POST, in order."""

    answers: dict[str, Answer] = field(default_factory=dict)
    posted: list[tuple[str, str]] = field(default_factory=list)

    def exchange(self) -> Exchange:
        client = httpx2.Client(transport=httpx2.MockTransport(self._answer), follow_redirects=False)
        return Exchange(client=client, policy=LoopbackHttp.REFUSED)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        address = str(request.url).partition("?")[0]
        if request.method == "POST":
            self.posted.append((address, request.content.decode("utf-8", "replace")))
        answer = self.answers.get(address)
        return httpx2.Response(404) if answer is None else answer(request)
