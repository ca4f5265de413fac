// Islands: <form data-island="once draft">. Each name is a file in islands/, fetched only where a page has it.
export type Island = (root: HTMLElement) => void

const harbour = import.meta.glob<{ default: Island }>('./islands/*.ts')
const landed = new WeakMap<Element, Set<string>>()

/** Start every island at or under `root` once. */
export function land(root: Element): void {
  const places = [...root.querySelectorAll<HTMLElement>('[data-island]')]
  if (root instanceof HTMLElement && root.dataset.island) places.push(root)
  for (const place of places) {
    const started = landed.get(place) ?? new Set<string>()
    landed.set(place, started)
    for (const name of (place.dataset.island ?? '').split(/\s+/)) {
      const load = harbour[`./islands/${name}.ts`]
      if (!load || started.has(name)) continue
      started.add(name)
      load().then((module) => module.default(place), () => started.delete(name))
    }
  }
}
