from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Warning, register


class FilesConfig(AppConfig):
    name = "linli.kernel.files"
    label = "files"

    def ready(self) -> None:
        from linli.kernel.access.permissions import register as enter
        from linli.kernel.files import permissions  # the table of permissions needs loaded apps

        enter(permissions.Permission, permissions.SENTENCES, permissions.DEFAULTS)
        register(check_data)
        register(check_confirmed, deploy=True)


def check_data(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Retention classes and limits must be readable and at least one of each in force, or nothing could be stored
    lawfully."""
    from linli.base.clock import now
    from linli.kernel.files.queries import limits_at, retention_classes

    try:
        classes = retention_classes()
        limits_at(now())
    except (ValueError, LookupError, OSError) as problem:
        return [Error(f"instances/files: {problem}", id="files.E001")]
    if not classes:
        return [Error("instances/files: no retention class", id="files.E002")]
    return []


def check_confirmed(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Before going live an administrator confirms each period whose source leaves room (deployment check)."""
    from linli.kernel.files.queries import retention_classes

    unconfirmed = sorted(name for name, one in retention_classes().items() if not one.confirmed)
    if not unconfirmed:
        return []
    return [
        Warning(
            f"retention periods not confirmed by an administrator: {', '.join(unconfirmed)}",
            hint="Confirm each period with the archive, then set confirmed: true in instances/files/retention.yaml.",
            id="files.W001",
        )
    ]
