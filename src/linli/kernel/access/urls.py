"""Addresses of pages about oneself, accounts and roles."""

from __future__ import annotations

from django.urls import path

from linli.kernel.access.pages import grants, profile

app_name = "access"
urlpatterns = [
    path("me/", profile.profile, name="profile"),
    path("me/keys/", profile.tokens, name="tokens"),
    path("me/keys/<uuid:token>/end/", profile.revoke_token, name="revoke_token"),
    path("roles/", grants.roles, name="roles"),
    path("accounts/", grants.accounts, name="accounts"),
    path("accounts/new/", grants.open_account, name="open_account"),
    path("accounts/<uuid:account>/", grants.account, name="account"),
    path("accounts/<uuid:account>/give/", grants.give, name="give"),
    path("accounts/<uuid:account>/take/<uuid:grant>/", grants.take, name="take"),
    path("accounts/<uuid:account>/reset/", grants.reset, name="reset"),
    path("accounts/<uuid:account>/unlock/", grants.unlock, name="unlock"),
    path("accounts/<uuid:account>/close/", grants.close, name="close"),
]
