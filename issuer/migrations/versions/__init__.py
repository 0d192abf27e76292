"""One module a version; `revision` and `down_revision` chain them."""
