"""Making an installation ready: folders, keys, tables, static files. Safe to repeat; nothing there is replaced."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from linli.site.cli.terminal import begin, home, say


def setup() -> None:
    """Make LINLI_HOME ready: keys, tables, cache, static files. Repeat it after every upgrade."""
    prepare_home()
    begin()
    make_tables()
    collect_static()
    say(f"Linli is set up in {home()}.")


def prepare_home() -> None:
    """Folders that only the owner may read, and the signing key; before Django reads its settings."""
    from linli.site.keys import make_key

    os.umask(0o077)
    folder = home()
    for part in ("", "keys", "run", "log", "files"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    make_key(folder / "keys", "secret")


def make_tables() -> None:
    """The key ring of sealed columns, and the tables in their present shape."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from linli.kernel.parties import actions as parties

    parties.make_keys()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        timed("Tables", lambda: call_command("migrate", verbosity=0, interactive=False))
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Pages' own files under names that carry their content; skipped while they are what they were."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    mark = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name)).stat()
            mark.update(f"{name} {path.st_size} {path.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == mark.hexdigest():
        return
    timed("Static files", lambda: call_command("collectstatic", verbosity=0, interactive=False, clear=True))
    stamp.write_text(mark.hexdigest())


def timed(name: str, do: Callable[[], object]) -> None:
    """Do something that may take a while, saying so."""
    say(f"  {name} …")
    begun = time.monotonic()
    do()
    say(f"  {name}: done in {time.monotonic() - begun:.0f} s")
