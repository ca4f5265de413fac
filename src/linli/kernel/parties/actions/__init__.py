"""What is written about people: entries, households, organisations, consents, keys. ``access`` decides whether."""

from linli.kernel.parties.actions.bodies import (
    found_household,
    join_body,
    join_household,
    leave_body,
    leave_household,
    open_post,
    register_organisation,
)
from linli.kernel.parties.actions.consents import give_consent, publish_notice, refuse_consent, withdraw_consent
from linli.kernel.parties.actions.keys import make_keys, register_sealed, reseal, rotate_keys
from linli.kernel.parties.actions.people import (
    add_document,
    correct_person,
    erase_person,
    move_home,
    register_person,
    reveal,
    reveal_document,
)

__all__ = [
    "add_document",
    "correct_person",
    "erase_person",
    "found_household",
    "give_consent",
    "join_body",
    "join_household",
    "leave_body",
    "leave_household",
    "make_keys",
    "move_home",
    "open_post",
    "publish_notice",
    "refuse_consent",
    "register_organisation",
    "register_person",
    "register_sealed",
    "reseal",
    "reveal",
    "reveal_document",
    "rotate_keys",
    "withdraw_consent",
]
