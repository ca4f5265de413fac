"""For machines that watch: is the process alive, can it serve, what is it. Nothing here tells about people."""

from __future__ import annotations

from importlib.metadata import version as version_of

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from linli.site.answers import answer_for

_migrated: list[bool] = []


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the records can be read and have the shape this program expects; 503 with a sentence otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated and _pending():
            return HttpResponse("the database needs `linli setup`\n", status=503, content_type="text/plain")
    except Exception as error:
        response = answer_for(request, error)
        return HttpResponse(f"{error.__class__.__name__}\n", status=response.status_code, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    pending = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not pending:
        _migrated.append(True)  # a migrated database does not unmigrate under a running process
    return pending


@require_safe
def version(request: HttpRequest) -> HttpResponse:
    """The program's version and whether this installation is a demonstration."""
    return JsonResponse({"name": "linli", "version": version_of("linli"), "demo": settings.DEMO})
