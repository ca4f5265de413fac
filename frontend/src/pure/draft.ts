// What of a form may be kept while its tab is open. Nothing that says who somebody is.

export interface Field {
  name: string
  type: string
  autocomplete: string
  isPrivate: boolean
}

const never = new Set(['password', 'hidden', 'file', 'tel', 'email', 'submit', 'button'])

/** Words, choices and places may be kept; names, numbers, files and secrets may not. */
export function keepable(field: Field): boolean {
  if (!field.name || field.isPrivate || never.has(field.type)) return false
  return field.autocomplete === '' || field.autocomplete === 'on'
}
