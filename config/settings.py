"""
All configuration: every value comes from the environment, by a typed function.

Long, and one file on purpose: an operator reads every setting in one place, and each
stands beside those it must agree with.

The defaults make the embedded mode work with nothing set. Production is chosen by
`FLASHSESAME_MODE=production`; what it must not run with is refused by the system
checks of `config/checks.py`.
"""

import os
import secrets
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _
from kombu import Exchange, Queue

from config import environment as env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

FLASHSESAME_MODE = env.choice(
    "FLASHSESAME_MODE", choices=("embedded", "production"), default="embedded"
)
IS_PRODUCTION = FLASHSESAME_MODE == "production"
DEBUG = env.flag("FLASHSESAME_DEBUG", default=False)
DATA_DIR = env.path("FLASHSESAME_DATA_DIR", default=BASE_DIR / "var")
BASE_URL = env.text("FLASHSESAME_BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
REDIS_URL = env.text("FLASHSESAME_REDIS_URL", default="")

# --- Secrets and hosts ----------------------------------------------------------------

# The embedded mode draws its own key once and keeps it; production must be given one.
INSECURE_SECRET_KEY = "django-insecure-production-needs-FLASHSESAME_SECRET_KEY"  # noqa: S105 - a marker that a system check refuses
SECRET_KEY = env.text("FLASHSESAME_SECRET_KEY", default="") or (
    INSECURE_SECRET_KEY
    if IS_PRODUCTION
    else env.kept_secret(
        DATA_DIR / "secret-key", make=lambda: secrets.token_urlsafe(48)
    )
)
SECRET_KEY_FALLBACKS = env.words("FLASHSESAME_SECRET_KEY_FALLBACKS", default=())
ALLOWED_HOSTS = list(
    env.words(
        "FLASHSESAME_ALLOWED_HOSTS",
        default=() if IS_PRODUCTION else ("*",),
    )
)
CSRF_TRUSTED_ORIGINS = list(env.words("FLASHSESAME_CSRF_TRUSTED_ORIGINS", default=()))

# --- Applications ---------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "web",
    "checkout",
    "scanning",
    "shoppers",
    "products",
    "companies",
    "ledger",
    "common",
    # After our own templates, which take the place of theirs.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    # The theme of the admin goes before the admin, whose templates it replaces.
    "unfold.apps.BasicAppConfig",
    "config.admin_app.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "common.middleware.RequestContext",
    # Redirects to https before Django's own does, which would decode the path.
    "common.targets.ToHttps",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.caching.SameForAll",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "companies.second_factor.AskForSecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# In front of the phone's line and the till's poll: no people, no forms, nothing blocks.
WAITING_MIDDLEWARE = [
    "common.middleware.RequestContext",
    "common.targets.ToHttps",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# Requests that one process works on at once, each with a connection to the database.
WEB_THREADS = env.number("FLASHSESAME_WEB_THREADS", default=16)

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
# A phone's or a till's path is answered as it is: no redirect in the middle of a POST.
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database, cache ------------------------------------------------------------------

DATABASE_URL = env.text("FLASHSESAME_DATABASE_URL", default="")
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database(
        DATABASE_URL, sqlite_default=DATA_DIR / "flashsesame.sqlite3"
    )
}
# Sheets are read from a copy of the database, if one is named: late by what it is late.
READ_DATABASE_URL = env.text("FLASHSESAME_READ_DATABASE_URL", default="")
SHEETS_DATABASE = "default"
if READ_DATABASE_URL:
    SHEETS_DATABASE = "sheets"
    DATABASES["sheets"] = {
        **env.database(READ_DATABASE_URL, sqlite_default=DATA_DIR),
        "TEST": {"MIRROR": "default"},
    }
# Off behind a pooler that lends a connection for one transaction and does not follow
# prepared statements (PgBouncer before 1.21).
PREPARED_READS = env.flag("FLASHSESAME_PREPARED_READS", default=True)
# Sheets that each web process keeps in memory: bytes (0: none), and for how many
# seconds when nobody tells it that they changed.
SHEET_CACHE_BYTES = env.number("FLASHSESAME_SHEET_CACHE_BYTES", default=64_000_000)
SHEET_CACHE_SECONDS = env.number("FLASHSESAME_SHEET_CACHE_SECONDS", default=2)
# The header by which a cache in front of us learns what an answer is about.
SURROGATE_HEADER = env.choice(
    "FLASHSESAME_SURROGATE_HEADER",
    choices=("Surrogate-Key", "Cache-Tag", "Edge-Cache-Tag"),
    default="Surrogate-Key",
)
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "common.kept_redis.KeptRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "flashsesame",
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Celery (queues and pools: docs/architecture.md) ----------------------------------

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        # Longer than the hardest task limit; what is due is a row anyway.
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": env.number("FLASHSESAME_BROKER_TIMEOUT", default=1),
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "health_check_interval": 10,
    }
    if REDIS_URL
    else {"polling_interval": 0.02}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A till waits for the first, its server for the second, nobody for the third. `celery`
