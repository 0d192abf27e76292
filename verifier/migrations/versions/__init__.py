"""One module a step; `tables` in the adapters describes the newest state."""
