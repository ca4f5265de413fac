"""Rows as a file that is safe to open: no cell becomes a formula, every sheet says who took it out, when and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | datetime | None


def harmless(value: Cell) -> Cell:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str):
        cleaned = ILLEGAL_CHARACTERS_RE.sub("", value)
        return f"'{cleaned}" if cleaned.startswith(DANGEROUS) else cleaned
    return value


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]], watermark: str) -> bytes:
    """UTF-8 with a mark that spreadsheets understand; the watermark is the first line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([harmless(watermark)])
    writer.writerow(head)
    for row in rows:
        writer.writerow(["" if cell is None else _written(harmless(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> Cell:
    return cell.strftime("%Y-%m-%d %H:%M") if isinstance(cell, datetime) else cell


def as_xlsx(head: Sequence[str], rows: Iterable[Sequence[Cell]], watermark: str, title: str) -> bytes:
    """A workbook with one sheet; texts are stored as texts, the watermark stands in the first row and in the footer."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.oddFooter.center.text = watermark.replace("&", "&&")[:200]
    sheet.append([_text(sheet, watermark)])
    sheet.append([_text(sheet, name) for name in head])
    for row in rows:
        sheet.append([_text(sheet, cell) if isinstance(cell, str) else _plain(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    return cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell


def _text(sheet: Any, value: Cell) -> Any:
    cell = WriteOnlyCell(sheet, value=str(harmless(value)))
    cell.data_type = "s"
    return cell
