"""Django's settings. Nothing here touches a disk: the home is read only when something needs it."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import SimpleLazyObject

from jikim import environment
from jikim.config.places import WEB
from jikim.config.strict import StrictUndefined
from jikim.domain.journal import Role
from jikim.environment.proxies import trusted_proxies

_base_url, _desk_url = environment.base_url(), environment.desk_url()
trusted_proxies()  # a word in it that is no address is refused now, not at the first request
_tls = (_desk_url if environment.role() is Role.DESK else _base_url).startswith("https://")

# --- what runs ---------------------------------------------------------------------------------------------------

DEBUG = False  # always: the debug page shows values, and this program holds people's
SECRET_KEY: Any = SimpleLazyObject(environment.secret_key)  # Any: Django asks for a str, and gets one when it asks
# allauth keeps the second factors of staff: for the desk's process, and for commands, which make its table. Of what it
# stands on only the code is wanted: those tables are never made (MIGRATION_MODULES).
_of_the_desk = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "jikim.web.desk.accounts.apps.Accounts",
    "allauth.mfa",
]
INSTALLED_APPS = [
    *(_of_the_desk if environment.role() in (None, Role.DESK) else []),
    "django.contrib.staticfiles",
    "jikim.store.live",
    "jikim.store.separate",
    "jikim.store.visits",
    "jikim.web",
    "jikim.config",
]
MIDDLEWARE = [
    "jikim.web.cookies.guard_cookies",  # outermost, so that no cookie passes beside it
    "jikim.web.middleware.secure_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jikim.web.middleware.choose_language",
    "jikim.web.middleware.answer_in_words",
    "jikim.web.middleware.TellWhatIsAway",
    *(["jikim.web.desk.forged.tell_of_forged_rows"] if environment.role() in (None, Role.DESK) else []),
    "django.middleware.common.CommonMiddleware",
]
ROOT_URLCONF = {
    None: "jikim.config.urls",
    Role.DESK: "jikim.config.desk_urls",
}.get(environment.role(), "jikim.config.public_urls")  # whoever is not the desk knows nothing of its pages
WSGI_APPLICATION = "jikim.config.wsgi.application"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing leaves before its gate is built

# --- where it is kept --------------------------------------------------------------------------------------------

# No default database: a table without a home of its own is an error, not a surprise. Processes that serve pages have no
# `separate` either.
DATABASES: dict[str, dict[str, Any]] = {"default": {}, **environment.databases()}
DATABASE_ROUTERS = ["jikim.store.router.OneDatabasePerLabel"]
MIGRATION_MODULES = {"contenttypes": None, "auth": None, "account": None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # nothing personal rests in a cache

# --- who may ask, and how ----------------------------------------------------------------------------------------

_hosts = {urlsplit(url).hostname or "" for url in (_base_url, _desk_url)}
ALLOWED_HOSTS = sorted({*_hosts, "localhost", "127.0.0.1", "[::1]"})
CSRF_COOKIE_NAME = "jikim_form"  # desk only (web.desk.door); the public side sets no cookie at all
CSRF_COOKIE_PATH = "/desk/"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = _tls
CSRF_COOKIE_AGE = None  # ends with the browser
CSRF_TRUSTED_ORIGINS = sorted({_base_url, _desk_url})
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _tls else None
CSRF_FAILURE_VIEW = "jikim.web.desk.door.stale_form"

AUTH_USER_MODEL = "live.StaffAccount"  # staff alone; who writes to us has no account
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # nobody at the desk has an address here
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "jikim.web.desk.accounts.adapter.SealedSecrets"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off

# Bytes of one request outside its files; of files the policy says how many and how large.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_HANDLERS = ["jikim.web.uploads.NoFiles"]  # the forms that take files bring their own, in memory

# --- what people see ---------------------------------------------------------------------------------------------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"string_if_invalid": StrictUndefined("%s"), "context_processors": ["jikim.web.shell.shell"]},
    }
]
STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for our files
WHITENOISE_MAX_AGE = 31_536_000  # one year: an address carries its file's digest (web.links.asset)
WHITENOISE_USE_FINDERS = True  # served from the source tree: no step to forget between an upgrade and its looks

USE_TZ = True
TIME_ZONE = "Asia/Seoul"
USE_I18N = True
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [WEB / "locale"]

# --- what is written down ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "redacted": {
            "()": "jikim.config.redaction.RedactingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"route": {"()": "jikim.config.redaction.RouteOnly"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "redacted", "filters": ["route"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
