"""Pure decisions about requests: values in, a Refusal or a value out. No Django and no clock in this room."""

from linli.domains.intake.rules.guards import called_back, not_accused, replied

__all__ = ["called_back", "not_accused", "replied"]
