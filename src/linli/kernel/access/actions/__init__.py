"""What is done about accounts, grants, signing in and keys for programs; and the guarded doors to people's data."""

from linli.kernel.access.actions.accounts import (
    close_account,
    create_account,
    link_person,
    reopen_account,
    reset_password,
    set_password,
    sign_up,
    unlock_account,
    update_profile,
)
from linli.kernel.access.actions.demo import load_demo_accounts
from linli.kernel.access.actions.grants import found_administrators, grant, revoke
from linli.kernel.access.actions.people import (
    enter_person,
    erase_person,
    renew_keys,
    reveal_document,
    reveal_identity,
    tell_people,
)
from linli.kernel.access.actions.signin import begin_attempt, end_attempt, note_sign_in, note_sign_out, prune_lockouts
from linli.kernel.access.actions.tokens import make_token, revoke_token, touch_token

__all__ = [
    "begin_attempt",
    "close_account",
    "create_account",
    "end_attempt",
    "enter_person",
    "erase_person",
    "found_administrators",
    "grant",
    "link_person",
    "load_demo_accounts",
    "make_token",
    "note_sign_in",
    "note_sign_out",
    "prune_lockouts",
    "renew_keys",
    "reopen_account",
    "reset_password",
    "reveal_document",
    "reveal_identity",
    "revoke",
    "revoke_token",
    "set_password",
    "sign_up",
    "tell_people",
    "touch_token",
    "unlock_account",
    "update_profile",
]
