"""One settings module, fed by the environment; docs/operating.md lists every variable. Importing it writes nothing."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from linli.base.text import gettext_noop as _
from linli.site.database import database
from linli.site.keys import read_key
from linli.site.logs import logging_settings


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(int(default))).strip().lower() in {"1", "true", "yes", "on"}


SITE = Path(__file__).resolve().parent
ROOT = SITE.parents[2]
HOME = Path(os.environ.get("LINLI_HOME", "var")).resolve()
KEYS = HOME / "keys"
INSTANCES = Path(os.environ.get("LINLI_INSTANCES", ROOT / "instances"))
DEMO = _flag("LINLI_DEMO", (HOME / "demo").exists())  # `make demo` marks its home
HTTPS = _flag("LINLI_HTTPS", not DEMO)
PORT = int(os.environ.get("LINLI_PORT", "8000"))
THREADS = int(os.environ.get("LINLI_THREADS", "0"))  # set by `linli serve` for its processes
WORKERS = int(os.environ.get("LINLI_WORKERS", "0"))

DEBUG = False
# Without a set-up key (checks, tests, a first look) each process invents one; `linli serve` refuses to start like that.
SECRET_KEY = os.environ.get("LINLI_SECRET_KEY") or read_key(KEYS, "secret") or secrets.token_urlsafe(64)
ALLOWED_HOSTS = [host for host in os.environ.get("LINLI_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("LINLI_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "linli.site",
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
    # after access, whose templates dress allauth's pages
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "linli.site.middleware.requests",
    "django.middleware.security.SecurityMiddleware",
    "linli.site.middleware.policies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "linli.site.middleware.sizes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "linli.site.middleware.mother_tongue",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "linli.site.middleware.actors",
    "linli.kernel.access.pages.doorway.doorway",
    "linli.site.middleware.Answers",
]

ROOT_URLCONF = "linli.site.urls"
WSGI_APPLICATION = "linli.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "linli.site.navigation.shell",
            ],
        },
    }
]

# Records -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), HOME, threads=THREADS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by every process: login throttles must not grow with the number of workers.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "near": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "near"},
}

# Words -------------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "linli_language"
LANGUAGE_COOKIE_AGE = 365 * 86400
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [SITE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files -------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "linli.site.storage.StaticStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
if S3_BUCKET := os.environ.get("LINLI_S3_BUCKET"):  # attachments in an S3-compatible store instead of LINLI_HOME
    STORAGES["attachments"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": os.environ.get("LINLI_S3_ENDPOINT") or None,
            "access_key": os.environ.get("LINLI_S3_KEY") or None,
            "secret_key": os.environ.get("LINLI_S3_SECRET") or None,
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
TEXT_LIMIT = 4 * 2**20  # bytes of one request without files
UPLOAD_LIMIT = int(os.environ.get("LINLI_UPLOAD_MB", "64")) * 2**20  # bytes of one request with files
DATA_UPLOAD_MAX_MEMORY_SIZE = TEXT_LIMIT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_TEMP_DIR = None

# People ------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.Account"
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["linli.kernel.access.pages.signin.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "linli.kernel.access.forms.PasswordRules"},  # length, classes, history: instances/access/policy.yaml
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "linli.kernel.access.pages.signin.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "linli.kernel.access.forms.LoginForm",
    "signup": "linli.kernel.access.forms.SignupForm",
    "change_password": "linli.kernel.access.forms.ChangePasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip,5/5m/key", "signup": "20/m/ip", "login": "120/m/ip"}
MFA_ADAPTER = "linli.kernel.access.pages.signin.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "linli.kernel.access.forms.AddPasskeyForm"}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Linli"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

# The wire ----------------------------------------------------------------------------------------------------------
# Behind a proxy that ends TLS, LINLI_PROXY=1 says its X-Forwarded-* headers may be believed.
PROXY = _flag("LINLI_PROXY", False)
if PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "linli_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "linli_csrf"
CSRF_FAILURE_VIEW = "linli.site.answers.forged"
SILENCED_SYSTEM_CHECKS: list[str] = []

RATES = {  # requests per minute and caller; LINLI_RATE multiplies them all (0 switches them off, for load tests)
    "read": 600,
    "write": 120,
}
RATE_FACTOR = float(os.environ.get("LINLI_RATE", "1"))

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("LINLI_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("LINLI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LINLI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LINLI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("LINLI_SMTP_TLS", False)
DEFAULT_FROM_EMAIL = os.environ.get("LINLI_MAIL_FROM", "linli@localhost")
LINLI_NOTICE_URLS = json.loads(os.environ.get("LINLI_NOTICE_URLS", "{}"))  # {"sms": "…", "chat": "…"}
LINLI_PUBLIC_URL = os.environ.get("LINLI_PUBLIC_URL", f"http://127.0.0.1:{PORT}" if DEMO else "")
LINLI_PHONE = os.environ.get("LINLI_PHONE", "12345")
LINLI_PLACE = os.environ.get("LINLI_PLACE", "")
LINLI_DIGEST = os.environ.get("LINLI_DIGEST", "sha256")  # of the record's chains: sha256 or sm3

LOGGING_CONFIG = "linli.site.logs.configure"
LOGGING = logging_settings(os.environ.get("LINLI_LOG", "json"), os.environ.get("LINLI_LOG_LEVEL", "INFO"))
