// The desk by keys: j k to move, Enter opens (it is a link), x picks, a to the actions, / searches, ? explains.
import { moved } from '../pure/list'

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

export default function keyboard(): void {
  const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const dialog = document.getElementById('keys')

  const move = (step: number): void => {
    const all = rows()
    const here = all.findIndex((row) => row === document.activeElement)
    const current = here >= 0 ? here : all.findIndex((row) => row.hasAttribute('aria-current'))
    const next = all[moved(current, step, all.length)]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }

  const keys: Record<string, () => void> = {
    j: () => move(1),
    k: () => move(-1),
    a: () => document.querySelector<HTMLElement>('.li-actions a, .li-actions button')?.focus(),
    x: () => document.activeElement?.closest('.li-row-pick')?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click(),
    '/': () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
    '?': () => dialog instanceof HTMLDialogElement && !dialog.open && dialog.showModal(),
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return
    const act = keys[event.key]
    if (!act || document.querySelector('dialog[open]')) return
    event.preventDefault()
    act()
  })
}
