"""``linli new-domain``: the rooms of a new part of the plan, registered where the house has to know about it."""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from typing import Annotated

import typer

from linli.site.cli.terminal import Sorry, say

ROOT = Path(__file__).resolve().parents[4]
DOMAINS = ROOT / "src" / "linli" / "domains"

ROOMS = {
    "__init__.py": "",
    "README.md": """\
# {name}

What this part of the plan is for, in one sentence: …

Its words: … (English and Chinese, as in docs/words.md)

Plan rows: …

The record, the rights and the clocks come from the kernel; copy the habits of `intake`, the exemplar.
""",
    "apps.py": """\
from django.apps import AppConfig


class {title}Config(AppConfig):
    name = "linli.domains.{name}"
    label = "{name}"
""",
    "models.py": '"""Tables and their constraints; no verbs. What grows with residents carries its county."""\n',
    "permissions.py": '"""Who may: verbs with a sentence a person can read, and the roles that hold them."""\n',
    "rules.py": '"""Whether now: pure decisions, values in, a refusal or None out; each names its source."""\n',
    "queries.py": '"""What an actor may see, and what follows from it."""\n',
    "actions.py": '"""What is done: require, check, write, record. The only room that opens a transaction."""\n',
    "pages.py": '"""What people see: fetch through queries, write through actions."""\n',
    "urls.py": """\
from django.urls import URLPattern

app_name = "{name}"
urlpatterns: list[URLPattern] = []
""",
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "tests/test_rooms.py": '''\
"""The domain is part of the site."""

from django.apps import apps


def test_the_domain_is_installed():
    assert apps.get_app_config("{name}").name == "linli.domains.{name}"
''',
}

REGISTERED = (
    (
        "src/linli/site/settings.py",
        '    "linli.domains.{}",\n',
        r'(    "linli\.domains\.\w+",\n)(?!    "linli\.domains)',
    ),
    (".importlinter", "    linli.domains.{}\n", r"(    linli\.domains\.\w+\n)(?!    linli\.domains)"),
    (
        "src/linli/site/urls.py",
        '    *mounted("{0}/", "linli.domains.{0}"),\n',
        r'(    \*mounted\("[^"]*", "linli\.domains\.\w+"\),\n)(?!    \*mounted\("[^"]*", "linli\.domains)',
    ),
    ("docs/house.md", "| `{}` | |\n", r"(\| `intake` \|[^\n]*\n(?:\| `\w+` \|[^\n]*\n)*)"),
)


def new_domain(
    name: Annotated[str, typer.Argument(help="One English word, as in docs/words.md.")],
    root: Annotated[Path, typer.Option(help="The project's folder.", hidden=True)] = ROOT,
) -> None:
    """Make the rooms of a new domain, registered in settings, urls, contracts and docs; `make check` passes at once."""
    if not re.fullmatch(r"[a-z]{3,24}", name) or keyword.iskeyword(name):
        raise Sorry("A domain's name is one English word in small letters, 3 to 24 of them.")
    folder = root / "src" / "linli" / "domains" / name
    if folder.exists():
        raise Sorry(f"The domain {name} exists.")
    changed = [(root / path, _with(root / path, line.format(name), after)) for path, line, after in REGISTERED]
    for room, text in ROOMS.items():
        path = folder / room
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name=name, title=name.title()), encoding="utf-8")
    for path, text in changed:
        path.write_text(text, encoding="utf-8")
    say(f"Made src/linli/domains/{name} with its rooms; registered in {', '.join(path for path, _, _ in REGISTERED)}.")
    say("Next: its words in docs/words.md, its first noun in models.py, its first verb in actions.py.")


def _with(path: Path, line: str, after: str) -> str:
    """A file's text with one more line after the last of its kind."""
    text = path.read_text(encoding="utf-8")
    found, count = re.subn(after, lambda match: match[1] + line, text)
    if not count:
        raise Sorry(f"{path.name} has no place for a new domain; was it changed by hand?")
    return found
