#!/usr/bin/env node
// What `npx cathcr-webhooks` runs in a checkout: TypeScript, as Node 20 cannot strip types itself.
import { register } from 'tsx/esm/api';

register();
await import('./cli/main.ts');
