"""Regions through the API: read by everyone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from linli.base.clock import BEIJING, now
from linli.kernel.regions import queries
from linli.kernel.regions.schemas import (
    CandidateOut,
    ChildrenQuery,
    HitOut,
    MatchQuery,
    RegionDetail,
    RegionPage,
    SearchQuery,
)

router = Router()


@router.get("/search", response=list[HitOut], auth=None, summary="Find units by name, pinyin, initials or code")
def search(request: HttpRequest, asked: Query[SearchQuery]) -> list[dict[str, Any]]:
    """Best first; ended units are marked and say what took over."""
    hits = queries.search(asked.q, within=asked.within, limit=asked.limit, at=now())
    return [{**vars(hit), "successors": [code for code, _ in hit.successors]} for hit in hits]


@router.get("/match", response=list[CandidateOut], auth=None, summary="Read an address")
def match(request: HttpRequest, asked: Query[MatchQuery]) -> list[dict[str, Any]]:
    """Communities an address may lie in, best first, with reasons; empty when nothing in it names a place."""
    return [vars(one) for one in queries.match_address(asked.address, within=asked.within, limit=asked.limit)]


@router.get("/{code}", response=RegionDetail, auth=None, summary="One unit")
def detail(request: HttpRequest, code: str) -> dict[str, Any]:
    """One unit, in force or ended, with the way up; 404 when the code is unknown."""
    way = queries.path(code)
    heirs = [
        {
            "code": step.new_id,
            "name": step.new.name,
            "kind": step.kind,
            "on": step.on,
            "source": step.source,
            "mark": step.mark,
        }
        for step in queries.successors(code)
    ]
    region = way[-1]
    own = {name: getattr(region, name) for name in RegionDetail.model_fields if hasattr(region, name)}
    return {**own, "parent_id": region.parent_id, "path": way[:-1], "successors": heirs}


@router.get("/{code}/children", response=RegionPage, auth=None, summary="Units a rung below")
def children(request: HttpRequest, code: str, asked: Query[ChildrenQuery]) -> dict[str, Any]:
    """Units a rung below that exist today, by code; 404 when the code is unknown."""
    today = now().astimezone(BEIJING).date()
    items, following = queries.children_after(code, on=today, after=asked.after, limit=asked.limit)
    return {"items": items, "next": following}
