// <time datetime="…" data-island="countdown">: how long is left, kept true while the page is open.
import { distance, untilNext } from '../pure/time'
import { language } from '../say'

export default function countdown(root: HTMLElement): void {
  const to = Date.parse(root.getAttribute('datetime') ?? '')
  if (Number.isNaN(to)) return
  const tick = (): void => {
    if (!root.isConnected) return
    root.textContent = distance(to, Date.now(), language())
    setTimeout(tick, untilNext(to, Date.now()))
  }
  tick()
}
