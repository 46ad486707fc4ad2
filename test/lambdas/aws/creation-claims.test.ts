import { describe, expect, test } from 'vitest';
import { ConflictError } from '../../../core/errors.ts';
import { claimCreation, noteMade } from '../../../lambdas/aws/creation-claims.ts';
import { NOW, USER, webhookIdOf } from '../given.ts';
import { givenTable } from './given-table.ts';

const DAY_MS = 86_400_000;
const CLAIM = { webhookId: webhookIdOf(1), hash: 'hash-1', claimedAt: NOW, isMade: false };

describe('the Idempotency-Key of a creation', () => {
  test('is that of one webhook, and of one request, for a day', async () => {
    const table = await givenTable();
    const claim = claimCreation(table);
    const first = await claim(USER, 'key-1', CLAIM);
    expect(first).toMatchObject(CLAIM);
    await noteMade(table)(USER, 'key-1', first);
    const later = { ...CLAIM, webhookId: webhookIdOf(2), claimedAt: NOW + DAY_MS };
    expect(await claim(USER, 'key-1', later)).toMatchObject({ ...CLAIM, isMade: true });
    await expect(claim(USER, 'key-1', { ...later, hash: 'hash-2' })).rejects.toThrow(ConflictError);
    expect(await claim('user_124', 'key-1', later)).toMatchObject(later);
  });

  test('is free after that, whether its claim was removed by then or not', async () => {
    const table = await givenTable();
    const claim = claimCreation(table);
    await noteMade(table)(USER, 'key-1', await claim(USER, 'key-1', CLAIM));
    const after = {
      webhookId: webhookIdOf(2),
      hash: 'hash-2',
      claimedAt: NOW + DAY_MS + 1000,
      isMade: false,
    };
    expect(await claim(USER, 'key-1', after)).toMatchObject(after);
    expect(await claim(USER, 'key-1', { ...after, webhookId: webhookIdOf(3) })).toMatchObject(after);
  });
});
