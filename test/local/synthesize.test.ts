import { expect, test } from 'vitest';
import { synthesize } from '../../local/synthesize.ts';
import { givenDirectory } from './support/given.ts';

test('an app that fails is told with what it said', async () => {
  const outputDirectory = await givenDirectory();

  const synthesizing = synthesize({ stage: 'no such stage', outputDirectory, context: {} });

  await expect(synthesizing).rejects.toThrow(/the CDK app failed:[^]*no such stage/);
});
