"""Credential formats: one module each, `base` for what they answer, `registry` for the list of them."""
