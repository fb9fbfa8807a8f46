// node check_style.mjs STYLE: nothing when MapLibre takes the style, else what is wrong with it.
import { readFile } from 'node:fs/promises';
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';

const wrong = validateStyleMin(JSON.parse(await readFile(process.argv[2], 'utf8')));
for (const { message } of wrong) console.log(message);
process.exit(wrong.length === 0 ? 0 : 1);
