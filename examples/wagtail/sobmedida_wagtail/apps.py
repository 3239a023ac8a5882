"""The app: add `sobmedida_wagtail` to INSTALLED_APPS and the setting SOBMEDIDA."""

from django.apps import AppConfig


class SobMedidaConfig(AppConfig):
    """Listens to pages as soon as Django is ready."""

    name = "sobmedida_wagtail"
    verbose_name = "Sob Medida"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Connect the signals."""
        from sobmedida_wagtail import signals  # noqa: PLC0415 - models are there only now

        signals.connect()
