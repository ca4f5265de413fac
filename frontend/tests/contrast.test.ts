// Every pair of words and ground in the tokens reaches 4.5:1, light and dark; edges of controls reach 3:1.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const source = readFileSync(join(process.cwd(), 'src/styles/_tokens.scss'), 'utf8')

function palette(mixin: string): Map<string, string> {
  const from = source.indexOf(`@mixin ${mixin} {`)
  const body = source.slice(from, source.indexOf('\n}', from))
  const raw = new Map([...body.matchAll(/--li-([a-z-]+):\s*([^;]+);/g)].map((found) => [found[1]!, found[2]!]))
  for (const [name, value] of raw) {
    const other = /var\(--li-([a-z-]+)\)/.exec(value)
    if (other) raw.set(name, raw.get(other[1]!)!)
  }
  return raw
}

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16) / 255)
  const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, two: string): number {
  const [high, low] = [luminance(one), luminance(two)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

for (const mode of ['light', 'dark']) {
  const colours = palette(mode)
  const get = (name: string): string => {
    const value = colours.get(name)
    assert.ok(value, `${mode} has no ${name}`)
    return value
  }
  const reaches = (words: string, ground: string, least: number): void => {
    const ratio = contrast(get(words), get(ground))
    assert.ok(ratio >= least, `${mode}: ${words} on ${ground} is ${ratio.toFixed(2)}, needs ${least}`)
  }
  const tones = ['primary', 'accent', 'good', 'warn', 'bad', 'info']

  test(`words can be read on every ground (${mode})`, () => {
    for (const ground of ['paper', 'surface', 'sunk']) for (const words of ['ink', 'soft', ...tones]) reaches(words, ground, 4.5)
    for (const tone of tones) {
      reaches(tone, `${tone}-soft`, 4.5)
      reaches('ink', `${tone}-soft`, 7)
    }
    for (const fill of ['primary', 'accent', 'bad', 'primary-strong', 'accent-strong']) reaches('on', fill, 4.5)
  })

  test(`edges of controls can be seen (${mode})`, () => {
    for (const ground of ['paper', 'surface']) reaches('edge', ground, 3)
  })
}