# is where the previous version's messages are; it goes with the next one.
CELERY_TASK_QUEUES = tuple(
    Queue(name, Exchange(name), routing_key=name)
    for name in ("prompt", "webhook_out", "bulk", "celery")
)
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_ROUTES = {
    "checkout.tasks.deliver": {"queue": "prompt"},
    "checkout.tasks.push_prompt": {"queue": "prompt"},
    "checkout.tasks.notify": {"queue": "webhook_out"},
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 15
CELERY_TASK_SOFT_TIME_LIMIT = 10
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Never: config/celery.py looks at the connections around each task, as Django does.
CELERY_DB_REUSE_MAX = 2**62
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "companies-check": {"task": "companies.tasks.check_companies", "schedule": 10.0},
    "companies-check-the-day": {
        "task": "companies.tasks.check_the_day",
        "schedule": 60.0,
    },
    "companies-index": {"task": "companies.tasks.compute_index", "schedule": 60.0},
    "checkout-forget-requests": {
        "task": "checkout.tasks.forget_requests",
        "schedule": 3600.0,
    },
    "checkout-forget-attempts": {
        "task": "checkout.tasks.forget_attempts",
        "schedule": 3600.0,
    },
    "checkout-forget-people": {
        "task": "checkout.tasks.forget_people",
        "schedule": 3600.0,
    },
    "checkout-forget-passes": {
        "task": "checkout.tasks.forget_passes",
        "schedule": 3600.0,
    },
    "scanning-make-labels": {
        "task": "scanning.label_tasks.make_labels",
        "schedule": 10.0,
    },
    "scanning-purge-labels": {
        "task": "scanning.label_tasks.purge_labels",
        "schedule": 3600.0,
    },
    "companies-import": {
        "task": "companies.tasks.import_statements",
        "schedule": 10.0,
    },
    "companies-purge-imports": {
        "task": "companies.tasks.purge_imports",
        "schedule": 3600.0,
    },
    "products-capture": {
        "task": "products.tasks.capture_events",
        "schedule": 10.0,
    },
    "products-purge-captures": {
        "task": "products.tasks.purge_captures",
        "schedule": 3600.0,
    },
    "products-renew-stocks": {
        "task": "products.tasks.renew_stocks",
        "schedule": 60.0,
    },
    "products-publish-due": {
        "task": "products.tasks.publish_due_products",
        "schedule": 10.0,
    },
    "products-index": {"task": "products.tasks.index_products", "schedule": 3600.0},
    "products-log-backlog": {"task": "products.tasks.log_backlog", "schedule": 60.0},
    "products-compare": {"task": "products.tasks.compare_products", "schedule": 20.0},
    "products-import": {"task": "products.tasks.import_products", "schedule": 10.0},
    "products-purge-imports": {
        "task": "products.tasks.purge_product_imports",
        "schedule": 3600.0,
    },
    "products-prepare-pictures": {
        "task": "products.tasks.prepare_pictures",
        "schedule": 10.0,
    },
    "products-sweep-pictures": {
        "task": "products.tasks.sweep_pictures",
        "schedule": 3600.0,
    },
    "scanning-forget": {"task": "scanning.tasks.forget", "schedule": 3600.0},
    "scanning-tell-notices": {
        "task": "scanning.tasks.tell_notices",
        "schedule": 10.0,
    },
    "companies-send-mails": {"task": "companies.tasks.send_mails", "schedule": 10.0},
    "companies-sweep-evidence": {
        "task": "companies.tasks.sweep_evidence",
        "schedule": 3600.0,
    },
    "companies-purge-mails": {
        "task": "companies.tasks.purge_mails",
        "schedule": 3600.0,
    },
    "companies-look-for-registers": {
        "task": "companies.tasks.look_for_registers",
        "schedule": 15.0,
    },
    # That of the demonstration asks nobody.
    "companies-ask-demonstration": {
        "task": "companies.tasks.ask_register",
        "schedule": 15.0,
        "args": ("demonstration",),
    },
    "companies-renew-status-lists": {
        "task": "companies.tasks.renew_status_lists",
        "schedule": 3600.0,
    },
    "companies-review-credentials": {
        "task": "companies.tasks.review_credentials",
        "schedule": 3600.0,
    },
    "companies-remind-disputes": {
        "task": "companies.tasks.remind_disputes",
        "schedule": 600.0,
    },
}

