from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Working days and periods."""

    name = "linli.kernel.calendar"
    label = "calendar"
