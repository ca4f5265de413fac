"""What a request's words ask of us at once: call 110, seal it, dispatch within two hours, or say where it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from linli.base.errors import Refusal
from linli.base.text import fold
from linli.base.text import gettext_noop as _
from linli.domains.intake.rules.parameters import (
    Certificate,
    Emergency,
    Parameters,
    RefusalReason,
    Refusals,
    Sensitive,
    Urgent,
)


@dataclass(frozen=True)
class Triage:
    """What was noticed, each with the words that showed it; nothing here decides for a person except the seal."""

    emergency: Emergency | None
    certificate: Certificate | None
    sealed: bool
    sealed_by: tuple[str, ...]
    urgent: bool
    refusals: tuple[RefusalReason, ...]


def hits(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """Those of the words that occur in the (folded) text."""
    return tuple(word for word in words if word in text)


def emergency_in(text: str, refusals: Refusals) -> Emergency | None:
    """The emergency number these words call for, unless an exception ("演练") explains them."""
    folded = fold(text).lower()
    for emergency in refusals.emergencies:
        if hits(folded, emergency.keywords) and not hits(folded, emergency.exceptions):
            return emergency
    return None


def certificate_in(text: str, refusals: Refusals) -> Certificate | None:
    """The banned certificate somebody asks for: its name together with a word of asking (民发〔2020〕20号)."""
    folded = fold(text).lower()
    if not hits(folded, refusals.certificate_asking):
        return None
    found = [
        (len(word), certificate)
        for certificate in refusals.certificates
        for word in certificate.keywords
        if word in folded
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def refuse_certificate(text: str, refusals: Refusals) -> Refusal | None:
    """A refusal with the pointer to the body that can certify it; None when no banned certificate is asked for."""
    certificate = certificate_in(text, refusals)
    if certificate is None:
        return None
    return Refusal(
        "intake.banned_certificate",
        _("A village or community may not issue this certificate: {name}."),
        {"name": certificate.name, "where": certificate.where},
        refusals.certificate_article,
        _("Go to: {where}"),
    )


def sensitive_words(text: str, sensitive: Sensitive) -> tuple[str, ...]:
    """The words that suggest a child in danger or violence at home; empty when there are none."""
    folded = fold(text).lower()
    found = list(hits(folded, sensitive.words))
    for who, what in sensitive.pairs:
        victims, deeds = hits(folded, who), hits(folded, what)
        if victims and deeds:
            found += [victims[0], deeds[0]]
    return tuple(dict.fromkeys(found))


def is_urgent(text: str, urgent: Urgent) -> bool:
    """A wide outage of water, power, gas or heat, or pollution: a thing together with a word for how wide."""
    folded = fold(text).lower()
    return bool(hits(folded, urgent.words) and hits(folded, urgent.scale_words))


def triage(text: str, category: str, parameters: Parameters) -> Triage:
    """Everything the words and the chosen class ask for at once."""
    folded = fold(text).lower()
    words = sensitive_words(text, parameters.sensitive)
    chosen = parameters.categories.get(category)
    return Triage(
        emergency=emergency_in(text, parameters.refusals),
        certificate=certificate_in(text, parameters.refusals),
        sealed=bool(words) or bool(chosen and chosen.restricted),
        sealed_by=words,
        urgent=is_urgent(text, parameters.urgent),
        refusals=tuple(reason for reason in parameters.refusals.reasons if hits(folded, reason.keywords)),
    )