# --- Scans: what is kept how long, what a company sees, an outside catalogue ----------

KEEP_SCAN_IDS_DAYS = env.number("FLASHSESAME_KEEP_SCAN_IDS_DAYS", default=30)
KEEP_HISTORY_DAYS = env.number("FLASHSESAME_KEEP_HISTORY_DAYS", default=730)
KEEP_UNKNOWN_CODES_DAYS = env.number("FLASHSESAME_KEEP_UNKNOWN_CODES_DAYS", default=365)
# Companies are shown no count below this.
SMALL_COUNT = env.number("FLASHSESAME_SMALL_COUNT", default=5)
REPORTS_PER_CODE = env.number("FLASHSESAME_REPORTS_PER_CODE", default=200)
OUTSIDE_CATALOGUE = env.choice(
    "FLASHSESAME_OUTSIDE_CATALOGUE", choices=("", "openfoodfacts"), default=""
)
OUTSIDE_CATALOGUE_URL = env.text(
    "FLASHSESAME_OUTSIDE_CATALOGUE_URL", default="https://world.openfoodfacts.org"
).rstrip("/")
OUTSIDE_CATALOGUE_PER_MINUTE = env.number(
    "FLASHSESAME_OUTSIDE_CATALOGUE_PER_MINUTE", default=15
)
# Open Food Facts asks who is asking: an address by which a person can be reached.
OUTSIDE_CATALOGUE_CONTACT = env.text(
    "FLASHSESAME_OUTSIDE_CATALOGUE_CONTACT", default=BASE_URL
)
if OUTSIDE_CATALOGUE:
    CELERY_BEAT_SCHEDULE["scanning-ask-outside"] = {
        "task": "scanning.tasks.ask_outside",
        "schedule": 2.0,
    }

# --- Signed credentials: may we ask an issuer's own domain for its keys? --------------

DID_WEB = env.flag("FLASHSESAME_DID_WEB", default=False)
# Under which name this service signs credentials of its own; its DID is did:web and the
# host of `BASE_URL`.
ISSUER_NAME = env.text("FLASHSESAME_ISSUER_NAME", default="Flashsésame")
# Must a company have an identity credential before it publishes or sells?
REQUIRE_IDENTITY = env.flag("FLASHSESAME_REQUIRE_IDENTITY", default=False)

# --- Push messages to phones (docs/checkout.md) ---------------------------------------

