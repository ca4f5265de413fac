"""One settings module, fed by the environment (see docs/operating.md for every variable)."""

from __future__ import annotations

import os
from pathlib import Path

HOME = Path(os.environ.get("LINLI_HOME", "var")).resolve()
INSTANCES = Path(os.environ.get("LINLI_INSTANCES", Path(__file__).resolve().parents[3] / "instances"))
DEBUG = False
SECRET_KEY = os.environ.get("LINLI_SECRET_KEY", "only-for-tests-until-site-infra-lands")
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "linli.kernel.audit",
    "linli.kernel.calendar",
    "linli.kernel.regions",
    "linli.kernel.parties",
    "linli.kernel.access",
    "linli.kernel.files",
    "linli.kernel.notices",
    "linli.kernel.cases",
    "linli.domains.intake",
]
AUTH_USER_MODEL = "access.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(HOME / "linli.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
}
ROOT_URLCONF = "linli.site.urls"
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
