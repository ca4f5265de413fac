"""Bringing in requests from other systems: whole files, once each row, ready to be killed and started again.

A row is known by (source, key): the unique constraint makes sure that it comes in once, and what is there already is
passed over, so a second run after a crash goes on where the first stopped. Each batch is one transaction with history,
record and outbox; there is no moment at which a row is half in."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import yaml
from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from pydantic import ValidationError

from linli.base.clock import BEIJING
from linli.base.errors import Denied, Invalid, Missing, Refusal
from linli.base.text import gettext_noop
from linli.domains.intake.actions.importing_rows import TYPE, NewRequest, write_batch
from linli.domains.intake.models import ImportRun, Request
from linli.domains.intake.permissions import Permission
from linli.domains.intake.queries.parameters import model_for, parameters_for
from linli.domains.intake.rules import classify
from linli.domains.intake.rules.mapping import ImportMap, Problem, Row, RowReader
from linli.domains.intake.rules.triage import sensitive_words
from linli.kernel.access.queries import require
from linli.kernel.access.rules import Actor
from linli.kernel.audit.actions import record
from linli.kernel.cases.actions.opening import note_use
from linli.kernel.cases.rules import get_type
from linli.kernel.regions.queries import get_region
from linli.kernel.regions.rules import county_of

BATCH = 1_000
SAMPLE = 1 << 16
HUGE = 1 << 30  # bytes; larger files are split before they are brought in
NO_TABLE = Refusal(
    "intake.no_table",
    gettext_noop("This file cannot be read as a table."),
    advice=gettext_noop("Bring in a CSV or XLSX file; name an unusual encoding or delimiter in the map."),
)
Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What became of a file: rows seen, brought in, known before, refused with reasons (the first fifty)."""

    source: str = ""
    seen: int = 0
    created: int = 0
    known: int = 0
    failed: int = 0
    sealed: int = 0
    answered: int = 0
    dry_run: bool = False
    problems: list[tuple[int, str, str]] = field(default_factory=list)


def load_map(mapping: Path | Mapping[str, Any]) -> ImportMap:
    """A map from a file or a dict; Invalid with every problem when it lies."""
    try:
        raw = yaml.safe_load(mapping.read_text(encoding="utf-8")) if isinstance(mapping, Path) else mapping
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        said = " ".join(str(error).split())[:200]
        message = gettext_noop("The map cannot be read as YAML: {problem}")
        raise Invalid(Refusal("intake.map_unreadable", message, {"problem": said}), {"map": [said]}) from error
    try:
        return ImportMap.model_validate(raw)
    except ValidationError as error:
        fields = {".".join(map(str, one["loc"])) or "map": [one["msg"]] for one in error.errors()}
        said = "; ".join(f"{name}: {texts[0]}" for name, texts in fields.items())
        message = gettext_noop("The map cannot be used: {problems}")
        raise Invalid(Refusal("intake.map", message, {"problems": said}), fields) from error


def import_requests(
    path: Path,
    mapping: Path | Mapping[str, Any],
    *,
    actor: Actor,
    region: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
    errors_to: Path | None = None,
    at: datetime,
    batch: int = BATCH,
) -> Report:
    """Bring in a CSV or XLSX file. ``region`` holds for rows that name none; rows that cannot be used go to
    ``errors_to`` as they were, with the reason, also those of a region that nobody knows or that is not the actor's.
    Denied without the right in ``region``, Invalid for a file or map that lies."""
    shape = load_map(mapping)
    if region:
        require(actor, Permission.IMPORT, region)
    rows = _rows(path, shape)
    reader, report = RowReader(shape), Report(shape.source, dry_run=dry_run)
    run = None if dry_run else _begin(path, shape, actor, region, at)
    total = path.stat().st_size
    with _Rejects(errors_to) as rejects:
        job = _Job(actor, shape, at, report, run, rejects)
        for chunk in _chunks(rows, batch):
            good = []
            for line, raw in chunk:
                report.seen += 1
                row = reader.read(raw, latest=at, region=region)
                if isinstance(row, Row):
                    good.append((line, raw, row))
                else:
                    _refuse(report, rejects, line, raw, row)
            _bring_in(job, good)
            if progress is not None:
                progress(report.seen, total)
    if run is not None:
        ImportRun.objects.filter(pk=run.pk).update(finished_at=at)
    return report


