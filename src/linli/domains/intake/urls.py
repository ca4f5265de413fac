"""Addresses of requests: the resident's at the root, the desk's under desk/requests/."""

from __future__ import annotations

from django.urls import path

from linli.domains.intake.pages import ask, portal, track

app_name = "intake"
urlpatterns = [
    path("", portal.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("ask/guess/", ask.guessing, name="guess"),
    path("ask/receipt/", ask.receipt, name="receipt"),
    path("mine/", portal.mine, name="mine"),
    path("mine/<uuid:case_id>/", track.own, name="own"),
    path("mine/<uuid:case_id>/step/", track.own_step, name="own_step"),
    path("track/", track.track, name="track"),
    path("t/<str:token>/", track.followed, name="followed"),
    path("t/<str:token>/step/", track.followed_step, name="followed_step"),
    path("ways/<slug:what>/", portal.elsewhere, name="elsewhere"),
]
