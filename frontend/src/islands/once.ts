// A form is sent once: a second click while it is on its way does nothing. Coming back by the back button frees it.
export default function once(form: HTMLElement): void {
  let sent = false
  form.addEventListener('submit', (event) => {
    if (sent) return event.preventDefault()
    setTimeout(() => {
      if (event.defaultPrevented) return
      sent = true
      form.setAttribute('aria-busy', 'true')
      for (const button of form.querySelectorAll('button')) button.classList.add('is-busy')
    })
  })
  addEventListener('pageshow', () => {
    sent = false
    form.removeAttribute('aria-busy')
    for (const button of form.querySelectorAll('button')) button.classList.remove('is-busy')
  })
}
