"""Whether an institution's audit log is as it was written: every entry, the end of its chain, every signed head.

Read in one pass, with nothing kept but the places that heads speak of. A fault names the first sequence number that is
concerned; checking goes on behind an altered entry with the hash that was stored for it, so that one altered entry is
one fault.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.x509 import Certificate

from issuer.audit import START, Position, StoredEntry, link
from issuer.audit_heads import SignedHead, read_head
from vc_core.rejection import Rejection


class AuditFault(StrEnum):
    """What can be wrong."""

    ENTRY_REMOVED = "entry_removed"
    ENTRY_ALTERED = "entry_altered"
    ENTRIES_CUT_OFF = "entries_cut_off"
    ENTRIES_ADDED = "entries_added"
    HEAD_REMOVED = "head_removed"
    HEAD_ALTERED = "head_altered"
    HEAD_NOT_SIGNED = "head_not_signed"
    HEAD_CONTRADICTS = "head_contradicts"
    CREDENTIAL_NOT_LOGGED = "credential_not_logged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault. sequence: the first entry concerned, None if there is none. what: a head, a credential, or the
    rule broken."""

    institution_id: str
    fault: AuditFault
    sequence: int | None
    what: str = ""


def check_log(
    institution_id: str,
    *,
    entries: Iterable[StoredEntry],
    end: Position | None,
    heads: Sequence[SignedHead],
    anchors: Sequence[Certificate],
    kept: Sequence[SignedHead] = (),
) -> Iterator[Finding]:
    """kept: heads that somebody kept elsewhere, read already; they have to lie on the chain as well.

    1. Entries follow each other without a gap, and each one's hash covers the one before. `entry_removed`,
       `entry_altered`
    2. The chain ends where it says that it ends. `entries_cut_off`, `entries_added`
    3. Heads are signed, numbered without a gap, each naming the one before. `head_removed`, `head_altered`,
       `head_not_signed`
    4. Every head lies on the chain. `head_contradicts`
    """
    found = _Findings(institution_id)
    spoken_of = {head.head.end.sequence for head in (*heads, *kept)}
    at: dict[int, bytes] = {START.sequence: START.hash}
    last = START
    for entry in entries:  # 1
        yield from _follow(found, last, entry)
        last = Position(sequence=entry.sequence, hash=entry.hash)
        if entry.sequence in spoken_of:
            at[entry.sequence] = entry.hash
    yield from _check_end(found, last, end or START)  # 2
    yield from _check_heads(found, heads, anchors)  # 3
    for head in (*heads, *kept):  # 4
        place = head.head.end
        if at.get(place.sequence) != place.hash:
            yield found(AuditFault.HEAD_CONTRADICTS, min(place.sequence, last.sequence + 1), f"head {head.head.number}")


def check_entry(entry: StoredEntry, before: bytes | None) -> Iterator[Finding]:
    """Step 1 of `check_log` for one entry alone. before: the hash of the entry before it, None if that is not there."""
    found = _Findings(entry.institution_id)
    if before is None:
        yield found(AuditFault.ENTRY_REMOVED, entry.sequence - 1)
    else:
        yield from _check_link(found, entry, before)
    yield from _check_columns(found, entry)


def check_end(institution_id: str, last: Position, end: Position | None) -> Iterator[Finding]:
    """Step 2 of `check_log`. last: of the entries that are there."""
    return _check_end(_Findings(institution_id), last, end or START)


@dataclass(frozen=True, slots=True)
class _Findings:
    institution_id: str

    def __call__(self, fault: AuditFault, sequence: int, what: str = "") -> Finding:
        return Finding(institution_id=self.institution_id, fault=fault, sequence=sequence, what=what)


def _follow(found: _Findings, last: Position, entry: StoredEntry) -> Iterator[Finding]:
    if entry.sequence != last.sequence + 1:
        yield found(AuditFault.ENTRY_REMOVED, last.sequence + 1, f"next is {entry.sequence}")
    else:
        yield from _check_link(found, entry, last.hash)
    yield from _check_columns(found, entry)


def _check_link(found: _Findings, entry: StoredEntry, before: bytes) -> Iterator[Finding]:
    if link(before, entry.content) != entry.hash:
        yield found(AuditFault.ENTRY_ALTERED, entry.sequence, "hash")


def _check_columns(found: _Findings, entry: StoredEntry) -> Iterator[Finding]:
    """The columns beside an entry repeat what it says."""
    for column, expected in (
        ("institution", entry.institution_id),
        ("sequence", entry.sequence),
        ("document", entry.document_id),
    ):
        if _member(entry, column) != expected:
            yield found(AuditFault.ENTRY_ALTERED, entry.sequence, column)


def _member(entry: StoredEntry, name: str) -> object:
    try:
        return entry.members().get(name)
    except Rejection as rejection:
        return rejection


def _check_end(found: _Findings, last: Position, end: Position) -> Iterator[Finding]:
    if last.sequence < end.sequence:
        yield found(AuditFault.ENTRIES_CUT_OFF, last.sequence + 1, f"chain ends at {end.sequence}")
    elif last.sequence > end.sequence:
        yield found(AuditFault.ENTRIES_ADDED, end.sequence + 1, f"chain ends at {end.sequence}")
    elif last.hash != end.hash:
        yield found(AuditFault.ENTRY_ALTERED, last.sequence, "end of chain")


def _check_heads(found: _Findings, heads: Sequence[SignedHead], anchors: Sequence[Certificate]) -> Iterator[Finding]:
    number, previous = 0, None
    for stored in heads:
        head, number = stored.head, number + 1
        name = f"head {head.number}"
        if head.number != number:
            yield found(AuditFault.HEAD_REMOVED, head.end.sequence, f"head {number}")
        elif head.previous != previous:
            yield found(AuditFault.HEAD_ALTERED, head.end.sequence, f"{name}: does not follow the one before")
        try:
            if read_head(stored.jws, anchors) != head:
                yield found(AuditFault.HEAD_ALTERED, head.end.sequence, name)
        except Rejection as rejection:
            yield found(AuditFault.HEAD_NOT_SIGNED, head.end.sequence, f"{name}: {rejection.reason}")
        number, previous = head.number, stored.digest
