"""Who hears about what: each line lets one domain listen to an event of another without either knowing the other."""

from __future__ import annotations


def connect() -> None:
    """Called once when the apps are loaded."""
