"""Registers the fixture files; nothing else belongs here."""

pytest_plugins = [
    "tests.fixtures.settings",
    "tests.fixtures.database",
    "tests.fixtures.clusters",
    "tests.fixtures.redis",
    "tests.fixtures.people",
    "tests.fixtures.pages",
    "tests.fixtures.observed",
]
