"""Every registered type, walked at random by legal and illegal steps: what must always hold, holds after each of
them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from linli.base.errors import Conflict, LinliError
from linli.kernel.access.rules import Actor, GrantValue, Role
from linli.kernel.access.tests import cast as stage
from linli.kernel.audit.models import Entry, Event
from linli.kernel.cases import actions
from linli.kernel.cases.models import Case, CaseEvent, Clock, ClockRequest, Comment, Handover, IdempotencyKey, Link
from linli.kernel.cases.queries import choices
from linli.kernel.cases.queries.facts import clocks_of, history_of, type_of
from linli.kernel.cases.rules.clocks import earliest_due
from linli.kernel.cases.rules.registry import current_types, get_type
from linli.kernel.cases.rules.replay import replay
from linli.kernel.cases.tests.factories import MONDAY, answers

pytestmark = pytest.mark.django_db
WATCHED = (Case, CaseEvent, Clock, ClockRequest, Comment, Handover, IdempotencyKey, Link, Entry, Event)
DESKS = ["410102001002", "410102001003", "410102001", "410102/城管局"]
SPANS = [timedelta(minutes=5), timedelta(hours=7), timedelta(days=1), timedelta(days=9), timedelta(days=45)]


def traces() -> tuple[object, ...]:
    """Everything a step could leave behind."""
    rows = tuple(model.objects.count() for model in WATCHED)
    return (*rows, *Case.objects.order_by("pk").values_list("pk", "state", "counter", "handler", "due_at", "closed_at"))


class Walk(RuleBasedStateMachine):
    """People and the clock, doing whatever they like."""

    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at = MONDAY
        self.clocks: dict[str, tuple] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(target=cases)
    def people(self):
        cast = stage.cast()
        everything = tuple(GrantValue(role, "41") for role in Role)
        self.people = [
            Actor(str(cast.wang.pk), "王建国", grants=everything),
            Actor(str(cast.chen.pk), "陈晓东", grants=everything),
            Actor(str(cast.li.pk), "李芳", person=str(cast.li.person_id)),
            Actor(str(cast.stranger.pk), "吴刚", grants=(GrantValue(Role.CLERK, "410103"),)),
        ]
        self.anyone = st.sampled_from([self.people[n] for n in (0, 1, 0, 1, 0, 1, 2, 3)])
        works = [
            actions.open_case(self.people[0], "works", region=DESKS[0], title=f"整治{n}", data={}, at=self.at)
            for n in (1, 2)
        ]
        part = actions.open_case(
            self.people[0], "works_part", region=DESKS[0], title="子件", data={}, at=self.at, parent=works[0]
        )
        return multiple(*(self.checked(Case.objects.get(pk=case.pk)) for case in (*works, part)))

    def attempt(self, deed):
        """Do it; when it is refused, nothing at all may have changed."""
        before = traces()
        try:
            with transaction.atomic():
                result = deed()
        except LinliError:
            assert traces() == before, "a refused step left a trace"
            return None
        assert Entry.objects.count() >= before[WATCHED.index(Entry)], "the record only grows"
        return result

    @rule(target=cases, data=st.data(), sealed=st.booleans())
    def open(self, data, sealed):
        kind = data.draw(st.sampled_from(current_types()), "type")
        actor = data.draw(self.anyone, "who")
        values = data.draw(answers(kind.open.form), "form")
        region = data.draw(st.sampled_from(["410102001002", "410102001003", "410102001"]))
        parent = None
        if data.draw(st.booleans(), "under another"):
            parent = Case.objects.filter(type="works").order_by("?").first() if kind.type == "works_part" else None
        made = self.attempt(
            lambda: actions.open_case(
                actor, kind.type, region=region, title="一件事", data=values, at=self.at, parent=parent, sealed=sealed
            )
        )
        return self.checked(made) if made else None

    @rule(case=cases, data=st.data())
    def step(self, case, data):
        if case is None:
            return
        case = Case.objects.get(pk=case)
        kind, actor = type_of(case), data.draw(self.anyone, "who")
        legal = [choice.action for choice in choices(actor, case, self.at) if choice.possible]
        any_step = st.sampled_from(sorted(kind.actions))
        choice = data.draw(st.integers(0, 4), "legal or not")
        name = data.draw(st.sampled_from(legal) if legal and choice else any_step, "step")
        form = kind.actions[name].form
        values = data.draw(answers(form), "form") if data.draw(st.integers(0, 5), "good form") else {"nonsense": 1}
        key = data.draw(st.sampled_from(["", "", "a", "b"]), "key")
        deed = {"data": values, "note": data.draw(st.sampled_from(["", "因为"])), "key": key and f"{key}{case.counter}"}
        done = self.attempt(lambda: actions.advance(actor, case, name, at=self.at, **deed))
        if done is not None and key:
            before = traces()
            assert actions.advance(actor, Case.objects.get(pk=case.pk), name, at=self.at, **deed).pk == case.pk
            assert traces() == before, "the same key did it again"
            with pytest.raises(Conflict):
                actions.advance(actor, case, name, at=self.at, **{**deed, "note": "别的理由"})
        self.checked(Case.objects.get(pk=case.pk))

    @rule(case=cases, data=st.data())
    def stale(self, case, data):
        """Someone who looked a while ago never overwrites what happened since."""
        if case is None:
            return
        old, fresh = Case.objects.get(pk=case), Case.objects.get(pk=case)
        actor = self.people[0]
        possible = [c.action for c in choices(actor, fresh, self.at) if c.possible and c.form is None]
        if not possible:
            return
        name = data.draw(st.sampled_from(possible))
        if self.attempt(lambda: actions.advance(actor, fresh, name, note="先", at=self.at)) is None:
            return
        before = traces()
        with suppress(LinliError), transaction.atomic():
            actions.advance(actor, old, name, note="后", at=self.at)
            raise AssertionError("a stale view was written")
        assert traces() == before

    @rule(case=cases, data=st.data())
    def pass_on(self, case, data):
        if case is None:
            return
        case, actor = Case.objects.get(pk=case), data.draw(self.anyone)
        desk = data.draw(st.sampled_from(DESKS))
        deeds = [
            lambda: actions.hand_over(actor, case, to=desk, reason="不归我管", at=self.at),
            lambda: actions.accept_handover(actor, case, at=self.at),
            lambda: actions.return_handover(actor, case, reason="派错了", at=self.at),
            lambda: actions.arbitrate(actor, case, to=desk, reason="裁定", at=self.at),
            lambda: actions.comment(actor, case, "看过了", at=self.at),
            lambda: actions.assign(actor, case, self.people[0].account, at=self.at),
        ]
        self.attempt(data.draw(st.sampled_from(deeds)))
        self.checked(Case.objects.get(pk=case.pk))

    @rule(case=cases, data=st.data())
    def clock(self, case, data):
        if case is None:
            return
        case, actor = Case.objects.get(pk=case), data.draw(self.anyone)
        kind = type_of(case)
        if not kind.clocks:
            return
        key, what = (
            data.draw(st.sampled_from(sorted(kind.clocks))),
            data.draw(st.sampled_from(["pause", "extend", "resume"])),
        )
        waiting = ClockRequest.objects.filter(case=case, state="asked").first()
        if waiting is not None:
            self.attempt(lambda: actions.answer_clock(actor, case, waiting.pk, approve=True, at=self.at))
        elif what == "resume":
            self.attempt(lambda: actions.resume(actor, case, key, at=self.at))
        else:
            self.attempt(lambda: actions.ask_clock(actor, case, key, what, reason="等检测报告", at=self.at))
        self.checked(Case.objects.get(pk=case.pk))

    @rule(case=cases, other=cases, data=st.data())
    def link(self, case, other, data):
        if case is None or other is None:
            return
        one, two = Case.objects.get(pk=case), Case.objects.get(pk=other)
        kind = data.draw(st.sampled_from(["duplicate", "duplicate", "related"]))
        self.attempt(lambda: actions.link(self.people[0], one, two, kind, at=self.at))
        self.checked(Case.objects.get(pk=case))

    @rule(span=st.sampled_from(SPANS))
    def wait(self, span):
        """Time goes on, and two sweeps go over what fell due."""
        self.at += span
        actions.fire_escalations(self.at)
        before = traces()
        assert actions.fire_escalations(self.at) == 0, "something was set off twice"
        assert traces() == before
        for case in Case.objects.all():
            self.checked(case)

    def checked(self, case: Case) -> UUID:
        """What must always hold."""
        kind, clocks = type_of(case), clocks_of(case)
        final = kind.states[case.state].final
        assert replay(kind, history_of(case)) == case.state
        assert (case.closed_at is not None) == final
        assert case.due_at == earliest_due(clocks)
        assert not (final and any(clock.stopped_at is None for clock in clocks))
        for clock in clocks:
            ends = [moment for pause in clock.pauses for moment in (pause.start, pause.end) if moment]
            assert ends == sorted(ends)
            assert clock.stopped_at is None or clock.stopped_at >= clock.started_at
            seen = self.clocks.get(clock.id)
            assert seen is None or seen[0] is None or seen == (clock.stopped_at, clock.due_at), "a stopped clock moved"
            self.clocks[clock.id] = (clock.stopped_at, clock.due_at)
        if final and kind.sub_cases.must_close:
            assert not Case.objects.filter(parent=case, closed_at=None).exists(), "a closed parent has an open child"
        if case.parent_id and not final:
            assert Case.objects.get(pk=case.parent_id).closed_at is None
        if case.master_id and final:
            assert case.outcome == case.state
        return case.pk


def test_every_type_keeps_its_promises_on_random_walks():
    assert {"works", "works_part", "well_cover_patrol"} <= {kind.type for kind in current_types()}
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=9, stateful_step_count=36, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck), print_blob=False,
        ),
    )  # fmt: skip


def test_an_older_version_is_still_there():
    assert get_type("works").version == 2
    assert "close_at_once" in get_type("works", 1).actions
