import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

const filesBelow = (folder: string): string[] => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? filesBelow(path) : [path];
});

// After the build: the service worker learns which files belong to this version, and every text file
// gets a gzip copy beside it. Same input, same bytes.
function finish(): Plugin {
  return {
    name: 'finish', apply: 'build', enforce: 'post',
    closeBundle() {
      const dist = join(__dirname, 'dist');
      const assets = filesBelow(join(dist, 'assets')).map((path) => `/${relative(dist, path)}`).sort();
      const version = createHash('sha256').update(assets.join('\n')).update(readFileSync(join(dist, 'index.html'))).digest('hex').slice(0, 12);
      const worker = join(dist, 'sw.js');
      writeFileSync(worker, readFileSync(worker, 'utf8').replace("'VERSION'", `'${version}'`).replace("'ASSETS'", JSON.stringify(assets.join(' '))));
      for (const path of filesBelow(dist)) {
        if (!/\.(js|css|html|svg|json|webmanifest)$/.test(path)) continue;
        const content = readFileSync(path);
        const zipped = gzipSync(content, { level: 9 });
        if (zipped.length < content.length) writeFileSync(`${path}.gz`, zipped);
      }
    },
  };
}

const server = process.env.FUPIN_SERVER ?? 'http://127.0.0.1:8787';
const forward = Object.fromEntries(['/v1', '/session', '/map/'].map((path) => [path, { target: server, secure: false }]));

export default defineConfig({
  plugins: [vue(), finish()],
  server: { proxy: forward },
  worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'assets/[name]-[hash].js' } } },
  build: {
    target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1200, reportCompressedSize: false,
    rollupOptions: {
      output: {
        // The frame every page needs stays in one file; map and charts come with the pages that use them.
        manualChunks: (id) => id.includes('/maplibre-gl/') || id.includes('/@maplibre/') ? 'maplibre'
          : /\/(echarts|zrender)\//.test(id) ? 'echarts' : undefined,
      },
    },
  },
});
