import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../../src/messages/en';
import zh from '../../src/messages/zh-CN';

const source = join(__dirname, '../../src');
const filesBelow = (folder: string): string[] => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name);
  return statSync(path).isDirectory() ? filesBelow(path) : [path];
});
const texts = filesBelow(source).filter((path) => !path.includes('/messages/')).map((path) => readFileSync(path, 'utf8')).join('\n');
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort();

describe('messages', () => {
  it('are the same keys in both languages', () => expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort()));
  it('are filled, with the same values to put in', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect(zh[key].trim(), key).not.toBe('');
      expect(en[key].trim(), key).not.toBe('');
      expect(holes(en[key]), key).toEqual(holes(zh[key]));
    }
  });
  it('are all used', () => expect(Object.keys(zh).filter((key) => !texts.includes(`'${key}'`))).toEqual([]));
  it('exist for every t(...)', () => {
    const used = [...texts.matchAll(/\bt\('([^']+)'/g)].map((found) => found[1]!);
    expect(used.filter((key) => !(key in zh))).toEqual([]);
  });
  it('keep Chinese out of English and half-width commas out of Chinese', () => {
    expect(Object.entries(en).filter(([, text]) => /[\u3400-\u9fff]/.test(text))).toEqual([]);
    expect(Object.entries(zh).filter(([, text]) => /[\u3400-\u9fff][,;:!?]/.test(text))).toEqual([]);
  });
});
