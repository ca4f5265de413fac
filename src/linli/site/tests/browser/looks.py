"""What is asked of every page, whoever looks at it and however: one heading, no overflow, no stray word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from linli.site.tests.browser.addresses import Stop
from linli.site.tests.browser.visitors import Face, Visitors, watched
from linli.site.tests.house import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "link-in-text-block"]  # what another theme can change
LATIN = re.compile(r"(?:[A-Za-z][A-Za-z'’]+[ ,;:]+){2,}[A-Za-z]{2,}")
NAMES = re.compile(  # what stays in Latin letters on a Chinese page
    r"\w+_\w+|PostgreSQL|GB/T [\d.-]+|Google Authenticator|Microsoft Authenticator|Mozilla/5.0.*|Linux.*|curl .*|https?://\S+"
)

OWN = re.compile(r"[?&](draft|key)=[0-9a-f-]+")  # each visit of a form has its own

RUN_AXE = """async ([tags, rules]) => {
  const result = await axe.run(document, {
    runOnly: rules.length ? {type: 'rule', values: rules} : {type: 'tag', values: tags},
    resultTypes: ['violations'], preload: false,
  });
  const why = (one, node) => (node.any[0] || node.all[0] || node.none[0] || {message: one.help}).message;
  return result.violations.flatMap(one => one.nodes.slice(0, 4).map(node =>
    `${one.id}: ${node.target.join(' ')}: ${why(one, node)}: ${node.html.slice(0, 160)}`));
}"""

FRAME = """() => ({
  title: document.title.trim(),
  headings: [...document.querySelectorAll('h1')].map(one => one.textContent.trim()),
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  culprits: [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.right <= document.documentElement.clientWidth + 1) return false;
    if (!one.checkVisibility({checkVisibilityCSS: true})) return false;
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible') return false;
    return true;
  }).slice(0, 4).map(one => `${one.outerHTML.slice(0, 120)} to ${Math.round(one.getBoundingClientRect().right)}`),
})"""

WORDS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (['SCRIPT', 'STYLE', 'CODE', 'TEXTAREA', 'KBD'].includes(holder.tagName)) continue;
    if (holder.closest('[lang=en]:not(html)')) continue;
    const words = walk.currentNode.textContent.replace(/\\s+/g, ' ').trim();
    if (words) found.push(words);
  }
  for (const one of document.querySelectorAll('[aria-label],[placeholder],[title],[alt]'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
      if (one.getAttribute(name)) found.push(one.getAttribute(name));
  return [document.title, ...found];
}"""

# A link in a running text may be as low as its line (WCAG 2.5.8, inline); a tick or a radio button is its label.
TARGETS = """() => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')]
  .map(one => (one.matches('[type=checkbox],[type=radio]') && (one.closest('label') || one.labels[0])) || one)
  .filter(one => one.checkVisibility({checkVisibilityCSS: true}) && !one.closest('.visually-hidden, .li-skip')
    && getComputedStyle(one).display !== 'inline' && !one.matches('.visually-hidden'))
  .map(one => ({height: one.getBoundingClientRect().height, html: one.outerHTML.slice(0, 140)}))"""

FUNCTIONS = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('[popover]')) { try { one.showPopover(); } catch { } }
  const words = one => one.textContent.replace(/\\s+/g, ' ').trim();
  const named = one => one.matches('a') ? one.getAttribute('href') : one.matches('summary') ? words(one)
    : `${one.name || one.id} ${one.matches('button,[type=radio]') ? one.value || words(one) : ''}`;
  return [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')]
    .filter(one => one.checkVisibility({checkVisibilityCSS: true}))
    .map(one => `${one.tagName.toLowerCase()} ${named(one)}`)
    .filter(one => !one.startsWith('button elder'));
}"""

LETTERS = "() => parseFloat(getComputedStyle(document.querySelector('main') || document.body).fontSize)"
TURN = """theme => {  // at once: colours on their way from one theme to the other belong to neither
  const still = new CSSStyleSheet();
  still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
  document.adoptedStyleSheets = [still];
  document.documentElement.setAttribute('data-bs-theme', theme);
}"""


@dataclass
class Looks:
    """Goes to addresses as people see them and says what is wrong there."""

    visitors: Visitors
    open: dict[tuple[str, Face], tuple[Any, list[str]]] = field(default_factory=dict)

    def close(self) -> None:
        for page, _wrong in self.open.values():
            page.context.close()

    def go(self, stop: Stop, face: Face) -> tuple[Any, list[str]]:
        """The page of a stop, reached by its person, and what went wrong on the way."""
        key = (stop.person, face)
        if key not in self.open:
            page = self.visitors.sit_down(stop.person, face)
            self.open[key] = (page, watched(page, self.visitors.town.url))
        page, wrong = self.open[key]
        wrong.clear()
        stop.reach(page, self.visitors.town)
        return page, wrong


def framed(page: Any) -> list[str]:
    """One heading, a title, nothing wider than the screen."""
    seen = page.evaluate(FRAME)
    wrong = [] if seen["title"] else ["the page has no title"]
    if len(seen["headings"]) != 1 or not seen["headings"][0]:
        wrong.append(f"the page has {len(seen['headings'])} main headings: {seen['headings']}")
    if seen["wide"] > 0:
        wrong.append(f"the page is {seen['wide']} px wider than the screen: {seen['culprits']}")
    return wrong


def english(page: Any) -> list[str]:
    """English sentences on a Chinese page."""
    said = {words for words in page.evaluate(WORDS) if LATIN.search(NAMES.sub("", words))}
    return [f"not translated: {words[:120]}" for words in sorted(said)]


def low(page: Any, least: float) -> list[str]:
    """Things to press that are lower than ``least`` pixels."""
    return [
        f"{one['height']:.0f} px high: {one['html']}" for one in page.evaluate(TARGETS) if one["height"] < least - 0.5
    ]


def axe(page: Any, *rules: str) -> list[str]:
    """What axe finds, by all tags or by some rules only."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(RUN_AXE, [TAGS, list(rules)]))


def axe_in(page: Any, theme: str) -> list[str]:
    """What axe finds about the same page in another theme."""
    page.evaluate(TURN, theme)
    return [f"in {theme}: {one}" for one in axe(page, *CONTRAST)]


def functions(page: Any) -> set[str]:
    """Everything one can press or fill in, also what is folded away."""
    return {OWN.sub("", one) for one in page.evaluate(FUNCTIONS)}


def letters(page: Any) -> float:
    """The height of the letters of running text in pixels."""
    return float(page.evaluate(LETTERS))
