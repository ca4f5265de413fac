/** Where `j` (step 1) or `k` (step -1) goes in a list of `count` rows; from nowhere to the first or last, never beyond. */
export function moved(at: number, step: number, count: number): number {
  if (count === 0) return -1
  if (at < 0) return step > 0 ? 0 : count - 1
  return Math.min(count - 1, Math.max(0, at + step))
}
