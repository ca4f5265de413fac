// Copies data-copy, or this page's address.
import { say } from '../say'

export default function copy(button: HTMLElement): void {
  if (!navigator.clipboard) {
    button.hidden = true
    return
  }
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy || location.href)
    say(button.dataset.copied ?? '✓')
  })
}
