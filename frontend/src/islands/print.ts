export default function print(button: HTMLElement): void {
  button.addEventListener('click', () => window.print())
}
