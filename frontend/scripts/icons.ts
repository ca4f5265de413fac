// One sprite with exactly the icons that templates, Python and TypeScript name. Nothing to keep by hand.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Plugin } from 'vite'

// npm runs every script in the project's folder.
const outline = join(process.cwd(), 'node_modules/@tabler/icons/icons/outline')

/** The icon shown where a name is unknown, so that a slip of the pen never leaves a hole in a page. */
export const unknown = 'point'

const spoken: Record<string, RegExp> = {
  '.html': /\{%-?\s*icon\s+["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']/g,
  '.py': /\bicon\s*[=:]\s*["']([a-z0-9-]+)["']/g,
  '.ts': /\bicon\(['"]([a-z0-9-]+)['"]\)/g,
}

function* files(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    if (name === 'node_modules' || name === 'built' || name === '__pycache__' || name.startsWith('.')) continue
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else if (extname(name) in spoken) yield path
  }
}

/** Every icon name said in the given folders, with one place where it is said. */
export function namesIn(folders: string[]): Map<string, string> {
  const found = new Map<string, string>([[unknown, 'fallback']])
  for (const folder of folders)
    for (const path of files(folder))
      for (const match of readFileSync(path, 'utf8').matchAll(spoken[extname(path)]!)) found.set((match[1] ?? match[2])!, path)
  return found
}

export const isIcon = (name: string): boolean => existsSync(join(outline, `${name}.svg`))

/** The sprite: one symbol a name, drawn with the stroke of whoever uses it. */
export function sprite(names: Iterable<string>): string {
  const symbols = [...names].sort().map((name) => {
    const drawn = readFileSync(join(outline, `${isIcon(name) ? name : unknown}.svg`), 'utf8')
    const inner = drawn.slice(drawn.indexOf('>', drawn.indexOf('<svg')) + 1, drawn.lastIndexOf('</svg>'))
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, '')}</symbol>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>\n`
}

export function icons(...folders: string[]): Plugin {
  return {
    name: 'linli-icons',
    apply: 'build',
    buildStart() {
      const names = namesIn(folders)
      for (const [name, path] of names) if (!isIcon(name)) this.warn(`no icon is called "${name}" (${path})`)
      this.emitFile({ type: 'asset', name: 'icons.svg', originalFileName: 'icons.svg', source: sprite(names.keys()) })
      const mark = readFileSync(join(process.cwd(), 'src/mark.svg'), 'utf8')
      this.emitFile({ type: 'asset', name: 'mark.svg', originalFileName: 'mark.svg', source: mark })
    },
  }
}
