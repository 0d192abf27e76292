"""Institutions: who registers documents here, and with which keys their credentials and status lists are signed."""

from dataclasses import dataclass
from enum import StrEnum

from vc_core.signer import Signer


class KeyUse(StrEnum):
    """What an institution's key signs; also the name of its first file."""

    DOCUMENTS = "document_signer"
    STATUS = "status_signer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """id: `CC:xxxx`. country: ISO 3166-1 alpha-2. types: ids of the credential types it may issue."""

    id: str
    name: str
    country: str
    types: frozenset[str]
    document_signer: Signer
    status_signer: Signer
    four_eyes: bool = False
    """Whether a withdrawal that is ordered takes effect only once a second officer has approved it.

    A document whose place another takes, by registering or correcting it, is withdrawn without: that follows from the
    rules of the type and was not ordered, its person has the other one, and until an approval there would be two in
    force that the rules do not allow together. A second officer guards against a person being left without; that one
    clerk gives a person less than before is not prevented, and shows in the log, where both documents stand. Nor is it
    that a correction names another person: the log says who corrected which version, not what it said.
    """

    def signer(self, use: KeyUse) -> Signer:
        return self.document_signer if use is KeyUse.DOCUMENTS else self.status_signer


class Role(StrEnum):
    """What an officer may do beside reading what the institution has."""

    CLERK = "clerk"
    """Registers, offers, releases; withdraws, or asks for it where a second officer is needed."""
    APPROVER = "approver"
    """Approves or rejects what a clerk has asked for."""
    AUDITOR = "auditor"
    """Reads only."""
    DIRECTORY_MANAGER = "directory_manager"
    """Keeps the directory of all competent institutions."""


INSTITUTION_ROLES = frozenset(Role) - {Role.DIRECTORY_MANAGER}
"""Roles that reach no further than the officer's institution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """Somebody, or a system, with a key of its own. id: within the institution."""

    id: str
    name: str
    roles: frozenset[Role]
    institution: Institution
