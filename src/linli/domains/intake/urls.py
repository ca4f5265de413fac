"""Addresses of requests: the resident's at the root, the desk's under desk/requests/."""

from __future__ import annotations

from django.urls import path

from linli.domains.intake.pages import ask, desk, exports, numbers, portal, steps, track

app_name = "intake"
CASE = "desk/requests/<uuid:case_id>/"
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
    path("desk/requests/", desk.queue, name="queue"),
    path("desk/requests/new/", desk.take_in, name="take_in"),
    path("desk/requests/bulk/", desk.bulk, name="bulk"),
    path("desk/requests/exports/", exports.exports, name="exports"),
    path("desk/requests/exports/<uuid:export_id>/", exports.take, name="take_export"),
    path("desk/requests/exports/<uuid:export_id>/answer/", exports.answer, name="answer_export"),
    path("desk/requests/numbers/", numbers.numbers, name="numbers"),
    path("desk/requests/numbers/file/", numbers.as_file, name="numbers_file"),
    path(CASE, desk.case, name="case"),
    path(f"{CASE}contact/", desk.reveal, name="reveal"),
    path(f"{CASE}report/", desk.report, name="report"),
    path(f"{CASE}more-time/<uuid:asked_id>/", steps.answer_extension, name="answer_extension"),
    path(f"{CASE}accept/", steps.accept, name="accept"),
    path(f"{CASE}answer/", steps.reply, name="answer"),
    path(f"{CASE}dispatch/", steps.dispatch, name="dispatch"),
    path(f"{CASE}refuse/", steps.refuse, name="refuse"),
    path(f"{CASE}transfer/", steps.transfer, name="transfer"),
    path(f"{CASE}send_back/", steps.send_back, name="send_back"),
    path(f"{CASE}arbitrate/", steps.arbitrate, name="arbitrate"),
    path(f"{CASE}ask_more/", steps.ask_more, name="ask_more"),
    path(f"{CASE}go_on/", steps.go_on, name="go_on"),
    path(f"{CASE}first_word/", steps.first_word, name="first_word"),
    path(f"{CASE}reply/", steps.reply, name="reply"),
    path(f"{CASE}call_back/", steps.call_back, name="call_back"),
    path(f"{CASE}close/", steps.close, name="close"),
    path(f"{CASE}reopen/", steps.reopen, name="reopen"),
    path(f"{CASE}correct_category/", steps.correct_category, name="correct_category"),
    path(f"{CASE}hand_over/", steps.hand_over, name="hand_over"),
    path(f"{CASE}accept_handover/", steps.accept_handover, name="accept_handover"),
    path(f"{CASE}return_handover/", steps.return_handover, name="return_handover"),
    path(f"{CASE}extend/", steps.extend, name="extend"),
    path(f"{CASE}comment/", steps.comment, name="comment"),
    path(f"{CASE}duplicate/", steps.duplicate, name="duplicate"),
]
