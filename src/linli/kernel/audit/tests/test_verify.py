"""Finding where the record was tampered with: any row, any column, the ends, whole chains."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linli.kernel.audit.actions import anchor, anchor_key
from linli.kernel.audit.models import Entry, Head
from linli.kernel.audit.queries import public_key, verify
from linli.kernel.audit.rules import Break, Record, Row, body_of, check_row, digest
from linli.kernel.audit.tests.factories import CHEN, STRANGER, WANG, tamper, write

pytestmark = pytest.mark.django_db


def kinds(breaks: list[Break]) -> list[tuple[str, str, int]]:
    return [(found.chain, found.kind, found.seq) for found in breaks]


def test_an_untouched_record_holds() -> None:
    write(WANG, 5), write(CHEN, 3), write(STRANGER, 1)
    assert verify() == []


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_altered_text_is_found_in_any_row(seq: int) -> None:
    write(number=5)
    tamper("UPDATE audit_entry SET body = replace(body, 'step', 'stop') WHERE seq = %s", seq)
    assert kinds(verify()) == [(WANG.chain, "digest", seq)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-03-02T01:30:00.120001Z"), ("kind", "read"), ("account", "x"), ("role", "x"), ("action", "x"),
        ("subject", "case:7"),
    ],
)  # fmt: skip
def test_an_altered_column_is_found(column: str, value: str) -> None:
    write(number=4)
    tamper(f"UPDATE audit_entry SET {column} = %s WHERE seq = 3", value)
    (found,) = verify()
    assert (found.kind, found.seq, found.params["column"]) == ("column", 3, column)


def test_an_entry_recomputed_by_itself_breaks_the_next_link() -> None:
    entries = write(number=4)
    body = entries[1].body.replace("step", "stop")
    tamper(
        "UPDATE audit_entry SET body = %s, digest = %s WHERE seq = 2", body, digest(entries[0].digest, body, "sha256")
    )
    assert kinds(verify()) == [(WANG.chain, "link", 3)]


def test_a_removed_entry_is_a_gap() -> None:
    write(number=4)
    tamper("DELETE FROM audit_entry WHERE seq = 2")
    (found,) = verify()
    assert (found.kind, found.seq, found.params["before"], found.params["after"]) == ("gap", 2, 1, 3)


def test_a_removed_beginning_is_a_gap() -> None:
    write(number=3)
    tamper("DELETE FROM audit_entry WHERE seq = 1")
    assert kinds(verify()) == [(WANG.chain, "gap", 1)]


def test_a_removed_end_is_seen_by_the_head() -> None:
    write(number=3)
    tamper("DELETE FROM audit_entry WHERE seq = 3")
    assert kinds(verify()) == [(WANG.chain, "head", 3)]


def test_all_entries_removed_is_seen_by_the_head() -> None:
    write(number=3)
    tamper("DELETE FROM audit_entry WHERE seq > 0")
    assert kinds(verify()) == [(WANG.chain, "head", 3)]


def test_a_head_moved_back_is_seen_by_the_entries() -> None:
    entries = write(number=3)
    Head.objects.update(seq=2, digest=entries[1].digest)
    assert kinds(verify()) == [(WANG.chain, "head", 2)]


def test_a_head_with_another_digest_is_found() -> None:
    write(number=3)
    Head.objects.update(digest="f" * 64)
    assert kinds(verify()) == [(WANG.chain, "head", 3)]


def test_a_removed_head_is_found() -> None:
    write(number=2)
    Head.objects.all().delete()
    assert kinds(verify()) == [(WANG.chain, "headless", 2)]


def test_every_broken_chain_is_told_and_the_others_are_still_read() -> None:
    write(WANG, 3), write(CHEN, 3), write(STRANGER, 3)
    tamper("UPDATE audit_entry SET role = 'x' WHERE seq = 2 AND chain <> %s", CHEN.chain)
    assert kinds(verify()) == [(WANG.chain, "column", 2), (STRANGER.chain, "column", 2)]
    assert verify(chain=CHEN.chain) == []
    assert kinds(verify(county="410103")) == [(STRANGER.chain, "column", 2)]


def test_another_algorithm_can_not_be_slipped_in() -> None:
    write(number=1)
    entry = Entry.objects.get()
    row = Row(*(getattr(entry, name) for name in Row._fields))
    assert check_row(row, 0, entry.previous) is None
    weaker = row._replace(algorithm="md5")
    assert check_row(weaker, 0, entry.previous).kind == "digest"  # type: ignore[union-attr]


class TestAnchors:
    @pytest.fixture
    def key(self, tmp_path: Path) -> Ed25519PrivateKey:
        return anchor_key(tmp_path / "keys")

    def check(self, tmp_path: Path, key: Ed25519PrivateKey) -> list[tuple[str, str, int]]:
        return kinds(verify(anchors=tmp_path / "anchors", trusted=[key.public_key()]))

    def test_a_day_is_anchored_once_and_holds(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write(number=2)
        assert anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        assert not anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        assert not anchor(date(2026, 3, 1), tmp_path / "anchors", key)
        write(number=2)
        assert anchor(date(2026, 3, 3), tmp_path / "anchors", key)
        assert anchor(date(2026, 3, 4), tmp_path / "anchors", key), "a quiet day is anchored too"
        assert len((tmp_path / "anchors/anchors.jsonl").read_text().splitlines()) == 3
        assert self.check(tmp_path, key) == []

    def test_only_chains_that_moved_are_written(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write(WANG), write(CHEN)
        anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        write(CHEN)
        anchor(date(2026, 3, 3), tmp_path / "anchors", key)
        first, second = (tmp_path / "anchors/anchors.jsonl").read_text().splitlines()
        assert WANG.chain in first
        assert WANG.chain + '"' not in second
        assert CHEN.chain in second

    def test_a_cut_end_with_a_moved_head_is_found(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        entries = write(number=3)
        anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        tamper("DELETE FROM audit_entry WHERE seq = 3")
        Head.objects.update(seq=2, digest=entries[1].digest)
        assert verify() == [], "nothing inside the database can tell"
        assert self.check(tmp_path, key) == [(WANG.chain, "tail", 3)]

    def test_a_whole_chain_removed_is_found(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write(number=3), write(CHEN)
        anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        tamper("DELETE FROM audit_entry WHERE chain = %s", WANG.chain)
        Head.objects.filter(chain=WANG.chain).delete()
        assert verify() == []
        assert self.check(tmp_path, key) == [(WANG.chain, "tail", 3)]

    def test_a_chain_rewritten_as_a_whole_is_found(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write(number=1)
        anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        entry = Entry.objects.get()
        row = Record("case.advance", "case:1", changes={"state": ("new", "another story")})
        body = body_of(WANG, row, county="410102", seq=1, at=entry.at, algorithm="sha256")
        fresh = digest(entry.previous, body, "sha256")
        tamper("UPDATE audit_entry SET body = %s, digest = %s WHERE seq = 1", body, fresh)
        Head.objects.update(digest=fresh)
        assert verify() == []
        assert self.check(tmp_path, key) == [(WANG.chain, "anchor", 1)]

    def test_a_foreign_key_is_not_believed(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write()
        anchor(date(2026, 3, 2), tmp_path / "anchors", Ed25519PrivateKey.generate())
        assert self.check(tmp_path, key) == [("", "signature", 1)]

    def test_an_altered_anchor_is_found(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write()
        anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        path = tmp_path / "anchors/anchors.jsonl"
        path.write_text(path.read_text().replace("2026-03-02", "2026-03-05"))
        assert self.check(tmp_path, key) == [("", "signature", 1)]

    def test_a_removed_anchor_is_found(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        for day in (2, 3, 4):
            write()
            anchor(date(2026, 3, day), tmp_path / "anchors", key)
        path = tmp_path / "anchors/anchors.jsonl"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text(lines[0] + lines[2])
        assert self.check(tmp_path, key) == [("", "anchor_link", 3)]

    def test_a_line_torn_by_a_crash_is_replaced(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        write()
        anchor(date(2026, 3, 2), tmp_path / "anchors", key)
        path = tmp_path / "anchors/anchors.jsonl"
        with path.open("a") as file:
            file.write('{"day":"2026-03-03","he')
        assert self.check(tmp_path, key) == []
        write()
        assert anchor(date(2026, 3, 3), tmp_path / "anchors", key)
        assert self.check(tmp_path, key) == []
        assert len(path.read_text().splitlines()) == 2

    def test_nonsense_in_the_file_is_told(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        (tmp_path / "anchors").mkdir()
        (tmp_path / "anchors/anchors.jsonl").write_text("{}\n")
        assert self.check(tmp_path, key) == [("", "anchor_text", 1)]

    def test_anchors_without_a_trusted_key_prove_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="trusted"):
            verify(anchors=tmp_path)

    def test_the_key_is_made_once_and_for_its_owner_only(self, tmp_path: Path, key: Ed25519PrivateKey) -> None:
        again = anchor_key(tmp_path / "keys")
        assert again.private_bytes_raw() == key.private_bytes_raw()
        assert (tmp_path / "keys/audit-anchor.pem").stat().st_mode & 0o077 == 0
        known = public_key(tmp_path / "keys/audit-anchor.pub")
        assert known.public_bytes_raw() == key.public_key().public_bytes_raw()
        assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["audit-anchor.pem", "audit-anchor.pub"]
