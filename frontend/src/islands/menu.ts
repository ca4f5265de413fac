// A <details> menu closes when one presses Escape or taps elsewhere.
export default function menu(root: HTMLElement): void {
  if (!(root instanceof HTMLDetailsElement)) return
  document.addEventListener('click', (event) => {
    if (root.open && !root.contains(event.target as Node)) root.open = false
  })
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    root.open = false
    root.querySelector('summary')?.focus()
  })
}
