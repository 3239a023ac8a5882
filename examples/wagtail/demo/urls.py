"""The site's addresses."""

from django.urls import include, path
from sobmedida_wagtail.views import token
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls

urlpatterns = [
    path("sobmedida-token/", token, name="sobmedida_token"),
    path("admin/", include(admin_urls)),
    path("", include(wagtail_urls)),
]