# mailto: or https:, by which a push service reaches a person. Apple's insists on it.
PUSH_CONTACT = env.text(
    "FLASHSESAME_PUSH_CONTACT",
    default=BASE_URL
    if BASE_URL.startswith("https://")
    else "mailto:webmaster@localhost",
)
# UnifiedPush servers beside the browsers’ services: `host`, `*.domain`, `host:port`.
PUSH_HOSTS = env.words("FLASHSESAME_PUSH_HOSTS", default=())
# The JSON file of a service account of Firebase; without one, no FCM.
FCM_CREDENTIALS = env.text("FLASHSESAME_FCM_CREDENTIALS", default="")

# --- The log of what was published ----------------------------------------------------

# What signs it, the newest first: paths of PEM files, or base64 seeds of Ed25519.
# Without any, a key is made and kept in the database, sealed by the secret key.
LOG_KEYS = env.words("FLASHSESAME_LOG_KEYS", default=())
# For how long a key that was succeeded still signs beside its successor.
LOG_KEY_OVERLAP_DAYS = env.number("FLASHSESAME_LOG_KEY_OVERLAP_DAYS", default=30)

# --- Public registers of companies: none is asked unless it is named ------------------

# `sirene` and `gleif`, with a comma between them.
REGISTERS = env.words("FLASHSESAME_REGISTERS", default=())
REGISTER_URLS = {
    "sirene": env.text(
        "FLASHSESAME_SIRENE_URL", default="https://recherche-entreprises.api.gouv.fr"
    ).rstrip("/"),
    "gleif": env.text("FLASHSESAME_GLEIF_URL", default="https://api.gleif.org").rstrip(
        "/"
    ),
}
# Companies a minute. SIRENE allows 7 questions a second, GLEIF 60 a minute.
REGISTERS_PER_MINUTE = {
    "sirene": env.number("FLASHSESAME_SIRENE_PER_MINUTE", default=30),
    "gleif": env.number("FLASHSESAME_GLEIF_PER_MINUTE", default=30),
}
# An address by which those who run a register can reach a person.
REGISTERS_CONTACT = env.text("FLASHSESAME_REGISTERS_CONTACT", default=BASE_URL)
for register in REGISTERS:
    CELERY_BEAT_SCHEDULE[f"companies-ask-{register}"] = {
        "task": "companies.tasks.ask_register",
        "schedule": 2.0,
        "args": (register,),
    }

# --- E-mail ---------------------------------------------------------------------------

MAIL_SERVER = env.mail_server("FLASHSESAME_EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text(
    "FLASHSESAME_EMAIL_FROM", default="Flashsésame <flashsesame@localhost>"
)
# Without a server the embedded mode writes files, where a newcomer finds the
# invitation; in production e-mails wait as rows.
EMAIL_IS_SENT = bool(MAIL_SERVER.host) or not IS_PRODUCTION
EMAIL_FILE_PATH = None if MAIL_SERVER.host else str(DATA_DIR / "mail")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if MAIL_SERVER.host
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = MAIL_SERVER.host, MAIL_SERVER.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL_SERVER.user, MAIL_SERVER.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_SERVER.use_starttls, MAIL_SERVER.use_tls
EMAIL_TIMEOUT = 5
KEEP_MAILS_DAYS = env.number("FLASHSESAME_KEEP_MAILS_DAYS", default=30)

# --- Languages and time ---------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = env.text("FLASHSESAME_TIME_ZONE", default="Europe/Paris")

