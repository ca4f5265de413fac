/** Characters as people count them: an emoji or a rare Chinese character is one. */
export const length = (text: string): number => [...text].length

/** How many may still be written; negative when over. */
export const left = (text: string, most: number): number => most - length(text)
