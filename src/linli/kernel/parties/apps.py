from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "linli.kernel.parties"
    label = "parties"
