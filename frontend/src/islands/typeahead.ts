// A place or a person found while typing: an ARIA combobox over a plain GET form. The server answers with
// <li data-value="CODE" data-text="shown in the field">…</li>; without a script the same field is simply sent.
import { moved } from '../pure/list'

export default function typeahead(root: HTMLElement): void {
  const input = root.querySelector<HTMLInputElement>('input:not([type=hidden])')
  const value = root.querySelector<HTMLInputElement>('input[type=hidden]')
  const source = root.dataset.source
  if (!input || !source) return
  const list = document.createElement('ul')
  list.className = 'li-combo-list'
  list.id = `${input.id || input.name}-list`
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', root.querySelector('label')?.textContent ?? '')
  list.hidden = true
  ;(input.closest('.li-combo') ?? root).append(list)
  input.setAttribute('role', 'combobox')
  input.setAttribute('aria-autocomplete', 'list')
  input.setAttribute('aria-controls', list.id)
  input.setAttribute('aria-expanded', 'false')
  input.autocomplete = 'off'

  let at = -1
  let asked = 0
  let running: AbortController | null = null
  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')]

  const close = (): void => {
    list.hidden = true
    at = -1
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
  }

  const mark = (next: number): void => {
    at = next
    options().forEach((option, n) => option.setAttribute('aria-selected', String(n === at)))
    const chosen = options()[at]
    if (chosen) input.setAttribute('aria-activedescendant', chosen.id)
    chosen?.scrollIntoView({ block: 'nearest' })
  }

  const choose = (option: HTMLElement): void => {
    input.value = option.dataset.text ?? option.textContent?.trim() ?? ''
    if (value) value.value = option.dataset.value ?? ''
    close()
    ;(value ?? input).dispatchEvent(new Event('change', { bubbles: true }))
  }

  const ask = async (): Promise<void> => {
    running?.abort()
    const words = input.value.trim()
    if (words.length < Number(root.dataset.least ?? 1)) return close()
    running = new AbortController()
    try {
      const answer = await fetch(`${source}${source.includes('?') ? '&' : '?'}q=${encodeURIComponent(words)}`, {
        headers: { 'HX-Request': 'true' },
        signal: running.signal,
      })
      if (!answer.ok) return close()
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const found = [...page.querySelectorAll<HTMLElement>('[data-value]')]
      list.replaceChildren(
        ...found.map((one, n) => {
          const option = document.createElement('li')
          option.id = `${list.id}-${n}`
          option.setAttribute('role', 'option')
          option.setAttribute('aria-selected', 'false')
          option.dataset.value = one.dataset.value ?? ''
          option.dataset.text = one.dataset.text ?? one.textContent?.trim() ?? ''
          // An option holds words only: a link inside it could not be reached.
          const words = one.cloneNode(true) as HTMLElement
          for (const link of words.querySelectorAll('a')) link.replaceWith(...link.childNodes)
          option.append(...words.childNodes)
          return option
        }),
      )
      at = -1
      list.hidden = found.length === 0
      input.setAttribute('aria-expanded', String(found.length > 0))
    } catch (error) {
      if ((error as Error).name !== 'AbortError') close()
    }
  }

  input.addEventListener('input', () => {
    if (value) value.value = ''
    clearTimeout(asked)
    asked = window.setTimeout(() => void ask(), 180)
  })
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || list.hidden) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      mark(moved(at, step, options().length))
    } else if (event.key === 'Enter' && at >= 0) {
      event.preventDefault()
      choose(options()[at]!)
    } else if (event.key === 'Escape') close()
  })
  list.addEventListener('mousedown', (event) => {
    const option = (event.target as HTMLElement).closest<HTMLElement>('[role=option]')
    if (!option) return
    event.preventDefault()
    choose(option)
  })
  input.addEventListener('blur', () => setTimeout(close, 120))
}
