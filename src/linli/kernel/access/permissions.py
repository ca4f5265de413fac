"""The one table that says which role may do what. Every package registers its own verbs here; ``require`` and
``visible_to`` both read it, so what one shows the other allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linli.base.text import gettext_noop
from linli.kernel.access.rules import Role


@dataclass(frozen=True)
class Entry:
    """One permission: its sentence (msgid, completes "You may …"), the roles that hold it, its purpose if bound."""

    name: str
    sentence: str
    roles: frozenset[Role]
    purpose: str = ""


_table: dict[str, Entry] = {}


def register(
    permissions: type[StrEnum],
    sentences: Mapping[StrEnum, str],
    defaults: Mapping[Role, Collection[StrEnum]],
    *,
    purposes: Mapping[StrEnum, str] | None = None,
) -> None:
    """Enter a package's verbs: a sentence for each, the roles that hold them, and those bound to a purpose.

    ``ValueError`` when a verb has no sentence or no role, or its name is taken by another package.
    """
    for permission in permissions:
        roles = frozenset(role for role, verbs in defaults.items() if permission in verbs)
        entry = Entry(str(permission), sentences.get(permission, ""), roles, (purposes or {}).get(permission, ""))
        if not entry.sentence or not roles:
            raise ValueError(f"{permission!r} needs a sentence and at least one role")
        if _table.setdefault(entry.name, entry) != entry:
            raise ValueError(f"the permission {entry.name} is registered twice")


def entry_for(permission: str) -> Entry:
    """The table's line for a permission; ``KeyError`` for one that nobody registered."""
    return _table[str(permission)]


def roles_with(permission: str) -> frozenset[Role]:
    """The roles that hold a permission."""
    return entry_for(permission).roles


def table() -> list[Entry]:
    """Every registered permission by name."""
    return sorted(_table.values(), key=lambda entry: entry.name)


def held_by(role: Role) -> list[Entry]:
    """What a role may do."""
    return [entry for entry in table() if role in entry.roles]


class Permission(StrEnum):
    """What may be done about accounts, grants and the people behind them, and with the parts below this one."""

    SEE_ACCOUNTS = "access.see_accounts"
    OPEN_ACCOUNT = "access.open_account"
    CLOSE_ACCOUNT = "access.close_account"
    GIVE_GRANT = "access.give_grant"
    SEE_PEOPLE = "parties.see_people"
    REGISTER_PERSON = "parties.register_person"
    REVEAL_IDENTITY = "parties.reveal_identity"
    REVEAL_CHILD = "parties.reveal_child"
    ERASE_PERSON = "parties.erase_person"
    KEEP_ORGANISATIONS = "parties.keep_organisations"
    PUBLISH_NOTICE = "parties.publish_notice"
    ROTATE_KEYS = "parties.rotate_keys"
    SEE_RECORD = "audit.see_record"
    VERIFY_RECORD = "audit.verify_record"
    CONFIRM_CALENDAR = "calendar.confirm_year"
    IMPORT_REGIONS = "regions.import"
    KEEP_GRIDS = "regions.keep_grids"


SENTENCES: Mapping[StrEnum, str] = {
    Permission.SEE_ACCOUNTS: gettext_noop("see accounts and what was granted to them"),
    Permission.OPEN_ACCOUNT: gettext_noop("open an account for someone, unlock it and give it a new first password"),
    Permission.CLOSE_ACCOUNT: gettext_noop("close an account and open it again"),
    Permission.GIVE_GRANT: gettext_noop("give and take back roles"),
    Permission.SEE_PEOPLE: gettext_noop("see the people of the area, with numbers masked"),
    Permission.REGISTER_PERSON: gettext_noop("enter a person and keep the entry correct"),
    Permission.REVEAL_IDENTITY: gettext_noop("see one full number or address for a stated reason, on the record"),
    Permission.REVEAL_CHILD: gettext_noop("see a full number or address of a child under 14, as a responsible head"),
    Permission.KEEP_ORGANISATIONS: gettext_noop("see and enter organisations"),
    Permission.KEEP_GRIDS: gettext_noop("draw and end the grids of a community"),
    Permission.ERASE_PERSON: gettext_noop("erase a person's data when its purpose has ended"),
    Permission.PUBLISH_NOTICE: gettext_noop("publish a new version of a privacy notice"),
    Permission.ROTATE_KEYS: gettext_noop("change the keys that seal personal data"),
    Permission.SEE_RECORD: gettext_noop("read the record of who did what"),
    Permission.VERIFY_RECORD: gettext_noop("check that the record is unbroken"),
    Permission.CONFIRM_CALENDAR: gettext_noop("load and confirm the working days of a year"),
    Permission.IMPORT_REGIONS: gettext_noop("load regions and change them"),
}

_FRONT = {Permission.SEE_PEOPLE, Permission.REGISTER_PERSON, Permission.REVEAL_IDENTITY}
DEFAULTS: Mapping[Role, Collection[StrEnum]] = {
    Role.SYSTEM_ADMIN: {
        Permission.SEE_ACCOUNTS,
        Permission.OPEN_ACCOUNT,
        Permission.CONFIRM_CALENDAR,
        Permission.IMPORT_REGIONS,
        Permission.KEEP_GRIDS,
    },
    Role.SECURITY_ADMIN: {
        Permission.SEE_ACCOUNTS,
        Permission.GIVE_GRANT,
        Permission.CLOSE_ACCOUNT,
        Permission.ROTATE_KEYS,
        Permission.PUBLISH_NOTICE,
    },
    Role.AUDIT_ADMIN: {Permission.SEE_RECORD, Permission.VERIFY_RECORD},
    Role.CLERK: _FRONT | {Permission.KEEP_ORGANISATIONS},
    Role.COMMUNITY_WORKER: _FRONT | {Permission.KEEP_ORGANISATIONS},
    Role.GRID_WORKER: {Permission.SEE_PEOPLE, Permission.REGISTER_PERSON},
    Role.DIRECTOR: {Permission.SEE_PEOPLE},
    Role.TOWNSHIP_ACCEPTOR: _FRONT
    | {Permission.ERASE_PERSON, Permission.KEEP_ORGANISATIONS, Permission.KEEP_GRIDS, Permission.REVEAL_CHILD},
    Role.HOTLINE_AGENT: {Permission.REGISTER_PERSON},
    Role.PROTECTION_OFFICER: _FRONT | {Permission.REVEAL_CHILD},
}

register(Permission, SENTENCES, DEFAULTS)
