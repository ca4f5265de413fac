"""Addresses of the generic desk."""

from django.urls import path

from linli.kernel.cases import pages

app_name = "cases"
urlpatterns = [
    path("", pages.queue, name="queue"),
    path("find/", pages.find, name="find"),
    path("open/<slug:type>/", pages.open_form, name="open"),
    path("<uuid:id>/", pages.case, name="case"),
    path("<uuid:id>/steps/<slug:action>/", pages.step, name="step"),
    path("<uuid:id>/comments/", pages.comment, name="comment"),
    path("<uuid:id>/links/", pages.link, name="link"),
    path("<uuid:id>/handovers/", pages.offer, name="offer"),
    path("<uuid:id>/handovers/answer/", pages.answer_offer, name="answer_offer"),
    path("<uuid:id>/clocks/<slug:clock>/", pages.ask_clock, name="ask_clock"),
    path("<uuid:id>/clock-requests/<uuid:request_id>/", pages.answer_clock, name="answer_clock"),
]
