from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "linli.domains.intake"
    label = "intake"

    def ready(self) -> None:
        from linli.domains.intake import permissions  # noqa: F401 -- enters its verbs into the table
        from linli.domains.intake.casetypes import FOLDER, GUARDS
        from linli.domains.intake.models import CONTACT_NAME, CONTACT_PHONE, Request
        from linli.kernel.cases.rules import register_types
        from linli.kernel.parties.actions.keys import register_index, register_sealed
        from linli.kernel.parties.queries import open_text, phone_index

        register_types(FOLDER, GUARDS)
        register_sealed(Request, "contact_name", CONTACT_NAME)
        register_sealed(Request, "contact_phone", CONTACT_PHONE)
        register_index(Request, "phone_index", lambda row: phone_index(open_text(row.contact_phone, CONTACT_PHONE)))
