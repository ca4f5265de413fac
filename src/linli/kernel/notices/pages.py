"""The inbox, and the desk's list of messages that got stuck."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from linli.base.clock import now
from linli.kernel.access.queries import ActorRequest, require_account, require_somewhere
from linli.kernel.notices import actions, queries
from linli.kernel.notices.permissions import Permission


@require_GET
def inbox(request: ActorRequest) -> HttpResponse:
    """What I was told, newest first."""
    require_account(request.actor)
    unread = request.GET.get("unread") == "1"
    page = queries.inbox(request.actor, unread=unread, after=request.GET.get("after", ""))
    count = queries.unread_count(request.actor)
    frame = "shells/desk.html" if request.actor.is_staff else "shells/portal.html"
    return render(request, "notices/inbox.html", {"page": page, "unread": unread, "count": count, "frame": frame})


@require_POST
def follow(request: ActorRequest, id: UUID) -> HttpResponse:
    """Mark one message as read and go where it leads."""
    message = actions.mark_read(request.actor, id, at=now())
    leads = message.link if url_has_allowed_host_and_scheme(message.link, allowed_hosts=None) else ""
    return redirect(leads or "notices:inbox")


@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Mark everything as read."""
    require_account(request.actor)
    actions.mark_all_read(request.actor, at=now())
    return redirect("notices:inbox")


@require_GET
def dead(request: ActorRequest) -> HttpResponse:
    """Messages that wait for someone's decision."""
    require_somewhere(request.actor, Permission.MANAGE)
    state = request.GET.get("state", "")
    rows = queries.undelivered(request.actor, state=state)
    return render(
        request, "notices/dead.html", {"rows": rows, "state": state, "counts": queries.stuck_counts(request.actor)}
    )


@require_POST
def resend(request: ActorRequest, id: UUID) -> HttpResponse:
    """Send a stuck message again."""
    actions.resend(request.actor, id, at=now(), sure=request.POST.get("sure") == "1")
    return redirect("notices:dead")


@require_POST
def discard(request: ActorRequest, id: UUID) -> HttpResponse:
    """Let a stuck message be."""
    actions.discard(request.actor, id, reason=request.POST.get("reason", ""), at=now())
    return redirect("notices:dead")
