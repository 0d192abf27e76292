"""Which claims of a credential become disclosures: what the issuer decides before it conceals anything.

A path names a claim, or with null every element of an array; a path below another one makes the outer disclosure
recursive (RFC 9901, section 4.2.6). RFC 9901 has no syntax for a **group**, claims that are shown together: a group
that holds every member of one object makes that object one disclosure, any other group gives each of its claims a
disclosure of its own, and the holder's software keeps them together (`selection`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vc_core.claims import ClaimPath


class PlanNode:
    """What is planned at one place and below it."""

    __slots__ = ("children", "conceal", "gathered")

    def __init__(self, *, conceal: bool = False) -> None:
        self.conceal = conceal
        self.children: dict[str | int | None, PlanNode] = {}
        self.gathered: list[frozenset[str | int | None]] = []

    def descend(self, part: str | int | None) -> "PlanNode":
        child = self.children.setdefault(part, PlanNode())
        if None in self.children and any(isinstance(other, int) for other in self.children):
            raise ValueError("an array is planned by null or by index, not by both")
        return child

    def given(self, value: object) -> "PlanNode":
        """What is planned for this value; the whole of it where a group holds every member of an object."""
        if self.gathered and isinstance(value, Mapping) and any(value.keys() <= names for names in self.gathered):
            return _WHOLE
        return self


UNPLANNED = PlanNode()
_WHOLE = PlanNode(conceal=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosurePlan:
    """Paths that become disclosures, and named groups of paths. Claims that are absent are passed over.

    Raises `ValueError` for an empty path, and for an array planned both by null and by index.
    """

    paths: tuple[ClaimPath, ...] = ()
    groups: Mapping[str, tuple[ClaimPath, ...]] = field(default_factory=dict)
    root: PlanNode = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", PlanNode())
        for path in self.all_paths:
            if not path:
                raise ValueError("an empty path names no claim")
            self._node(path).conceal = True
        for group in self.groups.values():
            parents = {path[:-1] for path in group}
            if len(parents) == 1 and (parent := parents.pop()):
                self._node(parent).gathered.append(frozenset(path[-1] for path in group))

    @property
    def all_paths(self) -> tuple[ClaimPath, ...]:
        """Those of the groups included."""
        return (*self.paths, *[path for group in self.groups.values() for path in group])

    def _node(self, path: ClaimPath) -> PlanNode:
        node = self.root
        for part in path:
            node = node.descend(part)
        return node
