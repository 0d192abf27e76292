"""Whether one credential is what one credential query asks for: OpenID4VP 1.0, sections 6.1, 6.3, 6.4.1 and 7.

The wallet asks it of what it holds (`evaluation`), the verifier of what it was shown (`judgement`): one set of rules,
so that an honest answer is never refused. Claims are the JSON view of the credential along the paths of its format (for
a mdoc: namespace, then element; CBOR as RFC 8949, section 6.1, turns it into JSON). Left out: types that extend the one
asked for (B.3.5, a MAY).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile
from typing import Any

from vc_core.claims import ClaimPath, Selection, covers, find, pattern_of
from vc_core.dcql.query import ClaimQuery, CredentialQuery, Value


class Mismatch(StrEnum):
    """What a credential has not that was asked for, in the order in which it is looked at."""

    FORMAT = "format_not_requested"
    TYPE = "type_not_requested"
    AUTHORITY = "authority_not_requested"
    HOLDER_BINDING = "holder_binding_missing"
    CLAIM_SET = "claim_set_not_satisfied"
    CLAIM = "claim_missing"
    VALUE = "value_not_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """What a query can ask about a credential.

    identifier: `vct` or `docType`. disclosures: concrete path of each claim that is disclosed selectively: by a holder
    those it can show, from a presentation those it showed. groups: claims that are only ever shown together, where None
    stands for every element.
    hidden_elements: arrays of which elements were withheld, so that an index does not count as it did for the holder.
    authority_key_ids: authority key identifier of each certificate in the issuer's chain.
    """

    format: str
    identifier: str
    claims: Mapping[str, Any]
    disclosures: frozenset[ClaimPath]
    groups: tuple[frozenset[ClaimPath], ...] = ()
    hidden_elements: frozenset[ClaimPath] = frozenset()
    holder_bound: bool
    authority_key_ids: frozenset[bytes] = frozenset()
    selections: dict[ClaimPath, tuple[Selection, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What each path selects, kept since combinations of claims ask for the same ones over and over."""


Fault = tuple[Mismatch, str]
"""What does not match, and the JSON pointer in the query of what was asked for."""


def mismatches(query: CredentialQuery, facts: CredentialFacts) -> Iterator[Fault]:
    """Everything in which the credential is not what was asked for; nothing more once it is of another type."""
    if facts.format != query.format:
        yield Mismatch.FORMAT, f"{query.where}/format"
        return
    if facts.identifier not in query.identifiers:
        yield Mismatch.TYPE, f"{query.where}/meta"
        return
    if query.authority_key_ids is not None and query.authority_key_ids.isdisjoint(facts.authority_key_ids):
        yield Mismatch.AUTHORITY, f"{query.where}/trusted_authorities"
    if query.holder_binding_required and not facts.holder_bound:
        yield Mismatch.HOLDER_BINDING, f"{query.where}/require_cryptographic_holder_binding"
    yield from _claim_mismatches(query, facts)


def _claim_mismatches(query: CredentialQuery, facts: CredentialFacts) -> Iterator[Fault]:
    if next(satisfied_options(query, facts), None) is not None:
        return
    if len(query.options) > 1:
        yield Mismatch.CLAIM_SET, f"{query.where}/claim_sets"
        return
    for claim in query.options[0]:
        if not selected(claim, facts):
            yield Mismatch.CLAIM, claim.where
        elif not wanted(claim, facts):
            yield Mismatch.VALUE, f"{claim.where}/values"


def satisfied_options(query: CredentialQuery, facts: CredentialFacts) -> Iterator[tuple[ClaimQuery, ...]]:
    """The combinations of claims that the credential has, the preferred one first (section 6.4.1)."""
    return (option for option in query.options if all(wanted(claim, facts) for claim in option))


def selected(claim: ClaimQuery, facts: CredentialFacts) -> tuple[Selection, ...]:
    """What the path of a claim query selects, whatever its value; nothing where section 7 has an error."""
    kept = facts.selections.get(claim.path)
    if kept is None:
        kept = find(facts.claims, _without_indices(claim.path, facts.hidden_elements))
        facts.selections[claim.path] = kept
    return kept


def wanted(claim: ClaimQuery, facts: CredentialFacts) -> tuple[Selection, ...]:
    """As `selected`, but only what has one of the values asked for."""
    found = selected(claim, facts)
    if claim.values is None:
        return found
    return tuple(selection for selection in found if _equals_one(selection.value, claim.values))


def disclosures_for(paths: Iterable[ClaimPath], facts: CredentialFacts) -> frozenset[ClaimPath]:
    """The disclosures that show the concrete `paths`: of each what it lies in, what lies in it, and its group."""
    asked = _with_group_mates(paths, facts)
    around = {prefix for path in asked for prefix in _prefixes(path)}
    return frozenset(path for path in facts.disclosures if path in around or not asked.isdisjoint(_prefixes(path)))


def _prefixes(path: ClaimPath) -> Iterator[ClaimPath]:
    return (path[:length] for length in range(1, len(path) + 1))


def _with_group_mates(paths: Iterable[ClaimPath], facts: CredentialFacts) -> set[ClaimPath]:
    """Concrete paths, with those of every group that one of them lies in, above or below."""
    asked = set(paths)
    unseen = list(asked) if facts.groups else []
    while unseen:
        at = unseen.pop()
        mates = {selection.path for mate in _mates(at, facts.groups) for selection in find(facts.claims, mate)}
        unseen += mates - asked
        asked |= mates
    return asked


def _mates(at: ClaimPath, groups: Iterable[frozenset[ClaimPath]]) -> Iterator[ClaimPath]:
    """The claims of a group that `at` meets, within the array elements that `at` lies in."""
    for group in groups:
        for pattern in group:
            if covers(pattern[: len(at)], at):
                for mate in group:
                    common = takewhile(lambda parts: parts[0] == parts[1], zip(mate, pattern, at, strict=False))
                    shared = len(list(common))
                    yield at[:shared] + mate[shared:]


def _equals_one(value: Any, values: tuple[Value, ...]) -> bool:
    """Type and value match exactly (section 6.3): `true` is not 1, and 1.0 is no integer."""
    return any(type(value) is type(expected) and value == expected for expected in values)


def _without_indices(path: ClaimPath, hidden: frozenset[ClaimPath]) -> ClaimPath:
    """The path with each index into an array that was not shown whole replaced by None (any element)."""
    if not hidden:
        return path
    arrays = {pattern_of(array) for array in hidden}
    return tuple(
        None if isinstance(part, int) and pattern_of(path[:depth]) in arrays else part
        for depth, part in enumerate(path)
    )
