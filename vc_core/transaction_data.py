"""Transaction data: what a holder agrees to by presenting (OpenID4VP 1.0, sections 5.1, 8.4, B.2.1 and B.3.3.1).

A verifier sends each as a string, base64url of a JSON object; the holder's proof covers the hash of the string *as
received*, so that nobody has to agree on how JSON is written. A wallet has to know a type to show it to a person, and
refuses what it does not know. A type says in which element of a mdoc its hash stands, which the issuer must have
authorised the device key to sign. Left out: hashes other than SHA-256, which every wallet has to know.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vc_core import base64url, strict_json
from vc_core.dcql import Query
from vc_core.members import Members
from vc_core.rejection import Rejection

HASH = "sha-256"
HASHES_CLAIM, HASH_CLAIM = "transaction_data_hashes", "transaction_data_hashes_alg"
MAX_BYTES = 16 * 1024
MAX_ITEMS = 16

_SECTION = "OpenID4VP 1.0, section 8.4"
_WHERE = "/transaction_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionType:
    """A type of transaction. members: texts that it must have. element: namespace and element of a mdoc with its hash;
    None: not for mdocs."""

    id: str
    members: tuple[str, ...]
    element: tuple[str, str] | None = None


INSPECTION = TransactionType(
    id="urn:socsec:transaction:inspection:1",
    members=("case_ref",),
    element=("urn:socsec:transaction:1", "inspection"),
)
"""The holder agrees that this presentation is filed under a case of the inspecting authority."""

TYPES: Mapping[str, TransactionType] = {INSPECTION.id: INSPECTION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One item. text: as received. credential_ids: any one of these may authorise it. members: to be shown."""

    text: str
    type: TransactionType
    credential_ids: tuple[str, ...]
    members: Mapping[str, Any]

    @property
    def hash(self) -> bytes:
        """SHA-256 over the characters of `text`, 32 bytes."""
        return hashlib.sha256(self.text.encode()).digest()


def encode_transaction(type_: TransactionType, members: Mapping[str, str], credential_ids: Sequence[str]) -> str:
    """The string that stands in the request. Raises `ValueError` for members other than those of the type."""
    if members.keys() != set(type_.members):
        raise ValueError(f"{type_.id} has the members: {', '.join(type_.members)}")
    return base64url.encode(
        strict_json.dump({"type": type_.id, "credential_ids": list(credential_ids), HASH_CLAIM: [HASH], **members})
    )


def parse_transactions(
    items: Sequence[object], query: Query, *, types: Mapping[str, TransactionType] = TYPES
) -> tuple[Transaction, ...]:
    """The wallet's reading of `transaction_data`.

    1. Texts, not too many.  `transaction_data_malformed`, `transaction_data_empty`, `transaction_data_too_many`
    2. Of a type that is known, with all that belongs to it.  `transaction_data_unsupported`, `<member>_missing` and
       `_malformed` with `transaction_` before the member's name, as `base64url.decode` and `strict_json.parse_object`
    3. With a hash that is known.  `transaction_hash_unsupported`
    4. For credentials that are asked for with a proof of the holder.  `transaction_credential_unknown`,
       `transaction_credential_unbound`
    """
    if not 0 < len(items) <= MAX_ITEMS:  # 1
        raise _reject("transaction_data_too_many" if items else "transaction_data_empty")
    return tuple(_transaction(item, f"{_WHERE}/{index}", query, types) for index, item in enumerate(items))


def transactions_for(
    query_id: str, presented: Collection[str], asked: Sequence[Transaction]
) -> tuple[Transaction, ...]:
    """Those that the answer to one credential query authorises: each by the first of its credentials that is shown."""
    return tuple(
        one for one in asked if next((id_ for id_ in one.credential_ids if id_ in presented), None) == query_id
    )


def require_authorised(asked: Sequence[Transaction], presented: Collection[str]) -> None:
    """Each transaction has a credential that is shown. Rejects with `transaction_credential_unanswered`."""
    for index, one in enumerate(asked):
        if not set(one.credential_ids) & set(presented):
            raise _reject("transaction_credential_unanswered", f"{_WHERE}/{index}/credential_ids")


