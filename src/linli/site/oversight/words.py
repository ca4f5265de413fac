"""What the record calls things, as people call them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.base.text import gettext_noop
from linli.kernel.access.queries import role_name
from linli.kernel.access.rules import Role
from linli.kernel.cases.queries.speaking import say
from linli.kernel.cases.rules import current_types
from linli.kernel.cases.rules.engine_words import ENGINE_TITLES

ACTIONS = {
    "sign_in": gettext_noop("signed in"),
    "sign_out": gettext_noop("signed out"),
    "fail_sign_in": gettext_noop("failed to sign in"),
    "lock_account": gettext_noop("was locked out after failed attempts"),
    "sign_up": gettext_noop("opened an own account"),
    "create_account": gettext_noop("opened an account"),
    "set_password": gettext_noop("chose a new password"),
    "reset_password": gettext_noop("gave a new first password"),
    "unlock_account": gettext_noop("unlocked an account"),
    "close_account": gettext_noop("closed an account"),
    "reopen_account": gettext_noop("opened a closed account again"),
    "link_person": gettext_noop("linked an account with a person"),
    "update_profile": gettext_noop("changed a profile"),
    "make_token": gettext_noop("made a key for a program"),
    "revoke_token": gettext_noop("ended a key for a program"),
    "grant": gettext_noop("gave a role"),
    "revoke": gettext_noop("took a role back"),
    "register_person": gettext_noop("entered a person"),
    "correct_person": gettext_noop("corrected a person's entry"),
    "erase_person": gettext_noop("erased a person's data"),
    "add_document": gettext_noop("added an identity document"),
    "move_home": gettext_noop("changed where a person lives"),
    "reveal": gettext_noop("looked at a full number or address"),
    "give_consent": gettext_noop("noted a consent"),
    "refuse_consent": gettext_noop("noted that a consent was refused"),
    "withdraw_consent": gettext_noop("noted that a consent was withdrawn"),
    "publish_notice": gettext_noop("published a privacy notice"),
    "found_household": gettext_noop("entered a household"),
    "join_household": gettext_noop("added someone to a household"),
    "leave_household": gettext_noop("took someone out of a household"),
    "register_organisation": gettext_noop("entered an organisation"),
    "open_post": gettext_noop("opened a post"),
    "join_body": gettext_noop("added someone to an organisation"),
    "leave_body": gettext_noop("took someone out of an organisation"),
    "rotate_keys": gettext_noop("changed the keys that seal personal data"),
    "cases.comment": gettext_noop("wrote a comment"),
    "files.store": gettext_noop("added a file"),
    "files.read": gettext_noop("opened a file"),
    "files.count_from": gettext_noop("started a file's retention"),
    "files.destroy": gettext_noop("destroyed a file"),
    "regions.load": gettext_noop("loaded regions"),
    "regions.create_grid": gettext_noop("made a grid"),
    "regions.retire_grid": gettext_noop("ended a grid"),
    "notices.resend": gettext_noop("sent a stuck message again"),
    "notices.discard": gettext_noop("discarded a stuck message"),
    "calendar.load_year": gettext_noop("loaded a year's working days"),
    "calendar.confirm_year": gettext_noop("confirmed a year's working days"),
    "audit.retry_delivery": gettext_noop("had an event delivered again"),
    "audit.skip_delivery": gettext_noop("skipped an event"),
    "audit.read_entry": gettext_noop("read an entry of the record"),
    "audit.export": gettext_noop("took the record out as a file"),
    "audit.verify": gettext_noop("checked the record"),
    "intake.ask_export": gettext_noop("asked for a list of requests"),
    "intake.answer_export": gettext_noop("decided on a list of requests"),
    "intake.take_export": gettext_noop("took out a list of requests"),
    "intake.save_draft": gettext_noop("saved a draft answer"),
    "intake.note_report": gettext_noop("noted a resident's word"),
    "intake.reveal_contact": gettext_noop("looked at who speaks"),
}

SUBJECTS = {
    "cases.case": gettext_noop("Case"),
    "access.account": gettext_noop("Account"),
    "parties.person": gettext_noop("Person"),
    "parties.household": gettext_noop("Household"),
    "parties.organisation": gettext_noop("Organisation"),
    "parties.post": gettext_noop("Post"),
    "parties.notice": gettext_noop("Privacy notice"),
    "parties.keys": gettext_noop("Keys of sealed data"),
    "files.attachment": gettext_noop("Attachment"),
    "notices.message": gettext_noop("Message"),
    "intake.export": gettext_noop("Export"),
    "calendar": gettext_noop("Working days"),
    "region": gettext_noop("Region"),
    "edition": gettext_noop("Region edition"),
    "delivery": gettext_noop("Delivery"),
    "audit.entry": gettext_noop("Entry"),
    "audit.record": gettext_noop("The record"),
}


def action_said(action: str, titles: dict[str, str] | None = None) -> str:
    """What was done, in words; a step of a case by its type's own title; the code where nobody named it."""
    if action in ACTIONS:
        return _(ACTIONS[action])
    if action.startswith("cases."):
        return (case_titles() if titles is None else titles).get(action.removeprefix("cases."), action)
    return action


def case_titles() -> dict[str, str]:
    """The steps of every case type and of the engine by their key."""
    found = {name.removeprefix("case."): say(words) for name, words in ENGINE_TITLES.items()}
    for kind in current_types():
        for key, step in kind.actions.items():
            found.setdefault(key, say(step.title))
    return found


def subject_said(subject: str, names: dict[str, str]) -> str:
    """Which thing, in words: its kind and, where known, what it is called."""
    kind, _colon, rest = subject.partition(":")
    word = _(SUBJECTS[kind]) if kind in SUBJECTS else kind
    name = names.get(subject) or (rest if len(rest) < 24 else rest[:8])
    return f"{word} {name}".strip()


def role_said(role: str) -> str:
    """A role's name; the program itself; somebody not signed in."""
    if role in set(Role):
        return role_name(role)
    return pgettext("role", "the system") if role == "system" else (role or pgettext("role", "not signed in"))
