"""Something to tell, and someone to tell it to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from linli.kernel.notices import actions
from linli.kernel.notices.actions import Recipient, Sent

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # Monday 09:30 in Beijing
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Beijing
COUNTY = "410102"
PHONE = "13800010001"

CONTEXT: dict[str, str] = {
    "number": "QF20260302001",
    "title": "3号楼2单元电梯总在四楼停一下",
    "place": "碧沙岗社区",
    "due": "3月5日 周四 17:30",
    "who": "王建国",
    "phone": "0371-67890000",
    "link": "/requests/QF20260302001/",
    "reason": "不属于本社区",
}


def tell(
    to: Recipient | None = None, template: str = "request.received", *, key: str = "received:1", **more: Any
) -> Sent:
    """Send with what every notice needs."""
    more = {"county": COUNTY, "subject": "cases.case:1", "at": AT, "channels": ["sms"], **more}
    return actions.send(template, to or Recipient(phone=PHONE), {**CONTEXT, **more.pop("context", {})}, key=key, **more)


def deliver(at: datetime = AT, **more: Any) -> int:
    """One run of the worker, with a steady hand and a watch that stands still."""
    return actions.deliver_due(at, stopwatch=lambda: 0.0, jitter=lambda: 0.5, **more)


def later(**more: int) -> datetime:
    """A moment after AT."""
    return AT + timedelta(**more)
