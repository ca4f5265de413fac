"""The cast, and a browser-like client that speaks TLS."""

from __future__ import annotations

import pytest
from django.test import Client

from linli.kernel.access.tests import cast as stage


@pytest.fixture
def people(db: None) -> stage.Cast:
    return stage.cast()


@pytest.fixture
def web() -> Client:
    client = Client()
    client.defaults["wsgi.url_scheme"] = "https"
    return client
