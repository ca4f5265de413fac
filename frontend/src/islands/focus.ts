// The list of mistakes takes the focus, so that whoever listens hears it first.
export default function focus(root: HTMLElement): void {
  root.focus({ preventScroll: false })
}
