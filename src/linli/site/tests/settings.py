"""Linli's settings as tests run them: a home of their own, plain HTTP, a fast password hash, and a database file
(not memory: two clerks at once must really wait for each other)."""

import atexit
import os
import shutil
import tempfile

if "LINLI_TEST_HOME" not in os.environ:
    os.environ["LINLI_TEST_HOME"] = tempfile.mkdtemp(prefix="linli-test-")
    os.mkdir(os.path.join(os.environ["LINLI_TEST_HOME"], "static"))
    atexit.register(shutil.rmtree, os.environ["LINLI_TEST_HOME"], ignore_errors=True)
os.environ["LINLI_HOME"] = os.environ["LINLI_TEST_HOME"]
os.environ.setdefault("LINLI_HTTPS", "0")
os.environ.setdefault("LINLI_RATE", "0")
os.environ.setdefault("LINLI_LOG_LEVEL", "ERROR")

from linli.site.settings import *  # noqa: F403
from linli.site.settings import DATABASES, HOME, STORAGES

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / f"test-{os.getpid()}.sqlite3")}
