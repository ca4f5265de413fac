/** Width and height that fit in `most` pixels on the longer side, shape kept; never larger than the original. */
export function fitted(width: number, height: number, most: number): [number, number] {
  const share = Math.min(1, most / Math.max(width, height))
  return [Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share))]
}

/** 1.2 MB, 340 kB: as short as it can be said. */
export function size(bytes: number, language: string): string {
  const [amount, unit] = bytes >= 1e6 ? [bytes / 1e6, 'megabyte'] : [bytes / 1e3, 'kilobyte']
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: amount < 10 ? 1 : 0 }).format(amount)
}
