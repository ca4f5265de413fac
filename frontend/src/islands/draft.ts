// Words typed into a long form outlive a lost connection or a wrong tap, as long as the tab is open; never longer.
import { keepable } from '../pure/draft'

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

export default function draft(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) return
  const form = root
  const key = `draft:${form.dataset.draft ?? location.pathname}`
  const controls = (): Control[] =>
    [...form.elements].filter((one): one is Control => {
      if (!(one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement)) return false
      return keepable({ name: one.name, type: one.type, autocomplete: one.autocomplete, isPrivate: 'private' in one.dataset })
    })
  const chosen = (one: Control): boolean => !(one instanceof HTMLInputElement && ['radio', 'checkbox'].includes(one.type))

  const kept = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Record<string, string>
  if (!form.querySelector('[aria-invalid=true]'))
    for (const one of controls()) {
      const value = kept[one.name]
      if (value === undefined) continue
      if (chosen(one)) one.value ||= value
      else if (one.value === value) (one as HTMLInputElement).checked = true
    }

  let waiting = 0
  form.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = window.setTimeout(() => {
      const now: Record<string, string> = {}
      for (const one of controls()) if (chosen(one) ? one.value : (one as HTMLInputElement).checked) now[one.name] = one.value
      try {
        sessionStorage.setItem(key, JSON.stringify(now))
      } catch {
        // A full or forbidden store loses the convenience, nothing else.
      }
    }, 400)
  })
  form.addEventListener('submit', () => {
    clearTimeout(waiting)
    sessionStorage.removeItem(key)
  })
}
