// node read_archive.mjs ARCHIVE TILES FOLDER: reads the tiles of the list (z/x/y, one a line) with the npm
// package pmtiles and writes each that exists to FOLDER/z-x-y.mvt, and FOLDER/about.json.
import { open, readFile, writeFile } from 'node:fs/promises';
import { PMTiles } from 'pmtiles';

const [archive, list, folder] = process.argv.slice(2);
const file = await open(archive);
const source = {
  getKey: () => archive,
  async getBytes(offset, length) {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return { data: bytes.buffer.slice(0, bytesRead) };
  },
};
const tiles = new PMTiles(source);
await writeFile(`${folder}/about.json`, JSON.stringify({ header: await tiles.getHeader(), metadata: await tiles.getMetadata() }));
for (const line of (await readFile(list, 'utf8')).split('\n').filter(Boolean)) {
  const [z, x, y] = line.split('/').map(Number);
  const tile = await tiles.getZxy(z, x, y);
  if (tile) await writeFile(`${folder}/${z}-${x}-${y}.mvt`, new Uint8Array(tile.data));
}
await file.close();
