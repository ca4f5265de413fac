// Every icon named anywhere exists; nothing is drawn twice.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { isIcon, namesIn, sprite } from '../scripts/icons.js'

const names = namesIn([join(process.cwd(), '../src/linli'), join(process.cwd(), 'src')])

test('every icon named by a page is in the set', () => {
  assert.ok(names.size > 20)
  assert.deepEqual([...names].filter(([name]) => !isIcon(name)), [])
})

test('the sprite has one symbol for each name', () => {
  const drawn = sprite(names.keys())
  assert.equal(drawn.match(/<symbol /g)?.length, names.size)
  assert.ok(!drawn.includes('undefined'))
})
