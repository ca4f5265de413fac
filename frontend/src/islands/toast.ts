// Short words at the foot of the page. Also says when the network or the server did not answer.
export default function toast(root: HTMLElement): void {
  const show = (words: string): void => {
    const note = document.createElement('div')
    note.className = 'li-toast'
    note.textContent = words
    root.append(note)
    setTimeout(() => note.remove(), 6000)
  }
  document.addEventListener('linli:say', (event) => show((event as CustomEvent<string>).detail))
  document.addEventListener('htmx:sendError', () => show(root.dataset.offline ?? ''))
  document.addEventListener('htmx:responseError', () => show(root.dataset.failed ?? ''))
}
