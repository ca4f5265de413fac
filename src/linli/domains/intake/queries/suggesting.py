"""What the words suggest while somebody writes or a clerk reads: class, emergency, seal, earlier requests like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.base.clock import BEIJING
from linli.domains.intake.models import Request
from linli.domains.intake.queries.names import is_english
from linli.domains.intake.queries.parameters import model_for, parameters_for
from linli.domains.intake.queries.requests import TYPE, Found
from linli.domains.intake.rules import classify, similar
from linli.domains.intake.rules.triage import triage
from linli.kernel.access.rules import Actor
from linli.kernel.cases.queries import visible_cases

COMPARED = 300


@dataclass(frozen=True)
class Guess:
    """The class to show as a chip, how sure (percent), by which words, and what else was noticed."""

    code: str
    name: str
    percent: int
    words: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    emergency: str
    emergency_name: str
    sealed: bool
    guidance: str
    article: str
    certificate: str
    certificate_where: str
    refusals: tuple[tuple[str, str, str], ...] = ()


def guess(region: str, text: str, chosen: str, at: datetime) -> Guess:
    """What the words point to in this place; ``chosen`` is the class somebody has picked already."""
    parameters = parameters_for(region, at.astimezone(BEIJING).date())
    english = is_english()
    known = {one.code: one.name_en if english else one.name for one in parameters.categories.categories}
    ranked = classify.suggest(model_for(parameters.categories), "", text)
    best = ranked[0]
    code = chosen if chosen in known else best.code
    noticed = triage(text, code, parameters)
    emergency, certificate = noticed.emergency, noticed.certificate
    return Guess(
        code=code, name=known.get(code, code), percent=round(best.confidence * 100) if code == best.code else 100,
        words=best.words if code == best.code else (),
        others=tuple((one.code, known[one.code]) for one in ranked if one.code != code and one.confidence >= 0.05),
        emergency=emergency.number if emergency else "",
        emergency_name=(emergency.name_en if english else emergency.name) if emergency else "",
        sealed=noticed.sealed, guidance=parameters.sensitive.guidance_en if english else parameters.sensitive.guidance,
        article=parameters.sensitive.report_article,
        certificate=(certificate.name_en if english else certificate.name) if certificate else "",
        certificate_where=(certificate.where_en if english else certificate.where) if certificate else "",
        refusals=tuple(
            (one.code, one.name_en if english else one.name, one.where_en if english else one.where)
            for one in noticed.refusals
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Similar:
    """An earlier request that looks like this one, with the reasons in words."""

    found: Found
    percent: int
    is_duplicate: bool
    is_follow_up: bool
    reasons: tuple[str, ...]


def similar_requests(
    actor: Actor, *, region: str, text: str, place: str = "", category: str = "", phone_index: str = "",
    at: datetime, leave_out: str = "", limit: int = 5,
) -> list[Similar]:  # fmt: skip
    """Earlier requests of the same township, of the last sixty days, that look alike; only what this actor may see, so
    sealed ones never come up for others. One query; at most 300 requests are compared."""
    rows = (
        Request.objects.filter(case__in=visible_cases(actor), case__type=TYPE, case__opened_at__gte=at - similar.WINDOW)
        .filter(case__township=region[:9], case__opened_at__lte=at)
        .select_related("case", "case__region")
        .order_by("-case__opened_at")
    )
    if leave_out:
        rows = rows.exclude(case_id=leave_out)
    earlier = {str(row.case_id): row for row in rows[:COMPARED]}
    new = similar.Candidate("", similar.shingles(text), region, place, category, at, phone_index)
    found = similar.rank(new, [_candidate(row) for row in earlier.values()], limit)
    return [
        Similar(
            Found(earlier[one.key].case, earlier[one.key]), round(one.score * 100), one.is_duplicate, one.is_follow_up,
            tuple(_(reason.message).format(**dict(reason.params)) for reason in one.reasons),
        )
        for one in found
    ]  # fmt: skip


def _candidate(row: Request) -> similar.Candidate:
    person = row.phone_index or (f"{row.source}:{row.external_person}" if row.external_person else "")
    case = row.case
    words = similar.shingles(f"{case.title} {row.text}")
    return similar.Candidate(str(case.pk), words, case.region_id, row.place, row.category, case.opened_at, person)
