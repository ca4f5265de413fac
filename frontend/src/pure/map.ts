/** A tap in page pixels as a point of the drawing, to one decimal, kept inside it. */
export function onDrawing(
  tap: { x: number; y: number },
  box: { left: number; top: number; width: number; height: number },
  view: { width: number; height: number },
): { x: number; y: number } {
  const within = (value: number, most: number): number => Math.round(Math.min(most, Math.max(0, value)) * 10) / 10
  return {
    x: within(((tap.x - box.left) / box.width) * view.width, view.width),
    y: within(((tap.y - box.top) / box.height) * view.height, view.height),
  }
}
