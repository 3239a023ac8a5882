"""A site as small as can be, to try the app with. For anything else take other settings than these."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).parent.parent
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "only-for-this-demo")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
INSTALLED_APPS = [
    "shop", "sobmedida_wagtail",
    "wagtail.contrib.redirects", "wagtail.sites", "wagtail.users", "wagtail.documents", "wagtail.images",
    "wagtail.search", "wagtail.admin", "wagtail", "modelcluster", "taggit",
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django.contrib.staticfiles", "django.contrib.admin",
]  # fmt: skip
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.security.SecurityMiddleware",
]
ROOT_URLCONF = "demo.urls"
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
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DEMO_DATABASE", str(BASE_DIR / "demo.sqlite3")),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "pt-br"
USE_TZ = True
STATIC_URL = "/static/"
WAGTAIL_SITE_NAME = "Demo"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8080"
SOBMEDIDA = {
    "BASE_URL": os.environ.get("SOBMEDIDA_BASE_URL", "http://127.0.0.1:8000"),
    "PUBLISHABLE_KEY": os.environ.get("SOBMEDIDA_PUBLISHABLE_KEY", ""),
    "INGEST_KEY": os.environ.get("SOBMEDIDA_INGEST_KEY", ""),
    "SITE_SECRET": os.environ.get("SOBMEDIDA_SITE_SECRET", ""),
    "CONSENT": os.environ.get("SOBMEDIDA_CONSENT", "contextual"),
}
