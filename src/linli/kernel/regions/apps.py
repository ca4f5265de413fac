from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "linli.kernel.regions"
    label = "regions"