# --- API ------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    # Public reads are named one by one, in the views.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["shoppers.authentication.DeviceToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.parsers.JsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "common.negotiation.OneForm",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "common.pagination.NewestFirst",
    "PAGE_SIZE": 20,
    "DEFAULT_THROTTLE_RATES": {
        "scan": env.text("FLASHSESAME_THROTTLE_SCAN", default="120/min"),
        "sign-up": env.text("FLASHSESAME_THROTTLE_SIGN_UP", default="20/hour"),
        "pass": env.text("FLASHSESAME_THROTTLE_PASS", default="60/min"),
        "push": env.text("FLASHSESAME_THROTTLE_PUSH", default="60/hour"),
        # By address: all tills of a chain of shops may be behind one.
        "prompt": env.text("FLASHSESAME_THROTTLE_PROMPT", default="6000/min"),
        # By each terminal, and each kind of request.
        "terminal": env.text("FLASHSESAME_THROTTLE_TERMINAL", default="120/min"),
        "report": env.text("FLASHSESAME_THROTTLE_REPORT", default="30/hour"),
        "dispute": env.text("FLASHSESAME_THROTTLE_DISPUTE", default="10/day"),
        "search": env.text("FLASHSESAME_THROTTLE_SEARCH", default="120/min"),
        "credential": env.text("FLASHSESAME_THROTTLE_CREDENTIAL", default="600/min"),
        # By each API key of a company.
        "capture": env.text("FLASHSESAME_THROTTLE_CAPTURE", default="60/min"),
        "company_write": env.text(
            "FLASHSESAME_THROTTLE_COMPANY_WRITE", default="120/min"
        ),
    },
    "NUM_PROXIES": env.number("FLASHSESAME_TRUSTED_PROXIES", default=0),
    "EXCEPTION_HANDLER": "common.http.problem_from_exception",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Flashsésame",
    "DESCRIPTION": "Scan a product, read the truth about it, answer at the till.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    # Of several enumerations under one name, the first one keeps it.
    "ENUM_NAME_OVERRIDES": {
        "PushKindEnum": "shoppers.models.PushSubscription.Kind",
        "KindEnum": [
            *("gtin", "gs1", "dl", "sscc", "rcn", "coupon", "refund_receipt"),
            *("text", "empty", "invalid"),
        ],
        "StateEnum": "checkout.models.State",
        "PromptDeliveryEnum": "checkout.models.PaymentPrompt.Delivery",
        "TillDeliveryEnum": "checkout.serializers.tills.DELIVERIES",
        "CaptureStateEnum": "products.models.Capture.State",
        "PictureStateEnum": "products.models.PictureState",
        "ProductImportStateEnum": "products.models.ProductImport.State",
        "ProductImportKindEnum": "products.models.ProductImport.Kind",
        "DisputeKindEnum": "companies.serializers.DISPUTE_KINDS",
        "DisputeStateEnum": "companies.serializers.DISPUTE_STATES",
        "NoticeKindEnum": "products.models.NoticeKind",
        "NoticeStateEnum": "scanning.serializers.notices.NOTICE_STATES",
        "ChangeKindEnum": "products.serializers.revisions.CHANGE_KINDS",
        "CountStateEnum": "products.serializers.stocks.LINE_STATES",
        "OfferingStateEnum": "products.serializers.stocks.OFFERING_STATES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "web.openapi.add_resolver",
        "common.openapi.add_problems",
    ],
    "LICENSE": {"name": "EUPL-1.2"},
}

# --- Limits (bytes, pixels, seconds) --------------------------------------------------

