"""Made-up people and matters for the gallery: every part of a page in every state, to look at and to copy from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.base import clock
from linli.kernel.access.rules import Actor
from linli.site.navigation import Group, Link, Shell

PAGES = ("parts", "home", "ask", "matter", "receipt", "desk", "board")
DESK_PAGES = ("desk", "board")


class SpecimenForm(forms.Form):
    """One field of every kind."""

    words = forms.CharField(
        label=gettext_lazy("What is the matter?"),
        help_text=gettext_lazy("Say it as you would say it to a neighbour. No form language."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000, "data-count": "1"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of thing is it?"),
        choices=[("help", gettext_lazy("I need help")), ("wrong", gettext_lazy("Something is wrong"))],
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    since = forms.DateField(
        label=gettext_lazy("Since when?"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    street = forms.ChoiceField(
        label=gettext_lazy("Street"), choices=[("1", "林山寨街道"), ("2", "建设路街道"), ("3", "棉纺路街道")]
    )
    photo = forms.FileField(
        label=gettext_lazy("Photos"), required=False, help_text=gettext_lazy("Up to 9, 20 MB each.")
    )
    agree = forms.BooleanField(
        label=gettext_lazy("The community may call me back"),
        help_text=gettext_lazy("Only about this matter; you can take it back."),
    )


@dataclass(frozen=True)
class Row:
    """One line of a queue."""

    what: str
    where: str
    who: str
    state: str
    text: str
    number: str = "HN4101-2611-0001"


@dataclass(frozen=True)
class Step:
    name: str
    state: str
    address: str = ""


@dataclass(frozen=True)
class Place:
    name: str
    address: str = ""


@dataclass(frozen=True)
class Pile:
    title: str
    state: str
    rows: list[Row] = field(default_factory=list)


def _path() -> list[Place]:
    return [
        Place("河南省", "#"),
        Place("郑州市", "#"),
        Place("中原区", "#"),
        Place("林山寨街道", "#"),
        Place("绿东社区"),
    ]


def _piles() -> list[Pile]:
    lamp = Row("3号楼前的路灯坏了三天，晚上老人下楼看不见台阶", "绿东社区 3号楼", "王芳", "exceeded", _("1 day over"))
    lift = Row("电梯里一股焦味，已经停在五楼", "郑棉三厂家属院", "赵建国", "today", _("Today 17:30"))
    noise = Row("楼下烧烤摊每晚营业到两点，油烟也大", "百花路", _("nobody yet"), "today", _("Today 18:00"))
    pipe = Row("地下室污水管返水", "绿东社区 11号楼", "王芳", "soon", _("2 working days"))
    bus = Row("建议在社区门口加一个公交站的遮雨棚", "林山寨路", "孙丽", "later", _("Fri 4 Dec"))
    return [
        Pile(_("Overdue"), "exceeded", [lamp]),
        Pile(_("Due today"), "today", [lift, noise]),
        Pile(_("This week"), "soon", [pipe]),
        Pile(_("Later"), "later", [bus]),
    ]


def _steps() -> list[Step]:
    return [
        Step(pgettext("step", "Where"), "done", "#"),
        Step(pgettext("step", "What"), "now"),
        Step(pgettext("step", "Who"), "next"),
    ]


def _grades() -> list[tuple[int, str]]:
    return [
        (5, _("Very satisfied")),
        (4, _("Satisfied")),
        (3, _("Fairly satisfied")),
        (2, _("Dissatisfied")),
        (1, _("Very dissatisfied")),
    ]


class SpecimenShell(Shell):
    """The frame as Wang Fang, who works for a community, would see it."""

    signed_in = True
    staff = True
    desk_address = "?page=desk"
    search = "?page=desk"
    unread = 3
    actor = Actor(account="specimen", name="王芳", person="", grants=(), channel="web", address="", language="zh-hans")

    @property
    def places(self) -> tuple[Link, ...]:
        return (
            Link("绿东社区", "?page=desk", icon="map-pin", current=True),
            Link("林山寨街道", "?page=desk", icon="map-pin", current=False),
        )

    @property
    def portal(self) -> tuple[Link, ...]:
        return (
            Link(_("Home"), "?page=home", icon="home", current=True),
            Link(_("Say something"), "?page=ask", icon="message-plus", current=False),
            Link(_("My matters"), "?page=matter", icon="list-check", current=False),
        )

    @property
    def desk(self) -> tuple[Group, ...]:
        work = (
            Link(_("My desk"), "?page=desk", icon="inbox", current=True),
            Link(_("Requests"), "?page=desk", icon="messages", current=False),
            Link(_("Numbers"), "?page=board", icon="chart-bar", current=False),
        )
        place = (
            Link(_("Regions"), "?page=board", icon="map-2", current=False),
            Link(_("People"), "?page=board", icon="users", current=False),
            Link(_("Services"), "?page=board", icon="building-community", current=False),
        )
        return (Group(_("Work"), work), Group(_("Place and people"), place))


def specimens(request: HttpRequest, page: str) -> dict[str, object]:
    """What the gallery's templates show."""
    at = clock.now()
    wrong = SpecimenForm({"phone": "138", "kind": "help"}, auto_id="wrong_%s")
    wrong.add_error("phone", _("A mobile number has 11 digits; this one has 3."))
    return {
        "shell": SpecimenShell(request),
        "community": {"name": "绿东社区", "phone": "0371-12345"},
        "page": page if page in PAGES else PAGES[0],
        "pages": PAGES,
        "frame": "shells/desk.html" if page in DESK_PAGES else "shells/portal.html",
        "region_path": _path(),
        "form": SpecimenForm(),
        "wrong": wrong,
        "piles": _piles(),
        "steps": _steps(),
        "grades": _grades(),
        "cells": [(x, y) for y in range(6) for x in range(8)],
        "starts": at - timedelta(days=2, hours=3),
        "due": at + timedelta(days=3),
        "at": at,
    }
