"""The limit to compare with: a bare django-ninja endpoint that writes three plain rows in one transaction."""

from __future__ import annotations

import os
import uuid

import django
from django.conf import settings

if not settings.configured:
    from pathlib import Path

    from linli.site.database import database

    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="benches.bare_site",
        INSTALLED_APPS=[],
        MIDDLEWARE=[],
        SECRET_KEY="bench",
        USE_TZ=True,
        DATABASES={
            "default": database(
                os.environ["DATABASE_URL"], Path("."), threads=int(os.environ.get("LINLI_THREADS", "0"))
            )
        },
    )
    django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI, Schema


class First(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    title = models.TextField()
    region = models.CharField(max_length=15, db_index=True)

    class Meta:
        app_label = "bare"


class Second(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    first = models.ForeignKey(First, on_delete=models.CASCADE)
    text = models.TextField()

    class Meta:
        app_label = "bare"


class Third(models.Model):
    id = models.BigAutoField(primary_key=True)
    first = models.ForeignKey(First, on_delete=models.CASCADE)
    text = models.TextField()

    class Meta:
        app_label = "bare"


class Body(Schema):
    title: str
    region: str


api = NinjaAPI(urls_namespace="bare")


@api.post("/three")
def three(request: HttpRequest, body: Body) -> dict[str, str]:
    with transaction.atomic():
        first = First.objects.create(title=body.title, region=body.region)
        Second.objects.create(first=first, text=body.title)
        Third.objects.create(first=first, text=body.title)
    return {"id": str(first.id)}


urlpatterns = [path("", api.urls)]
application = get_wsgi_application()


def create_tables() -> None:
    with connection.schema_editor() as editor:
        for model in (First, Second, Third):
            editor.create_model(model)
