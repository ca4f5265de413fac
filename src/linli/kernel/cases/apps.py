from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "linli.kernel.cases"
    label = "cases"
