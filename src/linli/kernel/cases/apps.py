from pathlib import Path

from django.apps import AppConfig
from django.core.checks import Tags, register


class CasesConfig(AppConfig):
    name = "linli.kernel.cases"
    label = "cases"

    def ready(self) -> None:
        from django.conf import settings  # settings are whole only once the apps are

        from linli.kernel.cases import casetypes
        from linli.kernel.cases.casetypes import checks
        from linli.kernel.cases.queries import may_open_files
        from linli.kernel.files.queries import guard_subject

        guard_subject("cases.case", may_open_files)
        casetypes.load_instances(Path(settings.INSTANCES))
        register(checks.check_types, "casetypes")
        register(checks.check_versions, Tags.database)
