"""The operators' command line: fast, one sentence when something is wrong, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from linli.base.errors import Refusal, Refused
from linli.site.cli import terminal


def linli(*arguments, home, **env):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "linli.site.cli", *arguments],
        env={**kept, "LINLI_HOME": str(home), "LANG": "C.UTF-8", **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_help_is_there_at_once(tmp_path):
    begun = time.monotonic()
    done = linli("--help", home=tmp_path)
    assert done.returncode == 0 and "new-domain" in done.stdout
    assert time.monotonic() - begun < 2


def test_help_does_not_load_django(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import sys, linli.site.cli; print('django' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("regions", "count"),
        ("audit", "verify"),
        ("serve",),
        ("worker",),
        ("token", "create", "x", "--name", "y"),
    ],
)
def test_without_set_up_one_sentence_says_so(tmp_path, arguments):
    done = linli(*arguments, home=tmp_path / "none")
    assert done.returncode in {1, 75}
    assert "linli setup" in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_nobody_expected_is_kept_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv("LINLI_HOME", str(tmp_path))
    sentence, code = terminal.explained(KeyError("colour"))
    assert code == terminal.BROKEN and "Traceback" not in sentence
    kept = (tmp_path / "log" / "linli-errors.log").read_text()
    assert "KeyError: 'colour'" in kept


def test_a_refusal_is_its_sentence_with_article():
    sentence, code = terminal.explained(Refused(Refusal("a", "Not {what}.", {"what": "now"}, "Law 1", "Wait.")))
    assert (sentence, code) == ("Not now. (Law 1) Wait.", terminal.REFUSED)


def test_a_demonstration_never_takes_a_real_home(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").write_text("x" * 60)
    done = linli("demo", home=tmp_path)
    assert done.returncode == 1 and "real installation" in done.stderr
    assert not (tmp_path / "demo").exists()


@pytest.mark.slow
def test_an_installation_is_set_up_and_tells_how_it_stands(tmp_path):
    assert linli("setup", home=tmp_path).returncode == 0
    again = linli("setup", home=tmp_path)
    assert again.returncode == 0 and "Tables" not in again.stdout, "nothing is made twice"
    assert linli("regions", "load", "--within", "410102001", home=tmp_path).returncode == 0
    counted = json.loads(linli("regions", "count", "--json", home=tmp_path).stdout)
    assert counted["township"] == 1 and counted["community"] > 3
    status = json.loads(linli("status", "--json", home=tmp_path).stdout)
    assert set(status) >= {"cases", "outbox", "clocks", "chains"} and status["running"]["web"] == 0
    assert json.loads(linli("audit", "verify", "--json", home=tmp_path).stdout)["breaks"] == []
    first = ("--system", "zhang=张伟", "--security", "zhao=赵敏", "--audit", "qian=钱进")
    named = linli("account", "found", *first, home=tmp_path)
    assert named.returncode == 0, named.stderr
    assert "security_admin" in named.stdout
    refused = linli("account", "found", "--system", "a=甲", "--security", "b=乙", "--audit", "c=丙", home=tmp_path)
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
