"""How someone can be reached: what they left with their account or with their entry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from linli.kernel.access.models import Account
from linli.kernel.access.queries.accounts import PHONE
from linli.kernel.notices.rules import Channel, Recipient
from linli.kernel.parties.models import Person
from linli.kernel.parties.queries import blind_index, open_text, standing_consent
from linli.kernel.parties.rules import ABOUT

CONSENT_PURPOSE = "notices"


@dataclass(frozen=True)
class Reach:
    """A recipient looked up: ids, addresses in clear (never stored so), language."""

    account: UUID | None
    person: UUID | None
    phone: str
    email: str
    desk: str
    language: str

    def recipient(self, channel: Channel) -> str:
        """Who this is, for being told once: stable, and without an address in clear."""
        if channel == Channel.CHAT:
            return f"desk:{self.desk}"
        if self.account:
            return f"account:{self.account}"
        if self.person:
            return f"person:{self.person}"
        if channel == Channel.SMS:
            return f"phone:{blind_index(self.phone, 'phone')}"
        return f"email:{blind_index(self.email.lower(), 'email')}"

    def address(self, channel: Channel) -> str:
        """The address for one channel, "" where there is none."""
        return {
            Channel.INBOX: str(self.account or ""),
            Channel.SMS: self.phone,
            Channel.EMAIL: self.email,
            Channel.CHAT: self.desk,
        }[channel]


def reach(to: Recipient) -> Reach:
    """Look a recipient up: an account brings its person, a person brings their account; what was given explicitly
    wins."""
    given = UUID(to.person) if to.person else None
    account = Account.objects.filter(pk=to.account).first() if to.account else None
    person_id = given or (account.person_id if account else None)
    if account is None and person_id:
        account = Account.objects.filter(person_id=person_id, is_active=True).order_by("created_at").first()
    if account is not None and not account.is_active:
        account = None
    phone, email = to.phone, to.email
    if account is not None:
        phone = phone or open_text(account.phone_cipher, PHONE)
        email = email or account.email
    if not phone and person_id:
        cipher = Person.objects.filter(pk=person_id, erased_at=None).values_list("phone_cipher", flat=True).first()
        phone = open_text(cipher or "", ABOUT["phone"])
    language = to.language or (account.language if account else "") or "zh-hans"
    return Reach(account.pk if account else None, person_id, phone, email, to.desk, language)


def agrees(person: UUID | None) -> bool:
    """Whether a person has agreed to messages that nothing makes necessary, and not taken it back."""
    if person is None:
        return False
    known = Person.objects.filter(pk=person, erased_at=None).first()
    return known is not None and standing_consent(known, CONSENT_PURPOSE) is not None
