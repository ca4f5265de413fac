"""Addresses of pages about oneself, accounts and roles."""

from __future__ import annotations

from django.urls import path

from linli.kernel.access.pages import grants, grids, mine, organisations, people, profile

app_name = "access"
urlpatterns = [
    path("me/", profile.profile, name="profile"),
    path("me/keys/", profile.tokens, name="tokens"),
    path("me/keys/<uuid:token>/end/", profile.revoke_token, name="revoke_token"),
    path("me/data/", mine.mine, name="mine"),
    path("me/data/home/", mine.move, name="move_home"),
    path("me/data/copy/", mine.copy, name="copy_mine"),
    path("me/data/erase/", mine.erase, name="erase_me"),
    path("me/data/consents/<uuid:consent>/withdraw/", mine.withdraw, name="withdraw"),
    path("me/data/agree/<slug:purpose>/", mine.agree, name="agree"),
    path("privacy/", mine.privacy, name="privacy"),
    path("privacy/<slug:purpose>/", mine.notice, name="notice"),
    path("privacy/<slug:purpose>/<int:version>/", mine.notice, name="notice_version"),
    path("people/", people.people, name="people"),
    path("people/enter/", people.enter, name="enter_person"),
    path("people/<uuid:person>/", people.person, name="person"),
    path("people/<uuid:person>/reveal/", people.reveal, name="reveal"),
    path("people/<uuid:person>/correct/", people.correct, name="correct_person"),
    path("people/<uuid:person>/document/", people.document, name="add_document"),
    path("people/<uuid:person>/household/", people.found, name="found_household"),
    path("people/<uuid:person>/household/join/", people.join, name="join_household"),
    path("people/<uuid:person>/household/<uuid:member>/leave/", people.leave, name="leave_household"),
    path("people/<uuid:person>/household/<uuid:member>/head/", people.head, name="name_head"),
    path("people/<uuid:person>/erase/", people.erase, name="erase_person"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/enter/", organisations.enter, name="enter_organisation"),
    path("grids/", grids.choose, name="choose_grids"),
    path("grids/<str:code>/", grids.grids, name="grids"),
    path("grids/<str:code>/draw/", grids.draw, name="draw_grid"),
    path("grids/<str:code>/shape/", grids.shape, name="shape_grids"),
    path("grids/<str:code>/<str:grid>/end/", grids.end, name="end_grid"),
    path("roles/", grants.roles, name="roles"),
    path("accounts/", grants.accounts, name="accounts"),
    path("accounts/new/", grants.open_account, name="open_account"),
    path("accounts/<uuid:account>/", grants.account, name="account"),
    path("accounts/<uuid:account>/give/", grants.give, name="give"),
    path("accounts/<uuid:account>/take/<uuid:grant>/", grants.take, name="take"),
    path("accounts/<uuid:account>/person/", grants.name_person, name="name_person"),
    path("accounts/<uuid:account>/reset/", grants.reset, name="reset"),
    path("accounts/<uuid:account>/unlock/", grants.unlock, name="unlock"),
    path("accounts/<uuid:account>/close/", grants.close, name="close"),
]
