// How many characters are left, said when one pauses.
import { left } from '../pure/count'

export default function counter(root: HTMLElement): void {
  if (!(root instanceof HTMLTextAreaElement || root instanceof HTMLInputElement)) return
  const most = root.maxLength
  if (most <= 0) return
  const shown = document.createElement('div')
  shown.className = 'li-counter'
  shown.setAttribute('aria-live', 'polite')
  root.after(shown)
  const update = (): void => {
    const rest = left(root.value, most)
    shown.textContent = `${most - rest} / ${most}`
    shown.classList.toggle('is-over', rest < 0)
  }
  let waiting = 0
  root.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = window.setTimeout(update, 250)
  })
  update()
}
