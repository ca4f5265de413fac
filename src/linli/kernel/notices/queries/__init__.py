"""What someone was told, what could not be delivered, and the words and ways of telling."""

from linli.kernel.notices.queries.catalogue import parameters_at, templates
from linli.kernel.notices.queries.inbox import Page, backlog, inbox, unread_count
from linli.kernel.notices.queries.undelivered import Stuck, stuck_counts, undelivered

__all__ = [
    "Page",
    "Stuck",
    "backlog",
    "inbox",
    "parameters_at",
    "stuck_counts",
    "templates",
    "undelivered",
    "unread_count",
]
