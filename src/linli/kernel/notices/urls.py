"""Addresses of the inbox and of the desk's list of stuck messages."""

from django.urls import path

from linli.kernel.notices import pages

app_name = "notices"
urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("read/", pages.read_all, name="read_all"),
    path("undelivered/", pages.dead, name="dead"),
    path("undelivered/<uuid:id>/resend/", pages.resend, name="resend"),
    path("undelivered/<uuid:id>/discard/", pages.discard, name="discard"),
    path("<uuid:id>/follow/", pages.follow, name="follow"),
]
