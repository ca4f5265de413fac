"""The case types of intake and the guards they may name."""

from __future__ import annotations

from pathlib import Path

from linli.domains.intake.rules import guards

FOLDER = Path(__file__).resolve().parent
GUARDS = guards.GUARDS
