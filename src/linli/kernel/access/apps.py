from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    name = "linli.kernel.access"
    label = "access"

    def ready(self) -> None:
        from linli.kernel.access.models import Account
        from linli.kernel.access.queries.accounts import PHONE
        from linli.kernel.parties.actions import register_sealed

        register_sealed(Account, "phone_cipher", PHONE)
        autodiscover_modules("permissions")  # so that the table is whole before the first request
