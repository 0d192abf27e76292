"""The form of `rulebook.toml` and `codelists/*.toml`: read with pydantic, turned at once into domain values.

A file with an unknown key, a path its schema does not know, a missing language or a list that does not exist is refused
with `RulebookError`, which names the file and the place. Reading the files themselves is `catalogue`'s part.
"""

from vc_core.rulebook_file.code_lists import build_code_list
from vc_core.rulebook_file.errors import RulebookError
from vc_core.rulebook_file.reading import build_rulebook

__all__ = ["RulebookError", "build_code_list", "build_rulebook"]
