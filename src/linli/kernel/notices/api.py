"""My messages through the API."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from linli.base.clock import now
from linli.kernel.access.queries import ActorRequest, require_account
from linli.kernel.notices import actions, queries
from linli.kernel.notices.schemas import NoticeOut, NoticesOut

router = Router(tags=["notices"])


@router.get("", response=NoticesOut, summary="My messages, newest first")
def list_notices(
    request: HttpRequest,
    unread: bool = False,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """A page of the caller's inbox."""
    actor = cast(ActorRequest, request).actor
    require_account(actor)
    page = queries.inbox(actor, unread=unread, after=str(after or ""), limit=limit)
    return {"items": page.items, "next": page.next, "unread": queries.unread_count(actor)}


@router.post("/{id}/read", response=NoticeOut, summary="Mark one of my messages as read")
def read_notice(request: HttpRequest, id: UUID) -> Any:
    """Marks it once; a second call answers the same."""
    actor = cast(ActorRequest, request).actor
    require_account(actor)
    return actions.mark_read(actor, id, at=now())
