"""From a function that may reject to the check that it answers."""

from collections.abc import Callable

from vc_core.checks import Check, passed, rejected
from vc_core.rejection import Rejection


def judged(id_: str, require: Callable[[], object]) -> Check:
    """PASSED, or FAILED with what `require` rejected."""
    try:
        require()
    except Rejection as rejection:
        return rejected(id_, rejection)
    return passed(id_)
