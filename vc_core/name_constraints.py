"""Name constraints of a certification authority (RFC 5280, section 4.2.1.10), applied to what it has certified.

Host names and directory names are understood, which is what an authority of this field constrains. A constraint on any
other kind of name is met by refusing every name of that kind, as section 4.2.1.10 lets a reader do. `x509` calls this
once for each constrained authority and each certificate below it.
"""

from collections.abc import Iterable

from cryptography import x509

from vc_core.rejection import Rejection


def require_names_within(constraints: x509.NameConstraints, names: Iterable[x509.GeneralName], *, where: str) -> None:
    """Rejects with `name_constraint_violated` when a name is excluded, or not permitted where its kind is limited."""
    for name in names:
        excluded = [tree for tree in constraints.excluded_subtrees or () if type(tree) is type(name)]
        permitted = [tree for tree in constraints.permitted_subtrees or () if type(tree) is type(name)]
        outside = permitted and not any(_within(name, tree) for tree in permitted)
        if outside or any(_within(name, tree, unknown=True) for tree in excluded):
            raise Rejection("name_constraint_violated", where=where, section="RFC 5280, section 4.2.1.10")


def _within(name: x509.GeneralName, tree: x509.GeneralName, *, unknown: bool = False) -> bool:
    match name, tree:
        case x509.DNSName(), x509.DNSName():
            return _host_within(name.value.lower(), tree.value.lower())
        case x509.DirectoryName(), x509.DirectoryName():
            branch = _relative_names(tree.value)
            return _relative_names(name.value)[: len(branch)] == branch
        case _:
            return unknown


def _host_within(host: str, tree: str) -> bool:
    return not tree or host == tree or host.endswith(tree if tree.startswith(".") else f".{tree}")


def _relative_names(name: x509.Name) -> list[frozenset[tuple[str, str]]]:
    """Attribute values compare without regard to case and outer spaces (RFC 5280, section 7.1)."""
    return [
        frozenset((attribute.oid.dotted_string, str(attribute.value).strip().casefold()) for attribute in part)
        for part in name.rdns
    ]
