"""Pure decisions about messages: what they say, when they may go out, what a gateway's answer means."""

from linli.kernel.notices.rules.delivery import (
    CHANNEL_NAMES,
    REASONS,
    Channel,
    Outcome,
    Recipient,
    Result,
    State,
    backoff,
    quiet_until,
)
from linli.kernel.notices.rules.templates import Parameters, Template, Text, Words, problems_of, render, sms_parts

__all__ = [
    "CHANNEL_NAMES",
    "REASONS",
    "Channel",
    "Outcome",
    "Parameters",
    "Recipient",
    "Result",
    "State",
    "Template",
    "Text",
    "Words",
    "backoff",
    "problems_of",
    "quiet_until",
    "render",
    "sms_parts",
]
