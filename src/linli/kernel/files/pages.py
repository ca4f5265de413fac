"""The door through which files leave: never as a page of ours."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse
from django.views.decorators.http import require_safe

from linli.base.clock import now
from linli.kernel.access.queries import ActorRequest
from linli.kernel.files.actions import open_for, open_pass
from linli.kernel.files.actions.read import Opened


@require_safe
def download(request: ActorRequest, id: UUID, part: str = "") -> FileResponse:
    """One file, or a smaller form of a picture, for whoever may see its subject."""
    return _answer(open_for(request.actor, id, at=now(), part=part))


@require_safe
def by_pass(request: ActorRequest, token: str) -> FileResponse:
    """One file for whoever holds a pass that isn't over."""
    return _answer(open_pass(request.actor, token, at=now(), part=request.GET.get("part", "")))


def _answer(opened: Opened) -> FileResponse:
    """Headers under which even a hostile body can do nothing: no sniffing, no scripts, no frame of ours, no shared
    cache."""
    answer = FileResponse(
        opened.body, as_attachment=not opened.inline, filename=opened.name, content_type=opened.media_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'self'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store" if opened.attachment.sensitive else "private, max-age=3600"
    return answer
