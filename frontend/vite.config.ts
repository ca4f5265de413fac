import { defineConfig } from 'vite'
import { fileURLToPath } from 'node:url'
import { icons } from './scripts/icons'

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
    target: ['chrome87', 'firefox90', 'safari14'],
    cssMinify: 'lightningcss',
    assetsDir: '',
    modulePreload: false,
    rollupOptions: { input: { main: here('./src/main.ts'), linli: here('./src/styles/linli.scss') } },
  },
})