MAX_BODY_BYTES = env.number("FLASHSESAME_MAX_BODY_BYTES", default=12_500_000)
MAX_IMAGE_BYTES = env.number("FLASHSESAME_MAX_IMAGE_BYTES", default=12_000_000)
MAX_IMAGE_PIXELS = env.number("FLASHSESAME_MAX_IMAGE_PIXELS", default=50_000_000)
# Of the longer side over the shorter one.
MAX_IMAGE_ASPECT = env.number("FLASHSESAME_MAX_IMAGE_ASPECT", default=20)
MAX_JPEG_SCANS = env.number("FLASHSESAME_MAX_JPEG_SCANS", default=64)
MAX_IMAGE_TEXT_BYTES = env.number("FLASHSESAME_MAX_IMAGE_TEXT_BYTES", default=256_000)
# Photos are read by processes of their own. After this much processor time no further
# attempt is made; after this much time in all the process is killed.
PHOTO_CPU_MS = env.number("FLASHSESAME_PHOTO_CPU_MS", default=400)
PHOTO_WALL_SECONDS = env.number("FLASHSESAME_PHOTO_WALL_SECONDS", default=5)
PHOTO_ADDRESS_SPACE_BYTES = env.number(
    "FLASHSESAME_PHOTO_ADDRESS_SPACE_BYTES", default=1_500_000_000
)
PHOTO_READERS = env.number(
    "FLASHSESAME_PHOTO_READERS", default=min(2, os.cpu_count() or 1)
)
# So many more photos may wait for a process; the next one is refused at once.
PHOTO_QUEUE = env.number("FLASHSESAME_PHOTO_QUEUE", default=16)
PROMPT_TTL_SECONDS = env.number("FLASHSESAME_PROMPT_TTL_SECONDS", default=60)
# So long after its end a prompt still says who was asked.
PROMPT_LINK_DAYS = env.number("FLASHSESAME_PROMPT_LINK_DAYS", default=30)
PASS_TTL_SECONDS = env.number("FLASHSESAME_PASS_TTL_SECONDS", default=90)
STREAM_HEARTBEAT_SECONDS = env.number("FLASHSESAME_STREAM_HEARTBEAT", default=15)
MAX_LABELS = env.number("FLASHSESAME_MAX_LABELS", default=10_000)
LABEL_FILE_DAYS = env.number("FLASHSESAME_LABEL_FILE_DAYS", default=7)
# Private, never served by a web server; shared by web and workers on several hosts.
LABELS_DIR = env.path("FLASHSESAME_LABELS_DIR", default=DATA_DIR / "labels")
MAX_EVIDENCE_BYTES = env.number("FLASHSESAME_MAX_EVIDENCE_BYTES", default=10_000_000)
# Private too, and the only copy of the documents: back it up with the database.
EVIDENCE_DIR = env.path("FLASHSESAME_EVIDENCE_DIR", default=DATA_DIR / "evidence")
# Files of statements: their lines, and the bytes that a workbook unpacks to.
MAX_IMPORT_BYTES = env.number("FLASHSESAME_MAX_IMPORT_BYTES", default=12_000_000)
MAX_IMPORT_LINES = env.number("FLASHSESAME_MAX_IMPORT_LINES", default=100_000)
MAX_WORKBOOK_BYTES = env.number("FLASHSESAME_MAX_WORKBOOK_BYTES", default=400_000_000)
IMPORT_FILE_DAYS = env.number("FLASHSESAME_IMPORT_FILE_DAYS", default=7)
# Private like the labels, and shared by web and workers on several hosts.
IMPORTS_DIR = env.path("FLASHSESAME_IMPORTS_DIR", default=DATA_DIR / "imports")
# Documents of events, as they came. Private as well, and shared.
CAPTURES_DIR = env.path("FLASHSESAME_CAPTURES_DIR", default=DATA_DIR / "captures")
KEEP_CAPTURES_DAYS = env.number("FLASHSESAME_KEEP_CAPTURES_DAYS", default=365)
# Of one company; the next one is refused until one of them is done.
MAX_WAITING_CAPTURES = env.number("FLASHSESAME_MAX_WAITING_CAPTURES", default=50)
# Files of products: what comes in through the web; the command takes any size.
MAX_PRODUCT_IMPORT_BYTES = env.number(
    "FLASHSESAME_MAX_PRODUCT_IMPORT_BYTES", default=12_000_000
)
MAX_PRODUCT_IMPORT_UNPACKED_BYTES = env.number(
    "FLASHSESAME_MAX_PRODUCT_IMPORT_UNPACKED_BYTES", default=400_000_000
)
# Private and shared like the others; a whole dump takes a good ten gigabytes here.
PRODUCT_IMPORTS_DIR = env.path(
    "FLASHSESAME_PRODUCT_IMPORTS_DIR", default=DATA_DIR / "product-imports"
)
# Pictures of products. Private as well: what is not published is nobody else's. Shared,
# and the only copy, so back it up with the database; writing stops before it is full.
PICTURES_DIR = env.path("FLASHSESAME_PICTURES_DIR", default=DATA_DIR / "pictures")
PICTURES_FREE_BYTES = env.number("FLASHSESAME_PICTURES_FREE_BYTES", default=200_000_000)
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

