import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { expectAccessible, expectNoSidewaysScroll, launchBrowser, openTab, type Size } from './browser.ts';
import { needing } from './needs.ts';
import { type System, startSystem } from './system.ts';

const SIZES: [Size][] = [['desktop'], ['phone']];

needing('browser').describe('signing in to the dashboard', () => {
  let system: System;
  let browser: Browser;
  let key: string;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
    key = await system.createKey('user_dashboard');
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  const open = async (size: Size, path = '/webhooks') => {
    const tab = await openTab(browser, size);
    await tab.page.goto(`${system.url}/dashboard${path}`);
    const signIn = async (given: string) => {
      await tab.page.getByLabel('API key').fill(given);
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
    };
    return { ...tab, signIn };
  };

  needing('browser').each(SIZES)(
    'works with a key that may read, on a %s',
    async (size) => {
      const { page, context, complaints, hosts, signIn } = await open(size);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await expectAccessible(page);
      await signIn(key);
      await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([new URL(system.url).host]);
      await context.close();
    },
    { timeout: 90_000 },
  );

  needing('browser').test(
    'is kept for the tab: over a reload, in no URL, in no storage that outlives it',
    async () => {
      const { page, context, signIn } = await open('desktop', '/webhooks/test');
      await signIn(key);
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/dashboard/webhooks/test');
      await page.reload();
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      expect(page.url()).not.toContain(key);
      const { cookies, origins } = await context.storageState();
      expect(JSON.stringify([cookies, origins])).not.toContain(key);
      const other = await context.newPage();
      await other.goto(`${system.url}/dashboard/webhooks`);
      await other.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await page.evaluate('JSON.stringify(sessionStorage)')).not.toContain(key);
      await context.close();
    },
  );

  needing('browser').test(
    'says what is wrong with a key',
    async () => {
      const { page, context, signIn } = await open('phone');
      await signIn('cathcr_key_mistyped');
      await page.getByText('This API key is not known.').waitFor();
      await expectAccessible(page);
      await signIn(await system.createKey('user_dashboard', ['events:publish']));
      await page.getByText('This API key may not read webhooks.').waitFor();
      await page.getByText('webhooks:read, and webhooks:write').waitFor();
      await context.close();
    },
    { timeout: 90_000 },
  );

  needing('browser').test(
    'ends when the key is revoked, and says so',
    async () => {
      const { page, context, signIn } = await open('desktop');
      await signIn(key);
      await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor();
      await page.route('**/webhooks?*', (route) => route.fulfill({ status: 401, json: { detail: 'no' } }));
      await page.reload();
      await page.getByText('Your API key is not known any more.').waitFor();
      await context.close();
    },
    { timeout: 90_000 },
  );

  needing('browser').test(
    'is asked for by a page whose headers let nothing in from elsewhere',
    async () => {
      const answer = await fetch(`${system.url}/dashboard/webhooks/test`);
      expect(answer.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'/,
      );
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      const { page, context, complaints } = await open('desktop');
      await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<p style="color:red">x</p>')`);
      await expect.poll(() => complaints.join(), { timeout: 20_000 }).toContain('Content Security Policy');
      await context.close();
    },
    { timeout: 90_000 },
  );
});
