"""Pure decisions about files: what a body of bytes is, whether it is taken, how long it stays, what it is called."""

from linli.kernel.files.rules.kinds import Kind, Verdict, sniff
from linli.kernel.files.rules.limits import Limits, limits_on
from linli.kernel.files.rules.names import clean_name
from linli.kernel.files.rules.retention import Retention, keep_until, parse_retention

__all__ = [
    "Kind",
    "Limits",
    "Retention",
    "Verdict",
    "clean_name",
    "keep_until",
    "limits_on",
    "parse_retention",
    "sniff",
]
