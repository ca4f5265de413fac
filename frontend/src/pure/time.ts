// How long is left, in the words of the page's language.

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "4小时后", "2 days ago": the largest unit that fits, rounded towards zero. Times in milliseconds. */
export function distance(to: number, now: number, language: string): string {
  const seconds = (to - now) / 1000
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always' })
  for (const [unit, size] of steps) if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit)
  return format.format(Math.trunc(seconds), 'second')
}

/** Milliseconds until the words of `distance` can change again; at least a second. */
export function untilNext(to: number, now: number): number {
  const seconds = Math.abs(to - now) / 1000
  const size = steps.find(([, each]) => seconds >= each)?.[1] ?? 1
  return Math.max(1000, Math.min(size * 1000, 60_000))
}