# ---------------------------------------------------------------------------------------------- the holder's proof
def hash_claims(authorised: Sequence[Transaction]) -> dict[str, Any]:
    """What the key binding JWT says of them (B.3.3.1); nothing where there are none."""
    if not authorised:
        return {}
    return {HASHES_CLAIM: base64url.encode_each(one.hash for one in authorised), HASH_CLAIM: HASH}


def require_hashes(claims: Mapping[str, Any], asked: Sequence[Transaction]) -> None:
    """A key binding JWT covers just these, in any order.

    Rejects with `transaction_hashes_missing`, `_malformed`, `_mismatch` or `transaction_hash_wrong`.
    """
    proof = Members(claims, "/kb_jwt/payload", "OpenID4VP 1.0, B.3.3.1")
    if HASHES_CLAIM not in claims and not asked:
        return
    shown = proof.required(HASHES_CLAIM, list, called="transaction_hashes")
    if proof.values.get(HASH_CLAIM, HASH) != HASH:
        raise proof.reject("transaction_hash_wrong", HASH_CLAIM)
    if any(type(text) is not str for text in shown):
        raise proof.reject("transaction_hashes_malformed", HASHES_CLAIM)
    if sorted(shown) != sorted(base64url.encode_each(one.hash for one in asked)):
        raise proof.reject("transaction_hashes_mismatch", HASHES_CLAIM)


def device_elements(authorised: Sequence[Transaction]) -> dict[str, dict[str, object]]:
    """What a device adds to its mdoc: for each type, the array of the hashes. Types have an element (B.2.1)."""
    elements: dict[str, dict[str, object]] = {}
    for one in authorised:
        name_space, identifier = one.type.element or ("", "")
        hashes: object = elements.setdefault(name_space, {}).setdefault(identifier, [])
        if isinstance(hashes, list):
            hashes.append(one.hash)
    return elements


def require_device_elements(shown: Mapping[str, Mapping[str, object]], asked: Sequence[Transaction]) -> None:
    """A device has signed the hashes of just these. Rejects with `transaction_hashes_missing` or `_mismatch`."""
    for name_space, elements in device_elements(asked).items():
        for identifier, hashes in elements.items():
            where = f"/deviceSigned/nameSpaces/{name_space}/{identifier}"
            found = shown.get(name_space, {}).get(identifier)
            if found != hashes:
                reason = "transaction_hashes_missing" if found is None else "transaction_hashes_mismatch"
                raise Rejection(reason, where=where, section="OpenID4VP 1.0, B.2.1")


def _transaction(item: object, where: str, query: Query, types: Mapping[str, TransactionType]) -> Transaction:
    if type(item) is not str:
        raise _reject("transaction_data_malformed", where)
    decoded = base64url.decode(item, where=where)
    members = Members(strict_json.parse_object(decoded, max_bytes=MAX_BYTES, where=where), where, _SECTION)
    known = types.get(members.required("type", str, called="transaction_type"))  # 2
    if known is None:
        raise members.reject("transaction_data_unsupported", "type")
    for name in known.members:
        members.required(name, str, called=f"transaction_{name}")
    if HASH_CLAIM in members.values and HASH not in members.texts(HASH_CLAIM):  # 3
        raise members.reject("transaction_hash_unsupported", HASH_CLAIM)
    ids = members.texts("credential_ids", called="transaction_credential_ids")
    _require_bound(ids, members, query)  # 4
    return Transaction(text=item, type=known, credential_ids=ids, members=members.values)


def _require_bound(ids: Sequence[str], members: Members, query: Query) -> None:
    for id_ in ids:
        asked = query.credential(id_)
        if asked is None:
            raise members.reject("transaction_credential_unknown", "credential_ids")
        if not asked.holder_binding_required:
            raise members.reject("transaction_credential_unbound", "credential_ids")


def _reject(reason: str, where: str = _WHERE) -> Rejection:
    return Rejection(reason, where=where, section=_SECTION)
