// A PNG of the map with title, legend and source: fit to be put into a report.
import { coloursFor, type Measure, type Metric } from './breaks';
import { rangeTexts } from './rangeTexts';

export interface Caption { title: string; under: string; source: string; metric: Metric; measure: Measure; breaks: number[] }

export async function savePicture(maps: { picture: HTMLCanvasElement; caption: string }[], caption: Caption, fileName: string): Promise<void> {
  const ratio = window.devicePixelRatio || 1;
  const width = maps.reduce((sum, one) => sum + one.picture.width, 0) + (maps.length - 1) * 4 * ratio;
  const top = 64 * ratio;
  const bottom = 56 * ratio;
  const height = Math.max(...maps.map((one) => one.picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = top + height + bottom;
  const draw = canvas.getContext('2d');
  if (!draw) return;
  const family = getComputedStyle(document.body).fontFamily;
  const write = (text: string, x: number, y: number, size: number, bold = false, colour = '#1c2834') => {
    draw.font = `${bold ? '600 ' : ''}${size * ratio}px ${family}`;
    draw.fillStyle = colour;
    draw.fillText(text, x, y);
  };
  draw.fillStyle = '#fff';
  draw.fillRect(0, 0, canvas.width, canvas.height);
  write(caption.title, 16 * ratio, 30 * ratio, 20, true);
  write(caption.under, 16 * ratio, 52 * ratio, 13, false, '#4a5a68');
  let x = 0;
  for (const one of maps) {
    draw.drawImage(one.picture, x, top);
    if (one.caption) {
      draw.fillStyle = '#fff';
      draw.fillRect(x + 12 * ratio, top + 12 * ratio, 100 * ratio, 26 * ratio);
      write(one.caption, x + 20 * ratio, top + 30 * ratio, 14, true);
    }
    x += one.picture.width + 4 * ratio;
  }
  const texts = rangeTexts(caption.metric, caption.breaks, caption.measure);
  const colours = coloursFor(caption.metric, texts.length);
  x = 16 * ratio;
  const y = top + height + 22 * ratio;
  texts.forEach((text, i) => {
    draw.fillStyle = colours[i]!;
    draw.fillRect(x, y - 10 * ratio, 18 * ratio, 12 * ratio);
    write(text, x + 23 * ratio, y, 12, false, '#4a5a68');
    x += 23 * ratio + draw.measureText(text).width + 14 * ratio;
  });
  write(caption.source, 16 * ratio, y + 22 * ratio, 12, false, '#5f6e7b');
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
