"""Drawing pictures anew: what comes out holds pixels only, upright, in sRGB; no EXIF, no place, no stowaways behind
the end."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from linli.base.errors import Refusal, Refused
from linli.base.text import gettext_noop

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_SAVE: dict[str, dict[str, object]] = {
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 88, "method": 4},
}
_TOO_MANY = gettext_noop("This picture has too many pixels: at most {most} million.")


class Unreadable(Exception):
    """The signature promised a picture that isn't there."""


def redraw(
    source: Path, target: Path, smaller: Mapping[Path, int], media_type: str, most_pixels: int
) -> tuple[int, int]:
    """Write the cleaned picture and its smaller JPEGs (path → longest side, pixels); returns (width, height) as shown.

    Refused above ``most_pixels`` before a pixel is decoded; Unreadable when the decoder finds no whole picture.
    """
    form = _FORMATS[media_type]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=[form]) as opened:
                if opened.width * opened.height > most_pixels:
                    raise _too_many(most_pixels)
                picture = _upright(opened, form)
    except Image.DecompressionBombError as problem:
        raise _too_many(most_pixels) from problem
    except Image.DecompressionBombWarning as problem:
        raise _too_many(most_pixels) from problem
    except Refused:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError) as problem:
        # Pillow's plugins answer a damaged picture with any of these; a full disk can't come from reading.
        raise Unreadable(str(problem)) from problem
    picture.save(target, form, **_SAVE[form])
    for path, side in smaller.items():
        thumbnail = picture.copy()
        thumbnail.thumbnail((side, side), Image.Resampling.LANCZOS)
        _on_white(thumbnail).save(path, "JPEG", quality=82, optimize=True, progressive=True)
    return picture.size


def _too_many(most: int) -> Refused:
    return Refused(Refusal("files.too_many_pixels", _TOO_MANY, {"most": most // 1_000_000}))


def _upright(opened: Image.Image, form: str) -> Image.Image:
    """The first frame, turned as its camera meant, in sRGB, as a fresh picture that carries no notes along."""
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    profile = opened.info.get("icc_profile")
    alpha = form != "JPEG" and (turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info)
    mode = "RGBA" if alpha else "RGB"
    colours = _in_srgb(turned, profile) if isinstance(profile, bytes) and not alpha else turned
    plain = colours.convert(mode)
    clean = Image.new(mode, plain.size)
    clean.paste(plain)
    return clean


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the camera meant them; a profile that can't be read is left out rather than the picture refused."""
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return turned if turned is not None else picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
