// The base every page loads: htmx, set so that it needs no eval and no inline style, and the islands' landing.
import htmx from 'htmx.org'
import { land } from './land'

document.documentElement.classList.add('has-js')
htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
htmx.onLoad((element) => land(element as Element))
