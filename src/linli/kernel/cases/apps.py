from pathlib import Path

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "linli.kernel.cases"
    label = "cases"

    def ready(self) -> None:
        from django.conf import settings  # settings are whole only once the apps are

        from linli.kernel.cases import casetypes

        casetypes.load_instances(Path(settings.INSTANCES))
