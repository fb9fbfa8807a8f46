// Photos, made small enough to send and drawn without an address of their own: the content policy
// allows neither data: nor blob: pictures, so they are drawn on a canvas.

// The service takes 1 MiB; in base64, within the body the gateway takes, 700 KiB are sure to fit.
export const mostBytes = 700 * 1024;
const widest = 2000;

// Which size and quality to try next; null when nothing smaller makes sense.
export function nextTry(tries: number, width: number, height: number): { width: number; height: number; quality: number } | null {
  const first = Math.min(1, widest / Math.max(width, height));
  const steps = [[1, 0.85], [1, 0.7], [0.75, 0.75], [0.5, 0.75], [0.35, 0.7], [0.2, 0.6]] as const;
  const step = steps[tries];
  if (!step) return null;
  return { width: Math.max(1, Math.round(width * first * step[0])), height: Math.max(1, Math.round(height * first * step[0])), quality: step[1] };
}

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));

// A JPEG of at most `mostBytes`, nothing but the picture in it. Throws when the file is no picture.
export async function shrink(file: Blob): Promise<{ content: string; size: number }> {
  const picture = await createImageBitmap(file);
  try {
    for (let tries = 0; ; tries++) {
      const way = nextTry(tries, picture.width, picture.height);
      if (!way) throw new Error('too large');
      const canvas = document.createElement('canvas');
      canvas.width = way.width;
      canvas.height = way.height;
      const pen = canvas.getContext('2d')!;
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, way.width, way.height);
      pen.drawImage(picture, 0, 0, way.width, way.height);
      const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', way.quality));
      if (small && small.size <= mostBytes) return { content: toBase64(new Uint8Array(await small.arrayBuffer())), size: small.size };
    }
  } finally {
    picture.close();
  }
}

export async function draw(canvas: HTMLCanvasElement, content: string, mediaType = 'image/jpeg'): Promise<void> {
  const picture = await createImageBitmap(new Blob([fromBase64(content)], { type: mediaType }));
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')!.drawImage(picture, 0, 0);
  picture.close();
}
