"""Addresses of the files: by right of the subject, or by a short-lived pass."""

from django.urls import path

from linli.kernel.files import pages

app_name = "files"
urlpatterns = [
    path("<uuid:id>/", pages.download, name="download"),
    path("<uuid:id>/<slug:part>/", pages.download, name="part"),
    path("pass/<str:token>/", pages.by_pass, name="pass"),
]
