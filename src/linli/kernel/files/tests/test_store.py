"""Taking in, cleaning, keeping once, and never leaving half of anything."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from PIL import Image

from linli.base.errors import Invalid, Refused
from linli.kernel.audit.models import Entry
from linli.kernel.files import actions
from linli.kernel.files.actions import spool
from linli.kernel.files.models import Attachment, Content
from linli.kernel.files.queries import attachments_of, count_of, limits_at
from linli.kernel.files.queries.places import incoming, storage
from linli.kernel.files.rules.kinds import Kind
from linli.kernel.files.tests import factories as make

SUBJECT = "cases.case:0195"


def stored(
    body: bytes, name: str = "photo.jpg", *, subject: str = SUBJECT, retention: str = "request", **more: Any
) -> Attachment:
    place = {"county": make.COUNTY, "region": make.COMMUNITY, **more}
    return actions.store(make.WHO, io.BytesIO(body), name, subject=subject, retention=retention, at=make.AT, **place)


def bodies(home: Path) -> list[Path]:
    return sorted(path for path in (home / "files").rglob("*") if path.is_file())


def read(place: str) -> bytes:
    with storage().open(place, "rb") as body:
        return bytes(body.read())


@pytest.mark.django_db
def test_a_photo_loses_its_place_and_maker_and_stands_upright(own_home: Path) -> None:
    sent = make.jpeg(640, 360, orientation=6)
    assert b"SecretPhone" in sent
    kept = stored(sent, "IMG_0001.jpg")
    assert kept.content is not None
    for place in kept.content.places():
        body = read(place)
        assert b"SecretPhone" not in body
        assert b"SecretComment" not in body
        with Image.open(io.BytesIO(body)) as shown:
            assert not shown.getexif()
            assert shown.width < shown.height
    assert (kept.content.width, kept.content.height) == (360, 640)
    assert kept.digest == hashlib.sha256(read(kept.content.place)).hexdigest()
    assert kept.received_digest == hashlib.sha256(sent).hexdigest() != kept.digest
    assert len(bodies(own_home)) == 3  # the picture and its two smaller ones; nothing under a temporary name
    with Image.open(io.BytesIO(read(kept.content.small))) as small:
        assert max(small.size) == limits_at(make.AT).thumbnails["small"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("PNG", "1"), ("WEBP", "RGBA"), ("JPEG", "CMYK"), ("JPEG", "L")],
)
def test_pictures_of_every_mode_are_drawn_anew(form: str, mode: str) -> None:
    kept = stored(make.picture(form, mode))
    assert kept.content is not None
    with Image.open(io.BytesIO(read(kept.content.place))) as shown:
        assert shown.format == form
        assert shown.size == (64, 48)


@pytest.mark.django_db
def test_what_hides_behind_a_picture_is_gone() -> None:
    kept = stored(make.jpeg() + make.archive("stowaway.exe"))
    assert kept.content is not None
    assert b"stowaway" not in read(kept.content.place)


@pytest.mark.django_db
def test_a_film_is_kept_without_its_place() -> None:
    kept = stored(make.mp4(), "VID.mp4")
    assert kept.content is not None
    assert (kept.kind, kept.media_type) == ("film", "video/mp4")
    assert b"+34.7472" not in read(kept.content.place)
    assert kept.digest == hashlib.sha256(read(kept.content.place)).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (make.archive(), "photo.jpg", "files.archive"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 400, "photo.jpg", "files.broken_picture"),
        (make.jpeg()[:4000], "photo.jpg", "files.broken_picture"),
        (b"<html>", "page.jpg", "files.markup"),
        (make.mp4(seconds=601), "long.mp4", "files.too_long"),
        (b"a" * 5_000_001, "long.txt", "files.too_large"),
    ],
)
def test_a_refused_body_leaves_nothing(own_home: Path, body: bytes, name: str, code: str) -> None:
    with pytest.raises((Refused, Invalid)) as refused:
        stored(body, name)
    assert refused.value.refusal.code == code
    assert bodies(own_home) == []
    assert not Attachment.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_picture_that_would_unfold_is_refused_before_it_is_decoded(own_home: Path) -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Refused) as refused:
        stored(out.getvalue(), "small.png")
    assert refused.value.refusal.code == "files.too_many_pixels"
    assert bodies(own_home) == []


@pytest.mark.django_db
def test_an_endless_stream_is_read_only_as_far_as_the_limit(own_home: Path) -> None:
    class Endless:
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            return b"a" * size

    stream, most = Endless(), limits_at(make.AT).largest
    with pytest.raises(Refused) as refused:
        actions.prepare(stream, "endless.txt", at=make.AT)
    assert refused.value.refusal.code == "files.too_large"
    assert stream.given < most + 1_000_000
    assert bodies(own_home) == []


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_in_a_county_and_again_in_another() -> None:
    first, second = stored(make.mp3(), "a.mp3"), stored(make.mp3(), "b.mp3", subject="cases.case:0196")
    elsewhere = stored(make.mp3(), "c.mp3", county="410103", region="410103001001")
    assert first.content_id == second.content_id != elsewhere.content_id
    assert [one.name for one in attachments_of(SUBJECT, county=make.COUNTY)] == ["a.mp3"]
    assert count_of([SUBJECT, "cases.case:0196", "cases.case:9"], county=make.COUNTY) == {
        SUBJECT: 1,
        "cases.case:0196": 1,
    }
    assert Content.objects.count() == 2


@pytest.mark.django_db
def test_storing_is_on_the_record_without_the_name() -> None:
    kept = stored(make.mp3(), "张三的录音.mp3")
    entry = Entry.objects.get()
    assert (entry.action, entry.subject, entry.county) == ("files.store", f"files.attachment:{kept.id}", make.COUNTY)
    assert kept.digest in entry.body
    assert "张三" not in entry.body


@pytest.mark.django_db
def test_an_unknown_class_is_refused_before_anything_is_read() -> None:
    class Untouched(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

    with pytest.raises(Invalid) as refused:
        actions.store(
            make.WHO,
            Untouched(b"x"),
            "a",
            county=make.COUNTY,
            region=make.COMMUNITY,
            subject=SUBJECT,
            retention="for_ever",
            at=make.AT,
        )
    assert refused.value.refusal.code == "files.retention"


@pytest.mark.django_db
def test_the_class_decides_how_long_and_how_secret() -> None:
    plain, sealed = stored(make.mp3()), stored(make.ogg(), retention="request_sealed")
    assert plain.keep_until is not None
    assert plain.keep_until.isoformat() == "2036-03-02"
    assert (plain.sensitive, sealed.sensitive) == (False, True)
    assert stored(make.wav(), retention="permanent").keep_until is None


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_told_and_leaves_nothing(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_full_disk(folder: Path, made: list[Path]) -> Path:
        made.append(folder / "in-full")
        made[-1].symlink_to("/dev/full")
        return made[-1]

    monkeypatch.setattr(spool, "blank", on_full_disk)
    with pytest.raises(OSError) as full:
        actions.prepare(io.BytesIO(b"text " * 200_000), "a.txt", at=make.AT)
    assert full.value.errno == errno.ENOSPC
    assert list(incoming().iterdir()) == []
    assert os.path.exists("/dev/full")


def test_the_reserve_of_the_disk_is_not_touched(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starved = limits_at(make.AT).model_copy(update={"reserve_bytes": 10**18})
    with pytest.raises(OSError) as full:
        spool.ready(io.BytesIO(b"text"), "a.txt", starved)
    assert full.value.errno == errno.ENOSPC
    assert bodies(own_home) == []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_action_leaves_no_row_and_its_body_is_swept_up(own_home: Path) -> None:
    from datetime import timedelta

    from linli.base.clock import now

    keep = stored(make.wav(), "keep.wav")

    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        stored(make.jpeg())
        raise Stop
    assert Attachment.objects.get() == keep
    assert len(bodies(own_home)) == 4
    assert actions.sweep(now()) == 0  # too young: its transaction might still be open
    assert actions.sweep(now() + timedelta(days=2)) == 3
    assert keep.content is not None
    assert bodies(own_home) == [Path(storage().path(keep.content.place))]


@pytest.mark.django_db(transaction=True)
def test_two_who_store_the_same_bytes_at_once_share_one_body(own_home: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def one(number: int) -> str:
        try:
            return str(stored(make.mp3(), f"{number}.mp3", subject=f"cases.case:{number}").content_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        contents = set(pool.map(one, range(8)))
    assert len(contents) == 1
    assert Attachment.objects.count() == 8
    assert len(bodies(own_home)) == 1


@pytest.mark.django_db
def test_kinds_without_a_limit_are_not_taken() -> None:
    limits = limits_at(make.AT)
    without = limits.model_copy(
        update={"bytes": {kind: size for kind, size in limits.bytes.items() if kind != Kind.SOUND}}
    )
    with pytest.raises(Refused):
        spool.ready(io.BytesIO(make.mp3()), "a.mp3", without)


@pytest.mark.django_db(transaction=True)
def test_a_storage_far_away_keeps_hands_out_and_destroys_as_the_disk_does(own_home: Path, settings: Any) -> None:
    from datetime import timedelta

    far = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # like S3: nothing on this disk
    settings.STORAGES = {**settings.STORAGES, "attachments": far}
    kept = stored(make.jpeg(), retention="export")
    assert kept.content is not None
    assert bodies(own_home) == []
    assert hashlib.sha256(read(kept.content.place)).hexdigest() == kept.digest
    places = kept.content.places()
    assert actions.expire(make.AT + timedelta(days=32)) == 1
    assert not any(storage().exists(place) for place in places)
