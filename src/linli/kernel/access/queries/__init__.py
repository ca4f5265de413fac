"""Who is at the door, what they may do and see, and accounts for those who own them or look after them."""

from linli.kernel.access.queries.accounts import (
    account_card,
    account_of,
    find_by_login,
    get_account,
    phone_of,
    role_table,
    roles_of,
    search_accounts,
    tokens_of,
)
from linli.kernel.access.queries.actors import (
    ActorRequest,
    TokenUse,
    actor_for,
    actor_of,
    bearer,
    carries_token,
    grants_of,
)
from linli.kernel.access.queries.decide import (
    SIGN_IN,
    holding,
    may,
    may_somewhere,
    refusal_for,
    require,
    require_account,
    require_somewhere,
    visible_to,
)
from linli.kernel.access.queries.looks import Look, Looks, looks_at
from linli.kernel.access.queries.mine import copy_of_mine, my_data, own_consent, own_person, register_copy
from linli.kernel.access.queries.names import ROLE_NAMES, role_name, role_names
from linli.kernel.access.queries.people import (
    person_page,
    search_organisations,
    search_people,
    visible_by_number,
    visible_person,
)
from linli.kernel.access.queries.policy import policy_at

__all__ = [
    "ROLE_NAMES",
    "SIGN_IN",
    "ActorRequest",
    "Look",
    "Looks",
    "TokenUse",
    "account_card",
    "account_of",
    "actor_for",
    "actor_of",
    "bearer",
    "carries_token",
    "copy_of_mine",
    "find_by_login",
    "get_account",
    "grants_of",
    "holding",
    "looks_at",
    "may",
    "may_somewhere",
    "my_data",
    "own_consent",
    "own_person",
    "person_page",
    "phone_of",
    "policy_at",
    "refusal_for",
    "register_copy",
    "require",
    "require_account",
    "require_somewhere",
    "role_name",
    "role_names",
    "role_table",
    "roles_of",
    "search_accounts",
    "search_organisations",
    "search_people",
    "tokens_of",
    "visible_by_number",
    "visible_person",
    "visible_to",
]
