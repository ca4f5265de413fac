"""What is done to cases. Every function here opens the transaction in which it also writes the record."""

from linli.kernel.cases.actions.advancing import advance
from linli.kernel.cases.actions.bulk import NewCase, Opened, open_cases
from linli.kernel.cases.actions.opening import open_case
from linli.kernel.cases.actions.passing import (
    accept_handover,
    add_co_handler,
    arbitrate,
    assign,
    finish_co_handling,
    hand_over,
    return_handover,
)
from linli.kernel.cases.actions.sweeping import fire_escalations
from linli.kernel.cases.actions.talking import comment, link, name_watcher, set_sealed, unlink_duplicate
from linli.kernel.cases.actions.timing import answer_clock, ask_clock, resume
from linli.kernel.cases.actions.writing import FASTER

__all__ = [
    "FASTER",
    "NewCase",
    "Opened",
    "accept_handover",
    "add_co_handler",
    "advance",
    "answer_clock",
    "arbitrate",
    "ask_clock",
    "assign",
    "comment",
    "finish_co_handling",
    "fire_escalations",
    "hand_over",
    "link",
    "name_watcher",
    "open_case",
    "open_cases",
    "resume",
    "return_handover",
    "set_sealed",
    "unlink_duplicate",
]
