"""The form of `rulebook.toml`, `imports/*.toml` and `codelists/*.toml`: read with pydantic, made domain values at once.

A file with an unknown key, a path its schema does not know, a missing language or a list that does not exist is refused
with `RulebookError`, which names the file and the place. Reading the files themselves is `catalogue`'s part.
"""

from vc_core.rulebook_file.code_lists import build_code_list
from vc_core.rulebook_file.errors import RulebookError
from vc_core.rulebook_file.import_tables import build_import
from vc_core.rulebook_file.reading import build_rulebook

__all__ = ["RulebookError", "build_code_list", "build_import", "build_rulebook"]
