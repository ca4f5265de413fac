// A tap on the drawing sets the pin and two hidden inputs; without a script the squares are links or the list serves.
import { onDrawing } from '../pure/map'

export default function mapTap(root: HTMLElement): void {
  const svg = root.querySelector('svg')
  const pin = root.querySelector<SVGCircleElement>('.li-pin')
  const x = root.querySelector<HTMLInputElement>(`[name="${CSS.escape(root.dataset.x ?? 'x')}"]`)
  const y = root.querySelector<HTMLInputElement>(`[name="${CSS.escape(root.dataset.y ?? 'y')}"]`)
  if (!svg || !x || !y) return
  svg.addEventListener('click', (event) => {
    const at = onDrawing({ x: event.clientX, y: event.clientY }, svg.getBoundingClientRect(), svg.viewBox.baseVal)
    x.value = String(at.x)
    y.value = String(at.y)
    pin?.setAttribute('cx', x.value)
    pin?.setAttribute('cy', y.value)
    pin?.removeAttribute('visibility')
    x.dispatchEvent(new Event('change', { bubbles: true }))
  })
}
