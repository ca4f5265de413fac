from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    name = "linli.kernel.access"
    label = "access"

    def ready(self) -> None:
        from linli.kernel.access.actions.sealed import SecondFactors
        from linli.kernel.access.models import Account
        from linli.kernel.access.queries.accounts import PHONE
        from linli.kernel.parties.actions import register_index, register_place, register_sealed
        from linli.kernel.parties.queries import open_text, phone_index

        register_sealed(Account, "phone_cipher", PHONE)
        register_index(Account, "phone_index", lambda row: phone_index(open_text(row.phone_cipher, PHONE)))
        register_place(SecondFactors())
        autodiscover_modules("permissions")  # so that the table is whole before the first request
