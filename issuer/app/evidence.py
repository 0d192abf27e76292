"""Wiring of the issuer's evidence: the audit log as its commands use it, and the daily signing of its heads."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from issuer.adapters.database import Database
from issuer.adapters.institution_directory import InstitutionDirectory
from issuer.adapters.register import SqlTransactions
from issuer.adapters.repeating import repeated
from issuer.ports import Clock
from issuer.settings import IssuerSettings
from issuer.use_cases.erase_claims import EraseClaims
from issuer.use_cases.export_audit import ExportAudit
from issuer.use_cases.sign_audit_heads import SignAuditHeads
from issuer.use_cases.verify_audit import VerifyAudit
from vc_core.catalogue import Catalogue

LOOK_EVERY_SECONDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What can be asked of the audit log. Close `database` when done."""

    database: Database
    sign_heads: SignAuditHeads
    verify: VerifyAudit
    export: ExportAudit
    erase: EraseClaims


def open_evidence(settings: IssuerSettings, *, clock: Clock, catalogue: Catalogue | None = None) -> Evidence:
    """catalogue: the one that comes with the program unless another is given.

    Raises `OSError` or `ValueError` if the data folder is not as `socsec pki init` makes it.
    """
    institutions = InstitutionDirectory.read(settings.data)
    database = Database(settings.database)
    database.upgrade()
    transactions = SqlTransactions(database)
    return Evidence(
        database=database,
        sign_heads=SignAuditHeads(transactions=transactions, institutions=institutions, clock=clock),
        verify=VerifyAudit(transactions=transactions, anchors=read_roots(settings.data)),
        export=ExportAudit(transactions=transactions),
        erase=EraseClaims(transactions=transactions, catalogue=catalogue or Catalogue.load(), clock=clock),
    )


def read_roots(data: Path) -> tuple[x509.Certificate, ...]:
    """The States' roots, which certify the institutions' signers."""
    files = sorted((data / "pki" / "roots").glob("*.pem"))
    return tuple(
        x509.load_pem_x509_certificate(file.read_bytes()) for file in files if not file.name.endswith(".key.pem")
    )


def heads_signed_daily(sign_heads: SignAuditHeads) -> AbstractContextManager[None]:
    """Signs the heads that are due in a thread meanwhile, at once and every day."""
    return repeated(sign_heads.daily, every_seconds=LOOK_EVERY_SECONDS)
