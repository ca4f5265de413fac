from collections.abc import Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class NoticesConfig(AppConfig):
    name = "linli.kernel.notices"
    label = "notices"

    def ready(self) -> None:
        from linli.kernel.access.permissions import register as enter
        from linli.kernel.notices import permissions  # the table of permissions needs loaded apps
        from linli.kernel.notices.models import Message
        from linli.kernel.notices.queries.undelivered import ADDRESS
        from linli.kernel.parties.actions import register_sealed

        enter(permissions.Permission, permissions.SENTENCES, permissions.DEFAULTS)
        register_sealed(Message, "address", ADDRESS)
        register(check_words)
        register(check_gateways)


def check_words(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Every template has its words in every language and channel, names only its variables, and fits into its SMS."""
    from linli.base.clock import now
    from linli.kernel.notices.queries import parameters_at, templates
    from linli.kernel.notices.rules import problems_of

    try:
        known, parameters = templates(), parameters_at(now())
    except (ValueError, LookupError, OSError) as problem:
        return [Error(f"notices: {problem}", id="notices.E001")]
    return [
        Error(f"notices: {problem}", id="notices.E002")
        for key, template in known.items()
        for problem in problems_of(key, template, parameters.sms_parts)
    ]


def check_gateways(app_configs: Sequence[AppConfig] | None, **_: object) -> list[CheckMessage]:
    """Gateways are written ``channel=address`` with a channel that exists."""
    from linli.kernel.notices.queries.gateways import gateways

    try:
        gateways()
    except ValueError as problem:
        return [Error(f"LINLI_NOTICE_URLS: {problem}", id="notices.E003")]
    return []
