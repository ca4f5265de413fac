"""What is written: the record, the outbox, the anchors."""

from linli.kernel.audit.actions.anchors import anchor, anchor_key
from linli.kernel.audit.actions.chain import record, record_many
from linli.kernel.audit.actions.outbox import (
    deliver,
    emit,
    emit_many,
    prune_outbox,
    retry_delivery,
    skip_delivery,
    subscribe,
    subscribers,
    unsubscribe,
)

__all__ = [
    "anchor",
    "anchor_key",
    "deliver",
    "emit",
    "emit_many",
    "prune_outbox",
    "record",
    "record_many",
    "retry_delivery",
    "skip_delivery",
    "subscribe",
    "subscribers",
    "unsubscribe",
]
