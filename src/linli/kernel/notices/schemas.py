"""Messages as JSON."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class NoticeOut(Schema):
    """One message of my inbox; times in UTC."""

    id: UUID
    title: str
    body: str
    link: str
    subject: str
    urgent: bool
    created_at: datetime
    read_at: datetime | None


class NoticesOut(Schema):
    """A page of my inbox; ``next`` goes into ``after`` for the following one and is null at the end."""

    items: list[NoticeOut]
    next: str | None
    unread: int = Field(description="How many messages are unread in all.")
