// Files that the service makes, or that are made here, as downloads: no address ever holds their content.
import { call } from './api';

export interface Sheet { mediaType: string; fileName: string; content: string }

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

export function saveAs(content: Uint8Array<ArrayBuffer> | string, mediaType: string, fileName: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export async function saveSheet(path: string): Promise<void> {
  const sheet = await call<Sheet>(path);
  saveAs(bytesOf(sheet.content), sheet.mediaType, sheet.fileName);
}
