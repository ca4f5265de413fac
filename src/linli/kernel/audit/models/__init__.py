"""Tables of the record and of the outbox."""

from linli.kernel.audit.models.chain import Entry, Head
from linli.kernel.audit.models.outbox import Delivery, Event

__all__ = ["Delivery", "Entry", "Event", "Head"]