@dataclass
class _Job:
    """One run of an import: who, by which map, when, and what has become of it so far."""

    actor: Actor
    shape: ImportMap
    at: datetime
    report: Report
    run: ImportRun | None
    rejects: _Rejects
    places: dict[str, Problem | None] = field(default_factory=dict)

    def not_here(self, code: str) -> Problem | None:
        """Why a row of this region cannot come in: nobody knows the region, or it is not the actor's."""
        if code not in self.places:
            self.places[code] = None
            try:
                get_region(code)
                require(self.actor, Permission.IMPORT, code)
            except Missing:
                self.places[code] = Problem("region", gettext_noop("nobody knows this region"), code)
            except Denied:
                self.places[code] = Problem("region", gettext_noop("your role brings in no requests here"), code)
        return self.places[code]


def _bring_in(job: _Job, good: Sequence[tuple[int, Mapping[str, str], Row]]) -> None:
    actor, shape, report, at = job.actor, job.shape, job.report, job.at
    keys = [row.key for _line, _raw, row in good]
    known = set(
        Request.objects.filter(source=shape.source, external_key__in=keys).values_list("external_key", flat=True)
    )
    fresh: list[NewRequest] = []
    origin: list[tuple[int, Mapping[str, str]]] = []
    for line, raw, row in good:
        if row.key in known:
            report.known += 1
            continue
        problem = job.not_here(row.region)
        if problem is not None:
            _refuse(report, job.rejects, line, raw, (problem,))
            continue
        known.add(row.key)
        fresh.append(_classified(row, at))
        origin.append((line, raw))
    if report.dry_run:
        report.created += len(fresh)
    elif fresh:
        with transaction.atomic():
            failed = write_batch(actor, shape, fresh, at)
            created = len(fresh) - len(failed)
            _advance_run(job.run, len(good), created, len(failed))
        report.created += created
        for index, error in failed.items():
            line, raw = origin[index]
            _refuse(report, job.rejects, line, raw, (Problem("row", error.message),))
        fresh = [one for index, one in enumerate(fresh) if index not in failed]
    report.sealed += sum(one.sealed for one in fresh)
    report.answered += sum(bool(one.row.reply) for one in fresh)


def _classified(row: Row, at: datetime) -> NewRequest:
    """The row with its class (the map's, else the suggested one from its first words) and whether it is sealed."""
    parameters = parameters_for(row.region, at.astimezone(BEIJING).date())
    suggestion = classify.suggest(model_for(parameters.categories), row.title, row.text[:160], limit=1, by_pairs=False)[
        0
    ]
    category = row.category if parameters.categories.get(row.category) else suggestion.code
    chosen = parameters.categories.get(category)
    sealed = bool(chosen and chosen.restricted) or bool(
        sensitive_words(f"{row.title}\n{row.text}", parameters.sensitive)
    )
    return NewRequest(row, category, suggestion.code, suggestion.confidence, sealed)


def _begin(path: Path, shape: ImportMap, actor: Actor, region: str, at: datetime) -> ImportRun:
    digest = hashlib.sha256()
    with path.open("rb") as body:
        while piece := body.read(1 << 20):
            digest.update(piece)
    county = county_of(region) if region else ""
    with transaction.atomic():
        note_use(get_type(TYPE), at)  # committed before the first batch, so that its rows do not each ask for it
        run, made = ImportRun.objects.get_or_create(
            county=county, source=shape.source, digest=digest.hexdigest(), region=region,
            defaults={"name": path.name[:200], "account": actor.account, "started_at": at},
        )  # fmt: skip
        record(
            actor.who(region), "intake.import", f"intake.importrun:{run.pk}", at=at, county=county,
            detail={"source": shape.source, "file": path.name[:200], "digest": run.digest, "again": not made},
        )  # fmt: skip
    return run


def _advance_run(run: ImportRun | None, seen: int, created: int, failed: int) -> None:
    if run is None:
        return
    run.rows_seen, run.rows_created = run.rows_seen + seen, run.rows_created + created
    run.rows_failed, run.rows_known = run.rows_failed + failed, run.rows_seen - run.rows_created - run.rows_failed
    run.save(update_fields=["rows_seen", "rows_created", "rows_failed", "rows_known"])


