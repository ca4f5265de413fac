// Light, dark and contrast change at once; the form still tells the server, which remembers by cookie.
export default function theme(root: HTMLElement): void {
  if (!(root instanceof HTMLFormElement)) return
  const page = document.documentElement
  root.addEventListener('submit', (event) => {
    const button = (event as SubmitEvent).submitter
    if (!(button instanceof HTMLButtonElement) || button.name !== 'theme') return
    event.preventDefault()
    const form = new FormData(root, button)
    if (button.value === 'auto') page.removeAttribute('data-bs-theme')
    else page.setAttribute('data-bs-theme', button.value)
    for (const one of root.querySelectorAll('[name=theme]')) one.removeAttribute('aria-current')
    button.setAttribute('aria-current', 'true')
    void fetch(root.action, { method: 'POST', body: form, redirect: 'manual' })
  })
}
