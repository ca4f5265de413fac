"""Names of files as they came from outside: made harmless, never trusted."""

from __future__ import annotations

import unicodedata

from linli.kernel.files.rules.kinds import ENDINGS

_LONGEST = 120
_FORBIDDEN = set('<>:"/\\|?*')


def clean_name(name: str, media_type: str) -> str:
    """A name without path, control or direction-changing signs, at most 120 characters, whose ending tells what the
    content really is."""
    bare = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc, Cf and Co hide things: a right-to-left mark turns "gpj.exe" into what looks like a picture.
    bare = "".join(sign for sign in bare if unicodedata.category(sign)[0] != "C" and sign not in _FORBIDDEN)
    bare = " ".join(bare.split()).strip(". ")
    endings = ENDINGS[media_type]
    stem, dot, ending = bare.rpartition(".")
    if dot and f".{ending.lower()}" in endings:
        return f"{stem[:_LONGEST].rstrip('. ') or 'file'}.{ending.lower()}"
    return f"{bare[:_LONGEST].rstrip('. ') or 'file'}{endings[0]}"
