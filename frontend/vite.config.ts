import { defineConfig } from 'vite'
import { fileURLToPath } from 'node:url'
import { icons } from './scripts/icons.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  plugins: [icons(here('../src/linli'), here('./src'))],
  css: { preprocessorOptions: { scss: { loadPaths: [here('./node_modules')], quietDeps: true } } },
  build: {
    outDir: here('../src/linli/site/static/built'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['chrome90', 'firefox90', 'safari15'],
    cssMinify: 'lightningcss',
    assetsDir: '',
    modulePreload: false,
    // htmx has one eval; allowEval is off and the content policy forbids it anyway.
    rollupOptions: { checks: { eval: false, pluginTimings: false }, input: { main: here('./src/main.ts'), linli: here('./src/styles/linli.scss') } },
  },
})
