import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_CATALOGUE, PUBLISHED_TYPES } from '../../../core/event-catalogue.ts';
import { pack, unpack } from '../../../lambdas/aws/packing.ts';

test('what is packed is unpacked as it was', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unpack(pack(text)) === text.toWellFormed()));
});

test('what was stored before is still unpacked: the dictionary has not changed', () => {
  // All of the dictionary, packed by itself.
  const stored = 'qx4tBkeLwdFicLQYHNnFIAA=';
  const hash = createHash('sha256')
    .update(unpack(Buffer.from(stored, 'base64')))
    .digest('hex');
  expect(hash).toBe('e4f36193affdee14c6aa95742e105501242d2764b14af58f2ae57c73f528b7bc');
});

test('every event of Cathcr packs to two thirds of what it would without the dictionary', () => {
  for (const { sample } of PUBLISHED_TYPES.map((type) => EVENT_CATALOGUE[type])) {
    const text = JSON.stringify(sample);
    expect(pack(text).length).toBeLessThan(deflateRawSync(text).length * (2 / 3));
  }
});
