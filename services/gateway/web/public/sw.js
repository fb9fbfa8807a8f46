// Keeps the files of the app, never an answer of the API. The build fills in version and list.
const version = 'VERSION';
const assets = 'ASSETS'.split(' ');
const cacheName = `fupin-${version}`;
const frame = ['/', '/icon.svg', '/manifest.webmanifest'];

self.addEventListener('install', (event) => {
  // Only the frame at once; the rest when it is first used.
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(frame)).then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('fupin-') && name !== cacheName).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || url.search) return;
  if (assets.includes(url.pathname)) {
    event.respondWith(caches.open(cacheName).then(async (cache) => {
      const kept = await cache.match(request);
      if (kept) return kept;
      const answer = await fetch(request);
      if (answer.ok) await cache.put(request, answer.clone());
      return answer;
    }));
  } else if (frame.includes(url.pathname)) {
    // Newest first, the kept one when there is no network.
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
