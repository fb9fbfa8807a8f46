import { describe, expect, it } from 'vitest';
import { fromBase64, mostBytes, nextTry, toBase64 } from '../../src/core/photo';

describe('a photo', () => {
  it('in base64 it fits into the body the gateway takes, 1 MiB', () => expect(Math.ceil(mostBytes / 3) * 4 + 4096).toBeLessThan(1024 * 1024));
  it('gets smaller with every try, down to an end', () => {
    let last = Infinity, tries = 0;
    for (let way = nextTry(0, 8000, 6000); way; way = nextTry(++tries, 8000, 6000)) {
      const weight = way.width * way.height * way.quality;
      expect(weight).toBeLessThan(last);
      expect(Math.max(way.width, way.height)).toBeLessThanOrEqual(2000);
      expect(way.width / way.height).toBeCloseTo(4 / 3, 1);
      last = weight;
    }
    expect(tries).toBeGreaterThan(3);
  });
  it('a small one is not made larger', () => expect(nextTry(0, 300, 200)).toEqual({ width: 300, height: 200, quality: 0.85 }));
  it('bytes go to base64 and back, any of them', () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 31) % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  });
});
