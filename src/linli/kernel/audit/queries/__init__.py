"""What can be read: entries, the state of the chains, the outbox."""

from linli.kernel.audit.queries.anchors import public_key
from linli.kernel.audit.queries.chains import ChainState, chain_heads, verify
from linli.kernel.audit.queries.entries import EntryPage, EntryValue, entries, entries_about, get_entry
from linli.kernel.audit.queries.outbox import Backlog, DeadDelivery, backlog, dead_deliveries

__all__ = [
    "Backlog",
    "ChainState",
    "DeadDelivery",
    "EntryPage",
    "EntryValue",
    "backlog",
    "chain_heads",
    "dead_deliveries",
    "entries",
    "entries_about",
    "get_entry",
    "public_key",
    "verify",
]
