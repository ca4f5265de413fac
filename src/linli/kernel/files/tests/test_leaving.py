"""Files go when their time is over, together with their last user, and leave a trace that they were there."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linli.base.errors import Conflict, Denied, Invalid
from linli.kernel.access.rules import Role
from linli.kernel.access.tests.cast import as_actor, cast, granted
from linli.kernel.audit.models import Entry
from linli.kernel.files import actions
from linli.kernel.files.models import Attachment, Content
from linli.kernel.files.queries import attachments_of
from linli.kernel.files.tests import factories as make

LAST_DAY = datetime(2026, 4, 1, 15, 59, tzinfo=UTC)  # 23:59 in Beijing, thirty days after AT
DAY_AFTER = datetime(2026, 4, 1, 16, 1, tzinfo=UTC)


def kept(body: bytes, subject: str = "tests.matter:1", retention: str = "export") -> Attachment:
    place = {"county": make.COUNTY, "region": make.COMMUNITY, "subject": subject}
    return actions.store(make.WHO, io.BytesIO(body), "张三.mp3", retention=retention, at=make.AT, **place)


def bodies(home: Path) -> list[Path]:
    return [path for path in (home / "files").rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_the_last_day_is_kept_whole_and_the_next_one_destroys(own_home: Path) -> None:
    one, other = kept(make.mp3()), kept(make.wav(), retention="request")
    assert actions.expire(LAST_DAY) == 0
    assert actions.expire(DAY_AFTER) == 1
    assert actions.expire(DAY_AFTER) == 0
    gone = Attachment.objects.get(pk=one.pk)
    assert (gone.state, gone.content, gone.name) == ("destroyed", None, "")
    assert gone.destroyed_why.startswith("export: 30d")
    assert gone.digest == one.digest
    assert other.content is not None
    assert [path.name for path in bodies(own_home)] == [str(other.content.pk)]
    entry = Entry.objects.get(action="files.destroy")
    assert json.loads(entry.body)["detail"]["digest"] == one.digest
    assert attachments_of("tests.matter:1")[0].is_kept is False


@pytest.mark.django_db(transaction=True)
def test_a_shared_body_stays_until_its_last_user_goes(own_home: Path) -> None:
    kept(make.mp3()), kept(make.mp3(), "tests.matter:2", "request")
    assert actions.expire(DAY_AFTER) == 1
    assert len(bodies(own_home)) == 1
    assert actions.expire(datetime(2036, 3, 4, tzinfo=UTC)) == 1
    assert bodies(own_home) == []
    assert not Content.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_body_stays_when_the_destruction_is_rolled_back(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.kernel.files.actions import leave

    kept(make.mp3())

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the record can't be written")

    monkeypatch.setattr(leave, "record", broken)
    with pytest.raises(RuntimeError):
        actions.expire(DAY_AFTER)
    assert Attachment.objects.get().is_kept
    assert len(bodies(own_home)) == 1


@pytest.mark.django_db
def test_the_period_may_begin_when_the_matter_is_closed() -> None:
    one = kept(make.mp3(), retention="request")
    closed = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)  # already 1 October in Beijing
    assert (
        actions.count_from(
            make.WHO, "tests.matter:1", county=make.COUNTY, start=closed, at=closed, retention="request_filed"
        )
        == 1
    )
    one.refresh_from_db()
    assert (one.retention, str(one.keep_until)) == ("request_filed", "2056-10-01")
    entry = Entry.objects.get(action="files.count_from")
    assert json.loads(entry.body)["changes"]["retention"] == ["request", "request_filed"]


@pytest.mark.django_db
def test_only_who_may_destroys_early_and_only_with_a_reason() -> None:
    people = cast()
    one = kept(make.mp3(), retention="request")
    granted(people.wang, Role.APPROVER, "410102001")
    approver = as_actor(people.wang)
    for stranger in (people.li, people.chen, people.stranger):
        with pytest.raises(Denied):
            actions.destroy(as_actor(stranger), one, reason="x", at=make.AT)
    with pytest.raises(Invalid):
        actions.destroy(approver, one, reason="  ", at=make.AT)
    actions.destroy(approver, one, reason="本人撤回同意", at=make.AT)
    assert Attachment.objects.get(pk=one.pk).destroyed_why == "本人撤回同意"
    assert Entry.objects.get(action="files.destroy").account == str(people.wang.pk)
    with pytest.raises(Conflict):
        actions.destroy(approver, one, reason="again", at=make.AT)
