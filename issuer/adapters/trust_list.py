"""The trust list from its file, read anew whenever it has changed, and not believed when it goes back (TS 119 602).

A failure is a value: an identity whose issuer cannot be looked up is not confirmed. The highest sequence number is
remembered as long as the process lives.
"""

import threading
from datetime import datetime
from pathlib import Path

from cryptography import x509

from vc_core import trust
from vc_core.rejection import Rejection
from vc_core.trust import TrustList
from vc_core.verification import TrustUnavailable

MAX_BYTES = 4 * 1024 * 1024


class TrustListFile:
    """`issuer.use_cases.gather_evidence.ReadTrust`. operator: pinned certificate of the list's signer."""

    def __init__(self, path: Path, operator: Path) -> None:
        self._path = path
        self._operator = x509.load_pem_x509_certificate(operator.read_bytes())
        self._lock = threading.Lock()
        self._text, self._sequence = "", 0
        self._list: TrustList | None = None

    def __call__(self, now: datetime) -> TrustList | TrustUnavailable:
        try:
            with self._path.open("rb") as file:
                text = file.read(MAX_BYTES + 1).decode("ascii")
        except (OSError, UnicodeDecodeError):
            return TrustUnavailable(reason="trust_list_unreadable")
        with self._lock:
            if self._list is not None and text == self._text and now < self._list.next_update:
                return self._list
            return self._read(text, now)

    def _read(self, text: str, now: datetime) -> TrustList | TrustUnavailable:
        try:
            read = trust.read_trust_list(text, operator=self._operator, now=now, minimum_sequence=self._sequence)
        except Rejection as rejection:
            return TrustUnavailable(reason=rejection.reason)
        self._text, self._sequence, self._list = text, read.sequence, read
        return read
