from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "linli.domains.intake"
    label = "intake"

    def ready(self) -> None:
        from linli.domains.intake import permissions  # noqa: F401 -- enters its verbs into the table
        from linli.domains.intake.casetypes import FOLDER, GUARDS
        from linli.kernel.cases.rules import register_types

        register_types(FOLDER, GUARDS)
