"""``casetypes --write|--check``: the pages in docs/casetypes, and whether every type can work."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from linli.kernel.cases.casetypes.checks import every_problem
from linli.kernel.cases.casetypes.docs import out_of_date, write

ROOT = Path(__file__).resolve().parents[6]


class Command(BaseCommand):
    """Thin: all it does is in ``casetypes/``."""

    help = "Check case types and write, or compare, their diagrams and tables in docs/casetypes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--write", action="store_true", help="write the pages")
        choice.add_argument("--check", action="store_true", help="fail when a type or a page is wrong")
        parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = every_problem()
        if problems:
            raise CommandError("\n".join(str(problem) for problem in problems))
        folder, root = options["root"] / "docs" / "casetypes", options["root"].resolve()
        if options["write"]:
            for path in write(folder, root):
                self.stdout.write(path)
        elif stale := out_of_date(folder, root):
            raise CommandError("out of date, run casetypes --write:\n" + "\n".join(stale))
