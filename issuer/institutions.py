"""Institutions: who registers documents here, and with which keys their credentials and status lists are signed."""

from dataclasses import dataclass

from vc_core.signer import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """id: `CC:xxxx`. country: ISO 3166-1 alpha-2. types: ids of the credential types it may issue."""

    id: str
    name: str
    country: str
    types: frozenset[str]
    document_signer: Signer
    status_signer: Signer
