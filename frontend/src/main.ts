// The base every page loads: htmx, set so that it needs no eval and no inline style, and the islands' landing.
import htmx from 'htmx.org'
import { land } from './land'

document.documentElement.classList.add('has-js')
// The same is said in the page's htmx-config; here it holds even where a page forgot it.
htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
document.addEventListener('htmx:configRequest', (event) => {
  const { headers } = (event as CustomEvent<{ headers: Record<string, string> }>).detail
  headers['X-CSRFToken'] = document.body.dataset.csrf ?? ''
})
htmx.onLoad((element) => land(element as Element))
