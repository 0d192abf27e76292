"""Fixtures for all tests."""

pytest_plugins = ["tests.browser", "tests.issuer.soft_hsm"]
