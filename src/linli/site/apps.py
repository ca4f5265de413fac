from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "linli.site"
    label = "site"

    def ready(self) -> None:
        from linli.site import checks, wiring  # the registry of apps must be full before events are wired
        from linli.site.oversight import permissions  # noqa: F401 - enters its verbs in the table

        checks.register_checks()
        wiring.connect()