def _refuse(report: Report, rejects: _Rejects, line: int, raw: Mapping[str, str], problems: Sequence[Problem]) -> None:
    report.failed += 1
    said = "；".join(f"{one.field}: {_(one.message)}" + (f" ({one.value})" if one.value else "") for one in problems)
    if len(report.problems) < 50:
        report.problems.append((line, problems[0].field if problems else "", said))
    rejects.add(line, raw, said)


class _Rejects:
    """The rows that could not be used, in a file of their own: line, reason, and the row as it was."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.file: Any = None
        self.writer: Any = None

    def __enter__(self) -> _Rejects:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.file is not None:
            self.file.close()

    def add(self, line: int, raw: Mapping[str, str], said: str) -> None:
        """One row, written at once so that a crash loses none."""
        if self.path is None:
            return
        if self.file is None:
            self.file = self.path.open("w", encoding="utf-8-sig", newline="")
            self.writer = csv.writer(self.file)
            self.writer.writerow(["line", "reason", *raw])
        self.writer.writerow([line, said, *raw.values()])
        self.file.flush()


def _chunks(rows: Iterator[tuple[int, dict[str, str]]], size: int) -> Iterator[list[tuple[int, dict[str, str]]]]:
    chunk: list[tuple[int, dict[str, str]]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) >= size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _rows(path: Path, shape: ImportMap) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their number (the head is row 1); Invalid when the file is no table or lacks a column of the map."""
    if not path.is_file():
        raise Invalid(Refusal("intake.no_file", gettext_noop("{name} is not a file."), {"name": path.name[:100]}))
    if path.stat().st_size > HUGE:
        raise Invalid(Refusal("intake.file_size", gettext_noop("This file is larger than 1 GB; split it first.")))
    with path.open("rb") as body:
        first = body.read(4096)
    if first.startswith(b"PK\x03\x04"):
        return _book_rows(path, shape)
    if b"\x00" in first and not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Invalid(NO_TABLE)
    return _text_rows(path, shape)


def _text_rows(path: Path, shape: ImportMap) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(1 << 28)
    encoding = shape.encoding or sniff_encoding(path)
    with path.open(encoding=encoding, newline="", errors="strict") as file:
        reader = csv.DictReader(file, delimiter=shape.delimiter, restkey="", restval="")
        try:
            _need_columns(shape, reader.fieldnames or ())
            for number, row in enumerate(reader, start=2):
                kept = {str(name): value if isinstance(value, str) else "" for name, value in row.items() if name}
                yield number, kept
        except (UnicodeError, csv.Error) as error:
            raise Invalid(NO_TABLE) from error


def _book_rows(path: Path, shape: ImportMap) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid(NO_TABLE) from error
    if shape.sheet and shape.sheet not in book.sheetnames:
        raise Invalid(
            Refusal("intake.no_sheet", gettext_noop("There is no sheet called {name}."), {"name": shape.sheet})
        )
    sheet = book[shape.sheet] if shape.sheet else book[book.sheetnames[0]]
    lines = sheet.iter_rows(values_only=True)
    head = [str(cell or "") for cell in next(lines, ())]
    _need_columns(shape, head)
    for number, cells in enumerate(lines, start=2):
        if any(cell is not None for cell in cells):
            yield number, {name: _cell(value) for name, value in zip(head, cells, strict=False) if name}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _need_columns(shape: ImportMap, head: Sequence[str]) -> None:
    absent = [column for column in shape.columns.values() if column not in head]
    if absent:
        message = gettext_noop("The file has no column {columns}; it has: {head}")
        params = {"columns": ", ".join(absent), "head": ", ".join(head)[:300]}
        raise Invalid(Refusal("intake.no_column", message, params), {"columns": absent})


def sniff_encoding(path: Path) -> str:
    """utf-8 (with or without mark) when the whole file is that, else gb18030; UTF-16 by its mark."""
    with path.open("rb") as body:
        if body.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        body.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := body.read(SAMPLE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"
