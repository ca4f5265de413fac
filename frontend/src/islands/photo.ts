// Photos are shown before they are sent, and made smaller on the phone: 2,000 pixels say enough and travel fast.
import { fitted, size } from '../pure/picture'
import { language } from '../say'

const most = 2000
const enough = 600_000

async function smaller(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < enough) return file
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const [width, height] = fitted(picture.width, picture.height, most)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85))
  if (!blob || blob.size >= file.size) return file
  return new File([blob], file.name.replace(/\.\w+$/, '.jpg'), { type: 'image/jpeg', lastModified: file.lastModified })
}

export default function photo(root: HTMLElement): void {
  const input = root.querySelector<HTMLInputElement>('input[type=file]')
  const shelf = root.querySelector<HTMLElement>('.li-photos')
  if (!input || !shelf) return
  let shown: string[] = []
  input.addEventListener('change', async () => {
    const before = [...(input.files ?? [])]
    const ready = await Promise.all(before.map((file) => smaller(file).catch(() => file)))
    if (ready.some((file, n) => file !== before[n])) {
      const tray = new DataTransfer()
      for (const file of ready) tray.items.add(file)
      input.files = tray.files
    }
    shown.forEach((address) => URL.revokeObjectURL(address))
    shown = []
    shelf.replaceChildren(
      ...ready.map((file) => {
        const item = document.createElement('li')
        if (file.type.startsWith('image/')) {
          const image = document.createElement('img')
          image.src = URL.createObjectURL(file)
          image.alt = file.name
          shown.push(image.src)
          item.append(image)
        } else item.append(file.name, ' ')
        item.append(size(file.size, language()))
        return item
      }),
    )
    shelf.hidden = ready.length === 0
  })
}
