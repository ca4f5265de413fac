from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccessConfig(AppConfig):
    name = "linli.kernel.access"
    label = "access"

    def ready(self) -> None:
        autodiscover_modules("permissions")  # so that the table is whole before the first request
