"""Keep the message catalogues: extract msgids, drop what is gone, compile, and refuse what is not translated.

    python tools/messages.py update [FOLDER ...]  msgids of code and templates into each package's zh_Hans catalogue
    python tools/messages.py compile              every .po that changed into its .mo (make does it before demo, test)
    python tools/messages.py check                fails on untranslated, fuzzy, outdated or contradictory messages

English is written in the code; Simplified Chinese is the default language and has to be complete. Babel does the
reading and writing, so no GNU gettext is needed. Messages of ``base`` (no Django app) are kept by ``site``.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "linli"
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
UNSTABLE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid).*\n', re.M
)
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def packages() -> list[Path]:
    """Every folder that keeps a catalogue: kernel, domains and exchange packages, and the site."""
    floors = [path for floor in ("kernel", "domains", "exchange") for path in (SOURCE / floor).iterdir()]
    return [*sorted(path for path in floors if (path / "apps.py").exists()), SOURCE / "site"]


def catalogue_of(package: Path) -> Path:
    return package / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def sources(package: Path) -> Iterator[Path]:
    folders = [package, SOURCE / "base"] if package.name == "site" else [package]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            if {"tests", "migrations", "static", "node_modules", "__pycache__"} & set(inside):
                continue
            if path.suffix == ".py" or (path.suffix in {".html", ".txt", ".svg", ".xml"} and "templates" in inside):
                yield path


def python_text(path: Path) -> bytes:
    """The file as Python that Babel can read; templates are rewritten by Django's own templatize."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        from django.utils.translation.template import templatize  # needs configured settings

        text = templatize(text, origin=str(path))
    return text.encode()


def template_of(package: Path) -> Catalog:
    """The msgids found in a package now, without translations."""
    found = Catalog(project="Linli", charset="utf-8")
    for path in sources(package):
        place = str(path.relative_to(ROOT))
        rows = extract("python", io.BytesIO(python_text(path)), keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in rows:
            found.add(message, locations=[(place, 0)], context=context)
    return found


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGE, project="Linli", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=LANGUAGE)


def write(path: Path, catalog: Catalog) -> bool:
    """Write the catalogue without dates or line numbers: it changes only when words do. True when it changed."""
    for message in catalog:
        message.locations = sorted({(place, None) for place, _ in message.locations})
    catalog.header_comment = "# Linli messages in Simplified Chinese."
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=120, include_lineno=False, ignore_obsolete=True, sort_output=True)
    text = UNSTABLE.sub("", buffer.getvalue().decode())
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def fresh(package: Path) -> Catalog:
    """The catalogue as it ought to be: today's msgids with the translations that exist."""
    catalog = read(catalogue_of(package))
    catalog.update(template_of(package), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def words(value: object) -> tuple[str, ...]:
    if isinstance(value, (tuple, list)):
        return tuple(str(part or "") for part in value)
    return (str(value or ""),)


def update(folders: list[str]) -> int:
    for package in [Path(name).resolve() for name in folders] or packages():
        catalog = fresh(package)
        if len(catalog) == 0:
            continue
        changed = write(catalogue_of(package), catalog)
        waiting = [message for message in catalog if message.id and not all(words(message.string))]
        note = "changed" if changed else "same"
        print(f"{package.relative_to(SOURCE)}: {len(catalog)} messages, {len(waiting)} to translate ({note})")
    return 0


def compile_all() -> int:
    for package in packages():
        source = catalogue_of(package)
        if not source.exists():
            continue
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        part = target.with_suffix(".part")
        with part.open("wb") as stream:
            write_mo(stream, read(source))
        part.replace(target)
    return 0


def complaints(package: Path, seen: dict[tuple[str, object], tuple[str, Path]]) -> Iterator[str]:
    """What is wrong with one package's messages, one line each."""
    name = package.relative_to(SOURCE)
    kept, wanted = read(catalogue_of(package)), template_of(package)
    for message in wanted:
        if not message.id:
            continue
        original = words(message.id)[0]
        translated = kept.get(original, context=message.context)
        if translated is None:
            yield f"{name}: not in the catalogue: {original!r} (run tools/messages.py update)"
            continue
        texts = words(translated.string)
        if translated.fuzzy or not all(text.strip() for text in texts):
            yield f"{name}: not translated: {original!r}"
        elif any(set(PLACES.findall(text)) - set(PLACES.findall(" ".join(words(message.id)))) for text in texts):
            yield f"{name}: the translation has another {{place}} than {original!r}"
        else:
            first = seen.setdefault((original, message.context), (texts[0], name))
            if first[0] != texts[0]:
                yield f"{name}: {original!r} is {texts[0]!r} here, {first[0]!r} in {first[1]}: use pgettext"
    for message in kept:
        if message.id and wanted.get(words(message.id)[0], context=message.context) is None:
            yield f"{name}: no longer used: {words(message.id)[0]!r} (run tools/messages.py update)"


def check() -> int:
    seen: dict[tuple[str, object], tuple[str, Path]] = {}
    found = [line for package in packages() for line in complaints(package, seen)]
    for line in found:
        print(line)
    print(f"messages: {len(found)} complaints, {len(seen)} messages complete")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    match arguments:
        case ["update", *folders]:
            return update(folders)
        case ["compile"]:
            return compile_all()
        case ["check"]:
            return check()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
