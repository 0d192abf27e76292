"""The composition: one command line over issuer, verifier, wallet and harness; the pilot on disk; the demonstration."""