# --- Who enters the back office (config/entrance.py, companies/entrance.py) -----------

AUTHENTICATION_BACKENDS = ["companies.entrance.PasswordBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
# A session's key opens the door, so it does not belong in a database that is dumped.
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cache' if REDIS_URL else 'db'}"
SESSION_COOKIE_AGE = env.number("FLASHSESAME_SESSION_HOURS", default=12) * 3600
ALLAUTH_TRUSTED_PROXY_COUNT = REST_FRAMEWORK["NUM_PROXIES"]
ACCOUNT_ADAPTER = "companies.entrance.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
# Only an invitation makes an account, and its e-mail has shown whose address it is.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# A code that is typed in the same browser: no address holds what opens the door.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}
MFA_ADAPTER = "companies.entrance.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
INVITATIONS_PER_DAY = env.number("FLASHSESAME_INVITATIONS_PER_DAY", default=50)
INVITATION_DAYS = 7

# --- The back office (config/navigation.py, companies/dashboard.py) -------------------

# A choice of the language is the back office's alone: what phones and readers get
# follows their own request, and stays the same for everyone who shares a cache.
LANGUAGE_COOKIE_PATH = "/admin/"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Flashsésame",
    "SITE_HEADER": "Flashsésame",
    "SITE_SUBHEADER": _("Back office"),
    "SITE_ICON": "config.navigation.mark",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "config.navigation.mark"}
    ],
    "SHOW_LANGUAGES": True,
    "LANGUAGES": {"action": "config.navigation.language_address", "navigation": []},
    "ACCOUNT": {"navigation": "config.navigation.account"},
    "SIDEBAR": {"navigation": "config.navigation.sidebar"},
    "STYLES": ["config.navigation.stylesheet"],
    "GLOBAL_CALLBACK": "companies.second_factor.notice",
    "BORDER_RADIUS": "4px",
    # Ink on paper, as on the pages that readers see (web/static/web/site.css).
    "COLORS": {
        "base": {
            "50": "#fbf8f1",
            "100": "#f3eee2",
            "200": "#e4dccb",
            "300": "#d0c8b6",
            "400": "#7d7a72",
            "500": "#62686f",
            "600": "#4a5560",
            "700": "#363f49",
            "800": "#28313a",
            "900": "#192028",
            "950": "#12171d",
        },
        "font": {"subtle-dark": "#a9aeb3"},
        "primary": {
            "50": "#eef5fb",
            "100": "#dbe9f5",
            "200": "#bcd7ee",
            "300": "#94c3ee",
            "400": "#6ca9de",
            "500": "#4f93cd",
            "600": "#17507f",
            "700": "#14456d",
            "800": "#123a5b",
            "900": "#102f4a",
            "950": "#0b2034",
        },
    },
}

# --- Static files, browser security ---------------------------------------------------

STATIC_URL = "static/"
# The embedded mode serves the files where they lie; nothing is collected.
STATIC_ROOT = DATA_DIR / "static" if IS_PRODUCTION else None
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = env.flag("FLASHSESAME_SSL_REDIRECT", default=IS_PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = IS_PRODUCTION
if env.flag("FLASHSESAME_BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Logs -----------------------------------------------------------------------------

LOG_FORMAT = env.choice(
    "FLASHSESAME_LOG_FORMAT",
    choices=("json", "console"),
    default="json" if IS_PRODUCTION else "console",
)
LOG_LEVEL = env.text("FLASHSESAME_LOG_LEVEL", default="INFO")
LOGGING_CONFIG = None  # structlog: configured once in common/apps.py
