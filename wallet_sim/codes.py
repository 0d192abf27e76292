"""Inspection codes in a wallet: kept beside the credentials, shown to whoever scans (design: QR codes).

A code is not collected with OpenID4VCI: the institution hands it to the holder, on paper or by letter, and the holder
takes it in by scanning or pasting. It proves nothing about who shows it. It is kept only if it is genuine.
"""

from datetime import datetime

from vc_core.catalogue import Catalogue
from vc_core.formats.base import UnverifiedPresentation
from vc_core.formats.registry import INSPECTION_CODE
from vc_core.rejection import Rejection
from vc_core.trust import Trust
from vc_core.verdict import Document
from wallet_sim.evidence import judge
from wallet_sim.exchange import Exchange
from wallet_sim.receipt import stands_in_the_way
from wallet_sim.refusals import CodeRefused, NotHeld
from wallet_sim.store import StoredCode, StoredCredential, WalletStore


def check_code(text: str, trust: Trust, exchange: Exchange, *, now: datetime, catalogue: Catalogue) -> Document:
    """What a genuine code is about. Raises `CodeRefused` with the reason of the first check that stands in the way."""
    try:
        parsed = INSPECTION_CODE.parse(UnverifiedPresentation(text=text))
    except Rejection as rejection:
        raise CodeRefused(rejection.reason, "format.well_formed", rejection.where) from rejection
    verdict = judge(parsed, trust, exchange, now=now, catalogue=catalogue)
    for check in verdict.checks:
        if stands_in_the_way(check):
            raise CodeRefused(check.reason, check.id, check.where)
    return verdict.document


def find_code(store: WalletStore, name: str) -> StoredCode:
    """By its id, or by the id of a credential of the same document, or the beginning of it. Raises `NotHeld`."""
    codes = store.codes()
    for record in codes:
        if name and record.id.startswith(name):
            return record
    credential = store.credential(name)
    for record in codes:
        if record.document_number and _document(record) == _document(credential):
            return record
    raise NotHeld(name)


def _document(record: StoredCredential | StoredCode) -> tuple[str, str, str]:
    return record.type_id, record.institution, record.document_number
