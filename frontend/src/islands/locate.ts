// "I am here": asks the device only when tapped, writes longitude and latitude into the two fields it names.
import { say } from '../say'

export default function locate(button: HTMLElement): void {
  const form = button.closest('form')
  const field = (name: string | undefined): HTMLInputElement | null => form?.querySelector(`[name="${CSS.escape(name ?? '')}"]`) ?? null
  if (!('geolocation' in navigator)) {
    button.hidden = true
    return
  }
  button.addEventListener('click', () => {
    button.setAttribute('aria-busy', 'true')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute('aria-busy')
        for (const [name, value] of [[button.dataset.lon, coords.longitude], [button.dataset.lat, coords.latitude]] as const) {
          const one = field(name)
          if (!one) continue
          one.value = value.toFixed(6)
          one.dispatchEvent(new Event('change', { bubbles: true }))
        }
        say(button.dataset.found ?? '')
      },
      () => {
        button.removeAttribute('aria-busy')
        say(button.dataset.lost ?? '')
      },
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
    )
  })
}
