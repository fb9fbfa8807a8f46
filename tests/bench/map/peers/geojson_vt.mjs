// geojson-vt on the natural villages of the benchmark: memory, CPU of a tile, and what one changed
// village costs. Prints one line of figures.
//   node --expose-gc geojson_vt.mjs PLACES.geojson TILES.txt
import {readFileSync} from 'node:fs';
import geojsonvt from 'geojson-vt';
import vtpbf from 'vt-pbf';

const [places, list] = process.argv.slice(2);
const megabytes = () => {
  gc();
  gc();
  return process.memoryUsage().rss / 1e6;
};
const seconds = run => {
  const begun = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - begun) / 1e9;
};
const before = megabytes();
let data = JSON.parse(readFileSync(places, 'utf8'));
const options = {maxZoom: 14, tolerance: 0, extent: 4096, buffer: 64, promoteId: 'id'};
let index;
const made = seconds(() => { index = geojsonvt(data, options); });
const tiles = readFileSync(list, 'utf8').trim().split('\n').map(line => line.split(' ').map(Number));
const draw = () => {
  let bytes = 0;
  for (const [z, x, y] of tiles) {
    const tile = index.getTile(z, x, y);
    if (tile) bytes += vtpbf.fromGeojsonVt({area: tile}, {version: 2}).length;
  }
  return bytes;
};
draw();  // sliced when first asked for
const cpu = process.cpuUsage();
const bytes = draw();
const used = process.cpuUsage(cpu);
data.features[0].properties.poor += 1;
const rebuilt = seconds(() => { index = geojsonvt(data, options); });
draw();
data = undefined;
console.log(made.toFixed(3), rebuilt.toFixed(3),
            ((used.user + used.system) / tiles.length).toFixed(1), (bytes / tiles.length).toFixed(0),
            (megabytes() - before).toFixed(1));
if (!index) throw new Error();
