"""Make the README's pictures in docs/pictures from a running demonstration.

    .venv/bin/python tools/pictures.py [NAME …]

Starts a demonstration in a home of its own, tells one request's life in Chromium as people would, takes the pictures on
the way, lays telephones side by side, and writes palette PNGs of at most 250 KB. The names are those in README.md.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from linli.site.tests.browser.town import demonstration
from linli.site.tests.browser.visitors import DESK, PHONE, Face, Visitors

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 250_000  # bytes
COLOURS = (256, 192, 128, 96, 64)
TALL = {"width": 1216, "height": 1142}  # of the shape of the wide picture between telephones
HOME = "410102001002"
PLACE = "桐柏路191号院2号楼西侧"
WORDS = "2号楼西侧的污水井盖松了，自行车压过去会翘起来，放学时孩子很多，请尽快来人固定。"
ANSWER = "今天上午已更换井盖并加装防坠网，三十日内每周复查一次，由网格员赵小军负责。"

SHEET = """<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; background: #ebe9e2; color: #1b2733;
         font: 500 17px/1.5 "Noto Sans CJK SC", "Noto Sans SC", sans-serif }
  main { display: inline-flex; gap: 28px; padding: 28px; align-items: stretch }
  figure { margin: 0; display: flex; flex-direction: column }
  img { display: block; border-radius: 26px; border: 1px solid #cfcbc0; box-shadow: 0 6px 22px rgb(27 39 51 / .12) }
  img.wide { border-radius: 12px }
  figcaption { padding-top: 14px; display: flex; gap: 10px; align-items: baseline }
  b { flex: none; width: 26px; height: 26px; line-height: 26px; text-align: center; border-radius: 50%;
      background: #0b6b63; color: #fff; font-size: 14px }
  small { display: block; color: #52606d; font-size: 14px; font-weight: 400 }
</style><main>FIGURES</main>"""


class Album:
    """Pictures taken on the way, and where finished ones go."""

    def __init__(self, browser: Any, wanted: set[str]) -> None:
        self.browser = browser
        self.wanted = wanted
        self.taken: dict[str, bytes] = {}

    def take(self, name: str, page: Any, scroll_to: str = "") -> None:
        """What the screen shows now."""
        page.wait_for_load_state("networkidle")
        page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0) }")
        if scroll_to:
            page.locator(scroll_to).first.evaluate("one => scrollTo(0, one.getBoundingClientRect().top - 80)")
        self.taken[name] = page.screenshot()

    def lay(self, *pieces: tuple[str, int, str]) -> bytes:
        """Some taken pictures side by side: name, width, and a caption (or none)."""
        figures, height = [], round(pieces[0][1] * PHONE[1] / PHONE[0])
        for number, (name, width, caption) in enumerate(pieces, 1):
            source = base64.b64encode(self.taken[name]).decode()
            wide = ' class="wide"' if width > 500 else ""
            words = f"<figcaption><b>{number}</b><span>{caption}</span></figcaption>" if caption else ""
            size = f'width="{width}" height="{height}"'
            figures.append(f'<figure><img{wide} {size} src="data:image/png;base64,{source}">{words}</figure>')
        page = self.browser.new_page(viewport={"width": 2400, "height": 1200}, device_scale_factor=1)
        try:
            page.set_content(SHEET.replace("FIGURES", "".join(figures)))
            page.wait_for_function("() => [...document.images].every(one => one.complete)")
            return bytes(page.locator("main").screenshot())
        finally:
            page.close()

    def keep(self, name: str, picture: bytes) -> None:
        """Write a picture small enough to load quickly, with as many colours as that allows."""
        if self.wanted and name not in self.wanted:
            return
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        packed = b""
        for colours in COLOURS:
            out = io.BytesIO()
            image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
            packed = out.getvalue()
            if len(packed) <= LARGEST:
                break
        if len(packed) > LARGEST:
            raise SystemExit(f"{name}.png does not fit into {LARGEST} bytes, even with {COLOURS[-1]} colours.")
        PICTURES.mkdir(parents=True, exist_ok=True)
        (PICTURES / f"{name}.png").write_bytes(packed)
        print(f"  docs/pictures/{name}.png  {image.width} × {image.height}  {len(packed) / 1000:.0f} kB", flush=True)


def press(page: Any, selector: str) -> None:
    page.click(selector)
    page.wait_for_load_state("networkidle")


def say(phone: Any, album: Album) -> tuple[str, str]:
    """The resident's three steps and the receipt; the number and the link to follow."""
    phone.goto("/")
    album.take("portal", phone)
    phone.fill("#ask", WORDS)
    press(phone, ".li-ask .btn-accent")
    phone.fill("#place", f"碧沙岗社区 {PLACE}")
    press(phone, "button[name=find]")
    phone.locator(f"input[type=radio][value='{HOME}']").first.check()
    album.take("where", phone)
    press(phone, "main .li-buttons .btn-primary")
    album.take("what", phone)
    press(phone, "main .li-buttons .btn-primary")
    phone.check("#named")
    phone.fill("#id_name", "李玉兰")
    phone.fill("#id_phone", "13800010001")
    album.take("who", phone)
    press(phone, "main .li-buttons .btn-accent")
    album.take("receipt", phone)
    number = phone.locator(".li-receipt-number").first.inner_text()
    return number, str(phone.get_attribute(".li-receipt .btn-primary", "href"))


def step(desk: Any, case: str, name: str, fill: Callable[[Any], None] = lambda _page: None) -> None:
    """One step on the desk."""
    desk.goto(f"{case}{name}/")
    fill(desk)
    press(desk, "main form .btn-accent")


def called_back(desk: Any) -> None:
    for name in ("reached", "responded", "solved", "satisfied"):
        desk.check(f"input[name={name}][value=yes]")


def tell(visitors: Visitors, album: Album) -> None:
    """One request's life, with a picture wherever the README shows one."""
    phone = visitors.sit_down("li", device_scale_factor=2)
    number, link = say(phone, album)
    desk = visitors.sit_down("wang", Face(size=DESK))
    desk.goto("/desk/requests/")
    album.take("desk", desk)
    press(desk, f".li-row:has-text('{number}')")
    case = desk.url
    step(desk, case, "accept")
    desk.goto(case)
    album.take("case", desk)
    phone.goto(link)
    album.take("handled", phone)
    step(desk, case, "reply", lambda page: page.fill("[name=text]", ANSWER))
    desk.set_viewport_size(TALL)
    desk.goto(case)
    album.take("case tall", desk)
    step(desk, case, "call_back", called_back)
    step(desk, case, "close")
    phone.goto(link)
    album.take("answered", phone, scroll_to="h2:has-text('办理经过')")
    phone.check("input[name=grade][value='5']")
    album.take("rated", phone, scroll_to="form:has(input[name=grade])")
    large = visitors.sit_down("li", Face(elder=True), device_scale_factor=2)
    large.goto("/")
    album.take("portal large", large)
    numbers = visitors.sit_down("chen", Face(size=DESK))
    numbers.goto("/desk/requests/numbers/")
    album.take("numbers", numbers)


def finish(album: Album) -> None:
    album.keep("portal", album.lay(("portal", 390, ""), ("portal large", 390, "")))
    album.keep("say", album.lay(("where", 390, ""), ("what", 390, ""), ("who", 390, "")))
    album.keep("receipt", album.lay(("receipt", 390, ""), ("handled", 390, "")))
    for name in ("desk", "case", "numbers"):
        album.keep(name, album.taken[name])
    album.keep(
        "tour",
        album.lay(
            ("what", 330, "说一件事<small>Say it</small>"),
            ("receipt", 330, "拿到回执<small>Keep the receipt</small>"),
            ("case tall", 760, "社区受理、办理、答复<small>The community takes it up, handles and answers it</small>"),
            ("answered", 330, "看到答复<small>Read the answer</small>"),
            ("rated", 330, "打个分<small>Rate it</small>"),
        ),
    )


def main(wanted: list[str]) -> int:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed. On Debian: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    print("Starting a demonstration of its own …", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="linli-pictures-") as folder,
        demonstration(Path(folder) / "made", Path(folder) / "home") as town,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        album = Album(browser, set(wanted))
        tell(Visitors(browser, town), album)
        finish(album)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
