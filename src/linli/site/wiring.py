"""Who hears about what: each line lets one domain listen to an event of another without either knowing the other."""

from __future__ import annotations

from linli.kernel.audit.actions import subscribe


def connect() -> None:
    """Called once when the apps are loaded."""
    from linli.domains.intake import tasks as intake  # models are there only once the apps are

    subscribe("case.*", "intake.notices", intake.on_case_event)
    subscribe("person.erased", "intake.erasing", intake.on_person_erased)
