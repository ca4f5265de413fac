"""The names of everything that is counted about requests; what each counts stands once, in ``queries/measured.py``."""

from __future__ import annotations

from collections.abc import Mapping

from linli.base.text import gettext_noop

RECEIVED = "received"
MEASURE_NAMES: Mapping[str, str] = {
    RECEIVED: gettext_noop("received"),
    "open": gettext_noop("still open"),
    "finished": gettext_noop("closed after an answer"),
    "on_time": gettext_noop("answered in time"),
    "late": gettext_noop("answered late"),
    "with_clock": gettext_noop("answered, in time or late"),
    "no_clock_ended": gettext_noop("clock still running"),
    "refused": gettext_noop("not accepted"),
    "merged": gettext_noop("joined to another request"),
    "withdrawn": gettext_noop("withdrawn"),
    "transferred": gettext_noop("passed to an emergency number"),
    "anonymous": gettext_noop("anonymous"),
    "called_back": gettext_noop("called back"),
    "not_called_back": gettext_noop("not called back (anonymous or not yet)"),
    "responded": gettext_noop("called back: was contacted"),
    "solved": gettext_noop("called back: solved"),
    "solved_known": gettext_noop("asked whether it is solved"),
    "not_asked": gettext_noop("not asked yet"),
    "satisfied": gettext_noop("rated 3 to 5"),
    "rated": gettext_noop("rated"),
    "not_rated": gettext_noop("not rated"),
    "rated_by_self": gettext_noop("rated by the person themselves"),
    "reopened": gettext_noop("opened again"),
    "replied": gettext_noop("answered"),
    "never_answered": gettext_noop("not answered yet"),
    "bad": gettext_noop("rated badly, to be put right"),
    "bad_fixed": gettext_noop("rated badly and put right"),
}
"""Keys are part of addresses (``?measure=``) and of the API: add to them, never change one."""
