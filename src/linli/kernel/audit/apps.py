from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record and the outbox."""

    name = "linli.kernel.audit"
    label = "audit"
