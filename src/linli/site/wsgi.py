"""The WSGI door that the web server opens."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

# Load every page and rule now, not while the first person waits.
get_resolver().url_patterns  # noqa: B018 - read for its effect
