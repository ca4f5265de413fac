// Speech to text by the device itself, where the browser offers it; elsewhere the button goes away.
import { language } from '../say'

interface Hearing {
  lang: string
  interimResults: boolean
  continuous: boolean
  start(): void
  stop(): void
  onresult: ((event: { resultIndex: number; results: ArrayLike<ArrayLike<{ transcript: string }>> }) => void) | null
  onend: (() => void) | null
  onerror: (() => void) | null
}

export default function dictate(button: HTMLElement): void {
  const ears = window as unknown as Record<string, (new () => Hearing) | undefined>
  const Recogniser = ears.SpeechRecognition ?? ears.webkitSpeechRecognition
  const field = document.getElementById(button.dataset.for ?? '')
  if (!Recogniser || !(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) {
    button.hidden = true
    return
  }
  let hearing: Hearing | null = null
  const stopped = (): void => {
    hearing = null
    button.setAttribute('aria-pressed', 'false')
  }
  button.setAttribute('aria-pressed', 'false')
  button.classList.add('li-dictate')
  button.addEventListener('click', () => {
    if (hearing) return hearing.stop()
    hearing = new Recogniser()
    hearing.lang = language().startsWith('zh') ? 'zh-CN' : 'en-GB'
    hearing.continuous = true
    hearing.interimResults = false
    hearing.onresult = (event) => {
      for (let n = event.resultIndex; n < event.results.length; n += 1) field.value += event.results[n]?.[0]?.transcript ?? ''
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    hearing.onend = stopped
    hearing.onerror = stopped
    hearing.start()
    button.setAttribute('aria-pressed', 'true')
  })
}
