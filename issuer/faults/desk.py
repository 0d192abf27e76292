"""What a fault is, and the desk at which it is committed.

A fault is a named single deviation of the issuing side: the artefact is planned and made by the parts that the service
uses, one thing of it is altered, and it is signed and encoded again, so that nothing else is wrong. Credentials are
made at a `Desk`; status list tokens have a desk of their own in `status_draft`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vc_core.formats.base import Format, PlannedCredential
from vc_core.pki import Authority, Organization
from vc_core.signer import RandomBytes, SoftwareKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything at hand when an institution makes one credential.

    signer, status_signer: its two certified keys. stranger: the document signer of another institution on the trust
    list. authority: the root that certified it, and organization: whom its certificates name, for certificates that no
    authority should have made.
    """

    format: Format
    planned: PlannedCredential
    signer: SoftwareKey
    status_signer: SoftwareKey
    stranger: SoftwareKey
    authority: Authority
    organization: Organization
    random: RandomBytes
    now: datetime

    def credential(self, *, signer: SoftwareKey | None = None, **changes: Any) -> str:
        """The credential as the service makes it, with another signer or a changed plan."""
        planned = replace(self.planned, **changes)
        return self.format.encode(planned, signer=signer or self.signer, random=self.random)


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFault:
    """One thing wrong in a credential.

    says: what differs. section: the clause broken. make: the credential as it travels, with that one thing wrong.
    formats: those it can be made in; empty for any.
    """

    id: str
    says: str
    section: str
    make: Callable[[Desk], str]
    formats: tuple[str, ...] = ()


def flipped(data: bytes, position: int = -1) -> bytes:
    """One bit changed."""
    changed = bytearray(data)
    changed[position] ^= 1
    return bytes(changed)
