"""Pages that are no secret among colleagues, and not meant for visitors."""

from __future__ import annotations

from linli.base.errors import Denied, Refusal
from linli.base.text import gettext_noop
from linli.kernel.access.queries import SIGN_IN
from linli.kernel.access.rules import Actor

STAFF = Refusal("oversight.staff", gettext_noop("This page is for those who work here."))


def require_staff(actor: Actor) -> None:
    """Denied for anyone without a role."""
    if not actor.is_staff:
        raise Denied(SIGN_IN if actor.is_anonymous else STAFF)
