"""No secret, no machine, no registry in the repository."""

from __future__ import annotations

import re

import pytest

from linli.site.tests.house import ROOT, short, tracked

pytestmark = pytest.mark.house

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".in",
    ".yaml",
    ".yml",
    ".json",
    ".ts",
    ".html",
    ".scss",
    ".css",
    ".cfg",
    ".ini",
    ".sh",
    "",
}
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
TOKEN = re.compile(r"\b(ghp_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}|xox[bap]-[0-9A-Za-z-]{20,}|sk-[A-Za-z0-9]{32,})\b")
ASSIGNED = re.compile(r"""(?i)\b(secret_?key|password|passwd|api_?key|token)\s*[:=]\s*["'][^"'\s{}$<>]{8,}["']""")
HOST = re.compile(
    r"(?i)\b(index-url[= ]+http|"
    r"registry\s*=|\"resolved\"\s*:|files\.pythonhosted|registry\.npmjs|pypi\.org/simple|artifactory|nexus)"
)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+)/")


def texts():
    for path in tracked():
        if path.suffix in TEXT and path.stat().st_size < 3_000_000 and path.name != "test_house_secrets.py":
            yield path, path.read_text(encoding="utf-8", errors="replace")


def found(pattern, *, skip=()):
    return [
        f"{short(path)}:{text.count(chr(10), 0, match.start()) + 1} {match[0][:50]}"
        for path, text in texts()
        if not any(part in short(path) for part in skip)
        for match in pattern.finditer(text)
    ]


def test_no_private_key_or_token_is_kept():
    assert not found(PRIVATE_KEY) + found(TOKEN)


def test_no_password_outside_the_demonstration_and_tests():
    assert not found(ASSIGNED, skip=("/tests/", "instances/demo/", "benches/", "frontend/tests/"))


def test_no_registry_is_named():
    assert not found(HOST)


def test_lock_files_hold_no_download_addresses():
    locks = [path for path in tracked() if path.suffix == ".lock" or path.name == "package-lock.json"]
    assert len(locks) >= 4
    holding = [short(path) for path in locks if re.search(r"https?://", _without_funding(path.read_text()))]
    assert not holding


def _without_funding(text: str) -> str:
    """npm notes where a project takes donations; that is no download."""
    return re.sub(r'"(url|funding|homepage)":\s*"https?://[^"]*"', "", text)


def test_every_pinned_part_has_hashes():
    for path in (ROOT / "requirements").glob("*.lock"):
        pins = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", path.read_text(), re.M)
        hashed = re.findall(r"^[a-z0-9][^\n]*== ?[^\n]*\\\n\s+--hash", path.read_text(), re.M)
        assert pins and len(pins) == len(hashed), path.name


def test_no_path_of_a_machine():
    assert not found(MACHINE, skip=("docs/adr",))
