// The lock file names parts by version and hash only: no address of any registry, sponsor or page.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
for (const part of Object.values(lock.packages)) {
  delete part.resolved
  delete part.funding
}
const text = JSON.stringify(lock, null, 2) + '\n'
if (text.includes('http')) throw new Error('an address is left in the lock file')
writeFileSync(path, text)
