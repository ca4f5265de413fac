/** Say something at the foot of the page; it is read out and goes by itself. */
export function say(words: string): void {
  document.dispatchEvent(new CustomEvent('linli:say', { detail: words }))
}

export const language = (): string => document.documentElement.lang || 'zh-Hans-CN'
