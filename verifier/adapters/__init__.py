"""What the verifier reaches outside itself: the database, status lists, the trust list, key files."""
