import assert from 'node:assert/strict'
import { test } from 'node:test'
import { left, length } from '../src/pure/count.js'
import { keepable } from '../src/pure/draft.js'
import { moved } from '../src/pure/list.js'
import { onDrawing } from '../src/pure/map.js'
import { fitted, size } from '../src/pure/picture.js'
import { distance, untilNext } from '../src/pure/time.js'

const hour = 3_600_000

test('the time left is said in the largest unit, before and after', () => {
  assert.equal(distance(26 * hour, 0, 'zh-Hans'), '1天后')
  assert.equal(distance(4.9 * hour, 0, 'zh-Hans'), '4小时后')
  assert.equal(distance(0, 90_000, 'en'), '1 minute ago')
  assert.equal(distance(0, 48 * hour, 'en'), '2 days ago')
})

test('the words are renewed at least every minute and at most every second', () => {
  assert.equal(untilNext(30 * 24 * hour, 0), 60_000)
  assert.equal(untilNext(500, 0), 1000)
})

test('j and k stay inside the list and start at its ends', () => {
  assert.equal(moved(-1, 1, 3), 0)
  assert.equal(moved(-1, -1, 3), 2)
  assert.equal(moved(2, 1, 3), 2)
  assert.equal(moved(0, -1, 3), 0)
  assert.equal(moved(0, 1, 0), -1)
})

test('a picture is only ever made smaller and keeps its shape', () => {
  assert.deepEqual(fitted(4000, 3000, 2000), [2000, 1500])
  assert.deepEqual(fitted(3000, 4000, 2000), [1500, 2000])
  assert.deepEqual(fitted(800, 600, 2000), [800, 600])
  assert.deepEqual(fitted(9000, 1, 2000), [2000, 1])
  assert.equal(size(340_000, 'en'), '340 kB')
})

test('a draft keeps words and never a person', () => {
  const field = { name: 'words', type: 'textarea', autocomplete: '', isPrivate: false }
  assert.equal(keepable(field), true)
  for (const type of ['password', 'tel', 'email', 'hidden', 'file']) assert.equal(keepable({ ...field, type }), false, type)
  assert.equal(keepable({ ...field, autocomplete: 'name' }), false)
  assert.equal(keepable({ ...field, isPrivate: true }), false)
  assert.equal(keepable({ ...field, name: '' }), false)
})

test('rare characters and emoji count as one', () => {
  assert.equal(length('𠅤喆堃'), 3)
  assert.equal(left('𬭚😀', 1), -1)
})

test('a tap lands on the drawing, also from outside', () => {
  const box = { left: 10, top: 20, width: 160, height: 100 }
  const view = { width: 320, height: 200 }
  assert.deepEqual(onDrawing({ x: 90, y: 70 }, box, view), { x: 160, y: 100 })
  assert.deepEqual(onDrawing({ x: 0, y: 500 }, box, view), { x: 0, y: 200 })
})
