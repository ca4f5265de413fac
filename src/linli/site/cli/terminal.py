"""How commands speak: a clear sentence when something is wrong, an exit code, no traceback (unless LINLI_TRACE=1)."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

REFUSED, USAGE, BROKEN, UNAVAILABLE, INTERRUPTED = 1, 2, 70, 75, 130


class Sorry(Exception):
    """A sentence that ends a command."""


def begin() -> None:
    """Load Django for a command that needs the records; refusals are spoken in the terminal's language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    quiet = {"LINLI_LOG": "plain", "LINLI_LOG_LEVEL": "WARNING"}
    ours = {name: value for name, value in quiet.items() if name not in os.environ}
    os.environ.update(ours)
    import django
    from django.utils.translation import activate

    django.setup()
    for name in ours:  # what a command starts keeps its own log
        del os.environ[name]
    activate("zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en")


def home() -> Path:
    """LINLI_HOME, without loading Django."""
    return Path(os.environ.get("LINLI_HOME", "var")).resolve()


def say(sentence: str) -> None:
    print(sentence, flush=True)


def say_json(value: Any) -> None:
    """One JSON document on standard output; times and ids as text."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def guarded(command: Callable[[], object]) -> NoReturn:
    """Run the command line and turn whatever goes wrong into a sentence and an exit code."""
    try:
        command()
    except SystemExit:
        raise
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except BaseException as error:
        if os.environ.get("LINLI_TRACE"):
            raise
        sentence, code = explained(error)
        print(sentence, file=sys.stderr)
        sys.exit(code)
    sys.exit(0)


def explained(error: BaseException) -> tuple[str, int]:
    """The sentence and the exit code an error stands for."""
    from linli.base.errors import LinliError

    if isinstance(error, (Sorry, LinliError)):
        return str(error) if isinstance(error, Sorry) else _refusal(error), REFUSED
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & {"OperationalError", "ProgrammingError", "InterfaceError"}:
        return (
            f"The records cannot be used ({_first(error)}). Was `linli setup` run, and does DATABASE_URL lead to them?",
            UNAVAILABLE,
        )
    if "ImproperlyConfigured" in kinds:
        return f"The installation is not complete: {_first(error)}. Run `linli setup`.", UNAVAILABLE
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full; nothing more was written.", UNAVAILABLE
    if isinstance(error, (OSError, ValueError)):
        return f"{type(error).__name__}: {_first(error)}", REFUSED
    return f"Something went wrong: {_first(error)}. The details are in {_keep(error)}.", BROKEN


def _first(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _refusal(error: Any) -> str:
    from linli.site.answers import answer_to

    answer = answer_to(error)
    assert answer is not None
    fields = [f"  {name}: {'; '.join(texts)}" for name, texts in answer.fields.items()]
    article = f" ({answer.article})" if answer.article else ""
    return "\n".join([f"{answer.detail}{article} {answer.advice}".strip(), *fields])


def _keep(error: BaseException) -> Path:
    """Write the traceback where an operator can find it."""
    folder = home() / "log"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "linli-errors.log"
    with path.open("a", encoding="utf-8") as out:
        out.write(f"--- {datetime.now(UTC).isoformat()} {' '.join(sys.argv[1:3])}\n")
        traceback.print_exception(error, file=out)
    return path
